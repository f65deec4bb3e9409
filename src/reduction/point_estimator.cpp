#include "gdm/reduction/point_estimator.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gdm/base/named.hpp"
#include "gdm/reduction/chains.hpp"
#include "gdm/reduction/combiner.hpp"
#include "gdm/reduction/derive.hpp"
#include "gdm/reduction/error_missing.hpp"

namespace gdm {

struct PointEstimator::Parts {
    const Experiment& experiment;
    Combiner combiner;
    std::size_t block_size;
    std::vector<std::string> quantities;
    std::vector<Derived> derived;  ///< those among the quantities
    std::vector<std::size_t> widths;

    [[nodiscard]] std::vector<double> pack(const Point& point, std::span<const double> blocks) const {
        std::vector<double> rows;
        for (std::size_t first = 0; first < blocks.size(); first += block_size) {
            combiner.pack(blocks.subspan(first, block_size), rows);
        }
        return resampled_rows(&experiment, point, combiner, std::move(rows));
    }
    [[nodiscard]] const Observable* observable(const std::string& name) const {
        return find_named(experiment.observables, name);
    }
    [[nodiscard]] std::size_t derived_place(const std::string& name) const {
        return static_cast<std::size_t>(find_named(derived, name) - derived.data());
    }
};

PointEstimator::PointEstimator(const Experiment& experiment, const SweepHeader& header,
                               const std::vector<std::string>& quantities)
    : parts_(new Parts{experiment, Combiner(header.observables), header.layout().size(), quantities, {}, {}}) {
    for (const auto& one : experiment.derived) {
        if (std::find(quantities.begin(), quantities.end(), one.name) == quantities.end()) continue;
        std::size_t width = 1;
        for (const auto& axis : one.axes) width *= header.find_axis(axis)->values.size();
        parts_->derived.push_back(one);
        parts_->widths.push_back(width);
    }
}

PointEstimator::~PointEstimator() = default;

std::vector<PointEstimator::Estimate> PointEstimator::estimate(const Point& point, std::span<const double> blocks) const {
    const auto rows = parts_->pack(point, blocks);
    auto combined = parts_->combiner.combine(rows);
    const std::size_t replicas = blocks.size() / parts_->block_size;
    correct_errors(parts_->experiment, point, parts_->combiner.layout(), replicas, combined);
    const auto derived = parts_->derived.empty() ? std::vector<DerivedEstimate>()
                                                 : derive(parts_->derived, parts_->widths, point, parts_->combiner, rows,
                                                          combined.value, resampling_key(parts_->experiment, point));
    const Layout& layout = parts_->combiner.layout();
    std::vector<Estimate> estimates;
    for (const auto& name : parts_->quantities) {
        if (const Observable* observable = parts_->observable(name); observable != nullptr) {
            const auto& entry = layout.at(name);
            const auto part = [&](const std::vector<double>& all) {
                const auto first = all.begin() + static_cast<std::ptrdiff_t>(entry.offset);
                return std::vector<double>(first, first + static_cast<std::ptrdiff_t>(entry.size));
            };
            estimates.push_back({part(combined.value), part(combined.error), {}});
            Estimate& one = estimates.back();
            for (std::size_t j = 0; j < entry.size; ++j)
                one.error_missing.push_back(error_missing(*observable, point, Combined(layout, combined.value), replicas,
                                                          one.value[j], one.error[j]));
        } else {
            const auto& one = derived[parts_->derived_place(name)];
            estimates.push_back({one.value, one.error, {}});
            for (std::size_t j = 0; j < one.value.size(); ++j)
                estimates.back().error_missing.push_back(error_missing(
                    parts_->derived[parts_->derived_place(name)], replicas, one.value[j], one.error[j], one.systematic[j]));
        }
    }
    return estimates;
}

std::vector<std::vector<double>> PointEstimator::values(const Point& point, std::span<const double> blocks) const {
    const auto rows = parts_->pack(point, blocks);
    const auto block = parts_->combiner.values(rows);
    const Combined combined(parts_->combiner.layout(), block);
    std::vector<std::vector<double>> values;
    for (const auto& name : parts_->quantities) {
        if (parts_->observable(name) != nullptr) {
            const auto part = combined[name];
            values.emplace_back(part.begin(), part.end());
            continue;
        }
        const std::size_t place = parts_->derived_place(name);
        std::vector<double> value(parts_->widths[place], std::numeric_limits<double>::quiet_NaN());
        std::vector<double> systematic(value.size(), 0.);
        // What cannot be computed is NaN here too; the reduction says why.
        (void)attempt([&] { parts_->derived[place].compute(point, combined, value, systematic); }, value);
        values.push_back(std::move(value));
    }
    return values;
}

std::size_t replicas_wanted(const PointEstimator& estimator, const std::vector<ErrorTarget>& targets, const Point& point,
                            std::span<const double> blocks, std::size_t asked) {
    if (blocks.empty()) return asked;
    const auto estimates = estimator.estimate(point, blocks);
    double largest = 0;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        for (std::size_t j = 0; j < estimates[i].value.size(); ++j) {
            const double allowed = targets[i].allowed(estimates[i].value[j]), error = estimates[i].error[j];
            if (std::isfinite(allowed) && error > 0) largest = std::max(largest, error / allowed);
        }
    }
    const auto n = static_cast<double>(asked);
    largest *= 1 + 1 / std::sqrt(2 * (n - 1));
    if (!(largest > 1)) return asked;
    return static_cast<std::size_t>(std::clamp(std::ceil(n * largest * largest), std::ceil(9 * n / 8), 2 * n));
}

}  // namespace gdm
