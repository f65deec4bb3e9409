#pragma once

/// Two functions of the squared signal-to-noise ratio λ of two classes, z ~ N(0, 1). Both are evaluated by Gauss–Kronrod
/// quadrature to about 1e-13.
namespace gdm {

/// q(λ) = E tanh(λ + √λ z) = E tanh²(λ + √λ z): overlap of two posterior class labels given one noisy observation. λ ≥ 0.
[[nodiscard]] double overlap_q(double lambda);

/// 1 − q(λ) = e^{−λ/2} E sech(√λ z), to full relative accuracy also where it is tiny.
[[nodiscard]] double overlap_one_minus_q(double lambda);

/// I(λ) = λ − E ln cosh(λ + √λ z): mutual information in nats between class and observation, from 0 to ln 2; dI/dλ = (1 −
/// q)/2.
[[nodiscard]] double class_information(double lambda);

}  // namespace gdm
