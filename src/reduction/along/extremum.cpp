#include <algorithm>
#include <cmath>

#include "gdm/base/not_a_number.hpp"
#include "gdm/reduction/along/method.hpp"
#include "gdm/reduction/along/polynomial_fit.hpp"

namespace gdm::along {
namespace {

/// The zero of the slope in [low, high] at the highest (sign 1) or lowest (−1) value, and that value.
std::vector<double> top_of(const PolynomialFit& fit, double low, double high, double sign) {
    constexpr int cells = 32;
    double position = not_a_number, height = not_a_number, left = low;
    for (int i = 1; i <= cells; ++i) {
        const double right = low + (high - low) * i / cells;
        if (sign * fit.slope(left) > 0 && sign * fit.slope(right) <= 0) {
            double a = left, b = right;
            for (int step = 0; step < 60 && a < b; ++step) {
                const double middle = 0.5 * (a + b);
                (sign * fit.slope(middle) > 0 ? a : b) = middle;
            }
            const double here = fit.value(0.5 * (a + b));
            if (!(sign * here <= sign * height)) position = 0.5 * (a + b), height = here;
        }
        left = right;
    }
    return {position, height};
}

}  // namespace

Method prepare(const Extremum& extremum, const Nodes& nodes) {
    const auto all = usable(nodes);
    const double sign = extremum.minimum ? -1 : 1;
    const std::size_t count = extremum.points;
    if (all.size() < count) return {.failure = "too few points with an error"};
    const auto less = [&](std::size_t a, std::size_t b) { return sign * nodes.value[a] < sign * nodes.value[b]; };
    const auto top = static_cast<std::size_t>(std::max_element(all.begin(), all.end(), less) - all.begin());
    if (top == 0 || top + 1 == all.size()) return {.failure = "it lies at an end of the axis"};
    const std::size_t first = std::min(top > count / 2 ? top - count / 2 : 0, all.size() - count);
    const auto window = std::span(all).subspan(first, count);
    const std::vector<std::size_t> places(window.begin(), window.end());
    const std::vector<double> x = pick(nodes.x, places), error = pick(nodes.error, places);
    const auto evaluate = [=](std::span<const double> value) {
        const std::vector<double> y = pick(value, places);
        const PolynomialFit fit(x, y, error, 2);
        Outcome outcome{.value = top_of(fit, x.front(), x.back(), sign), .chi2 = fit.chi2(), .freedom = fit.freedom()};
        // A third order judges the second.
        if (count > 3) outcome.others = {top_of({x, y, error, 3}, x.front(), x.back(), sign)};
        return outcome;
    };
    if (std::isnan(evaluate(nodes.value).value.front()))
        return {.used = places, .failure = "the parabola has no extremum among its points"};
    return {.evaluate = evaluate, .used = places};
}

}  // namespace gdm::along
