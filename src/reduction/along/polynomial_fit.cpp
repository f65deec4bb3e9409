#include "gdm/reduction/along/polynomial_fit.hpp"

#include <algorithm>
#include <cmath>

#include "gdm/base/not_a_number.hpp"

namespace gdm {
PolynomialFit::PolynomialFit(std::span<const double> x, std::span<const double> y, std::span<const double> error, int order)
    : residuals_(y.begin(), y.end()), chi2_(not_a_number), freedom_(not_a_number) {
    const std::size_t n = x.size();
    // Far from 0, powers of x itself would hardly differ on a narrow window.
    if (n > 0) {
        const auto [low, high] = std::minmax_element(x.begin(), x.end());
        centre_ = 0.5 * (*low + *high);
        if (*high > *low) scale_ = 0.5 * (*high - *low);
    }
    std::vector<double> present(n, 1.0), previous(n, 0.0);  // P_k and P_{k−1} on the points
    double previous_norm = 1;
    for (int k = 0; k <= order; ++k) {
        double norm = 0, moment = 0, projection = 0, size = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const double weight = 1 / (error[i] * error[i]);
            norm += weight * present[i] * present[i];
            moment += weight * present[i] * present[i] * (x[i] - centre_) / scale_;
            projection += weight * present[i] * residuals_[i];
            size += weight;
        }
        // With too few distinct x, P_k vanishes on all of them.
        if (!(norm > 1e-20 * size)) {
            terms_.clear();
            return;
        }
        const Term term{projection / norm, norm, moment / norm, k == 0 ? 0 : norm / previous_norm};
        for (std::size_t i = 0; i < n; ++i) {
            residuals_[i] -= term.coefficient * present[i];
            const double next = ((x[i] - centre_) / scale_ - term.alpha) * present[i] - term.beta * previous[i];
            previous[i] = present[i];
            present[i] = next;
        }
        previous_norm = norm;
        terms_.push_back(term);
    }
    freedom_ = static_cast<double>(n) - order - 1;
    chi2_ = 0;
    for (std::size_t i = 0; i < n; ++i) {
        residuals_[i] /= error[i];
        chi2_ += residuals_[i] * residuals_[i];
    }
}

double PolynomialFit::value(double x) const {
    double present = 1, previous = 0, sum = exists() ? 0 : not_a_number;
    for (const Term& term : terms_) {
        sum += term.coefficient * present;
        const double next = ((x - centre_) / scale_ - term.alpha) * present - term.beta * previous;
        previous = present;
        present = next;
    }
    return sum;
}

double PolynomialFit::slope(double x) const {
    double present = 1, previous = 0, slope = 0, previous_slope = 0, sum = exists() ? 0 : not_a_number;
    for (const Term& term : terms_) {
        sum += term.coefficient * slope;
        const double next_slope =
            present / scale_ + ((x - centre_) / scale_ - term.alpha) * slope - term.beta * previous_slope;
        const double next = ((x - centre_) / scale_ - term.alpha) * present - term.beta * previous;
        previous = present;
        present = next;
        previous_slope = slope;
        slope = next_slope;
    }
    return sum;
}

double PolynomialFit::error(double x) const {
    double present = 1, previous = 0, variance = exists() ? 0 : not_a_number;
    for (const Term& term : terms_) {
        variance += present * present / term.norm;
        const double next = ((x - centre_) / scale_ - term.alpha) * present - term.beta * previous;
        previous = present;
        present = next;
    }
    return std::sqrt(variance);
}

}  // namespace gdm
