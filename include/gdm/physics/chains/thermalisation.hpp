#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/binning.hpp"

/// When a Markov chain has forgotten its start.
namespace gdm {

/// (x̄_a − x̄_b)/√(ε_a² + ε_b²) of two chains, or of two halves of one, with binning errors: a normal variable of variance 1
/// if both are long beside their autocorrelation times and in equilibrium. Between −1000 and 1000, which is also where
/// neither chain moved and their means differ.
[[nodiscard]] double difference_of_starts(const BinnedMean& a, const BinnedMean& b);

/// Finds how many steps to leave out, from a quantity along one chain, or along two from opposite starts (hot and cold).
/// Windows of m = `first`, 2 `first`, 4 `first`, … steps follow each other. The chains are thermal at the end of the first
/// window in which each has m ≥ 50 τ, the halves of each agree, and so do the chains, all within 3 standard errors (binning;
/// Gelman and Rubin 1992 compare variances instead, without autocorrelations). Not found after `longest` steps, it is over
/// all the same.
///
/// Of fixed size. What no start and no time shows, a state that none of the chains visits, it cannot find.
class Thermalisation {
  public:
    /// Throws std::invalid_argument unless there are one or two chains and first ≥ 64.
    Thermalisation(std::uint64_t first, std::uint64_t longest, std::size_t chains = 2);

    /// The quantity in each chain after one more step.
    void add(std::span<const double> values);
    [[nodiscard]] bool over() const noexcept { return found_ || steps_ >= longest_; }
    [[nodiscard]] bool found() const noexcept { return found_; }
    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }

    void save(ByteWriter& bytes) const;
    void load(ByteReader& bytes);

  private:
    using Halves = std::array<Binning, 2>;
    [[nodiscard]] bool agree() const;

    std::uint64_t longest_;
    std::uint64_t window_;  ///< m
    std::uint64_t end_;     ///< the step at which the window ends
    std::uint64_t steps_ = 0;
    bool found_ = false;
    std::vector<Halves> chains_;
};

}  // namespace gdm
