#pragma once

#include <span>
#include <vector>

#include "gdm/physics/paths/path_steps.hpp"

/// Linear Gaussian chains and quadratic forms of their states: what the steps of a path do to one transverse coordinate, and
/// what entropies are there. Outside the classes the axis coordinate obeys the same chain up to a shift, so the tails of
/// both follow from one form.
namespace gdm {

/// How ΔS_E is summed. midpoint: Stratonovich's rule Σ Δx·f((x + x′)/2). unbiased: logarithm of the ratio of the kernel of a
/// step and a normalised backward kernel (has_unbiased_entropy).
enum class EntropyRule { midpoint, unbiased };

/// x_0 ~ N(0, start_variance), x_{n+1} = steps[n].gain x_n + steps[n].noise z_n.
struct LinearChain {
    double start_variance = 1;
    std::vector<TransverseGain> steps;
};

/// Σ_n square[n] x_n² + 2 Σ_n product[n] x_n x_{n+1}, n from 0 to the number of steps (product: one less).
struct ChainForm {
    std::vector<double> square, product;
};

[[nodiscard]] LinearChain transverse_chain(std::span<const PathStep> steps, const PathSettings& settings,
                                           double start_variance);

/// ΔS_E of one transverse coordinate. The midpoint rule gives Σ (κ_n/2)(x_{n+1}² − x_n²), κ_n the linear part of its drift;
/// the unbiased one Σ η_n [(2b + b²) x_{n+1}² − (2f + f²) x_n² + 2(f − b) x_n x_{n+1}], f and b the linear parts of a step
/// and of its backward kernel, η = 1/(2 noise²).
[[nodiscard]] ChainForm environment_form(std::span<const PathStep> steps, EntropyRule rule);

/// The same with the quadratic part of ΔS = ln p(start) − ln p(end): ΔS_tot but for its constant ½ ln(end/start variance).
[[nodiscard]] ChainForm total_form(std::span<const PathStep> steps, EntropyRule rule, double start_variance,
                                   double end_variance);

/// ln E e^{−k Q}, exact, by one backward recursion over the steps; +∞ where the mean does not exist.
[[nodiscard]] double log_exp_average(const LinearChain& chain, const ChainForm& form, double k);

/// The smallest k > 0 for which E e^{−k Q} is infinite: tail index of e^{−Q} (mean infinite for ≤ 1, variance for ≤ 2); +∞
/// beyond 1e6. To a relative 1e-12.
[[nodiscard]] double critical_exponent(const LinearChain& chain, const ChainForm& form);

}  // namespace gdm
