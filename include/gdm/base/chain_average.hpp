#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gdm/base/binning.hpp"

namespace gdm {

/// Parts of a chain whose means serve for resampling. A chain of 50 τ has too short ones, one of 320 τ has parts of 10 τ;
/// their spread is then known to 1/√(2 · 31) = 13 %.
inline constexpr std::size_t blocks_of_chain = 32;

/// The average of a quantity along a Markov chain whose values come one by one and are not kept: mean, binning error,
/// integrated autocorrelation time (Binning), and the means of blocks_of_chain consecutive parts. Its size is fixed and its
/// state does not depend on how long the chain will be, so that a saved chain can go on, also further than first planned.
///
/// For the blocks it keeps the sums of at most 256 parts of 2^k values each; when there are as many, pairs are joined. The
/// blocks are made of 4 to 8 such parts, so they differ in length by up to a quarter; the mean of their means is unbiased
/// in a stationary chain, and its variance above that of the chain's mean by less than 1.5 %.
class ChainAverage {
  public:
    void add(double value) noexcept;
    [[nodiscard]] std::uint64_t count() const noexcept { return binning_.count(); }
    /// By 8 bins or more: of a chain too short for 32 an error that is known to 27 % says more than a lower bound.
    [[nodiscard]] BinnedMean binned() const { return binning_.result(8); }
    /// The means of the parts, in order. Throws std::logic_error for fewer values than parts.
    [[nodiscard]] std::vector<double> block_means() const;

    void save(ByteWriter& bytes) const;
    void load(ByteReader& bytes);
    [[nodiscard]] static std::size_t bytes();  ///< of its saved state

  private:
    static constexpr std::size_t most_parts = 256;
    Binning binning_;
    std::array<double, most_parts> sums_{};
    std::uint64_t part_length_ = 1;
};

}  // namespace gdm
