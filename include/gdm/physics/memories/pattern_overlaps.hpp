#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/physics/memories/packed_patterns.hpp"

namespace gdm {

/// The overlaps M_μ = ξ^μ·s of a configuration with all patterns, as vertical counters: plane p holds bit p of
/// A_μ = (N + M_μ)/2 of 64 patterns in a word. They give the fields of a Hopfield network in P log₂N/64 words a site, and a
/// flip costs about as much.
class PatternOverlaps {
  public:
    /// `spins`: ±1, as many as the patterns have sites; the patterns must outlive this.
    PatternOverlaps(const PackedPatterns& patterns, std::span<const std::int8_t> spins);

    /// After spin i became `spin`.
    void flip(std::size_t site, int spin) noexcept;
    /// N h_i = Σ_{j≠i} N J_ij s_j = Σ_μ ξ^μ_i M_μ − P s_i of the 8 sites of a group; 0 where there is no site.
    void fields(std::size_t group, std::span<const std::int8_t> spins, std::int64_t* fields) const noexcept;

    /// The same of one site, whose words stand one after the other in `row`, with 0 up to row_length.
    [[nodiscard]] std::int64_t field(std::size_t site, int spin, const std::uint64_t* row) const noexcept;

    [[nodiscard]] std::int64_t overlap(std::size_t pattern) const noexcept;
    /// Σ_μ M_μ².
    [[nodiscard]] std::int64_t sum_of_squares() const noexcept;
    /// The words of a site, up to a multiple of 8.
    [[nodiscard]] static std::size_t row_length(const PackedPatterns& patterns) noexcept {
        return (patterns.words() + 7) / 8 * 8;
    }

  private:
    const PackedPatterns* patterns_;
    std::size_t planes_;
    std::size_t stride_;
    std::vector<std::uint64_t> bits_;  ///< plane p of word k at p · stride + k
    std::int64_t sum_ = 0;             ///< Σ_μ M_μ
    std::vector<std::int64_t> ups_;    ///< of each site
};

/// Adds change · N J_ij, for a spin i that changed by `change` = ±2, to the fields N h_j of the sites j of the groups
/// [first, last), of which `fields` begins with those of `first`; to that of i itself too, with N J_ii = P.
void add_coupling_row(const PackedPatterns& patterns, std::size_t site, int change, std::size_t first, std::size_t last,
                      std::int64_t* fields);

}  // namespace gdm
