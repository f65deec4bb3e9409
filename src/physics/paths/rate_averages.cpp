#include "gdm/physics/paths/rate_averages.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "gdm/base/densities.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/physics/paths/axis_density.hpp"
#include "gdm/physics/paths/path_stops.hpp"
#include "gdm/physics/process/entropy_rates.hpp"

namespace gdm {

namespace {

constexpr double saturated_tanh = 20;  ///< argument at which tanh is 1
constexpr double tolerance = 2e-5;     ///< of an interpolation
constexpr std::size_t most_divisors = 3;
constexpr std::size_t after_all = 4;  ///< times as many steps are followed where interpolation fails

/// The axis coordinate of a class that does not meet the other: a ← gain a + shift + noise z.
struct ClassLaw {
    double mean, variance;
    void take(const PathStep& step, const PathSettings& settings) {
        const auto [gain, noise] = transverse_gain(step, settings);
        double shift = step.start.coupling;
        if (settings.integrator == Integrator::heun)
            shift = 0.5 * (step.start.coupling * (1 + step.end.linear) + step.end.coupling);
        mean = gain * mean + shift;
        variance = gain * gain * variance + noise * noise;
    }
    /// Whether tanh of this slope is 1 wherever the class is.
    [[nodiscard]] bool beyond(double slope) const {
        return slope * (mean - gaussian_reach * std::sqrt(variance)) > saturated_tanh;
    }
    [[nodiscard]] double square() const { return mean * mean + variance; }
    template <class Use>
    void over_nodes(double spacing, Use use) const {
        const double norm = spacing / std::sqrt(2 * std::numbers::pi);
        for (double z = -spacing * std::ceil(gaussian_reach / spacing); z <= gaussian_reach; z += spacing)
            use(mean + std::sqrt(variance) * z, norm * std::exp(-0.5 * z * z));
    }
};

void add_terms(const AxisTerms::Terms& terms, double weight, std::size_t stop, PathStops& stops) {
    stops.production[stop] += weight * terms.production;
    stops.flux[stop] += weight * terms.flux;
    stops.log_density[stop] += weight * terms.log_density;
}

/// Whether each class is a Gaussian chain by itself: forward, without a mean, and where the classes never meet.
bool classes_apart(const RateExperiment& experiment, const PathPlan& plan) {
    const GaussianMixture& mixture = experiment.mixture;
    if (experiment.settings.direction == Direction::forward || mixture.mu == 0) return true;
    ClassLaw law{mixture.axis_mean(plan.start_time), mixture.variance(plan.start_time)};
    for (const PathStep& step : plan.steps) {
        if (!law.beyond(step.start.slope)) return false;
        law.take(step, experiment.settings);
        if (!law.beyond(step.midpoint.slope) || !law.beyond(step.end.slope)) return false;
    }
    return true;
}

void add_classes(const RateExperiment& experiment, const PathPlan& plan, PathStops& stops) {
    const GaussianMixture& mixture = experiment.mixture;
    const PathSettings& settings = experiment.settings;
    ClassLaw law{mixture.axis_mean(plan.start_time), mixture.variance(plan.start_time)};
    double heat = 0;
    for (std::size_t stop = 0, taken = 0; stop < stops.size(); ++stop) {
        for (; taken < stops.reached[stop]; ++taken) {
            const DriftWeights& drift = plan.steps[taken].midpoint;
            const ClassLaw before = law;
            law.take(plan.steps[taken], settings);
            heat += 0.5 * drift.linear * (law.square() - before.square()) + drift.coupling * (law.mean - before.mean);
        }
        const double t = stops.time[stop], slope = mixture.axis_mean(t) / mixture.variance(t);
        // The poles of the score are π/2 of 1/slope away.
        const double spacing = law.beyond(slope) ? 0.5 : std::min(0.5, 0.4 / (slope * std::sqrt(law.variance)));
        const AxisTerms terms(mixture, t, settings.direction);
        law.over_nodes(spacing, [&](double a, double weight) { add_terms(terms(a), weight, stop, stops); });
        stops.heat[stop] += heat;
    }
}

void add_density(const RateExperiment& experiment, const PathPlan& plan, PathStops& stops) {
    const GaussianMixture& mixture = experiment.mixture;
    const PathSettings& settings = experiment.settings;
    const double end_slope = mixture.axis_mean(plan.end_time) / mixture.variance(plan.end_time);
    std::optional<AxisDensity> density = AxisDensity::start(mixture, plan.start_time, plan.steps.front(), settings);
    double heat = 0;
    for (std::size_t stop = 0, taken = 0; stop < stops.size(); ++stop) {
        for (; density && taken < stops.reached[stop]; ++taken) {
            const PathStep* next = taken + 1 < plan.steps.size() ? &plan.steps[taken + 1] : nullptr;
            heat += density->heat(plan.steps[taken], settings);
            density = density->after(plan.steps[taken], next, end_slope, settings);
        }
        if (!density || !(std::abs(density->average([](double) { return 1; }) - 1) < 1e-7)) {
            density.reset();
            for (auto* sums : {&stops.production, &stops.flux, &stops.log_density, &stops.heat})
                (*sums)[stop] = not_a_number;
            continue;
        }
        const AxisTerms terms(mixture, stops.time[stop], settings.direction);
        stops.production[stop] += density->average([&](double a) { return terms(a).production; });
        stops.flux[stop] += density->average([&](double a) { return terms(a).flux; });
        stops.log_density[stop] += density->average([&](double a) { return terms(a).log_density; });
        stops.heat[stop] += heat;
    }
}

void add_transverse(const RateExperiment& experiment, const PathPlan& plan, PathStops& stops) {
    const double others = experiment.mixture.d - 1;
    if (others == 0) return;
    double variance = experiment.mixture.variance(plan.start_time), heat = 0;
    for (std::size_t stop = 0, taken = 0; stop < stops.size(); ++stop) {
        for (; taken < stops.reached[stop]; ++taken) {
            const auto [gain, noise] = transverse_gain(plan.steps[taken], experiment.settings);
            const double after = gain * gain * variance + noise * noise;
            heat += 0.5 * plan.steps[taken].midpoint.linear * (after - variance);
            variance = after;
        }
        stops.add_transverse(experiment.mixture, others * variance, others, others * heat, experiment.settings.direction,
                             stop);
    }
}

PathRates followed(const RateExperiment& experiment, const PathPlan& plan, PathStops stops) {
    (classes_apart(experiment, plan) ? add_classes : add_density)(experiment, plan, stops);
    add_transverse(experiment, plan, stops);
    return stops.rates(plan, experiment.settings.direction, 1);
}

PathPlan plan_of(const RateExperiment& experiment, std::span<const double> times) {
    return make_path_plan(experiment.mixture, times, experiment.duration, experiment.settings);
}

/// Steps times as long that divide every stretch, with at most `most` steps in all; the smallest factors.
std::vector<std::size_t> divisors(const PathStops& stops, std::size_t most) {
    std::size_t common = 0;
    for (std::size_t k = 0; k + 1 < stops.size(); ++k) common = std::gcd(common, stops.reached[k + 1] - stops.reached[k]);
    std::vector<std::size_t> factors;
    for (std::size_t factor = 2; factor <= common && factors.size() < most_divisors; ++factor)
        if (common % factor == 0 && stops.reached.back() / factor <= most) factors.push_back(factor);
    return factors;
}

std::vector<double*> numbers_of(PathRates& rates) {
    std::vector<double*> numbers = {&rates.heat, &rates.system_change};
    for (auto* values : {&rates.production, &rates.flux, &rates.heat_rate, &rates.system_change_rate})
        for (double& value : *values) numbers.push_back(&value);
    return numbers;
}

std::size_t unknown_numbers(PathRates rates) {
    const std::vector<double*> numbers = numbers_of(rates);
    return static_cast<std::size_t>(
        std::count_if(numbers.begin(), numbers.end(), [](const double* value) { return std::isnan(*value); }));
}

/// Lagrange's polynomial through the first `count` of the nodes (factor, value) at a factor of 1.
double at_one(std::span<const std::pair<double, double>> nodes, std::size_t count) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        double weight = 1;
        for (std::size_t j = 0; j < count; ++j)
            if (j != i) weight *= (1 - nodes[j].first) / (nodes[i].first - nodes[j].first);
        sum += weight * nodes[i].second;
    }
    return sum;
}

PathRates interpolated(const RateExperiment& experiment, std::span<const double> times,
                       std::span<const std::size_t> factors) {
    PathRates result = path_rate_averages_limit(experiment, times);
    std::vector<std::pair<double, PathRates>> coarse = {{0, result}};
    for (const std::size_t factor : factors) {
        RateExperiment longer = experiment;
        longer.settings.dt *= static_cast<double>(factor);
        const PathPlan plan = plan_of(longer, times);
        coarse.emplace_back(static_cast<double>(factor), followed(longer, plan, PathStops(plan, times)));
    }
    const std::vector<double*> numbers = numbers_of(result);
    std::vector<std::vector<std::pair<double, double>>> nodes(numbers.size());
    for (auto& [factor, rates] : coarse) {
        const std::vector<double*> values = numbers_of(rates);
        for (std::size_t k = 0; k < values.size(); ++k) nodes[k].emplace_back(factor, *values[k]);
    }
    for (std::size_t k = 0; k < numbers.size(); ++k) {
        const std::size_t count = nodes[k].size();
        const double value = count < 3 ? not_a_number : at_one(nodes[k], count), other = at_one(nodes[k], count - 1);
        *numbers[k] = std::abs(value - other) < tolerance * std::max(1.0, std::abs(value)) ? value : not_a_number;
    }
    return result;
}

}  // namespace

PathRates path_rate_averages(const RateExperiment& experiment, std::span<const double> times) {
    const PathPlan plan = plan_of(experiment, times);
    const PathStops stops(plan, times);
    const std::size_t most = experiment.settings.integrator == Integrator::heun ? 600 : 2400;
    if (plan.steps.size() > most && !classes_apart(experiment, plan)) {
        PathRates result = interpolated(experiment, times, divisors(stops, most));
        const bool complete = unknown_numbers(result) == unknown_numbers(path_rate_averages_limit(experiment, times));
        if (complete || plan.steps.size() > after_all * most) return result;
    }
    return followed(experiment, plan, stops);
}

PathRates path_rate_averages_limit(const RateExperiment& experiment, std::span<const double> times) {
    const GaussianMixture& mixture = experiment.mixture;
    const bool reverse = experiment.settings.direction == Direction::reverse;
    const auto change = [&](double from, double to) {
        return (reverse ? -1 : 1) * (entropy(mixture, to) - entropy(mixture, from));
    };
    const auto heat = [&](double from, double to) { return entropy_production(mixture, from, to) - change(from, to); };
    std::vector<double> sorted(times.begin(), times.end());
    std::sort(sorted.begin(), sorted.end());
    PathRates rates;
    for (const double to : times) {
        rates.production.push_back(entropy_production_rate(mixture, to));
        rates.flux.push_back(reverse ? reverse_entropy_flux(mixture, to) : entropy_flux(mixture, to));
        const auto place = std::lower_bound(sorted.begin(), sorted.end(), to);
        const double from = place == sorted.begin() ? 0 : *(place - 1);
        const double length = to > from ? to - from : not_a_number;
        rates.heat_rate.push_back(heat(from, to) / length);
        rates.system_change_rate.push_back(change(from, to) / length);
    }
    rates.heat = heat(0, experiment.duration);
    rates.system_change = change(0, experiment.duration);
    return rates;
}

}  // namespace gdm
