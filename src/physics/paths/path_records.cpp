#include "gdm/physics/paths/path_records.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gdm/physics/paths/path_plan.hpp"

namespace gdm {

namespace {

/// Runs a block of samples along the plan; `visit(place)` is called at each of the given times.
template <class Visit>
void run_block(const PathEnsemble& ensemble, const PathPlan& plan, PathBlock& block, std::uint32_t first_sample,
               const RandomStream& random, Visit visit) {
    const std::span<const PathStep> steps(plan.steps);
    block.start(ensemble.mixture, plan.start_time, StartState::exact,
                {NoiseKey(random, Purpose::initial_state), 0, 0, first_sample});
    for (std::size_t k = 0, taken = 0; k < plan.order.size(); taken = plan.reached[k++]) {
        block.advance(steps.subspan(taken, plan.reached[k] - taken), ensemble.settings,
                      {NoiseKey(random, Purpose::noise), 0, static_cast<std::uint32_t>(taken), first_sample}, false, false);
        visit(plan.order[k]);
    }
}

}  // namespace

PathRecord record_path(const PathEnsemble& ensemble, std::span<const double> times, std::uint32_t sample,
                       const RandomStream& random) {
    const PathPlan plan = make_path_plan(ensemble.mixture, times, ensemble.duration, ensemble.settings);
    PathRecord record;
    record.axis.resize(times.size());
    record.transverse.assign(times.size(), std::numeric_limits<double>::quiet_NaN());
    PathBlock block(ensemble.precision, 1);
    run_block(ensemble, plan, block, sample, random, [&](std::size_t place) { record.axis[place] = block.axis()[0]; });
    if (ensemble.mixture.d < 2) return record;

    RandomSequence sequence(random, Purpose::transverse, sample);
    double x = std::sqrt(ensemble.mixture.variance(plan.start_time)) * sequence.normal();
    for (std::size_t k = 0, taken = 0; k < plan.order.size(); ++k) {
        for (; taken < plan.reached[k]; ++taken) {
            const TransverseGain linear = transverse_gain(plan.steps[taken], ensemble.settings);
            x = linear.gain * x + linear.noise * sequence.normal();
        }
        record.transverse[plan.order[k]] = x;
    }
    return record;
}

std::vector<double> axis_histogram(const PathEnsemble& ensemble, std::span<const double> times,
                                   std::span<const double> edges, std::size_t samples, const RandomStream& random,
                                   const Stop& stop, std::size_t block_length) {
    const PathPlan plan = make_path_plan(ensemble.mixture, times, ensemble.duration, ensemble.settings);
    const std::size_t bins = edges.size() - 1;
    const double per_width = static_cast<double>(bins) / (edges.back() - edges.front());
    std::vector<double> counts(times.size() * bins, 0.0);
    for (std::size_t first = 0; first < samples; first += block_length) {
        PathBlock block(ensemble.precision, std::min(block_length, samples - first));
        run_block(ensemble, plan, block, static_cast<std::uint32_t>(first), random, [&](std::size_t place) {
            stop.check();
            for (const double a : block.axis()) {
                const double bin = std::floor((a - edges.front()) * per_width);
                if (bin >= 0 && bin < static_cast<double>(bins)) counts[place * bins + static_cast<std::size_t>(bin)] += 1;
            }
        });
    }
    return counts;
}

}  // namespace gdm
