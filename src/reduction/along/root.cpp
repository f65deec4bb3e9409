#include "root.hpp"

#include <algorithm>
#include <cmath>

#include "gdm/base/not_a_number.hpp"
#include "gdm/reduction/along/method.hpp"
#include "gdm/reduction/along/polynomial_fit.hpp"

namespace gdm::along {
namespace {

/// The zero of a fit in [low, high] that is nearest to `near`.
double zero_of(const PolynomialFit& fit, double low, double high, double near) {
    constexpr int cells = 32;
    double best = not_a_number, left = low, at_left = fit.value(low);
    for (int i = 1; i <= cells; ++i) {
        const double right = low + (high - low) * i / cells, at_right = fit.value(right);
        if ((at_left < 0) != (at_right < 0)) {
            double a = left, b = right;
            for (int step = 0; step < 60 && a < b; ++step) {
                const double middle = 0.5 * (a + b);
                ((fit.value(middle) < 0) == (at_left < 0) ? a : b) = middle;
            }
            const double zero = 0.5 * (a + b);
            if (!(std::abs(best - near) <= std::abs(zero - near))) best = zero;
        }
        left = right;
        at_left = at_right;
    }
    return best;
}

}  // namespace

std::optional<std::size_t> sign_change(std::span<const double> y, std::span<const double> error) {
    double total = 0, before = 0, best = 0;
    for (std::size_t i = 0; i < y.size(); ++i) total += y[i] / error[i];
    std::optional<std::size_t> place;
    for (std::size_t k = 0; k + 1 < y.size(); ++k) {
        before += y[k] / error[k];
        const double after = total - before;
        if ((before < 0) == (after < 0)) continue;
        if (const double apart = std::abs(before - after); apart > best) {
            best = apart;
            place = k;
        }
    }
    return place;
}

ZeroFinder::ZeroFinder(std::vector<double> x, std::span<const double> y, std::vector<double> error, std::size_t points,
                       int order) {
    const auto split = sign_change(y, error);
    if (!split) return;
    const std::size_t n = x.size(), count = std::min(points, n);
    first_ = std::min(*split + 1 > count / 2 ? *split + 1 - count / 2 : 0, n - count);
    order_ = std::min(order, static_cast<int>(count) - 1);
    // The order that judges: one more where the points allow it, otherwise one less.
    other_order_ = order_ + 1 < static_cast<int>(count) ? order_ + 1 : order_ - 1;
    const auto cut = [&](const std::vector<double>& all) {
        const auto first = all.begin() + static_cast<std::ptrdiff_t>(first_);
        return std::vector<double>(first, first + static_cast<std::ptrdiff_t>(count));
    };
    near_ = 0.5 * (x[*split] + x[*split + 1]);
    quarter_ = 0.25 * (x[*split + 1] - x[*split]);
    x_ = cut(x);
    error_ = cut(error);
    const Zero zero = find(y);
    if (std::isfinite(zero.position)) near_ = zero.position;
    exists_ = std::isfinite(zero.position);
}

ZeroFinder::Zero ZeroFinder::find(std::span<const double> y) const {
    const auto part = y.subspan(first_, x_.size());
    const PolynomialFit fit(x_, part, error_, order_);
    const double position = zero_of(fit, x_.front(), x_.back(), near_);
    double other = not_a_number;
    if (other_order_ > 0) other = zero_of({x_, part, error_, other_order_}, x_.front(), x_.back(), near_);
    if (std::isnan(other)) other = position + quarter_;
    return {position, other, fit.error(position) / std::abs(fit.slope(position)), fit.chi2(), fit.freedom()};
}

Method prepare(const Root& root, const Nodes& nodes) {
    const auto places = usable(nodes);
    std::vector<double> above = pick(nodes.value, places);
    for (double& one : above) one -= root.level;
    const ZeroFinder finder(pick(nodes.x, places), above, pick(nodes.error, places), root.points, root.order);
    if (!finder.exists()) return {.failure = "it does not pass the level"};
    const auto evaluate = [=, level = root.level](std::span<const double> value) {
        std::vector<double> y = pick(value, places);
        for (double& one : y) one -= level;
        const auto zero = finder.find(y);
        return Outcome{.value = {zero.position}, .others = {{zero.other}}, .chi2 = zero.chi2, .freedom = zero.freedom};
    };
    const auto window = std::span(places).subspan(finder.first(), finder.size());
    return {.evaluate = evaluate, .used = {window.begin(), window.end()}};
}

}  // namespace gdm::along
