#include "gdm/experiments/memory/explicit_patterns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>

#include "gdm/base/error.hpp"
#include "gdm/experiments/memory/dense_parameters.hpp"
#include "gdm/experiments/shared/point_count.hpp"
#include "gdm/physics/memories/memory_dynamics.hpp"

namespace gdm {
namespace {

constexpr double most_coordinates = 1 << 25;  // 256 MiB a rank
constexpr double mixture_from = 1.5;          // effective number of patterns of a fixed point that is no pattern

struct UserPatterns {
    std::vector<double> rows;
    std::size_t d = 0;
};

std::vector<double> drawn_pattern(const Point& point, const RandomStream& random, std::uint32_t j) {
    std::vector<double> pattern(static_cast<std::size_t>(point.integer("d")));
    RandomSequence sequence(random, Purpose::dataset, j);
    double norm2 = 0;
    for (double& coordinate : pattern) coordinate = sequence.normal(), norm2 += coordinate * coordinate;
    if (pattern_words.at(point.word("patterns")) == PatternLaw::spherical) {
        for (double& coordinate : pattern) coordinate *= std::sqrt(point["d"] / norm2);
    }
    return pattern;
}

/// The first `count` of a set of patterns that grows: drawn, or a user's rows in random order.
StoredPatterns make_patterns(const Point& point, const UserPatterns* data, const RandomStream& random, std::size_t count,
                             const Stop& stop) {
    const auto d = static_cast<std::size_t>(point.integer("d"));
    std::vector<double> rows;
    rows.reserve(count * d);
    if (data == nullptr) {
        for (std::uint32_t j = 0; j < count; ++j) {
            if (j % 256 == 0) stop.check();
            const std::vector<double> pattern = drawn_pattern(point, random, j);
            rows.insert(rows.end(), pattern.begin(), pattern.end());
        }
    } else {
        std::vector<std::size_t> order(data->rows.size() / d);
        std::iota(order.begin(), order.end(), std::size_t{0});
        RandomSequence sequence(random, Purpose::dataset);
        for (std::size_t j = 0; j < count; ++j) {
            std::swap(order[j], order[j + sequence.below(order.size() - j)]);
            const auto row = data->rows.begin() + static_cast<std::ptrdiff_t>(order[j] * d);
            rows.insert(rows.end(), row, row + static_cast<std::ptrdiff_t>(d));
        }
    }
    return {std::move(rows), d};
}

std::size_t count_at(const Point& point, double alpha) {
    return static_cast<std::size_t>(point_count(std::min(alpha * point["d"], 36.)));
}

}  // namespace

bool of_dataset(const Point& point) { return point.word("patterns") == "dataset"; }

std::vector<Observable> fixed_point_observables(const std::string& axis) {
    const Missing levels{"method levels", [](const Point& point) { return point.word("method") == "levels"; }};
    return {{.name = "fixed_overlap",
             .description = "mean cosine between the pattern and the fixed point that the cue leads to (explicit)",
             .axes = {axis},
             .may_be_missing = levels,
             .bounds = between(-1, 1)},
            {.name = "mixture",
             .description = "probability that this fixed point mixes patterns: effective number 1/sum w^2 > 1.5 (explicit)",
             .axes = {axis},
             .may_be_missing = levels,
             .bounds = between(0, 1)},
            {.name = "updates_made",
             .description = "mean number of updates to the fixed point (explicit)",
             .axes = {axis},
             .may_be_missing = levels},
            {.name = "unfinished",
             .description = "share of cues that were still on their way after `updates` of them (explicit)",
             .axes = {axis},
             .may_be_missing = levels,
             .bounds = between(0, 1)}};
}

std::vector<Parameter> explicit_settings() {
    return {{.name = "updates",
             .description = "most updates of a cue on its way to a fixed point (explicit)",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "200",
             .range = {.min = 1, .max = 1e6}},
            {.name = "dataset",
             .description = "patterns of one's own, P rows of d columns; fixes patterns, method and d",
             .role = Role::setting,
             .kind = Kind::dataset,
             .default_value = "none"},
            {.name = "standardise",
             .description = "what is done to a dataset beside subtracting its mean; scale: the mean of |y|^2 becomes d; "
                            "sphere: that of each pattern",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = "sphere",
             .words = {"scale", "sphere"}}};
}

Context prepare_patterns(const Point& settings, const Inputs& inputs) {
    const auto found = inputs.find("dataset");
    if (found == inputs.end()) return {};
    const std::size_t rows = found->second.shape[0], d = found->second.shape[1];
    UserPatterns data{{found->second.values.get(), found->second.values.get() + rows * d}, d};
    std::vector<double> mean(d, 0.);
    double largest = 0;
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
        mean[i % d] += data.rows[i] / static_cast<double>(rows);
        largest = std::max(largest, std::abs(data.rows[i]));
    }
    const bool sphere = settings.word("standardise") == "sphere";
    double total = 0;
    std::vector<double> norm2(rows, 0.);
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
        data.rows[i] -= mean[i % d];
        norm2[i / d] += data.rows[i] * data.rows[i];
    }
    for (std::size_t j = 0; j < rows; ++j) {
        total += norm2[j];
        if (sphere && !(norm2[j] > 1e-24 * largest * largest))
            throw UsageError(
                fmt::format("{}: row {} is the mean of all rows, so that it has no direction; take standardise "
                            "= scale, or leave it out",
                            found->second.source, j));
    }
    if (!(total > 1e-24 * largest * largest * static_cast<double>(rows)))
        throw UsageError(fmt::format("{}: the rows are all equal to rounding", found->second.source));
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
        data.rows[i] *= std::sqrt(static_cast<double>(d) / (sphere ? norm2[i / d] : total / static_cast<double>(rows)));
    }
    return data;
}

void check_explicit(const Point& point, const Shapes& shapes) {
    const auto axis = point.axis("alpha");
    const double most = *std::max_element(axis.begin(), axis.end()), count = std::round(std::exp(most * point["d"]));
    const auto dataset = shapes.find("dataset");
    if (dataset != shapes.end() && count > static_cast<double>(dataset->second[0]))
        throw UsageError(fmt::format("the dataset has {} rows, fewer than P = {}", dataset->second[0], count));
    if (count * point["d"] > most_coordinates)
        throw UsageError(
            fmt::format("method explicit holds P d coordinates, at most 2^25, and alpha = {:.4g} at d = {:g} needs {:.3g}; "
                        "method levels takes any number",
                        most, point["d"], count * point["d"]));
}

void measure_explicit(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                      Values& values) {
    const auto loads = point.axis("alpha");
    const auto samples = static_cast<std::uint32_t>(point.integer("samples"));
    const auto most_updates = static_cast<std::size_t>(point.integer("updates"));
    const double lambda = point["lambda"], noise = std::sqrt(point["theta"]);
    const WeightRule rule = weight_words.at(point.word("weights"));
    const auto [fewest, most] = std::minmax_element(loads.begin(), loads.end());
    const StoredPatterns patterns =
        make_patterns(point, std::any_cast<UserPatterns>(&context), random, count_at(point, *most), stop);
    const std::size_t sources = count_at(point, *fewest);
    const double share = 1. / samples;
    for (const char* name :
         {"source_weight", "retrieved", "participation_ratio", "fixed_overlap", "mixture", "updates_made", "unfinished"}) {
        const auto value = values[name];
        std::fill(value.begin(), value.end(), 0.);
    }
    for (std::uint32_t sample = 0; sample < samples; ++sample) {
        const std::size_t source = sample % sources;
        const std::span<const double> pattern = patterns[source];
        std::vector<double> cue(pattern.begin(), pattern.end());
        RandomSequence sequence(random, Purpose::state, sample);
        if (noise > 0) {
            for (double& coordinate : cue) coordinate += noise * sequence.normal();
        }
        stop.check();
        const std::vector<double> scores = patterns.scores(rule, cue, patterns.size());
        for (std::size_t k = 0; k < loads.size(); ++k) {
            const std::size_t count = count_at(point, loads[k]);
            const std::vector<double> weights = softmax(std::span(scores).first(count), lambda);
            values["source_weight"][k] += share * weights[source];
            values["retrieved"][k] += weights[source] > 0.5 ? share : 0;
            values["participation_ratio"][k] += share * sum_of_squares(weights);
            const FixedPoint fixed = find_fixed_point(patterns, rule, lambda, count, cue, most_updates, stop);
            double product = 0, norm2 = 0, pattern2 = 0;
            for (std::size_t i = 0; i < pattern.size(); ++i) {
                product += fixed.state[i] * pattern[i];
                norm2 += fixed.state[i] * fixed.state[i];
                pattern2 += pattern[i] * pattern[i];
            }
            values["fixed_overlap"][k] += norm2 > 0 && pattern2 > 0 ? share * product / std::sqrt(norm2 * pattern2) : 0;
            values["mixture"][k] += 1 / sum_of_squares(fixed.weights) > mixture_from ? share : 0;
            values["updates_made"][k] += share * static_cast<double>(fixed.updates);
            values["unfinished"][k] += fixed.reached ? 0 : share;
        }
    }
}

double explicit_cost(const Point& point) {
    double patterns = 0;
    for (const double alpha : point.axis("alpha")) patterns += std::exp(std::min(alpha * point["d"], 20.));
    return point["samples"] * patterns * (12 * point["d"] + 100);
}

}  // namespace gdm
