#pragma once

#include <cstddef>
#include <vector>

#include "gdm/physics/targets/shared_state_chain.hpp"
#include "gdm/physics/targets/target_law.hpp"

/// A noisy state that K copies of a set of points share.
namespace gdm {

/// Coordinates that N points in d dimensions have about their mean: min(N − 1, d), at least one.
[[nodiscard]] std::size_t coordinates_about_mean(std::size_t N, std::size_t d);

/// Points (row by row, d numbers each) less their mean, in an orthonormal basis of what they span, the first axis that of
/// their greatest variance: coordinates_about_mean numbers a row, 0 where they span less. Noise in the directions left out
/// is independent of all else.
[[nodiscard]] std::vector<double> about_their_mean(const std::vector<double>& points, std::size_t d);

/// Averages of p_θ(x)^K ∝ e^{−(K/θ) V(x)}, V = ‖x‖²/2 − θ ln Z(x, θ), of a law with one or two coordinates, all of them, by
/// the trapezoidal rule. p^K of points is a mixture of Gaussians of variance θ/K, and ⟨y⟩_x has its poles πθ/2r or more from
/// the real x, r the largest norm: steps of at most 0.8 √(θ/K) and 0.39 θ/r leave relative errors of 1e-11.
/// relaxation_time is 1/⟨∂₁²V⟩ = 1/(1 − ⟨C₁₁⟩/θ). All are NaN where the rule has more than 4e6 nodes.
/// Throws std::invalid_argument for more coordinates.
[[nodiscard]] SharedStateMoments shared_state_moments_in_plane(const TargetLaw& law, double theta, double K);

}  // namespace gdm
