#pragma once

#include <span>

#include "gdm/physics/paths/path_rates.hpp"

/// Expectations of what measure_path_rates measures, without sampling.
namespace gdm {

/// Of the chain at its dt, in all d dimensions; each number NaN where it is not known. `samples`, `precision` and
/// `block_length` of the experiment play no part.
///
/// Forward, and in reverse where the classes are apart all the way, the chain is a Gaussian one within each class; else the
/// law of the axis coordinate goes from step to step (AxisDensity). Transverse coordinates: the variance of their chain.
/// Errors: 1e-8. In reverse up to 2400 steps (heun: 600) are followed. The averages of more are smooth functions of the step
/// (Talay and Tubaro 1990), interpolated between chains with steps 2, 3, … times as long, which must divide the steps
/// between any two times, and the limit. What the coarsest of these changes must be below 2e-5 of the value (or of 1),
/// otherwise up to 4 times as many steps are followed after all. NaN where a grid would be too large, or heun's kernel has
/// no density.
[[nodiscard]] PathRates path_rate_averages(const RateExperiment& experiment, std::span<const double> times);

/// The same for dt → 0, in closed form (entropy_rates.hpp).
[[nodiscard]] PathRates path_rate_averages_limit(const RateExperiment& experiment, std::span<const double> times);

}  // namespace gdm
