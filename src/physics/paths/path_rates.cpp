#include "gdm/physics/paths/path_rates.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include "gdm/physics/paths/path_plan.hpp"

namespace gdm {

namespace {

/// Sums over trajectories where the path stops: at its start, at each of the times in the order of travel, at its end.
struct Stops {
    explicit Stops(const PathPlan& plan, std::span<const double> times) : reached{0}, time{plan.start_time} {
        for (std::size_t k = 0; k < plan.order.size(); ++k) {
            reached.push_back(plan.reached[k]);
            time.push_back(times[plan.order[k]]);
        }
        reached.push_back(plan.steps.size());
        time.push_back(plan.end_time);
        for (auto* sums : {&production, &flux, &log_density, &heat}) sums->assign(time.size(), 0.0);
    }
    [[nodiscard]] std::size_t size() const { return time.size(); }

    std::vector<std::size_t> reached;
    std::vector<double> time;
    std::vector<double> production, flux, log_density, heat;  ///< heat since the start
};

/// The terms of the axis coordinate in its density, −(a² + M²)/2Γ + ln cosh(Ma/Γ) − ½ ln 2πΓ, and of the rates. Sums run in
/// the order of the samples, so that blocks leave no trace.
void add_axis(const GaussianMixture& mixture, const PathBlock& block, Direction direction, std::size_t stop, Stops& stops) {
    const double gamma = mixture.variance(stops.time[stop]);
    const double mean = mixture.axis_mean(stops.time[stop]);
    const double drift_scores = direction == Direction::reverse ? 2 : 0;
    const double log_norm = 0.5 * std::log(2 * std::numbers::pi * gamma) + std::numbers::ln2;
    double production = stops.production[stop], flux = stops.flux[stop], log_density = stops.log_density[stop];
    for (const double a : block.axis()) {
        const double log_odds = std::abs(mean * a / gamma);
        const double tail = std::exp(-2 * log_odds);
        const double class_mean = std::copysign((1 - tail) / (1 + tail), a);
        const double score = (mean * class_mean - a) / gamma;
        const double current = a + score;
        production += current * current;
        flux += (a + drift_scores * score) * current;
        log_density += log_odds + std::log1p(tail) - 0.5 * (a * a + mean * mean) / gamma - log_norm;
    }
    stops.production[stop] = production, stops.flux[stop] = flux, stops.log_density[stop] = log_density;
    double heat = stops.heat[stop];
    for (const double entropy : block.midpoint_entropy()) heat += entropy;
    stops.heat[stop] = heat;
}

/// The same of all transverse coordinates of all samples, from the sum `squares` of their squares and the heat so far.
void add_transverse(const GaussianMixture& mixture, double squares, double freedom, double heat, Direction direction,
                    std::size_t stop, Stops& stops) {
    const double gamma = mixture.variance(stops.time[stop]);
    const double current = 1 - 1 / gamma;
    stops.production[stop] += current * current * squares;
    stops.flux[stop] += (direction == Direction::reverse ? 1 - 2 / gamma : 1) * current * squares;
    stops.log_density[stop] -= 0.5 * (squares / gamma + freedom * std::log(2 * std::numbers::pi * gamma));
    stops.heat[stop] += heat;
}

void run_transverse(const RateExperiment& experiment, const PathPlan& plan, const RandomStream& random, Stops& stops) {
    const GaussianMixture& mixture = experiment.mixture;
    const double freedom = (mixture.d - 1) * static_cast<double>(experiment.samples);
    if (freedom < 1) return;
    RandomSequence sequence(random, Purpose::transverse);
    double squares = mixture.variance(plan.start_time) * sequence.chi_squared(freedom);
    double heat = 0;
    for (std::size_t stop = 0, taken = 0; stop < stops.size(); ++stop) {
        for (; taken < stops.reached[stop]; ++taken) {
            const PathStep& step = plan.steps[taken];
            const TransverseGain linear = transverse_gain(step, experiment.settings);
            const double along = linear.gain * std::sqrt(squares) + linear.noise * sequence.normal();
            const double across = freedom > 1 ? sequence.chi_squared(freedom - 1) : 0;
            const double after = along * along + linear.noise * linear.noise * across;
            heat += 0.5 * step.midpoint.linear * (after - squares);
            squares = after;
        }
        add_transverse(mixture, squares, freedom, heat, experiment.settings.direction, stop, stops);
    }
}

}  // namespace

PathRates measure_path_rates(const RateExperiment& experiment, std::span<const double> times, const RandomStream& random,
                             const Stop& stop) {
    const PathSettings& settings = experiment.settings;
    const PathPlan plan = make_path_plan(experiment.mixture, times, experiment.duration, settings);
    const std::span<const PathStep> steps(plan.steps);
    Stops stops(plan, times);

    for (std::size_t first = 0; first < experiment.samples; first += experiment.block_length) {
        PathBlock block(experiment.precision, std::min(experiment.block_length, experiment.samples - first));
        const auto first_sample = static_cast<std::uint32_t>(first);
        block.start(experiment.mixture, plan.start_time, StartState::exact,
                    {NoiseKey(random, Purpose::initial_state), 0, 0, first_sample});
        for (std::size_t k = 0, taken = 0; k < stops.size(); taken = stops.reached[k++]) {
            stop.check();
            block.advance(steps.subspan(taken, stops.reached[k] - taken), settings,
                          {NoiseKey(random, Purpose::noise), 0, static_cast<std::uint32_t>(taken), first_sample}, true,
                          false);
            add_axis(experiment.mixture, block, settings.direction, k, stops);
        }
    }
    run_transverse(experiment, plan, random, stops);

    const auto samples = static_cast<double>(experiment.samples);
    for (auto* sums : {&stops.production, &stops.flux, &stops.log_density, &stops.heat})
        for (double& value : *sums) value /= samples;

    PathRates rates;
    for (auto* values : {&rates.production, &rates.flux, &rates.heat_rate, &rates.system_change_rate})
        values->assign(times.size(), std::numeric_limits<double>::quiet_NaN());
    const bool reverse = settings.direction == Direction::reverse;
    for (std::size_t k = 0; k < times.size(); ++k) {
        const std::size_t here = k + 1, place = plan.order[k];
        rates.production[place] = stops.production[here];
        rates.flux[place] = stops.flux[here];
        // The window below this time: travelled before it forward, after it in reverse.
        const std::size_t begin = reverse ? here : here - 1, end = begin + 1;
        const double length = std::abs(stops.time[end] - stops.time[begin]);
        if (!(length > 0)) continue;
        rates.heat_rate[place] = (stops.heat[end] - stops.heat[begin]) / length;
        rates.system_change_rate[place] = (stops.log_density[begin] - stops.log_density[end]) / length;
    }
    rates.heat = stops.heat.back() - stops.heat.front();
    rates.system_change = stops.log_density.front() - stops.log_density.back();
    return rates;
}

}  // namespace gdm
