#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "gdm/base/words.hpp"
#include "gdm/physics/memories/packed_patterns.hpp"
#include "gdm/physics/memories/pattern_overlaps.hpp"
#include "gdm/physics/spins/word_sequence.hpp"

namespace gdm {

/// hebb: J_ij = (1/N) Σ_μ ξ^μ_i ξ^μ_j. covariance: J_ij = (1/N) Σ_μ (ξ^μ_i − a_i)(ξ^μ_j − a_j), a_i the mean of the patterns
/// at site i, for patterns that have something in common. J_ii = 0 in both.
enum class LearningRule { hebb, covariance };
inline constexpr Words learning_rule_words{
    std::array{Word{LearningRule::hebb, "hebb"}, Word{LearningRule::covariance, "covariance"}}};

/// A configuration of a Hopfield network, H = −½ Σ_{i≠j} J_ij s_i s_j, h_i = Σ_{j≠i} J_ij s_j, that is updated site by site.
/// Fields are whole numbers (of 1/N, of 1/(N P) with the covariance rule), so that no result depends on how they are found:
/// kept for all sites, of which a flip costs N P/64 words, or from the overlaps with the patterns, where a visit costs
/// P log₂N/64. No matrix: N P/8 bytes, and as
/// much again for descents. (Amit, Gutfreund and Sompolinsky, Ann. Phys. 173, 30 (1987).)
class HopfieldNetwork {
  public:
    /// `spins` ±1, one a site. The patterns must outlive this. Throws std::invalid_argument for another number of spins.
    HopfieldNetwork(const PackedPatterns& patterns, LearningRule rule, std::span<const std::int8_t> spins);

    /// T = 0: s_i ← sign h_i at all sites in a random order; a tie keeps s_i. Returns how many spins turned: with 0 the
    /// configuration is a fixed point. Each flip lowers H by 2 |h_i|.
    std::size_t descend(WordSequence& random);
    /// Heat bath P(s_i = +1) = 1/(1 + e^{−2h_i/T}) at all sites in their order; temperature > 0. Returns how many turned.
    std::size_t heat_bath(double temperature, WordSequence& random);

    [[nodiscard]] std::span<const std::int8_t> spins() const noexcept { return spins_; }
    /// H/N.
    [[nodiscard]] double energy() const;
    /// h_i.
    [[nodiscard]] double field(std::size_t site) const;
    /// M_μ/N of every pattern.
    [[nodiscard]] std::vector<double> overlaps() const;
    /// The share of sites that a first update at T = 0 would turn.
    [[nodiscard]] double unstable_share() const;

  private:
    [[nodiscard]] std::int64_t full_field(std::size_t site, std::int64_t hebb) const noexcept;
    [[nodiscard]] double scale() const noexcept;
    [[nodiscard]] std::vector<std::int64_t> all_fields() const;
    [[nodiscard]] std::size_t unstable_sites(std::span<const std::int64_t> fields) const;
    void keep(std::vector<std::int64_t> fields);
    void keep_overlaps();
    void turn(std::size_t site) noexcept;
    void spread_turn(std::size_t site);
    void prepare_descent(std::size_t length);
    [[nodiscard]] std::size_t even() const noexcept;
    void choose(std::size_t turned);

    const PackedPatterns* patterns_;
    LearningRule rule_;
    std::vector<std::int8_t> spins_;
    std::vector<std::int64_t> common_;  ///< Σ_μ ξ^μ_i of each site, of the covariance rule alone
    std::int64_t common_overlap_ = 0;   ///< Σ_i of these times s_i
    std::vector<std::int64_t> fields_;  ///< N h_i by Hebb's rule, 8 a group; empty where the overlaps are kept
    std::optional<PatternOverlaps> overlaps_;
    std::vector<std::uint64_t> rows_;  ///< the patterns with the words of a site together, for a random order
};

}  // namespace gdm
