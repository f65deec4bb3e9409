#include "gdm/physics/memories/dense_memory_theory.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "gdm/base/log_bessel.hpp"
#include "gdm/physics/levels/level_averages.hpp"

namespace gdm {
namespace {

/// The overlap that dominates Σ_j e^{Λ√d x·y_j/‖x‖} where it is not condensed.
double dominant_overlap(double field) { return 2 * field / (std::sqrt(1 + 4 * field * field) + 1); }

double spherical_load(double lambda, double field) {
    const double c = dominant_overlap(field);
    return lambda - field * c - 0.5 * std::log1p(-c * c);
}

/// The point where a function that rises from negative values is zero.
template <class Function>
double bisect(double low, double high, const Function& function) {
    for (int i = 0; i < 100; ++i) {
        const double middle = 0.5 * (low + high);
        (function(middle) < 0 ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

}  // namespace

double retrieval_load(const DenseMemory& memory, double theta) {
    const double lambda = memory.lambda, a2 = 1 + theta;
    if (memory.patterns == PatternLaw::gaussian && memory.weights == WeightRule::hopfield) {
        return lambda * a2 < 1 ? lambda - lambda * lambda * a2 / 2 : 1 / (2 * a2);
    }
    if (lambda * theta >= 1) return 0.5 * std::log1p(1 / theta);
    if (memory.patterns == PatternLaw::spherical) return spherical_load(lambda, lambda * std::sqrt(a2));
    return 0.5 * std::log1p(lambda) + lambda * a2 / (2 * (1 + lambda)) - lambda * theta / 2;
}

double retrieval_noise(const DenseMemory& memory, double alpha, double ratio) {
    const auto excess = [&](double log_theta) {
        const double theta = std::exp(log_theta);
        DenseMemory at = memory;
        at.lambda = ratio / theta;
        return alpha - retrieval_load(at, theta);
    };
    if (excess(-100) > 0) return std::numeric_limits<double>::quiet_NaN();
    return std::exp(bisect(-100, 100, excess));
}

double all_gaussian_patterns_load(double lambda) {
    const double kappa = lambda - lambda * lambda / 2, pairs = std::numbers::ln2 / 4;
    if (!(kappa > 0) || lambda >= 1) return pairs;
    const double rho = bisect(1e-12, 1, [&](double r) { return kappa * r - 0.5 * (r - 1 - std::log(r)); });
    return std::min(kappa * rho, pairs);
}

double spherical_condensed_load(double lambda) {
    const double c = dominant_overlap(lambda);
    return -0.5 * std::log1p(-c * c);
}

double spherical_half_load(double lambda, double d) {
    // 0F1(; ν + 1; x²/4) = Γ(ν + 1) (2/x)^ν I_ν(x) with x = λd.
    const double nu = d / 2 - 1, x = lambda * d;
    const double log_sum = boost::math::lgamma(nu + 1) + nu * std::log(2 / x) + x + log_bessel_i_scaled(nu, x);
    return lambda - log_sum / d;
}

std::vector<double> exact_source_weights(const DenseMemory& memory, std::span<const double> alphas) {
    std::vector<double> log_others, sum(alphas.size(), 0.);
    for (const double alpha : alphas) log_others.push_back(log_less_one(std::max(alpha * memory.d, std::log(1.5))));
    const auto given = [&](double pattern_norm2) {
        const Cue cue = CueNoise{pattern_norm2, 0, 0}.cue(0);
        return source_weights(*pattern_levels(memory, cue.norm2), log_others, 1, source_energy(memory, cue));
    };
    if (memory.patterns == PatternLaw::spherical) return given(memory.d);
    // Over the norm r, of density ∝ r^{d−1} e^{−r²/2}; the weight changes within about 1/(λ√d) of r.
    const double mode = std::sqrt(memory.d - 1), step = std::min(0.2, 1.2 / std::sqrt(memory.d));
    double total = 0;
    for (double r = mode - 5.6 + step / 2; r < mode + 5.6; r += step) {
        if (r <= 0) continue;
        const double weight = std::exp((memory.d - 1) * std::log(r / mode) - (r - mode) * (r + mode) / 2);
        total += weight;
        if (weight < 1e-9) continue;
        const std::vector<double> at = given(r * r);
        for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += weight * at[k];
    }
    for (double& value : sum) value /= total;
    return sum;
}

}  // namespace gdm
