#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

/// What the tests of the fast lanes share.
namespace gdm {

inline constexpr std::uint32_t refined = 1u << 14;  ///< words below this are refined
inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// Every so many words are tested: GDM_WORD_STRIDE, or 4099.
inline std::uint64_t word_stride() {
    const char* stride = std::getenv("GDM_WORD_STRIDE");
    return stride == nullptr ? 4099 : std::stoull(stride);
}

/// u 2^32 of a radius.
inline double place(std::uint32_t word, std::uint32_t further) {
    return word < refined ? word + (further + 0.5) * 0x1p-32 : word + 0.5;
}

/// The largest of what it is given; NaN counts as infinite.
struct Largest {
    double value = 0;
    void add(double x) {
        if (!(x <= value)) value = std::isnan(x) ? infinity : x;
    }
};

}  // namespace gdm
