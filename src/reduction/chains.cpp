#include "gdm/reduction/chains.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gdm/base/statistics.hpp"

namespace gdm {
namespace {

/// The greatest of numbers that exist; 0 if none does.
double greatest(std::span<const double> values) {
    double result = 0;
    for (const double value : values) {
        if (value > result) result = value;
    }
    return result;
}

/// The greatest number of autocorrelation times that a unit step has: max τ/length over the point's averages.
double greatest_share(const Experiment& experiment, const Point& point, const Combined& combined) {
    double share = 0;
    for (const auto& one : experiment.observables) {
        if (one.tau_of.empty() || one.combine == Combine::stored) continue;
        share = std::max(share, greatest(combined[one.name]) / point[one.chain_length]);
    }
    return share;
}

std::size_t replicas_in(const Combiner& combiner, std::span<const double> rows) {
    const std::size_t width = combiner.layout().size() * combiner.blocks();
    return width == 0 ? 0 : rows.size() / width;
}

/// The quantile of χ² at 4 normal deviations (Wilson and Hilferty 1931).
double chi_squared_limit(double freedom) {
    const double ninth = 2 / (9 * freedom);
    return freedom * std::pow(1 - ninth + 4 * std::sqrt(ninth), 3);
}

}  // namespace

std::vector<double> resampled_rows(const Experiment* experiment, const Point& point, const Combiner& combiner,
                                   std::vector<double> rows) {
    const std::size_t replicas = replicas_in(combiner, rows);
    if (combiner.blocks() == 1 || replicas == 0) return rows;
    constexpr std::size_t fewest_units = 4;
    std::size_t units = combiner.blocks();
    if (experiment == nullptr) {
        if (replicas > 1) units = 1;
    } else {
        const auto values = combiner.values(rows);
        const double share = greatest_share(*experiment, point, Combined(combiner.layout(), values));
        // A chain that does not know its own autocorrelation time has no blocks that are long enough.
        const bool is_short = share * shortest_chain > 1;
        while (units % 2 == 0 && units / 2 * replicas >= fewest_units &&
               (is_short || static_cast<double>(units) * shortest_block * share > 1)) {
            units /= 2;
        }
    }
    return units == combiner.blocks() ? rows : combiner.join_blocks(rows, units);
}

void ChainChecks::check(const Point& point, const std::string& place, std::span<const double> rows) {
    const std::size_t replicas = replicas_in(combiner_, rows);
    if (replicas == 0) return;
    ++points_;
    const auto values = combiner_.values(rows);
    const Combined combined(combiner_.layout(), values);
    check_lengths(point, place, combined);
    check_starts(place, combined, static_cast<double>(replicas));
    if (replicas > 1) check_scatter(place, rows, replicas);
}

void ChainChecks::check_lengths(const Point& point, const std::string& place, const Combined& combined) {
    for (const auto& one : experiment_.observables) {
        if (one.tau_of.empty() || one.combine == Combine::stored) continue;
        const double tau = greatest(combined[one.name]), length = point[one.chain_length];
        const std::string numbers = fmt::format("tau = {:.3g}, {:.6g} steps", tau, length);
        if (length < shortest_chain * tau) {
            note(one.tau_of,
                 fmt::format("the chain is shorter than {:g} autocorrelation times, and its error a lower bound",
                             shortest_chain),
                 place, numbers);
        }
    }
}

void ChainChecks::check_starts(const std::string& place, const Combined& combined, double replicas) {
    constexpr double limit = 4;
    for (const auto& one : experiment_.observables) {
        if (one.starts_of.empty() || one.combine == Combine::stored) continue;
        double worst = 0;
        for (const double z : combined[one.name]) worst = std::max(worst, std::abs(z) * std::sqrt(replicas));
        if (worst > limit) {
            note(one.starts_of, "chains from opposite starts disagree: it is not in equilibrium", place,
                 fmt::format("by {:.3g} standard errors", worst));
        }
    }
}

void ChainChecks::check_scatter(const std::string& place, std::span<const double> rows, std::size_t replicas) {
    const auto whole =
        combiner_.blocks() == 1 ? std::vector<double>(rows.begin(), rows.end()) : combiner_.join_blocks(rows, 1);
    const Layout& layout = combiner_.layout();
    for (const auto& one : experiment_.observables) {
        if (one.error_of.empty() || one.combine != Combine::mean) continue;
        const auto average = std::find_if(experiment_.observables.begin(), experiment_.observables.end(),
                                          [&](const auto& other) { return other.name == one.error_of; });
        // Other observables than averages along a chain may have errors too, of autocorrelation times say.
        const bool of_chain = std::any_of(experiment_.observables.begin(), experiment_.observables.end(),
                                          [&](const auto& other) { return other.tau_of == one.error_of; });
        if (!of_chain || average->combine != Combine::mean) continue;
        const auto &errors = layout.at(one.name), &means = layout.at(one.error_of);
        double worst = 0;
        for (std::size_t i = 0; i < means.size; ++i) {
            RunningMoments scatter;
            double expected = 0;
            for (std::size_t replica = 0; replica < replicas; ++replica) {
                scatter.add(whole[replica * layout.size() + means.offset + i]);
                expected += std::pow(whole[replica * layout.size() + errors.offset + i], 2);
            }
            expected /= static_cast<double>(replicas);
            if (expected > 0) worst = std::max(worst, scatter.variance() / expected);
        }
        constexpr double slack = 1.2 * 1.2;  // for errors that are known to some 15 %
        const double freedom = static_cast<double>(replicas) - 1;
        if (worst * freedom > slack * chi_squared_limit(freedom)) {
            note(one.error_of,
                 "replicas scatter more than their binning errors: chains are stuck, or too short to know their error",
                 place, fmt::format("{:.3g} times as much", std::sqrt(worst)));
        }
    }
}

void ChainChecks::note(const std::string& observable, const std::string& what, const std::string& place,
                       const std::string& numbers) {
    Found& found = found_[{observable, what}];
    if (++found.points == 1) found.first = place.empty() ? numbers : fmt::format("{}: {}", place, numbers);
}

std::vector<ChainChecks::Warning> ChainChecks::warnings() const {
    std::vector<Warning> result;
    for (const auto& [key, found] : found_) {
        const std::string where =
            points_ == 1 ? found.first : fmt::format("at {} of {} points, the first {}", found.points, points_, found.first);
        result.push_back({key.first, fmt::format("{} ({})", key.second, where)});
    }
    return result;
}

}  // namespace gdm
