#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "gdm/physics/process/gaussian_mixture.hpp"

/// Distances between samples of the axis coordinate a = m̂·x and its exact law p_t, and between laws on a line.
///
/// The quadratic Wasserstein distance on a line compares quantiles: W₂²(P, R) = ∫₀¹ (Q_P(u) − Q_R(u))² du. In d dimensions
/// the law of the model and that of every integrator are products of the axis law and d − 1 equal Gaussians of mean 0, so
/// W₂² = W₂²(axis) + (d − 1)(s − s′)² with the transverse standard deviations s and s′.
namespace gdm {

/// The coordinate a with P(a′ < a) = level under p_t, 0 < level < 1; by Newton's method with bisection, to 1e-13 of the
/// width. Small levels keep their relative precision; for levels near 1 use −axis_quantile(1 − level).
[[nodiscard]] double axis_quantile(const GaussianMixture& mixture, double level, double t);

/// W₂² between the empirical law of a sorted sample and p_t, exactly: (1/n) Σ (a_i − m_i)² + ⟨a²⟩ − (1/n) Σ m_i², where m_i
/// is the mean of p_t between its quantiles i/n and (i + 1)/n. Throws std::invalid_argument for an empty sample.
[[nodiscard]] double sample_w2_squared(std::span<const double> sorted, const GaussianMixture& mixture, double t);

/// The mean of sample_w2_squared over samples of n independent values of p_t itself: what a perfect sampler shows. From
/// W₂² = 2∬_{x<y} [(F_n(x) − F(y))₊ + (F(x) − F_n(y))₊] dx dy, the counts n F_n being Poisson numbers in the tails and
/// Gaussian between; within 2 % for n ≥ 100. Of order 1/n while the gap between the classes is filled (n p_t(0) ≫ 1), of
/// order M²/√n where it is empty, because the class counts fluctuate.
[[nodiscard]] double expected_w2_squared(const GaussianMixture& mixture, double t, std::size_t n);

/// W₂² between the axis laws p_t and p_u, by quadrature over the exact quantiles.
[[nodiscard]] double axis_w2_squared(const GaussianMixture& mixture, double t, double u);

/// ∫ function over [from, to] by composite Simpson with `intervals` (even).
[[nodiscard]] double simpson(double from, double to, int intervals, const std::function<double(double)>& function);

}  // namespace gdm
