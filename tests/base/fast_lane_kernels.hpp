#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/noise_key.hpp"

/// The functions of fast_lanes-inl.hpp on arrays, on whichever Highway target is chosen. Lengths are multiples of
/// `lane_multiple`, but for `lane_normals`.
namespace gdm {

inline constexpr std::size_t lane_multiple = 64;

/// Radius (or angle) words and the further words that refine the small ones.
struct LaneWords {
    std::vector<std::uint32_t> word, further;
};

/// What the lanes make of each word: −2 ln u (refined), the two of the angle, a uniform number.
template <class Real>
struct LaneValues {
    std::vector<Real> square, sine, cosine, uniform;
    void resize(std::size_t n) {
        for (auto* values : {&square, &sine, &cosine, &uniform}) values->resize(n);
    }
};

enum class RealFunction {
    exp2,            ///< exp2_of
    tanh_of_scaled,  ///< tanh_of_scaled
    exp2_lanes       ///< exp2_lanes, single precision only
};

void lane_values(const LaneWords& words, LaneValues<double>& out);
void lane_values(const LaneWords& words, LaneValues<float>& out);
void lane_values(RealFunction which, std::span<const double> x, std::span<double> y);
void lane_values(RealFunction which, std::span<const float> x, std::span<float> y);

/// The four normals of the block {0, step} of consecutive samples: z[j · n + i] is normal j of sample i, n = z.size()/4.
void lane_normals(const NoiseKey& key, std::uint32_t step, std::uint32_t first_sample, std::span<double> z);
void lane_normals(const NoiseKey& key, std::uint32_t step, std::uint32_t first_sample, std::span<float> z);

}  // namespace gdm
