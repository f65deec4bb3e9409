#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "gdm/physics/levels/random_levels.hpp"

/// The part of a law of levels below a cut, and integrals above it. Parts of RandomLevels.
namespace gdm {

/// Nodes and weights of the Gauss–Legendre rule of ten points on [0, 1].
struct GaussRule {
    static constexpr std::size_t size = 10;
    std::array<double, size> node, weight;
};
[[nodiscard]] const GaussRule& gauss_rule();

/// The cut u below which a level lies with a probability of about e^{log_probability}, ≤ 1/4 (within some tens of per cent):
/// Newton's method on the probabilities ∫_{−∞}^0 e^{s v + κ v²/2} of the local expansion of ln q. Throws
/// std::invalid_argument where the cut is below 1e-290, as for ln n = 1000 in one dimension.
[[nodiscard]] double find_cut(const LevelLaw& law, double log_probability);

/// One component below the cut: its probability, and exact draws from it. ln q is concave, so its tangent at the cut is an
/// envelope, and its chords between the nodes of the quadrature accept most draws without another evaluation.
class LevelTail {
  public:
    LevelTail(const LevelLaw& law, std::size_t component, double cut);

    [[nodiscard]] double log_probability() const noexcept { return log_probability_; }
    [[nodiscard]] const LevelLaw::Density& at_cut() const noexcept { return at_cut_; }
    /// A coordinate below the cut; `first` is a uniform number for the first proposal.
    [[nodiscard]] double draw(double first, RandomSequence& random) const;

  private:
    static constexpr std::size_t panels = 4;
    [[nodiscard]] double proposal(double uniform) const;

    const LevelLaw* law_;
    std::size_t component_;
    double cut_, depth_;  ///< depth: cut − lower
    LevelLaw::Density at_cut_;
    double log_probability_ = 0, tail_fraction_ = 0;
    std::size_t nodes_ = 1;
    std::array<double, 1 + panels * GaussRule::size> distance_{}, log_ratio_{};  ///< cut − u, ascending; ln q(u) − ln q(cut)
};

/// ln of ∫_{u > cut} q (E − E_c)^m e^{−kβ(E − E_c)} du: [k − 1][m], for k = 1: m ≤ 1, 2: m ≤ 2, 3: m ≤ 1, 4: m = 0.
using BulkIntegrals = std::array<std::array<double, 3>, 4>;
[[nodiscard]] BulkIntegrals bulk_integrals(const LevelLaw& law, std::size_t component, double cut,
                                           const LevelLaw::Density& at_cut, double beta);

}  // namespace gdm
