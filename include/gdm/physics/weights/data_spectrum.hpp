#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/stop.hpp"

/// The covariance of a user's data, and the times that follow from it.
namespace gdm {

/// Mean of each column, and the mean over columns of their variances (1/N).
struct DataMoments {
    std::vector<double> mean;
    double variance = 0;
};
[[nodiscard]] DataMoments data_moments(std::span<const double> values, std::size_t d);

/// Up to this size of the smaller of N and d the whole spectrum is computed.
inline constexpr std::size_t full_spectrum_up_to = 2048;

/// Eigenvalues of the covariance (1/N) Σ (y − ȳ)(y − ȳ)ᵀ of the rows `members` of a row-major array of d columns, times
/// scale²; greatest first. All of them if min(N, d) ≤ `full_up_to` (products in single precision: relative accuracy about
/// 1e-6 of the greatest), otherwise the greatest alone, by power iteration to 1e-5.
[[nodiscard]] std::vector<double> covariance_spectrum(std::span<const double> values, std::size_t d,
                                                      std::span<const std::uint64_t> members, double scale, const Stop& stop,
                                                      std::size_t full_up_to = full_spectrum_up_to);

/// t_S = ½ ln Λ (Biroli et al.): when data whose covariance has the greatest eigenvalue Λ leave the Brownian phase. NaN for
/// Λ ≤ 1.
[[nodiscard]] double t_s_of_spectrum(double largest);

/// ½ Σ_i ln(1 + Λ_i/θ)/d, θ = e^{2t} − 1: the information per dimension that a state at t keeps of its point, for Gaussian
/// data with this spectrum; ½ ln(Γ/Δ) where all are σ².
[[nodiscard]] double spectrum_information(std::span<const double> spectrum, std::size_t d, double t);

/// The condensation time of N Gaussian points with this spectrum, the root of ln N = ½ Σ_i ln(1 + Λ_i/θ).
[[nodiscard]] double t_c_of_spectrum(std::span<const double> spectrum, double log_n);

}  // namespace gdm
