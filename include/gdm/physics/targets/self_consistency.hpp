#pragma once

#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "gdm/base/stop.hpp"
#include "gdm/physics/targets/target_law.hpp"

/// The self-consistency m = ⟨y⟩_{m+h} of a target under noise θ (Ambrogioni 22): its branches are the stationary points of
/// the landscape G(m) = ‖m‖²/2 − θ ln Z(m + h, θ) (Ambrogioni 32), whose second derivative is I − C/θ.
namespace gdm {

/// A target with a field h, of as many numbers as it has coordinates.
struct FieldedTarget {
    const TargetLaw& law;
    std::span<const double> field;
};

/// G(m), shifted by nothing: ln Z holds e^{−‖y‖²/2θ}.
[[nodiscard]] double landscape(const FieldedTarget& target, double theta, std::span<const double> m);

/// One branch at one θ. A direction of variance c is stable for c < θ; there the response to the field is (1 − c/θ)^{−1}
/// c/θ.
struct Branch {
    std::vector<double> m;
    double free_energy = 0;         ///< G
    std::vector<double> variances;  ///< eigenvalues of C, the greatest first
    std::vector<double> axes;       ///< their eigenvectors, one after the other
    double across = 0;              ///< variance in each of the directions that are no coordinates

    /// 1 − c/θ of the greatest variance: positive where the branch is stable. Directions that are no coordinates count
    /// unless they are those of a rotation of the branch itself, along which nothing changes (c = θ).
    [[nodiscard]] double stability(double theta) const;
    /// Number of unstable directions; `across_count` = d − n.
    [[nodiscard]] double unstable(double theta, double across_count) const;
    /// ê·χ·ê of the self-consistent response χ = (I − C/θ)^{−1} C/θ along a unit vector (Ambrogioni 24).
    [[nodiscard]] double susceptibility(double theta, std::span<const double> direction) const;
};
[[nodiscard]] Branch branch_at(const FieldedTarget& target, double theta, std::span<const double> m);

/// Newton's method from `start`; nothing where it does not arrive. `known`: roots that are deflated, so that it does not go
/// to them again (Farrell, Birkisson, Funke 2015).
[[nodiscard]] std::optional<std::vector<double>> newton_root(const FieldedTarget& target, double theta,
                                                             std::span<const double> start,
                                                             std::span<const std::vector<double>> known = {});

/// The minimum of the landscape that the iteration m ← ⟨y⟩_{m+h}, which never raises G, goes to from `start`; nothing where
/// it is not near one after 16,000 steps.
[[nodiscard]] std::optional<std::vector<double>> descend(const FieldedTarget& target, double theta,
                                                         std::span<const double> start);

/// All branches of a target with one coordinate whose variance falls with |m + h|, as those of two deltas and the sphere
/// do: at most three, each alone in a monotone piece of m − ⟨y⟩_{m+h} and found there by bracketing. Ascending in m.
[[nodiscard]] std::vector<Branch> axis_branches(const FieldedTarget& target, double theta);

/// All branches of four deltas: pairs of those of two deltas at 2θ in the fields h₁ ± h₂ along the diagonals.
[[nodiscard]] std::vector<Branch> four_deltas_branches(const FieldedTarget& target, double theta);

/// Branches of a target of points of equal weight. On a line and in a plane all of them: boxes are halved until a bound
/// shows that no root is in them, or one. In more dimensions, and where there are too many boxes for that: the minima below
/// every point, below ⟨y⟩ and below `mixtures` (states, one after the other), of 12 points or fewer those near the centres
/// of their simplices, which are all of them for θ → 0, then by deflation the saddles and maxima between what was found, and
/// from the mixtures, until the signs of det(I − C/θ) add up to 1, as those of all branches do; there every minimum below a
/// point is found, and pairs of others may be missed. Minima first, each group by free energy. `proven`: set to whether all
/// were found; after a search it is false, also where the signs add up to 1. Throws std::runtime_error where not even one is
/// found.
[[nodiscard]] std::vector<Branch> searched_branches(const FieldedTarget& target, double theta,
                                                    std::span<const double> mixtures, const Stop& stop,
                                                    bool* proven = nullptr);

}  // namespace gdm
