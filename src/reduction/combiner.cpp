#include "gdm/reduction/combiner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "gdm/base/error.hpp"
#include "gdm/base/log_sum.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/base/statistics.hpp"

namespace gdm {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A NaN of its own, for what belongs to a whole chain in the rows after the first. (A payload survives copies.)
constexpr std::uint64_t absent_bits = 0x7FF8'0000'0062'6C6B;
bool is_absent(double value) { return std::bit_cast<std::uint64_t>(value) == absent_bits; }

bool spans_blocks(const ObservableRecord& observable) {
    return !observable.axes.empty() && observable.axes.back() == block_axis;
}

}  // namespace

Combiner::Combiner(const std::vector<ObservableRecord>& observables) {
    std::vector<Layout::Entry> whole, kept;
    for (const auto& observable : observables) {
        whole.push_back({observable.name, observable.shape, 0, 1});
        if (observable.combine == Combine::stored) continue;
        kept.push_back(whole.back());
        if (!spans_blocks(observable)) continue;
        blocks_ = observable.shape.back();
        kept.back().shape.pop_back();
    }
    const Layout all(whole);
    layout_ = Layout(std::move(kept));
    for (const auto& observable : observables) {
        const Combine combine = observable.combine;
        if (combine == Combine::stored) continue;
        Number number{.in_blocks = spans_blocks(observable)};
        number.rule = combine == Combine::mean ? Rule::mean : combine == Combine::sum ? Rule::sum : Rule::log_mean_exp;
        if (!observable.error_of.empty()) {
            const ObservableRecord* target = find_named(observables, observable.error_of);
            const bool of_sum = target != nullptr && target->combine == Combine::sum;
            number.rule = of_sum ? Rule::quadrature_sum : Rule::quadrature_mean;
        }
        const std::size_t stride = number.in_blocks ? blocks_ : 1;
        for (std::size_t i = 0; i < layout_.at(observable.name).size; ++i) {
            number.source = all.at(observable.name).offset + i * stride;
            number.error_at = numbers_.size();
            numbers_.push_back(number);
        }
    }
    for (const auto& observable : observables) {
        const ObservableRecord* target = find_named(observables, observable.error_of);
        if (observable.combine == Combine::stored || target == nullptr || target->combine == Combine::stored) continue;
        const auto &from = layout_.at(observable.name), &to = layout_.at(target->name);
        if (from.size != to.size) continue;
        for (std::size_t i = 0; i < to.size; ++i) numbers_[to.offset + i].error_at = from.offset + i;
    }
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
    for (std::size_t part = 0; part < blocks_; ++part) {
        for (const Number& number : numbers_) {
            const bool there = part == 0 || number.in_blocks;
            rows.push_back(there ? block[number.source + (number.in_blocks ? part : 0)]
                                 : std::bit_cast<double>(absent_bits));
        }
    }
}

std::vector<double> Combiner::join_blocks(std::span<const double> rows, std::size_t units) const {
    const std::size_t width = layout_.size(), joined = blocks_ / units;
    std::vector<double> result;
    for (std::size_t first = 0; first + joined * width <= rows.size(); first += joined * width) {
        for (std::size_t i = 0; i < width; ++i) {
            const Rule rule = numbers_[i].rule;
            double total = identity(rule);
            for (std::size_t part = 0; part < joined; ++part) total = add(rule, total, rows[first + part * width + i]);
            result.push_back(numbers_[i].in_blocks ? finish(rule, total, joined, joined) : rows[first + i]);
        }
    }
    return result;
}

std::vector<double> Combiner::values(std::span<const double> rows) const {
    const std::size_t width = layout_.size();
    std::vector<double> result(width);
    for (std::size_t i = 0; i < width; ++i) {
        const Rule rule = numbers_[i].rule;
        double total = identity(rule);
        std::size_t count = 0;
        for (std::size_t at = i; at < rows.size(); at += width) {
            if (is_absent(rows[at])) continue;
            total = add(rule, total, lift(rule, rows[at]));
            ++count;
        }
        result[i] = finish(rule, total, count, count);
    }
    return result;
}

Combiner::Result Combiner::combine(std::span<const double> rows) const {
    const std::size_t width = layout_.size();
    Result result{values(rows), std::vector<double>(width, not_a_number)};
    std::vector<std::size_t> by_jackknife;
    for (std::size_t i = 0; i < width; ++i) {
        RunningMoments moments;
        for (std::size_t at = i; at < rows.size(); at += width) {
            if (!is_absent(rows[at])) moments.add(rows[at]);
        }
        if (numbers_[i].rule == Rule::mean) result.error[i] = moments.standard_error();
        if (numbers_[i].rule == Rule::sum) result.error[i] = static_cast<double>(moments.count()) * moments.standard_error();
        if (numbers_[i].rule == Rule::log_mean_exp) by_jackknife.push_back(i);
    }
    std::vector<std::vector<double>> without(by_jackknife.size());
    if (!by_jackknife.empty()) {
        leave_one_out(rows, [&](std::span<const double> others) {
            for (std::size_t j = 0; j < by_jackknife.size(); ++j) without[j].push_back(others[by_jackknife[j]]);
        });
    }
    for (std::size_t j = 0; j < by_jackknife.size(); ++j) {
        double& error = result.error[by_jackknife[j]];
        error = std::isfinite(result.value[by_jackknife[j]]) ? jackknife_error(without[j]) : not_a_number;
    }
    for (std::size_t i = 0; i < width; ++i) {
        if (const std::size_t from = numbers_[i].error_at; from != i && is_one_replica(rows, from))
            result.error[i] = result.value[from];
    }
    return result;
}

bool Combiner::is_one_replica(std::span<const double> rows, std::size_t number) const {
    std::size_t count = 0;
    for (std::size_t at = number; at < rows.size() && count < 2; at += layout_.size()) count += is_absent(rows[at]) ? 0 : 1;
    return count == 1;
}

std::vector<double> Combiner::combine_chosen(std::span<const double> rows, std::span<const std::size_t> chosen) const {
    const std::size_t width = layout_.size();
    std::vector<double> totals(width);
    for (std::size_t i = 0; i < width; ++i) totals[i] = identity(numbers_[i].rule);
    for (const std::size_t k : chosen) {
        for (std::size_t i = 0; i < width; ++i) {
            totals[i] = add(numbers_[i].rule, totals[i], lift(numbers_[i].rule, rows[k * width + i]));
        }
    }
    for (std::size_t i = 0; i < width; ++i) totals[i] = finish(numbers_[i].rule, totals[i], chosen.size(), chosen.size());
    return totals;
}

void Combiner::leave_one_out(std::span<const double> rows, const std::function<void(std::span<const double>)>& visit) const {
    const std::size_t width = layout_.size();
    const std::size_t count = width == 0 ? 0 : rows.size() / width;
    // Totals before and after each replica: a difference from the whole would cancel, and lose to infinities and NaN.
    std::vector<double> after((count + 1) * width), before(width), others(width);
    for (std::size_t i = 0; i < width; ++i) {
        before[i] = identity(numbers_[i].rule);
        after[count * width + i] = identity(numbers_[i].rule);
        for (std::size_t k = count; k-- > 0;) {
            after[k * width + i] =
                add(numbers_[i].rule, after[(k + 1) * width + i], lift(numbers_[i].rule, rows[k * width + i]));
        }
    }
    for (std::size_t k = 0; k < count; ++k) {
        for (std::size_t i = 0; i < width; ++i) {
            const double total = add(numbers_[i].rule, before[i], after[(k + 1) * width + i]);
            others[i] = finish(numbers_[i].rule, total, count - 1, count);
            before[i] = add(numbers_[i].rule, before[i], lift(numbers_[i].rule, rows[k * width + i]));
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
            const auto tau = std::find_if(experiment.observables.begin(), experiment.observables.end(),
                                          [&](const Observable& other) { return other.tau_of == one.name; });
            for (std::size_t i = 0; i < errors.size(); ++i) {
                // 2τ steps of a chain are one independent sample.
                const double steps = tau == experiment.observables.end() ? 1 : 2 * observables[tau->name][i];
                errors[i] =
                    std::hypot(errors[i], std::max(1., steps) * unseen, bounds.relative * combined.value[entry.offset + i]);
            }
        }
    }
}

}  // namespace gdm
