#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "gdm/reduction/along/method.hpp"
#include "gdm/reduction/along/polynomial_fit.hpp"

namespace gdm::along {
namespace {

/// x_c, ν, κ.
using Parameters = std::array<double, 3>;

/// y = size^κ f((x − x_c) size^{1/ν}) on some nodes; f is the best polynomial for the parameters, so that only these are
/// sought.
class ScalingFit {
  public:
    ScalingFit(const Collapse& collapse, const Nodes& nodes, std::vector<std::size_t> places)
        : places_(std::move(places)),
          x_(pick(nodes.x, places_)),
          size_(pick(nodes.size, places_)),
          error_(pick(nodes.error, places_)),
          ranges_{collapse.critical, collapse.nu, collapse.scaling},
          order_(collapse.order) {
        for (std::size_t k = 0; k < 3; ++k)
            if (!ranges_[k].given()) free_.push_back(k);
        if (!ranges_[0].given() && !x_.empty()) {  // so that a wide range costs no precision of the search
            const auto [least, most] = std::minmax_element(x_.begin(), x_.end());
            const Range among{std::max(ranges_[0].from, *least), std::min(ranges_[0].to, *most)};
            if (among.from < among.to) ranges_[0] = among;
        }
    }

    [[nodiscard]] const std::vector<std::size_t>& places() const { return places_; }
    [[nodiscard]] const std::vector<std::size_t>& free() const { return free_; }
    [[nodiscard]] bool possible() const { return places_.size() > static_cast<std::size_t>(order_) + 1 + free_.size(); }
    [[nodiscard]] double freedom() const { return static_cast<double>(places_.size() - free_.size()) - order_ - 1; }
    [[nodiscard]] double range(std::size_t k) const { return ranges_[k].to - ranges_[k].from; }
    [[nodiscard]] bool at_an_edge(const Parameters& at) const {
        return std::any_of(free_.begin(), free_.end(), [&](std::size_t k) {
            return std::min(at[k] - ranges_[k].from, ranges_[k].to - at[k]) < 1e-6 * range(k);
        });
    }
    [[nodiscard]] double scaled(std::size_t i, const Parameters& at) const {
        return (x_[i] - at[0]) * std::pow(size_[i], 1 / at[1]);
    }

    [[nodiscard]] PolynomialFit fit(std::span<const double> value, const Parameters& at) const {
        std::vector<double> u(places_.size()), y(u), error(u);
        for (std::size_t i = 0; i < u.size(); ++i) {
            const double scale = std::pow(size_[i], -at[2]);
            u[i] = scaled(i, at);
            y[i] = value[places_[i]] * scale;
            error[i] = error_[i] * scale;
        }
        return {u, y, error, order_};
    }

    /// The best of a coarse grid of all free parameters.
    [[nodiscard]] Parameters search(std::span<const double> value) const {
        constexpr int cells = 12;
        Parameters at{ranges_[0].from, ranges_[1].from, ranges_[2].from}, best = at;
        double least = std::numeric_limits<double>::infinity();
        const int many = static_cast<int>(std::pow(cells, free_.size()));
        for (int code = 0; code < many; ++code) {
            int rest = code;
            for (const std::size_t k : free_) {
                at[k] = ranges_[k].from + range(k) * (rest % cells + 0.5) / cells;
                rest /= cells;
            }
            if (const double chi2 = fit(value, at).chi2(); chi2 < least) least = chi2, best = at;
        }
        return best;
    }

    using Slopes = std::array<std::vector<double>, 3>;
    /// Of the residuals in the free parameters.
    [[nodiscard]] Slopes slopes(std::span<const double> value, const Parameters& at) const {
        Slopes all;
        for (std::size_t a = 0; a < free_.size(); ++a) {
            const double step = 1e-5 * range(free_[a]);
            Parameters up = at, down = at;
            up[free_[a]] += step;
            down[free_[a]] -= step;
            all[a] = fit(value, up).residuals();
            const auto below = fit(value, down).residuals();
            for (std::size_t i = 0; i < below.size(); ++i) all[a][i] = (all[a][i] - below[i]) / (2 * step);
        }
        return all;
    }
    /// One step of Gauss and Newton, within the ranges. From the minimum of some values it leads to that of values nearby.
    [[nodiscard]] Parameters step(const Slopes& slopes, const std::vector<double>& residuals, const Parameters& at,
                                  double damping = 0) const {
        const auto change = solve(slopes, residuals, free_.size(), damping);
        Parameters next = at;
        for (std::size_t a = 0; a < free_.size(); ++a) {
            const Range& range_of = ranges_[free_[a]];
            next[free_[a]] = std::clamp(at[free_[a]] - change[a], range_of.from, range_of.to);
        }
        return next;
    }
    /// Levenberg and Marquardt's descent of χ² from a start.
    [[nodiscard]] Parameters descend(std::span<const double> value, Parameters at) const {
        std::vector<double> residuals = fit(value, at).residuals();
        double chi2 = sum_of_squares(residuals), damping = 1e-3;
        for (int iteration = 0; iteration < 60; ++iteration) {
            const Slopes here = slopes(value, at);
            bool better = false;
            double moved = 0;
            while (!better && damping < 1e8) {
                const Parameters next = step(here, residuals, at, damping);
                moved = 0;
                for (const std::size_t k : free_) moved = std::max(moved, std::abs(next[k] - at[k]) / range(k));
                auto there = fit(value, next).residuals();
                const double chi2_there = sum_of_squares(there);
                better = chi2_there <= chi2;
                damping = better ? std::max(damping / 10, 1e-9) : damping * 10;
                if (better) at = next, residuals = std::move(there), chi2 = chi2_there;
            }
            if (!better || moved < 1e-8) break;
        }
        return at;
    }

  private:
    [[nodiscard]] static double sum_of_squares(const std::vector<double>& all) {
        double sum = 0;
        for (const double one : all) sum += one * one;
        return sum;
    }
    /// (JᵀJ + damping · diagonal) step = Jᵀ r, by elimination.
    [[nodiscard]] static std::array<double, 3> solve(const std::array<std::vector<double>, 3>& slopes,
                                                     const std::vector<double>& residuals, std::size_t m, double damping) {
        double matrix[3][4] = {};
        for (std::size_t a = 0; a < m; ++a) {
            for (std::size_t i = 0; i < residuals.size(); ++i) {
                for (std::size_t b = 0; b < m; ++b) matrix[a][b] += slopes[a][i] * slopes[b][i];
                matrix[a][3] += slopes[a][i] * residuals[i];
            }
            matrix[a][a] *= 1 + damping;
        }
        for (std::size_t a = 0; a < m; ++a) {
            for (std::size_t b = 0; b < m; ++b) {
                if (b == a || !(std::abs(matrix[a][a]) > 0)) continue;
                const double factor = matrix[b][a] / matrix[a][a];
                for (std::size_t c = 0; c < 4; ++c) matrix[b][c] -= factor * matrix[a][c];
            }
        }
        std::array<double, 3> step{};
        for (std::size_t a = 0; a < m; ++a) step[a] = std::abs(matrix[a][a]) > 0 ? matrix[a][3] / matrix[a][a] : 0;
        return step;
    }

    std::vector<std::size_t> places_;
    std::vector<double> x_, size_, error_;
    std::array<Range, 3> ranges_;
    std::vector<std::size_t> free_;
    int order_;
};

/// ν, then what is free of x_c and κ.
std::vector<double> numbers(const ScalingFit& fit, const Parameters& at) {
    std::vector<double> all{at[1]};
    for (const std::size_t k : fit.free())
        if (k != 1) all.push_back(at[k]);
    if (!fit.free().empty() && fit.free().back() == 2) all.push_back(at[2] * at[1]);
    return all;
}

}  // namespace

Method prepare(const Collapse& collapse, const Nodes& nodes) {
    auto places = usable(nodes);
    std::set<double> sizes;
    for (const std::size_t i : places) sizes.insert(nodes.size[i]);
    if (sizes.size() < 2) return {.failure = "fewer than two sizes"};
    ScalingFit whole(collapse, nodes, places);
    if (!whole.possible()) return {.failure = "too few points with an error"};
    Parameters start = whole.descend(nodes.value, whole.search(nodes.value));
    // The width is in units of the result: two rounds choose the points.
    for (int round = 0; round < 2 && std::isfinite(collapse.width); ++round) {
        std::vector<std::size_t> near;
        const ScalingFit all(collapse, nodes, places);
        for (std::size_t i = 0; i < places.size(); ++i)
            if (std::abs(all.scaled(i, start)) < collapse.width) near.push_back(places[i]);
        whole = ScalingFit(collapse, nodes, std::move(near));
        if (!whole.possible()) return {.failure = "too few points with an error within the width"};
        start = whole.descend(nodes.value, start);
    }
    if (whole.at_an_edge(start)) return {.used = whole.places(), .failure = "a number ends at the edge of its range"};
    // What corrections to scaling leave is seen without the smallest size; with two sizes, with a polynomial of one order
    // more.
    Collapse other_rule = collapse;
    auto others = whole.places();
    if (sizes.size() > 2) {
        std::erase_if(others, [&](std::size_t i) { return nodes.size[i] == *sizes.begin(); });
    } else {
        ++other_rule.order;
    }
    const ScalingFit other(other_rule, nodes, others);
    const bool judged = other.possible();
    const Parameters other_start = judged ? other.descend(nodes.value, start) : start;
    // Other values are near these: one step leads to their minimum.
    const auto slopes = whole.slopes(nodes.value, start),
               other_slopes = judged ? other.slopes(nodes.value, other_start) : slopes;
    const auto evaluate = [=](std::span<const double> value) {
        const auto residuals = whole.fit(value, start).residuals();
        Outcome outcome{.value = numbers(whole, whole.step(slopes, residuals, start)),
                        .chi2 = std::inner_product(residuals.begin(), residuals.end(), residuals.begin(), 0.0),
                        .freedom = whole.freedom()};
        if (judged)
            outcome.others = {
                numbers(other, other.step(other_slopes, other.fit(value, other_start).residuals(), other_start))};
        return outcome;
    };
    return {.evaluate = evaluate, .used = whole.places()};
}

}  // namespace gdm::along
