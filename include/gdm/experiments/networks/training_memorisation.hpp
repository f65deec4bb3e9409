#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// A score model of random features, trained by gradient flow on n points at one noise level: losses over the whole training
/// time, when it has learned the law of the data (tau_gen) and when it learns the points themselves (tau_mem ∝ n). A replica
/// is a draw of the points and of the features (Bonnaire et al., arXiv:2505.17638; George et al., arXiv:2502.00336).
[[nodiscard]] Experiment training_memorisation();

/// Its parts.
[[nodiscard]] std::vector<Derived> training_memorisation_derived();
[[nodiscard]] std::vector<Theory> training_memorisation_theory();
[[nodiscard]] std::vector<Along> training_memorisation_along();
/// n = ψ_n d and p = ψ_p d, rounded.
[[nodiscard]] double trained_points(const Point& point);
[[nodiscard]] double random_feature_count(const Point& point);
/// E‖∇ ln p_t‖²/d of two Gaussian classes, 1/Γ − λ(1 − q(λ))/(dΓ); NaN with a dataset.
[[nodiscard]] double squared_score(const Point& point);
/// The bins of eigenvalues: middles of log10 λ, of width `eigenvalue_bin_width`; the first and the last one hold what lies
/// beyond, too.
inline constexpr double eigenvalue_bin_width = 0.1;
[[nodiscard]] FixedAxis eigenvalue_bins();

}  // namespace gdm
