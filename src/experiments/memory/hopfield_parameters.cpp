#include "gdm/experiments/memory/hopfield_parameters.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <utility>

#include "gdm/base/error.hpp"
#include "gdm/physics/memories/hopfield_network.hpp"

namespace gdm {
namespace {

constexpr double most_bytes = 8.0 * (1 << 30);
constexpr double most_sites = 1 << 22;

}  // namespace

std::vector<Parameter> hopfield_parameters(const std::string& sizes) {
    return {
        {.name = "rule",
         .description = "hebb: J_ij = sum_mu xi_i xi_j/N; covariance: of the deviations from the mean of the patterns at a "
                        "site. The patterns are the same for both",
         .kind = Kind::word,
         .default_value = "hebb",
         .words = learning_rule_words.list(),
         .keyed = false},
        {.name = "N",
         .description = "number of spins",
         .kind = Kind::integer,
         .default_value = sizes,
         .range = {.min = 2, .max = most_sites}},
        {.name = "bias",
         .description = "mean of a pattern's spins, which correlates the patterns by its square",
         .default_value = "0",
         .range = {.min = -1, .max = 1, .open_min = true, .open_max = true}}};
}

Parameter patterns_dataset() {
    return {.name = "dataset",
            .description =
                "patterns of one's own, P rows of N spins (0 and 1, or -1 and 1), of which each replica takes alpha N at "
                "random; fixes N",
            .role = Role::setting,
            .kind = Kind::dataset,
            .default_value = "none"};
}

Parameter retrieved_above_setting(const std::string& default_value) {
    return {.name = "retrieved_above",
            .description = "from which overlap with the first pattern on it counts as retrieved",
            .role = Role::setting,
            .default_value = default_value,
            .range = {.min = 0, .max = 1, .open_min = true, .open_max = true}};
}

std::int64_t pattern_count(const Point& point, double alpha) {
    return static_cast<std::int64_t>(std::llround(alpha * point["N"]));
}

std::vector<Implied> implied_by_patterns(const Shapes& shapes) {
    const auto& shape = shapes.at("dataset");
    if (shape.size() != 2 || shape[0] < 1 || shape[1] < 2 || static_cast<double>(shape[1]) > most_sites)
        throw UsageError(
            fmt::format("the dataset must be a table of patterns, P rows of N spins (2 to {:.0f})", most_sites));
    const double all = static_cast<double>(shape[0]) / static_cast<double>(shape[1]);
    return {{"N", fmt::format("{}", shape[1]), true},
            {"bias", "nan", true},
            {"alpha", fmt::format("{:.12g}, {:.12g}, {:.12g}", all / 4, all / 2, all), false}};
}

void check_patterns(const Point& point, double alpha, const Shapes& shapes) {
    const auto count = static_cast<double>(pattern_count(point, alpha));
    if (count < 1)
        throw UsageError(fmt::format("alpha = {} of N = {} spins is less than one pattern; take alpha = {:.3g} or more",
                                     alpha, point["N"], 1 / point["N"]));
    if (point["N"] * count / 8 > most_bytes)
        throw UsageError(fmt::format("{:.0f} patterns of {} spins take {:.3g} GiB, more than 8; take fewer", count,
                                     point["N"], point["N"] * count / 8 / (1 << 30)));
    const auto dataset = shapes.find("dataset");
    if (dataset != shapes.end() && count > static_cast<double>(dataset->second[0]))
        throw UsageError(
            fmt::format("alpha = {} asks for {:.0f} patterns; the dataset has {}", alpha, count, dataset->second[0]));
}

Context prepare_patterns(const Inputs& inputs) {
    const auto found = inputs.find("dataset");
    if (found == inputs.end()) return {};
    const Array& array = found->second;
    const std::span values(array.values.get(), array.shape[0] * array.shape[1]);
    bool negative = false, zero = false;
    for (const double value : values) {
        if (value != 0 && value != 1 && value != -1)
            throw UsageError(fmt::format("{}: spins are 0 and 1, or -1 and 1; found {}", array.source, value));
        negative = negative || value == -1;
        zero = zero || value == 0;
    }
    if (negative && zero) throw UsageError(fmt::format("{}: spins are 0 and 1, or -1 and 1; found 0 and -1", array.source));
    return array;
}

PackedPatterns patterns_of(const Point& point, std::int64_t count, const Context& context, const RandomStream& random,
                           std::uint32_t part) {
    const auto n = static_cast<std::size_t>(point.integer("N")), p = static_cast<std::size_t>(count);
    const auto* array = std::any_cast<Array>(&context);
    if (array == nullptr) return random_patterns(n, p, point["bias"], random, part);
    std::vector<std::size_t> rows(array->shape[0]);
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    RandomSequence sequence(random, Purpose::dataset, part);
    PackedPatterns patterns(n, p);
    for (std::size_t mu = 0; mu < p; ++mu) {
        std::swap(rows[mu], rows[mu + sequence.below(rows.size() - mu)]);
        for (std::size_t i = 0; i < n; ++i)
            if (array->values[rows[mu] * n + i] > 0) patterns.set_up(i, mu);
    }
    return patterns;
}

bool theory_holds(const Point& point) { return point["bias"] == 0 && point.word("rule") == "hebb"; }

std::vector<std::int8_t> spins_of(const PackedPatterns& patterns, std::size_t pattern) {
    std::vector<std::int8_t> spins(patterns.sites());
    for (std::size_t i = 0; i < spins.size(); ++i) spins[i] = patterns.up(i, pattern) ? 1 : -1;
    return spins;
}

double overlap_of(const std::vector<std::int8_t>& pattern, std::span<const std::int8_t> spins) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < spins.size(); ++i) sum += std::int64_t{pattern[i]} * spins[i];
    return static_cast<double>(sum) / static_cast<double>(spins.size());
}

}  // namespace gdm
