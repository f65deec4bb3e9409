#include "gdm/physics/paths/clone_agreement.hpp"

#include <algorithm>
#include <array>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>

#include "gdm/base/densities.hpp"
#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/process/overlap_functions.hpp"

namespace gdm {

double clone_agreement_by_class(const GaussianMixture& mixture, double t) {
    return 1 - 0.5 * overlap_one_minus_q(mixture.lambda(t));
}

double probability_of_positive_end(const GaussianMixture& mixture, double a, double t) {
    const double gamma = mixture.variance(t);
    const double deviation = std::sqrt(mixture.sigma2 * noise_variance(t) / gamma);
    const double gain = mixture.sigma2 * std::exp(-t) / gamma;
    double probability = 0;
    for (const double c : {1.0, -1.0}) {
        const double weight = mixture.class_probability(c * a, t);
        const double mean = c * mixture.axis_mean() + gain * (a - c * mixture.axis_mean(t));
        probability += weight * normal_distribution(mean / deviation);
    }
    return probability;
}

double clone_agreement_by_sign(const GaussianMixture& mixture, double t) {
    if (t <= 0) return 1;
    // a → −a maps P to 1 − P, so a > 0 is enough: E = 2 ∫_0^∞ p_t(a) [P² + (1 − P)²] da. Features sit at a = 0 (class
    // boundary, width Γ/M_t, or narrower at small t) and at a = M_t (the class, width √Γ).
    const double mean = mixture.axis_mean(t);
    const double deviation = std::sqrt(mixture.variance(t));
    const auto integrand = [&](double a) {
        const double p = probability_of_positive_end(mixture, a, t);
        return 2 * mixture.axis_density(a, t) * (p * p + (1 - p) * (1 - p));
    };
    const std::array<double, 5> edges = {0, std::max(0.0, mean - 9 * deviation), mean, mean + 3 * deviation,
                                         mean + 10 * deviation};
    double sum = 0;
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        if (edges[i + 1] <= edges[i]) continue;
        sum += boost::math::quadrature::gauss_kronrod<double, 31>::integrate(integrand, edges[i], edges[i + 1], 12, 1e-10);
    }
    return sum;
}

}  // namespace gdm
