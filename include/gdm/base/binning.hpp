#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "gdm/base/bytes.hpp"
#include "gdm/base/statistics.hpp"

namespace gdm {

/// The binning analysis of binned_mean for a chain whose values come one by one and are not kept: at level k the moments of
/// the means of 2^k consecutive values (Flyvbjerg and Petersen 1989). Its size is fixed, so that it can be part of a saved
/// state; the same values give the same bits as binned_mean, also when it was saved and loaded in between.
class Binning {
  public:
    void add(double value) noexcept;
    [[nodiscard]] std::uint64_t count() const noexcept { return levels_[0].bins.count(); }
    /// From levels of at least `fewest_bins` bins. With 32 the error is known to 13 %, and converges for chains of 512 τ;
    /// with 8 to 27 %, for chains of 64 τ. (The rule asks for bins of (8 n τ²)^{1/3} values.)
    [[nodiscard]] BinnedMean result(std::uint64_t fewest_bins = 32) const;

    void save(ByteWriter& bytes) const { bytes.put(levels_); }
    void load(ByteReader& bytes) { bytes.get(levels_); }

  private:
    struct Level {
        RunningMoments bins;
        double waiting = 0;  ///< the first bin of a pair that is not complete, where their number is odd
    };
    std::array<Level, 32> levels_{};  ///< bins of up to 2^31 values: a chain has at most 2^32 steps
};

}  // namespace gdm
