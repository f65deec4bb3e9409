#pragma once

#include <limits>

/// Forward (noising) processes and the maps between the times in use. The Ornstein–Uhlenbeck process is the reference:
/// dX = −X dt + √2 dW, so X_t = e^{−t} X_0 + √Δ_t Z (Yu and Huang, eq. 5; Biroli et al., eq. 1).
namespace gdm {

inline constexpr double nan_time = std::numeric_limits<double>::quiet_NaN();

/// Variance of the noise at time t, Δ_t = 1 − e^{−2t}.
[[nodiscard]] double noise_variance(double t);

/// Brownian (variance exploding) time θ = t_B σ_B² of the same signal-to-noise ratio, θ = e^{2t} − 1; β = 1/θ (Ambrogioni,
/// section 4). The state maps by x_OU = e^{−t} x_Brownian.
[[nodiscard]] double brownian_from_time(double t);

/// t = ½ ln(1 + θ); NaN for θ < 0.
[[nodiscard]] double time_from_brownian(double theta);

/// Cumulated signal variance of a variance-preserving schedule (DDPM), ᾱ = e^{−2t}.
[[nodiscard]] double alpha_bar_from_time(double t);

/// t = −½ ln ᾱ; NaN unless 0 < ᾱ ≤ 1.
[[nodiscard]] double time_from_alpha_bar(double alpha_bar);

/// Squared signal-to-noise ratio of data of variance 1, γ = e^{−2t}/Δ_t = 1/θ, and the time at which it is γ.
[[nodiscard]] double signal_of_time(double t);
[[nodiscard]] double time_of_signal(double gamma);

/// x_OU = e^{−t} x_Brownian.
[[nodiscard]] double state_from_brownian(double x, double t);

}  // namespace gdm
