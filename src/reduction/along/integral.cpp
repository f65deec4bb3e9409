#include <algorithm>
#include <cmath>

#include "gdm/reduction/along/method.hpp"

namespace gdm::along {
namespace {

/// Gauss–Legendre on [−1, 1] with four points: exact to order 7, beyond the interpolations here.
constexpr double gauss_place[] = {0.3399810435848563, 0.8611363115940526};
constexpr double gauss_weight[] = {0.6521451548625461, 0.3478548451374538};

/// Adds factor times the values at `at` of the Lagrange polynomials through x[first …].
void add_interpolation(std::span<const double> x, std::size_t first, std::size_t count, double at, double factor,
                       std::vector<double>& weights) {
    for (std::size_t i = first; i < first + count; ++i) {
        double product = factor;
        for (std::size_t j = first; j < first + count; ++j) {
            if (j != i) product *= (at - x[j]) / (x[i] - x[j]);
        }
        weights[i] += product;
    }
}

}  // namespace

std::vector<double> quadrature_weights(std::span<const double> x, double from, double to, int order) {
    const std::size_t n = x.size(), count = std::min(n, static_cast<std::size_t>(order) + 1);
    if (n < 2 || !(from >= x.front()) || !(to <= x.back())) return {};
    std::vector<double> weights(n, 0.0);
    for (std::size_t k = 0; k + 1 < n; ++k) {
        const double low = std::max(from, x[k]), high = std::min(to, x[k + 1]);
        if (!(high > low)) continue;
        // As many points on either side of the interval as there are.
        const std::size_t left = (count - 1) / 2;
        const std::size_t first = std::min(k > left ? k - left : 0, n - count);
        const double middle = 0.5 * (low + high), half = 0.5 * (high - low);
        for (int g = 0; g < 2; ++g) {
            for (const double sign : {-1.0, 1.0})
                add_interpolation(x, first, count, middle + sign * half * gauss_place[g], half * gauss_weight[g], weights);
        }
    }
    return weights;
}

Method prepare(const Integral& integral, const Nodes& nodes) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < nodes.x.size(); ++i) {
        if (std::isfinite(nodes.x[i]) && std::isfinite(nodes.value[i])) places.push_back(i);
    }
    std::stable_sort(places.begin(), places.end(), [&](auto a, auto b) { return nodes.x[a] < nodes.x[b]; });
    const std::vector<double> x = pick(nodes.x, places);
    if (x.size() < 3) return {.failure = "fewer than three points"};
    if (std::adjacent_find(x.begin(), x.end()) != x.end()) return {.failure = "two points with one abscissa"};
    const double from = std::isfinite(integral.from) ? integral.from : x.front();
    const double to = std::isfinite(integral.to) ? integral.to : x.back();
    // The rule, and the one that judges it: of a higher order where there are points enough, otherwise a lower one.
    const int order = x.size() >= 4 ? 3 : 2, other = x.size() >= 6 ? 5 : order - 1;
    std::vector<double> weights = quadrature_weights(x, from, to, order), judge = quadrature_weights(x, from, to, other);
    if (weights.empty()) return {.failure = "the points do not reach from end to end of the integral"};
    std::vector<double> all(nodes.x.size(), 0.0), all_of_judge(all);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const double factor = nodes.weight.empty() ? 1 : nodes.weight[places[i]];
        all[places[i]] = weights[i] * factor;
        all_of_judge[places[i]] = judge[i] * factor;
    }
    const auto evaluate = [=, offset = nodes.offset](std::span<const double> value) {
        double sum = offset, judged = offset;
        for (const std::size_t i : places) {
            sum += all[i] * value[i];
            judged += all_of_judge[i] * value[i];
        }
        return Outcome{.value = {sum}, .others = {{judged}}};
    };
    return {.evaluate = evaluate, .used = places};
}

}  // namespace gdm::along
