#include <algorithm>
#include <cmath>

#include "gdm/reduction/along/method.hpp"
#include "gdm/reduction/along/polynomial_fit.hpp"

namespace gdm::along {
namespace {

/// The nodes of a limit, with the polynomial in x^ω at 0.
struct Points {
    std::vector<std::size_t> places;
    std::vector<double> x, error;

    [[nodiscard]] PolynomialFit fit(std::span<const double> value, double exponent, int order) const {
        std::vector<double> powers(x);
        if (exponent != 1) {
            for (double& one : powers) one = std::pow(one, exponent);
        }
        return {powers, pick(value, places), error, order};
    }
    /// The exponent of least χ²: the best of a grid, then golden sections about it.
    [[nodiscard]] double best_exponent(std::span<const double> value, const Range& range) const {
        constexpr int cells = 24;
        const auto chi2 = [&](double exponent) { return fit(value, exponent, 1).chi2(); };
        const auto at = [&](int i) { return range.from + (range.to - range.from) * i / cells; };
        int best = 0;
        double least = chi2(at(0));
        for (int i = 1; i <= cells; ++i) {
            if (const double here = chi2(at(i)); here < least) least = here, best = i;
        }
        double low = at(std::max(best - 1, 0)), high = at(std::min(best + 1, cells));
        constexpr double golden = 0.6180339887498949;
        double left = high - golden * (high - low), right = low + golden * (high - low);
        double at_left = chi2(left), at_right = chi2(right);
        while (high - low > 1e-9 * (range.to - range.from)) {
            if (at_left < at_right) {
                high = right, right = left, at_right = at_left;
                left = high - golden * (high - low), at_left = chi2(left);
            } else {
                low = left, left = right, at_left = at_right;
                right = low + golden * (high - low), at_right = chi2(right);
            }
        }
        return 0.5 * (low + high);
    }
};

}  // namespace

Method prepare(const Limit& limit, const Nodes& nodes) {
    Points all{usable(nodes), {}, {}};
    const bool free = !limit.exponent.given();
    if (free) std::erase_if(all.places, [&](std::size_t i) { return nodes.x[i] < 0; });
    const std::size_t least = free ? 4 : static_cast<std::size_t>(limit.order) + 2;
    if (all.places.size() < least) return {.failure = "too few points with an error"};
    all.x = pick(nodes.x, all.places);
    all.error = pick(nodes.error, all.places);
    const auto farther = [](double a, double b) { return std::abs(a) < std::abs(b); };
    const auto farthest = std::max_element(all.x.begin(), all.x.end(), farther) - all.x.begin();
    Points others = all;
    others.places.erase(others.places.begin() + farthest);
    others.x.erase(others.x.begin() + farthest);
    others.error.erase(others.error.begin() + farthest);
    if (free) {
        const double found = all.best_exponent(nodes.value, limit.exponent), width = limit.exponent.to - limit.exponent.from;
        if (std::min(found - limit.exponent.from, limit.exponent.to - found) < 1e-6 * width)
            return {.used = all.places, .failure = "the exponent ends at the edge of its range"};
    }
    const auto evaluate = [=](std::span<const double> value) {
        const auto numbers = [&](const Points& points, Outcome* outcome) {
            const double exponent = free ? points.best_exponent(value, limit.exponent) : limit.exponent.from;
            const PolynomialFit fit = points.fit(value, exponent, limit.order);
            if (outcome != nullptr) {
                outcome->chi2 = fit.chi2();
                outcome->freedom = fit.freedom() - (free ? 1 : 0);
            }
            return free ? std::vector{fit.value(0), exponent} : std::vector{fit.value(0)};
        };
        Outcome outcome;
        outcome.value = numbers(all, &outcome);
        outcome.others = {numbers(others, nullptr)};
        return outcome;
    };
    return {.evaluate = evaluate, .used = all.places};
}

}  // namespace gdm::along
