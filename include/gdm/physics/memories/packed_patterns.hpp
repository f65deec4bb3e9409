#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"

namespace gdm {

/// Patterns ξ^μ_i = ±1 of a Hopfield network as bits, set where +1: those of a site stand together, 64 in a word, in N P/8
/// bytes (rounded up to whole words). Words of 8 neighbouring sites lie side by side, for vector lanes. Bits of patterns and
/// sites that do not exist are 0.
class PackedPatterns {
  public:
    static constexpr std::size_t group = 8;

    /// All −1. Throws std::invalid_argument without a site or a pattern.
    PackedPatterns(std::size_t sites, std::size_t patterns);

    [[nodiscard]] std::size_t sites() const noexcept { return sites_; }
    [[nodiscard]] std::size_t patterns() const noexcept { return patterns_; }
    /// Words of a site.
    [[nodiscard]] std::size_t words() const noexcept { return words_; }
    [[nodiscard]] std::size_t groups() const noexcept { return bits_.size() / (group * words_); }
    [[nodiscard]] std::uint64_t word(std::size_t site, std::size_t k) const noexcept { return bits_[place(site, k)]; }
    [[nodiscard]] bool up(std::size_t site, std::size_t pattern) const noexcept {
        return (word(site, pattern / 64) >> (pattern % 64) & 1) != 0;
    }
    void set_up(std::size_t site, std::size_t pattern) noexcept {
        bits_[place(site, pattern / 64)] |= std::uint64_t{1} << (pattern % 64);
    }
    /// words() words of 8 sites each, those of word 0 first.
    [[nodiscard]] const std::uint64_t* of_group(std::size_t number) const noexcept {
        return bits_.data() + number * group * words_;
    }
    /// How many patterns are +1 at a site.
    [[nodiscard]] std::int64_t ups(std::size_t site) const noexcept;
    /// N J_ij = Σ_μ ξ^μ_i ξ^μ_j for i ≠ j, and P for i = j.
    [[nodiscard]] std::int64_t coupling(std::size_t i, std::size_t j) const noexcept;

  private:
    friend PackedPatterns random_patterns(std::size_t, std::size_t, double, const RandomStream&, std::uint32_t);
    [[nodiscard]] std::size_t place(std::size_t site, std::size_t k) const noexcept {
        return (site / group * words_ + k) * group + site % group;
    }

    std::size_t sites_, patterns_, words_;
    std::vector<std::uint64_t> bits_;
};

/// Independent spins of mean `bias` in (−1, 1): P(ξ = +1) = (1 + bias)/2, drawn as a dataset; `part` tells several sets of a
/// stream apart.
[[nodiscard]] PackedPatterns random_patterns(std::size_t sites, std::size_t patterns, double bias,
                                             const RandomStream& random, std::uint32_t part = 0);

}  // namespace gdm
