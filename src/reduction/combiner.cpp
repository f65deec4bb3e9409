#include "gdm/reduction/combiner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gdm/base/error.hpp"
#include "gdm/base/log_sum.hpp"
#include "gdm/base/statistics.hpp"

namespace gdm {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

Combiner::Combiner(const std::vector<ObservableRecord>& observables) {
    std::vector<Layout::Entry> whole, kept;
    for (const auto& observable : observables) whole.push_back({observable.name, observable.shape, 0, 1});
    const Layout all(whole);
    for (const auto& observable : observables) {
        const Combine combine = observable.combine;
        if (combine == Combine::stored) continue;
        Rule rule = combine == Combine::mean ? Rule::mean : combine == Combine::sum ? Rule::sum : Rule::log_mean_exp;
        if (!observable.error_of.empty()) {
            const auto target = std::find_if(observables.begin(), observables.end(),
                                             [&](const auto& one) { return one.name == observable.error_of; });
            const bool of_sum = target != observables.end() && target->combine == Combine::sum;
            rule = of_sum ? Rule::quadrature_sum : Rule::quadrature_mean;
        }
        kept.push_back({observable.name, observable.shape, 0, 1});
        const auto& entry = all.at(observable.name);
        for (std::size_t i = 0; i < entry.size; ++i) {
            source_.push_back(entry.offset + i);
            rules_.push_back(rule);
        }
    }
    layout_ = Layout(std::move(kept));
}

double Combiner::identity(Rule rule) { return rule == Rule::log_mean_exp ? -infinity : 0; }

double Combiner::lift(Rule rule, double value) {
    return rule == Rule::quadrature_mean || rule == Rule::quadrature_sum ? value * value : value;
}

double Combiner::add(Rule rule, double left, double right) {
    return rule == Rule::log_mean_exp ? log_add_exp(left, right) : left + right;
}

double Combiner::finish(Rule rule, double total, std::size_t count, std::size_t of) {
    const double n = static_cast<double>(count);
    const double scale = static_cast<double>(of) / n;
    if (count == 0) return not_a_number;
    switch (rule) {
        case Rule::mean:
            return total / n;
        case Rule::sum:
            return total * scale;
        case Rule::log_mean_exp:
            return total - std::log(n);
        case Rule::quadrature_mean:
            return std::sqrt(total) / n;
        case Rule::quadrature_sum:
            return std::sqrt(total * scale);
    }
    return not_a_number;
}

void Combiner::pack(std::span<const double> block, std::vector<double>& rows) const {
    for (const std::size_t place : source_) rows.push_back(block[place]);
}

Combiner::Result Combiner::combine(std::span<const double> rows) const {
    const std::size_t width = layout_.size();
    const std::size_t count = width == 0 ? 0 : rows.size() / width;
    Result result{std::vector<double>(width), std::vector<double>(width, not_a_number)};
    std::vector<std::size_t> by_jackknife;
    for (std::size_t i = 0; i < width; ++i) {
        double total = identity(rules_[i]);
        RunningMoments moments;
        for (std::size_t k = 0; k < count; ++k) {
            const double value = rows[k * width + i];
            total = add(rules_[i], total, lift(rules_[i], value));
            moments.add(value);
        }
        result.value[i] = finish(rules_[i], total, count, count);
        if (rules_[i] == Rule::mean) result.error[i] = moments.standard_error();
        if (rules_[i] == Rule::sum) result.error[i] = static_cast<double>(count) * moments.standard_error();
        if (rules_[i] == Rule::log_mean_exp) by_jackknife.push_back(i);
    }
    if (by_jackknife.empty()) return result;
    std::vector<std::vector<double>> without(by_jackknife.size());
    leave_one_out(rows, [&](std::span<const double> others) {
        for (std::size_t j = 0; j < by_jackknife.size(); ++j) without[j].push_back(others[by_jackknife[j]]);
    });
    for (std::size_t j = 0; j < by_jackknife.size(); ++j) {
        double& error = result.error[by_jackknife[j]];
        error = std::isfinite(result.value[by_jackknife[j]]) ? jackknife_error(without[j]) : not_a_number;
    }
    return result;
}

std::vector<double> Combiner::combine_chosen(std::span<const double> rows, std::span<const std::size_t> chosen) const {
    const std::size_t width = layout_.size();
    std::vector<double> totals(width);
    for (std::size_t i = 0; i < width; ++i) totals[i] = identity(rules_[i]);
    for (const std::size_t k : chosen) {
        for (std::size_t i = 0; i < width; ++i) {
            totals[i] = add(rules_[i], totals[i], lift(rules_[i], rows[k * width + i]));
        }
    }
    for (std::size_t i = 0; i < width; ++i) totals[i] = finish(rules_[i], totals[i], chosen.size(), chosen.size());
    return totals;
}

void Combiner::leave_one_out(std::span<const double> rows, const std::function<void(std::span<const double>)>& visit) const {
    const std::size_t width = layout_.size();
    const std::size_t count = width == 0 ? 0 : rows.size() / width;
    // Totals before and after each replica: a difference from the whole would cancel, and lose to infinities and NaN.
    std::vector<double> after((count + 1) * width), before(width), others(width);
    for (std::size_t i = 0; i < width; ++i) {
        before[i] = identity(rules_[i]);
        after[count * width + i] = identity(rules_[i]);
        for (std::size_t k = count; k-- > 0;) {
            after[k * width + i] = add(rules_[i], after[(k + 1) * width + i], lift(rules_[i], rows[k * width + i]));
        }
    }
    for (std::size_t k = 0; k < count; ++k) {
        for (std::size_t i = 0; i < width; ++i) {
            const double total = add(rules_[i], before[i], after[(k + 1) * width + i]);
            others[i] = finish(rules_[i], total, count - 1, count);
            before[i] = add(rules_[i], before[i], lift(rules_[i], rows[k * width + i]));
        }
        visit(others);
    }
}

void correct_errors(const Experiment& experiment, const Point& point, const Layout& layout, std::size_t replicas,
                    Combiner::Result& combined) {
    const Combined observables(layout, combined.value);
    for (const auto& one : experiment.observables) {
        if (one.combine == Combine::stored) continue;
        const auto& entry = layout.at(one.name);
        const auto errors = std::span(combined.error).subspan(entry.offset, entry.size);
        if (one.spread_is_error && !one.spread_is_error(point, observables)) {
            std::fill(errors.begin(), errors.end(), not_a_number);
        } else if (one.bounds) {
            const Bounds bounds = one.bounds(point);
            const double unseen = bounds.unseen(point, replicas);
            for (std::size_t i = 0; i < errors.size(); ++i) {
                errors[i] = std::hypot(errors[i], unseen, bounds.relative * combined.value[entry.offset + i]);
            }
        }
    }
}

}  // namespace gdm
