#include "gdm/physics/paths/path_rates.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "gdm/physics/paths/path_plan.hpp"
#include "gdm/physics/paths/path_stops.hpp"

namespace gdm {

namespace {

/// Sums run in the order of the samples, so that blocks leave no trace.
void add_axis(const GaussianMixture& mixture, const PathBlock& block, Direction direction, std::size_t stop,
              PathStops& stops) {
    const AxisTerms terms(mixture, stops.time[stop], direction);
    double production = stops.production[stop], flux = stops.flux[stop], log_density = stops.log_density[stop];
    for (const double a : block.axis()) {
        const AxisTerms::Terms of_state = terms(a);
        production += of_state.production;
        flux += of_state.flux;
        log_density += of_state.log_density;
    }
    stops.production[stop] = production, stops.flux[stop] = flux, stops.log_density[stop] = log_density;
    double heat = stops.heat[stop];
    for (const double entropy : block.midpoint_entropy()) heat += entropy;
    stops.heat[stop] = heat;
}

void run_transverse(const RateExperiment& experiment, const PathPlan& plan, const RandomStream& random, PathStops& stops) {
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
        stops.add_transverse(mixture, squares, freedom, heat, experiment.settings.direction, stop);
    }
}

}  // namespace

PathRates measure_path_rates(const RateExperiment& experiment, std::span<const double> times, const RandomStream& random,
                             const Stop& stop) {
    const PathSettings& settings = experiment.settings;
    const PathPlan plan = make_path_plan(experiment.mixture, times, experiment.duration, settings);
    const std::span<const PathStep> steps(plan.steps);
    PathStops stops(plan, times);

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
    return stops.rates(plan, settings.direction, static_cast<double>(experiment.samples));
}

}  // namespace gdm
