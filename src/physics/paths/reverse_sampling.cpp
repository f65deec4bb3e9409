#include "gdm/physics/paths/reverse_sampling.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/paths/path_law.hpp"
#include "gdm/physics/paths/sample_distance.hpp"

namespace gdm {

std::vector<double> reverse_end_points(const ReverseSampling& sampling, std::span<const PathStep> steps,
                                       const RandomStream& random, const Stop& stop) {
    constexpr std::size_t block_length = 4096, steps_between_polls = 500;
    std::vector<double> ends;
    ends.reserve(sampling.samples);
    for (std::size_t first = 0; first < sampling.samples; first += block_length) {
        const auto first_sample = static_cast<std::uint32_t>(first);
        PathBlock block(sampling.precision, std::min(block_length, sampling.samples - first));
        block.start(sampling.mixture, sampling.start_time, sampling.start,
                    {NoiseKey(random, Purpose::initial_state), 0, 0, first_sample});
        for (std::size_t taken = 0; taken < steps.size(); taken += steps_between_polls) {
            stop.check();
            block.advance(steps.subspan(taken, std::min(steps_between_polls, steps.size() - taken)), sampling.settings,
                          {NoiseKey(random, Purpose::noise), 0, static_cast<std::uint32_t>(taken), first_sample}, false,
                          false);
        }
        ends.insert(ends.end(), block.axis().begin(), block.axis().end());
    }
    return ends;
}

double sampled_transverse_square(const ReverseSampling& sampling, std::span<const PathStep> steps,
                                 const RandomStream& random) {
    const double freedom = (sampling.mixture.d - 1) * static_cast<double>(sampling.samples);
    if (!(freedom > 0)) return std::numeric_limits<double>::quiet_NaN();
    const double start = sampling.start == StartState::noise ? 1 : sampling.mixture.variance(sampling.start_time);
    RandomSequence sequence(random, Purpose::transverse);
    return path_transverse_variance(start, steps, sampling.settings) * sequence.chi_squared(freedom) / freedom;
}

SampleQuality sample_quality_of(std::vector<double> axis, const GaussianMixture& mixture, std::size_t bins) {
    SampleQuality quality;
    const auto n = static_cast<double>(axis.size());
    // In the order of the samples, before they are sorted.
    for (const double a : axis) {
        quality.axis_abs += std::abs(a) / n;
        quality.axis_2 += a * a / n;
        quality.axis_4 += a * a * a * a / n;
        quality.positive += a > 0 ? 1 : 0;
    }
    quality.positive /= n;
    quality.levels.assign(bins, 0.0);
    if (std::any_of(axis.begin(), axis.end(), [](double a) { return !std::isfinite(a); })) {
        quality.ks = quality.w2_squared = std::numeric_limits<double>::quiet_NaN();
        std::fill(quality.levels.begin(), quality.levels.end(), quality.ks);
        return quality;
    }
    std::sort(axis.begin(), axis.end());
    const auto distribution = [&](double a) { return mixture.axis_distribution(a, 0); };
    for (const double a : axis)
        quality.levels[std::min(bins - 1, static_cast<std::size_t>(distribution(a) * static_cast<double>(bins)))] +=
            static_cast<double>(bins) / n;
    quality.ks = ks_distance(axis, distribution);
    quality.w2_squared = sample_w2_squared(axis, mixture, 0);
    return quality;
}

}  // namespace gdm
