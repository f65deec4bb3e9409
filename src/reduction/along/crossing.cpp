#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "gdm/base/not_a_number.hpp"
#include "gdm/reduction/along/method.hpp"
#include "gdm/reduction/along/polynomial_fit.hpp"
#include "root.hpp"

namespace gdm::along {
namespace {

/// The curves of two sizes that follow each other, at the abscissas that they share.
struct Pair {
    std::size_t place;                      ///< of the smaller size on its axis
    double size;                            ///< the smaller one
    std::vector<std::size_t> small, large;  ///< nodes
    ZeroFinder finder;

    [[nodiscard]] std::vector<double> difference(std::span<const double> value) const {
        std::vector<double> d(small.size());
        for (std::size_t i = 0; i < d.size(); ++i) d[i] = value[large[i]] - value[small[i]];
        return d;
    }
};

/// Pairs whose curves cross, by ascending size.
std::vector<Pair> pairs_of(const Crossing& crossing, const Nodes& nodes) {
    std::map<double, std::vector<std::size_t>> curves;
    for (const std::size_t i : usable(nodes)) curves[nodes.size[i]].push_back(i);
    std::vector<Pair> pairs;
    if (curves.size() < 2) return pairs;
    for (auto small = curves.begin(), large = std::next(small); large != curves.end(); ++small, ++large) {
        std::vector<std::size_t> one, other;
        std::vector<double> x, y, error;
        for (std::size_t i = 0, j = 0; i < small->second.size() && j < large->second.size();) {
            const std::size_t a = small->second[i], b = large->second[j];
            if (nodes.x[a] == nodes.x[b]) {
                one.push_back(a), other.push_back(b);
                x.push_back(nodes.x[a]);
                y.push_back(nodes.value[b] - nodes.value[a]);
                error.push_back(std::hypot(nodes.error[a], nodes.error[b]));
            }
            nodes.x[a] <= nodes.x[b] ? ++i : ++j;
        }
        ZeroFinder finder(std::move(x), y, std::move(error), crossing.points, crossing.order);
        if (!finder.exists()) continue;
        pairs.push_back(
            {nodes.size_place[small->second.front()], small->first, std::move(one), std::move(other), std::move(finder)});
    }
    return pairs;
}

/// The crossing of infinite sizes from those of the pairs.
double without_drift(double drift, std::span<const double> abscissa, std::span<const double> position,
                     std::span<const double> error) {
    if (position.empty()) return not_a_number;
    if (drift == 0 || position.size() == 1) return position.back();
    return PolynomialFit(abscissa, position, error, 1).value(0);
}

}  // namespace

std::vector<Passage> passages(const Kind& kind, const Nodes& nodes) {
    std::vector<Passage> found;
    if (const auto* crossing = std::get_if<Crossing>(&kind)) {
        for (const Pair& pair : pairs_of(*crossing, nodes)) {
            const auto zero = pair.finder.find(pair.difference(nodes.value));
            found.push_back({pair.place, nodes.size_place[pair.large.front()], zero.position, zero.error});
        }
    } else if (const auto* root = std::get_if<Root>(&kind)) {
        const auto places = usable(nodes);
        std::vector<double> above = pick(nodes.value, places);
        for (double& one : above) one -= root->level;
        const ZeroFinder finder(pick(nodes.x, places), above, pick(nodes.error, places), root->points, root->order);
        if (finder.exists()) found.push_back({0, 0, finder.position(), finder.find(above).error});
    }
    return found;
}

Method prepare(const Crossing& crossing, const Nodes& nodes) {
    const std::vector<Pair> pairs = pairs_of(crossing, nodes);
    if (pairs.empty()) return {.failure = "no two neighbouring sizes cross"};
    std::set<std::size_t> used;
    std::vector<double> abscissa, error;
    for (const Pair& pair : pairs) {
        for (std::size_t i = pair.finder.first(); i < pair.finder.first() + pair.finder.size(); ++i)
            used.insert({pair.small[i], pair.large[i]});
        abscissa.push_back(std::pow(pair.size, -crossing.drift));
        error.push_back(pair.finder.find(pair.difference(nodes.value)).error);
    }
    const auto evaluate = [=, drift = crossing.drift, sizes = nodes.sizes](std::span<const double> value) {
        Outcome outcome{.value = std::vector<double>(1 + sizes, not_a_number), .chi2 = 0, .freedom = 0};
        std::vector<double> of_order(outcome.value), of_drift(outcome.value), positions, others;
        for (const Pair& pair : pairs) {
            const auto zero = pair.finder.find(pair.difference(value));
            positions.push_back(zero.position);
            others.push_back(zero.other);
            outcome.value[1 + pair.place] = of_drift[1 + pair.place] = zero.position;
            of_order[1 + pair.place] = zero.other;
            outcome.chi2 += zero.chi2;
            outcome.freedom += zero.freedom;
        }
        const std::size_t n = positions.size();
        outcome.value[0] = without_drift(drift, abscissa, positions, error);
        of_order[0] = without_drift(drift, abscissa, others, error);
        // What the drift leaves: seen without the smallest sizes, or where two pairs are all, in the larger of them.
        of_drift[0] = n == 1      ? outcome.value[0]
                      : drift > 0 ? without_drift(drift, std::span(abscissa).last(n - 1), std::span(positions).last(n - 1),
                                                  std::span(error).last(n - 1))
                                  : positions[n - 2];
        outcome.others = {std::move(of_order), std::move(of_drift)};
        return outcome;
    };
    return {.evaluate = evaluate, .used = {used.begin(), used.end()}};
}

}  // namespace gdm::along
