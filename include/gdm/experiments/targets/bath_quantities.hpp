#pragma once

#include <vector>

#include "gdm/experiment/experiment.hpp"

/// What the experiment generative_bath declares.
namespace gdm {

[[nodiscard]] std::vector<Observable> bath_observables();
[[nodiscard]] std::vector<Derived> bath_derived();
[[nodiscard]] std::vector<Theory> bath_theory();
/// Crossings and collapses over theta, limits over K.
[[nodiscard]] std::vector<Along> bath_along();

/// theta below which the bath of K to infinity orders without a field; of given points an estimate.
[[nodiscard]] double bath_critical_theta(const Point& point);
/// About the relaxation time of ybar in sweeps: K^(1/2) at the transition, theta/|theta - theta_c| away from it.
[[nodiscard]] double bath_relaxation_estimate(const Point& point);

}  // namespace gdm
