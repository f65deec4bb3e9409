#pragma once

#include <vector>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Condensation of the empirical score on its N training points (memorisation): at which time do the weights
/// w_j ∝ e^{−‖x − e^{−t}y_j‖²/(2Δ_t)} of a state x concentrate on a few points?
///
/// Methods:
/// - `dataset`: the points are drawn (or read from a user's dataset) and weighed one by one, in blocks; N ≤ 2^32.
/// - `levels`: given x, the energies of the other points are independent, so the weights are those of a random energy model
///   with noncentral chi-squared levels, which is sampled exactly; N up to e^10000 and any d at the same cost.
/// States are `planted` (x made from one of the points: what the empirical reverse process produces; then ⟨Y⟩ = ⟨w_a⟩ and
/// ⟨S_w⟩ = ⟨−ln w_a⟩ exactly) or of the `population` (made from a fresh point).
///
/// With `dataset = FILE.h5:/NAME` the points are random subsets of N of its rows, and t_S and a Gaussian reference follow
/// from the spectrum of their covariance.
[[nodiscard]] Experiment condensation();

/// Condensation times by several estimators, with errors by bootstrap.
[[nodiscard]] std::vector<Derived> condensation_derived();
/// Closed forms beside them (condensation_theory.hpp).
[[nodiscard]] std::vector<Theory> condensation_theory();
/// Their limits d → ∞ at fixed α.
[[nodiscard]] std::vector<Along> condensation_limits();

}  // namespace gdm
