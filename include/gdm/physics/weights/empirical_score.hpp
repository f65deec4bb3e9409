#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/physics/process/gaussian_mixture.hpp"

/// The score of N data points instead of the true density: p_t^emp = (1/N) Σ_j N(x; e^{−t} y_j, Δ_t I), at the symmetric
/// state x = 0. Functions that take a Stop poll it often and throw Stopped.
namespace gdm {

/// What the Jacobian along m̂ at x = 0 needs of a data set.
struct AxisDataset {
    std::vector<double> axis;         ///< m̂·y_j
    std::vector<double> square_norm;  ///< ‖y_j‖²
};

/// N points of the mixture, in law: axis coordinate c_j M + σ g_j, ‖y_j‖² = axis² + σ² χ²_{d−1}. Cost N, whatever d.
[[nodiscard]] AxisDataset sample_axis_dataset(const GaussianMixture& mixture, std::size_t n, const RandomStream& random,
                                              const Stop& stop = {});

/// The same with all d coordinates drawn and projected. Cost N d.
[[nodiscard]] AxisDataset sample_full_dataset(const GaussianMixture& mixture, std::size_t n, const RandomStream& random,
                                              const Stop& stop = {});

/// Mean and variance of the axis coordinates under weights w_j ∝ e^{l_j}; Σ e^{l_j} = e^{greatest} total. `log_weights`
/// holds the l_j, one for each point, and is overwritten.
struct WeightedAxis {
    double greatest, total, mean, variance;
};
[[nodiscard]] WeightedAxis weighted_axis(const AxisDataset& data, std::span<double> log_weights);

/// Linear response of the empirical reverse drift along m̂ at x = 0: 1 + 2 J_mm with
/// J_mm = −1/Δ + (e^{−2t}/Δ²) Var_w(m̂·y), w_j ∝ exp(−‖y_j‖²/(2(e^{2t} − 1))). Needs t > 0; `scratch` holds N numbers.
[[nodiscard]] double empirical_response(const AxisDataset& data, double t, std::span<double> scratch);

/// The largest zero of `empirical_response`: sign changes are looked for between the given times (increasing) and above the
/// last one, then refined to 1e-10. NaN if there is none: this data set never breaks the symmetry.
[[nodiscard]] double empirical_t_s(const AxisDataset& data, std::span<const double> times, std::span<double> scratch,
                                   const Stop& stop = {});

}  // namespace gdm
