#pragma once

#include <span>
#include <vector>

#include "gdm/physics/memories/dense_memory.hpp"

/// Closed forms and quadratures for dense associative memories. Lucibello and Mézard, PRL 132, 077301 (2024), for cues that
/// are patterns; those of noisy cues follow from the same random energy models.
namespace gdm {

/// The load α = ln P/d up to which the weight of y_1 at the cue y_1 + √θ z tends to 1 as d → ∞ (typical norms), θ ≥ 0: where
/// the signal e^{λx·y_1} equals the sum over the other patterns, a random energy model. With a² = 1 + θ, Λ = λa:
///   spherical, θ = 0: α_1 = λ(1 − c) − ½ ln(1 − c²), c = (√(1 + 4λ²) − 1)/2λ, which is α_c too;
///   spherical:        λ − Λc − ½ ln(1 − c²) with c of Λ; ½ ln(1 + 1/θ) for λ ≥ 1/θ, where the noise is condensed;
///   gaussian:         λ − Λ²/2 for λ < 1/a², else 1/(2a²);
///   gaussian with the weights of diffusion: ½ ln(1 + λ) + λa²/(2(1 + λ)) − λθ/2 for λ < 1/θ, else ½ ln(1 + 1/θ).
[[nodiscard]] double retrieval_load(const DenseMemory& memory, double theta);

/// The noise up to which y_1 is retrieved at load α: the inverse of retrieval_load at λ = ratio/θ, ratio > 0; NaN where no
/// noise is. On the sphere, and for Gaussian patterns with the weights of diffusion, θ_c = 1/(e^{2α} − 1) for ratio ≥ 1, the
/// condensation of a diffusion model (σ² = 1); for Gaussian patterns without their norms 1/(2α) − 1.
[[nodiscard]] double retrieval_noise(const DenseMemory& memory, double alpha, double ratio);

/// Where all of P Gaussian patterns are retrieved (hopfield, θ = 0): the root α < κ = λ − λ²/2 of α = I(α/κ),
/// I(ρ) = (ρ − 1 − ln ρ)/2 the rate of small norms, and at most ¼ ln 2 (pairs with y_1·y_j > ‖y_1‖²; for λ > 0.7009).
[[nodiscard]] double all_gaussian_patterns_load(double lambda);

/// The load −½ ln(1 − c²), c = (√(1 + 4λ²) − 1)/2λ, below which few of the other patterns on the sphere make Σ_j e^{λ
/// y_1·y_j} for d → ∞ (a frozen random energy model); above it they are e^{O(d)}.
[[nodiscard]] double spherical_condensed_load(double lambda);

/// The load at which the mean of Σ_j e^{λ y_1·y_j} over the other patterns on the sphere equals the signal,
/// α = λ − (1/d) ln 0F1(; d/2; (λd/2)²): at d → ∞ where ⟨w_1⟩ = ½ at the cue y_1, and close to it at finite d.
[[nodiscard]] double spherical_half_load(double lambda, double d);

/// ⟨w_1⟩ at the cue y_1 (θ = 0) over all patterns at each load, P = e^{αd} ≥ 2 rounded to a whole number: exact at any d, by
/// the quadratures of source_weights and, for Gaussian patterns, over ‖y_1‖² (relative errors near 1e-6).
[[nodiscard]] std::vector<double> exact_source_weights(const DenseMemory& memory, std::span<const double> alphas);

}  // namespace gdm
