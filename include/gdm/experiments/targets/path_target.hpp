#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/experiments/targets/target_points.hpp"
#include "gdm/physics/targets/target_law.hpp"

/// What the experiments with paths of simple targets share: which target, and noise in units of its transition.
namespace gdm {

/// The grid parameters `target`, of the given words, and `d`.
[[nodiscard]] std::vector<Parameter> path_target_parameters(const std::vector<std::string>& words,
                                                            const std::string& targets, const std::string& d);
/// The inner axis `theta` with its other names t and alpha_bar, and the setting `theta_unit`.
[[nodiscard]] std::vector<Parameter> noise_parameters(const std::string& default_value);

/// θ_c, where the state at the mean of the target loses its stability: the largest eigenvalue of the covariance of y given
/// that state. 1, ½ and 1/d; that of N → ∞ random points for the discrete target.
[[nodiscard]] double critical_theta(const Point& point);
/// The same, and NaN for the discrete target, each of whose sets of points differs from it.
[[nodiscard]] double critical_or_nan(const Point& point);

[[nodiscard]] bool is_discrete(const Point& point);

/// The law of the point's target. Random points, or a choice of the user's, belong to the replica.
[[nodiscard]] std::unique_ptr<TargetLaw> path_target_of(const Point& point, const RandomStream& random,
                                                        const TargetPoints* data = nullptr);

/// How the two targets of points and the sphere reduce to the sphere in `d` dimensions at noise θ · `noise`: its state and
/// magnetisation have the same squares.
struct SphereForm {
    double d, noise;
};
/// Throws std::logic_error for the discrete target.
[[nodiscard]] SphereForm sphere_form(const Point& point);

}  // namespace gdm
