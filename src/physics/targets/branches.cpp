#include <algorithm>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <utility>

#include "exhaustive_roots.hpp"
#include "gdm/physics/targets/self_consistency.hpp"
#include "simplex_centres.hpp"

namespace gdm {
namespace {

/// Branches nearer than this are one.
constexpr double same = 1e-6;

double distance(std::span<const double> a, std::span<const double> b) {
    double square = 0;
    for (std::size_t k = 0; k < a.size(); ++k) square += (a[k] - b[k]) * (a[k] - b[k]);
    return std::sqrt(square);
}

/// The zero of a function that changes its sign between low and high.
template <class Function>
double bracketed(const Function& function, double low, double high) {
    std::uintmax_t iterations = 200;
    const auto [below, above] =
        boost::math::tools::toms748_solve(function, low, high, boost::math::tools::eps_tolerance<double>(52), iterations);
    return std::abs(function(below)) < std::abs(function(above)) ? below : above;
}

std::vector<double> axis_roots(const TargetLaw& law, double h, double theta) {
    Posterior posterior;
    const auto variance = [&](double x) {
        law.evaluate(std::span(&x, 1), theta, posterior);
        return posterior.covariance[0];
    };
    const auto residual = [&](double m) {
        const double x = m + h;
        double mean = 0;
        law.mean(std::span(&x, 1), theta, std::span(&mean, 1));
        return m - mean;
    };
    // The points bound m. Where the variance passes θ, at x = ±turn, the residual turns.
    std::vector<double> ends{-1};
    if (variance(0) > theta) {
        double far = 1;
        while (variance(far) > theta) far *= 2;
        const double turn = bracketed([&](double x) { return variance(x) - theta; }, 0, far);
        for (const double place : {-turn - h, turn - h})
            if (std::abs(place) < 1) ends.push_back(place);
    }
    ends.push_back(1);
    std::vector<double> roots;
    for (std::size_t k = 0; k + 1 < ends.size(); ++k) {
        const double low = residual(ends[k]), high = residual(ends[k + 1]);
        if (low == 0 && (roots.empty() || roots.back() != ends[k])) roots.push_back(ends[k]);
        if (high == 0) roots.push_back(ends[k + 1]);
        // m = 0 without a field is a root to the last bit, which bracketing would miss by rounding.
        else if (low * high < 0)
            roots.push_back(h == 0 && ends[k] < 0 && ends[k + 1] > 0 ? 0 : bracketed(residual, ends[k], ends[k + 1]));
    }
    return roots;
}

void add_if_new(std::vector<std::vector<double>>& roots, std::vector<double> root) {
    for (const auto& one : roots)
        if (distance(one, root) < same) return;
    roots.push_back(std::move(root));
}

std::vector<double> mean_of(const std::vector<std::vector<double>>& roots) {
    std::vector<double> mean(roots.front().size(), 0.0);
    for (const auto& root : roots)
        for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += root[k] / static_cast<double>(roots.size());
    return mean;
}

/// Places between branches where saddles and maxima are looked for: the means of each with its nearest, one by one and two
/// by two.
std::vector<std::vector<double>> between(const std::vector<std::vector<double>>& roots) {
    const std::size_t nearest = roots.size() <= 32 ? 4 : 2;
    std::vector<std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < roots.size(); ++i) {
        std::vector<std::pair<double, std::size_t>> others;
        for (std::size_t j = 0; j < roots.size(); ++j)
            if (j != i) others.emplace_back(distance(roots[i], roots[j]), j);
        const std::size_t count = std::min(nearest, others.size());
        std::partial_sort(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(count), others.end());
        for (std::size_t k = 0; k < count; ++k) {
            groups.push_back({i, others[k].second});
            for (std::size_t l = 0; l < k; ++l) groups.push_back({i, others[k].second, others[l].second});
        }
    }
    for (auto& group : groups) std::sort(group.begin(), group.end());
    std::sort(groups.begin(), groups.end());
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    std::vector<std::vector<double>> places;
    for (const auto& group : groups) {
        std::vector<std::vector<double>> members;
        members.reserve(group.size());
        for (const std::size_t member : group) members.push_back(roots[member]);
        places.push_back(mean_of(members));
    }
    return places;
}

/// Newton's method from a place, then what deflation finds elsewhere from it.
void search_from(const FieldedTarget& target, double theta, std::span<const double> place, const Stop& stop,
                 std::vector<std::vector<double>>& roots) {
    constexpr int most = 4;
    for (int found = 0; found < most; ++found) {
        stop.check();
        auto root = found == 0 ? newton_root(target, theta, place) : newton_root(target, theta, place, roots);
        if (root) add_if_new(roots, std::move(*root));
        if (!root && found > 0) return;
    }
}

/// Σ sign det(I − C/θ) over the roots: 1 where none is missing (Poincaré–Hopf; the landscape rises to infinity).
int degree(const FieldedTarget& target, double theta, const std::vector<std::vector<double>>& roots) {
    int sum = 0;
    for (const auto& root : roots) sum += std::fmod(branch_at(target, theta, root).unstable(theta, 0), 2) == 0 ? 1 : -1;
    return sum;
}

/// From starts and between what was found; see searched_branches.
std::vector<std::vector<double>> searched_roots(const FieldedTarget& target, double theta, std::span<const double> mixtures,
                                                const Stop& stop) {
    const std::size_t n = target.law.coordinates();
    std::vector<double> starts = target.law.points();
    for (const double value : target.law.prior_mean()) starts.push_back(value);
    starts.insert(starts.end(), mixtures.begin(), mixtures.end());
    std::vector<std::vector<double>> roots;
    for (std::size_t k = 0; k < starts.size(); k += n) {
        stop.check();
        if (auto root = descend(target, theta, std::span(starts).subspan(k, n))) add_if_new(roots, std::move(*root));
    }
    const std::vector<double> centres = simplex_centres(target, theta);
    for (std::size_t k = 0; k < centres.size(); k += n) {
        stop.check();
        if (auto root = newton_root(target, theta, std::span(centres).subspan(k, n))) add_if_new(roots, std::move(*root));
    }
    if (roots.empty()) throw std::runtime_error("no state of the target was found near its points; take other theta");
    // Saddles lie between minima, maxima between saddles.
    constexpr int least_rounds = 2, most_rounds = 5;
    constexpr std::size_t most_roots = 256;  // N points in N − 1 dimensions have 2^N − 1 at little noise
    std::size_t before = 0;
    for (int round = 0; round < most_rounds && before < roots.size() && roots.size() < most_roots; ++round) {
        if (round >= least_rounds && degree(target, theta, roots) == 1) break;
        before = roots.size();
        auto places = between(roots);
        places.push_back(mean_of(roots));
        for (const auto& place : places) search_from(target, theta, place, stop, roots);
    }
    for (std::size_t k = 0; k < mixtures.size() && degree(target, theta, roots) != 1; k += n)
        search_from(target, theta, mixtures.subspan(k, n), stop, roots);
    return roots;
}

}  // namespace

std::vector<Branch> axis_branches(const FieldedTarget& target, double theta) {
    std::vector<Branch> branches;
    for (const double m : axis_roots(target.law, target.field[0], theta))
        branches.push_back(branch_at(target, theta, std::span(&m, 1)));
    return branches;
}

std::vector<Branch> four_deltas_branches(const FieldedTarget& target, double theta) {
    const auto diagonal = two_deltas_target();
    std::vector<Branch> branches;
    for (const double a : axis_roots(*diagonal, target.field[0] + target.field[1], 2 * theta))
        for (const double b : axis_roots(*diagonal, target.field[0] - target.field[1], 2 * theta))
            branches.push_back(branch_at(target, theta, std::vector<double>{(a + b) / 2, (a - b) / 2}));
    return branches;
}

std::vector<Branch> searched_branches(const FieldedTarget& target, double theta, std::span<const double> mixtures,
                                      const Stop& stop, bool* proven) {
    std::optional<std::vector<std::vector<double>>> all;
    if (target.law.coordinates() <= most_exhaustive_coordinates) all = exhaustive_roots(target, theta, stop);
    if (proven != nullptr) *proven = all.has_value();
    const auto roots = all ? std::move(*all) : searched_roots(target, theta, mixtures, stop);
    std::vector<Branch> branches;
    for (const auto& root : roots) branches.push_back(branch_at(target, theta, root));
    std::stable_sort(branches.begin(), branches.end(), [&](const Branch& a, const Branch& b) {
        const bool first = a.variances.front() < theta, second = b.variances.front() < theta;
        return first != second ? first : a.free_energy < b.free_energy;
    });
    return branches;
}

}  // namespace gdm
