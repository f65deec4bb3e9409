#include "gdm/physics/paths/clone_experiment.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "gdm/physics/paths/path_law.hpp"
#include "gdm/physics/paths/path_plan.hpp"

namespace gdm {

namespace {

// Sums over trajectories run in the order of the samples, so that blocks leave no trace.

void add_moments(std::span<const double> axis, double& abs, double& second, double& fourth) {
    for (const double a : axis) {
        abs += std::abs(a);
        second += a * a;
        fourth += a * a * a * a;
    }
}

void add_agreement(std::span<const double> ends, std::span<const double> classes, std::span<const double> clone_ends,
                   std::span<const double> clone_classes, double& by_class, double& by_sign) {
    for (std::size_t i = 0; i < ends.size(); ++i) {
        by_class += classes[i] * clone_classes[i] + (1 - classes[i]) * (1 - clone_classes[i]);
        by_sign += (ends[i] > 0) == (clone_ends[i] > 0) ? 1 : 0;
    }
}

void add_to_histogram(const GaussianMixture& mixture, std::span<const double> ends, std::vector<double>& histogram) {
    const auto bins = static_cast<double>(histogram.size());
    for (const double a : ends) {
        const auto bin = static_cast<std::size_t>(mixture.axis_distribution(a, 0) * bins);
        histogram[std::min(histogram.size() - 1, bin)] += 1;
    }
}

}  // namespace

CloneResults run_clone_experiment(const CloneExperiment& experiment, std::span<const double> times,
                                  const RandomStream& random, const Stop& stop) {
    const GaussianMixture& mixture = experiment.mixture;
    PathSettings settings = experiment.settings;
    if (settings.integrator == Integrator::exact) settings.dt = std::numeric_limits<double>::infinity();
    const bool full = experiment.method == Method::full;
    const double duration = std::max(experiment.duration, *std::max_element(times.begin(), times.end()));
    const PathPlan path = make_path_plan(mixture, times, duration, settings);
    const std::span<const PathStep> steps(path.steps);
    const std::size_t n = times.size();
    const double class_slope = mixture.axis_mean() / mixture.sigma2;

    CloneResults results;
    for (auto* sums :
         {&results.axis_abs, &results.axis_2, &results.axis_4, &results.agreement_by_class, &results.agreement_by_sign})
        sums->assign(n, 0.0);
    results.quality_histogram.assign(experiment.quality_bins, 0.0);
    double transverse = 0;

    const std::size_t length = std::min(experiment.block_length, experiment.samples);
    PathBlock main(mixture, experiment.method, experiment.precision, length);
    PathBlock clone(mixture, experiment.method, experiment.precision, length);
    std::vector<std::vector<double>> clone_ends(n, std::vector<double>(length));
    std::vector<double> classes(length), clone_classes(length);

    for (std::size_t first = 0; first < experiment.samples; first += length) {
        const std::size_t count = std::min(length, experiment.samples - first);
        const auto first_sample = static_cast<std::uint32_t>(first);
        main.resize(count), clone.resize(count);
        main.start(mixture, path.start_time, experiment.start,
                   {NoiseKey(random, Purpose::initial_state), 0, 0, first_sample});
        std::size_t taken = 0;
        const auto run_main_to = [&](std::size_t reached) {
            main.advance(steps.subspan(taken, reached - taken), settings,
                         {NoiseKey(random, Purpose::noise), 0, static_cast<std::uint32_t>(taken), first_sample});
            taken = reached;
        };
        for (std::size_t k = 0; k < n; ++k) {
            stop.check();
            const std::size_t place = path.order[k];
            run_main_to(path.reached[k]);
            add_moments(main.axis(), results.axis_abs[place], results.axis_2[place], results.axis_4[place]);
            clone.copy_from(main);
            clone.advance(steps.subspan(path.reached[k]), settings,
                          {NoiseKey(random, Purpose::clone_noise), static_cast<std::uint32_t>(k), 0, first_sample});
            std::copy(clone.axis().begin(), clone.axis().end(), clone_ends[place].begin());
        }
        run_main_to(steps.size());

        class_probabilities(main.axis(), class_slope, classes);
        for (std::size_t place = 0; place < n; ++place) {
            const auto ends = std::span<const double>(clone_ends[place]).first(count);
            class_probabilities(ends, class_slope, clone_classes);
            add_agreement(main.axis(), classes, ends, clone_classes, results.agreement_by_class[place],
                          results.agreement_by_sign[place]);
        }
        add_to_histogram(mixture, main.axis(), results.quality_histogram);
        if (full) {
            for (const double square : main.transverse_squares()) transverse += square;
        }
    }

    const auto samples = static_cast<double>(experiment.samples);
    for (auto* sums :
         {&results.axis_abs, &results.axis_2, &results.axis_4, &results.agreement_by_class, &results.agreement_by_sign})
        for (double& value : *sums) value /= samples;
    const double freedom = (mixture.d - 1) * samples;
    if (freedom > 0 && !full) {
        const double start = experiment.start == StartState::noise ? 1 : mixture.variance(path.start_time);
        RandomSequence sequence(random, Purpose::transverse);
        transverse = path_transverse_variance(start, steps, settings) * sequence.chi_squared(freedom);
    }
    results.transverse_2 = freedom > 0 ? transverse / freedom : std::numeric_limits<double>::quiet_NaN();
    return results;
}

}  // namespace gdm
