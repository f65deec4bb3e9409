#include "gdm/reduction/extrapolate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace gdm {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

FitAtZero fit_at_zero(std::span<const double> x, std::span<const double> y, std::span<const double> error, int order) {
    const std::size_t n = x.size();
    const FitAtZero none{not_a_number, not_a_number, not_a_number};
    double scale = 0;
    for (const double place : x) scale = std::max(scale, std::abs(place));
    if (scale == 0) scale = 1;
    // P_k and P_{k−1} on the points, and their values at 0; the last of all.
    std::vector<double> present(n, 1.0), previous(n, 0.0), residual(y.begin(), y.end());
    double present_at_zero = 1, previous_at_zero = 0, previous_norm = 1;
    FitAtZero fit;
    double variance = 0;
    for (int k = 0; k <= order; ++k) {
        double norm = 0, moment = 0, projection = 0, size = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const double weight = 1 / (error[i] * error[i]);
            norm += weight * present[i] * present[i];
            moment += weight * present[i] * present[i] * x[i] / scale;
            projection += weight * present[i] * residual[i];
            size += weight;
        }
        // With too few distinct x, P_k vanishes on all of them.
        if (!(norm > 1e-20 * size)) return none;
        fit.value += projection / norm * present_at_zero;
        variance += present_at_zero * present_at_zero / norm;
        const double alpha = moment / norm, beta = k == 0 ? 0 : norm / previous_norm;
        for (std::size_t i = 0; i < n; ++i) {
            residual[i] -= projection / norm * present[i];
            const double next = (x[i] / scale - alpha) * present[i] - beta * previous[i];
            previous[i] = present[i];
            present[i] = next;
        }
        const double next_at_zero = -alpha * present_at_zero - beta * previous_at_zero;
        previous_at_zero = present_at_zero;
        present_at_zero = next_at_zero;
        previous_norm = norm;
    }
    fit.error = std::sqrt(variance);
    const auto freedom = static_cast<double>(n) - order - 1;
    for (std::size_t i = 0; i < n; ++i) fit.chi2 += std::pow(residual[i] / error[i], 2);
    fit.chi2 = freedom > 0 ? fit.chi2 / freedom : not_a_number;
    return fit;
}

Extrapolated extrapolate(std::span<const double> x, std::span<const double> y, std::span<const double> error, int order) {
    std::vector<double> places, values, errors;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!std::isfinite(x[i]) || !std::isfinite(y[i]) || !std::isfinite(error[i]) || !(error[i] > 0)) continue;
        places.push_back(x[i]);
        values.push_back(y[i]);
        errors.push_back(error[i]);
    }
    const Extrapolated none{not_a_number, not_a_number, not_a_number, not_a_number};
    if (places.size() < static_cast<std::size_t>(order) + 2) return none;
    const FitAtZero whole = fit_at_zero(places, values, errors, order);
    const auto farthest =
        std::max_element(places.begin(), places.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }) -
        places.begin();
    for (auto* column : {&places, &values, &errors}) column->erase(column->begin() + farthest);
    const double systematic = std::abs(whole.value - fit_at_zero(places, values, errors, order).value);
    if (!std::isfinite(systematic)) return none;
    // Where the polynomial misses the points by more than their errors, it cannot know its limit to these errors either.
    const double widened = whole.error * std::sqrt(std::max(1.0, whole.chi2));
    return {whole.value, std::hypot(widened, systematic), systematic, whole.chi2};
}

}  // namespace gdm
