#include "gdm/physics/process/overlap_functions.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <numbers>

#include "gdm/base/log_sum.hpp"

namespace gdm {

namespace {

/// ∫_0^∞ g(√λ y) φ(y) dy for a g that falls as e^{−w} or faster beyond w ≈ 1.
template <class Function>
double half_gaussian_average(double lambda, Function g) {
    const double root = std::sqrt(lambda);
    const double upper = std::min(13.0, 60.0 / root);  // φ(13) and e^{−60} are below rounding
    const auto integrand = [&](double y) { return g(root * y) * std::exp(-0.5 * y * y); };
    const double integral = boost::math::quadrature::gauss_kronrod<double, 61>::integrate(integrand, 0.0, upper, 8, 1e-14);
    return integral / std::sqrt(2 * std::numbers::pi);
}

}  // namespace

// Shifting z by −√λ turns E F(λ + √λ z) into e^{−λ/2} E e^{√λ y} F(√λ y), in which y → −y pairs large and small values
// without cancellation.

double overlap_one_minus_q(double lambda) {
    if (lambda <= 0) return 1;
    return 2 * std::exp(-0.5 * lambda) * half_gaussian_average(lambda, [](double w) { return 1 / std::cosh(w); });
}

double overlap_q(double lambda) { return 1 - overlap_one_minus_q(lambda); }

double class_information(double lambda) {
    if (lambda <= 0) return 0;
    // ln 2 − I = E ln(1 + e^{−2x}) with x = λ + √λ z.
    const auto paired = [](double w) {
        const double small = log1p_exp(-2 * w);  // ln(1 + e^{−2w}); ln(1 + e^{2w}) = 2w + small
        return std::exp(w) * small + std::exp(-w) * (2 * w + small);
    };
    return std::numbers::ln2 - std::exp(-0.5 * lambda) * half_gaussian_average(lambda, paired);
}

}  // namespace gdm
