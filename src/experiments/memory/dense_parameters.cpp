#include "gdm/experiments/memory/dense_parameters.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <numbers>

#include "gdm/base/error.hpp"
#include "gdm/experiments/shared/point_count.hpp"

namespace gdm {
namespace {

constexpr double largest_log_p = 1000;

}  // namespace

std::vector<Parameter> dense_parameters(const std::string& patterns, const std::string& d) {
    return {{.name = "patterns",
             .description = "spherical: uniform with norm sqrt(d); gaussian: independent standard normal coordinates",
             .kind = Kind::word,
             .default_value = patterns,
             .words = pattern_words.list()},
            {.name = "weights",
             .description = "hopfield: proportional to exp(lambda x.y); diffusion: to exp(-lambda |x - y|^2/2), the same at "
                            "equal norms",
             .kind = Kind::word,
             .default_value = "hopfield",
             .words = weight_words.list()},
            {.name = "d",
             .description = "dimension",
             .kind = Kind::integer,
             .default_value = d,
             .range = {.min = 2, .max = 1e6}}};
}

DenseMemory dense_memory_of(const Point& point, double lambda) {
    return {pattern_words.at(point.word("patterns")), weight_words.at(point.word("weights")), point["d"], lambda};
}

std::vector<Observable> cue_observables(const std::string& axis) {
    return {{.name = "source_weight",
             .description = "mean weight of the pattern that the cue was made from",
             .axes = {axis},
             .bounds = between(0, 1)},
            {.name = "retrieved",
             .description = "probability that this weight exceeds 1/2",
             .axes = {axis},
             .bounds = between(0, 1)},
            {.name = "participation_ratio",
             .description = "mean sum of squared weights, the inverse of an effective number of patterns",
             .axes = {axis},
             .bounds = between(0, 1)}};
}

void check_load(double alpha, double d) {
    const double log_p = alpha * d;
    if (!(log_p > std::numbers::ln2 - 1e-9 && log_p < largest_log_p)) {
        throw UsageError(fmt::format(
            "alpha d = ln P is {:.4g} at alpha = {:.4g}, d = {:g}; it must be from ln 2 (two patterns) to {:g}: take other "
            "values of alpha, or a larger d",
            log_p, alpha, d, largest_log_p));
    }
    if (log_p > 600 * (d - 1)) {
        throw UsageError(fmt::format("with d = {:g}, alpha d = ln P is at most {:g}: nearer patterns are not told apart", d,
                                     600 * (d - 1)));
    }
}

void measure_cues(const Point& point, std::span<const CueState> states, const RandomStream& random, const Stop& stop,
                  Values& values, std::span<double> fresh) {
    const auto samples = static_cast<std::uint32_t>(point.integer("samples"));
    const auto levels = static_cast<std::size_t>(point.integer("levels"));
    const auto weight = values["source_weight"], retrieved = values["retrieved"], ratio = values["participation_ratio"];
    for (std::size_t k = 0; k < states.size(); ++k) weight[k] = retrieved[k] = ratio[k] = 0;
    for (double& value : fresh) value = 0;
    for (std::uint32_t sample = 0; sample < samples; ++sample) {
        // One cue for all places, levels of its own at each.
        RandomSequence sequence(random, Purpose::state, sample);
        const CueNoise noise = draw_cue_noise(dense_memory_of(point, 1), sequence);
        for (std::size_t k = 0; k < states.size(); ++k) {
            stop.check();
            const DenseMemory memory = dense_memory_of(point, states[k].lambda);
            const Cue cue = noise.cue(states[k].theta);
            const auto law = pattern_levels(memory, cue.norm2);
            RandomSequence drawn(random, Purpose::levels, sample, static_cast<std::uint32_t>(k));
            LevelSums sums = RandomLevels(*law, log_less_one(states[k].alpha * memory.d), drawn, levels).sums(1);
            const double source = source_energy(memory, cue), one = 1 / (1 + std::exp(sums.log_z + source));
            if (!fresh.empty()) {
                LevelSums others = sums;
                others.add_level(1, law->draw(drawn).energy, 0);
                fresh[k] += others.participation_ratio() / samples;
            }
            sums.add_level(1, source, 0);
            weight[k] += one / samples;
            retrieved[k] += one > 0.5 ? 1. / samples : 0;
            ratio[k] += sums.participation_ratio() / samples;
        }
    }
}

double cues_cost(const Point& point, std::size_t states) {
    return point["samples"] * static_cast<double>(states) * (30000 + 120 * point["levels"]);
}

}  // namespace gdm
