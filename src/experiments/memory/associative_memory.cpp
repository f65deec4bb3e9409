#include "gdm/experiments/memory/associative_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gdm/base/error.hpp"
#include "gdm/base/memo.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/experiments/condensation/level_measurement.hpp"
#include "gdm/experiments/memory/dense_parameters.hpp"
#include "gdm/experiments/memory/explicit_patterns.hpp"
#include "gdm/experiments/shared/axis_crossing.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/shared/point_count.hpp"
#include "gdm/physics/levels/random_levels.hpp"
#include "gdm/physics/memories/dense_memory_theory.hpp"
#include "gdm/physics/memories/lost_patterns.hpp"

namespace gdm {
namespace {

DenseMemory memory_of(const Point& point) { return dense_memory_of(point, point["lambda"]); }
double limit_load(const Point& point) {
    return of_dataset(point) ? not_a_number : retrieval_load(memory_of(point), point["theta"]);
}

/// The load from the value of a job: α, ln P/d of the number of patterns, or steps from retrieval_load α_1 in units of the
/// width of the transition, 1/d where norms are fixed, and α_1 √(2/d) more where they fluctuate. Below α_1 the steps are
/// those of 1/α, which never reach 0.
double load_of(double value, const Point& point) {
    const std::string& unit = point.word("alpha_unit");
    if (unit == "absolute") return value;
    if (unit == "number") return std::log(value) / point["d"];
    const bool sharp = point.word("patterns") == "spherical" && point["theta"] == 0;
    const double centre = limit_load(point), d = point["d"];
    const double step = value * (1 / d + (sharp ? 0 : centre * std::sqrt(2 / d)));
    return step > 0 ? centre + step : centre / (1 - step / centre);
}

/// Where norms are fixed and the noise is not condensed anywhere on the axis, no rare state makes a mean weight; in high
/// dimensions nothing fluctuates at all.
Bounds bounds_of_weights(const Point& point) {
    const bool levels_of_fixed_norms =
        point.word("patterns") == "spherical" && point["theta"] == 0 && point.word("method") == "levels";
    const auto axis = point.axis("alpha");
    if (levels_of_fixed_norms && *std::min_element(axis.begin(), axis.end()) > spherical_condensed_load(point["lambda"]))
        return quadrature_error(point);
    return {.min = 0, .max = 1};
}

std::vector<Implied> implied(const Shapes& shapes) {
    const auto& shape = shapes.at("dataset");
    if (shape.size() != 2 || shape[0] < 2 || shape[1] < 2)
        throw UsageError("the dataset must be a table of patterns, P rows (2 or more) of d columns (2 or more)");
    std::vector<std::string> counts;
    for (std::size_t n = shape[0]; n >= 4; n /= 2) counts.insert(counts.begin(), fmt::format("{}", n));
    if (counts.empty()) counts.push_back(fmt::format("{}", shape[0]));
    return {{"patterns", "dataset", true},
            {"method", "explicit", true},
            {"d", fmt::format("{}", shape[1]), true},
            {"alpha", fmt::format("{}", fmt::join(counts, ", ")), false},
            {"alpha_unit", "number", false}};
}

void check(const Point& point, const Shapes& shapes) {
    if (of_dataset(point) && !shapes.contains("dataset"))
        throw UsageError("patterns = dataset needs the key dataset, FILE.h5:/name of a table with one pattern a row");
    const std::string& unit = point.word("alpha_unit");
    if (unit == "window" && of_dataset(point))
        throw UsageError("alpha_unit = window needs a theory of the patterns; with a dataset take number or absolute");
    for (const double alpha : point.axis("alpha")) {
        const double count = std::exp(std::min(alpha * point["d"], 30.));
        if (!std::isfinite(alpha) ||
            (unit == "number" && count < 1e12 && std::abs(count - std::round(count)) > 1e-6 * count))
            throw UsageError("alpha_unit = number takes whole numbers of patterns, 2 or more");
        check_load(alpha, point["d"]);
    }
    if (of_dataset(point) || point.word("method") == "explicit") check_explicit(point, shapes);
}

/// Whether lost patterns are counted among all of them: Gaussian ones, cues without noise.
bool counts_lost(const Point& point) {
    return point.word("method") == "levels" && point.word("patterns") == "gaussian" && point.word("weights") == "hopfield" &&
           point["theta"] == 0;
}

GaussianMemory gaussian_memory(const Point& point, double alpha) {
    // As many patterns as there are, of which e^(alpha d) is not the number where that is no whole one.
    return {point["lambda"], point["d"], std::max(std::log(2.), log_whole(alpha * point["d"]))};
}

void measure_lost(const Point& point, const RandomStream& random, const Stop& stop, Values& values) {
    const auto samples = static_cast<std::uint32_t>(point.integer("samples"));
    const auto levels = static_cast<std::size_t>(point.integer("levels"));
    const auto alphas = point.axis("alpha");
    const auto log_lost = values["log_lost"];
    std::vector<double> draws(samples);
    for (std::size_t k = 0; k < alphas.size(); ++k) {
        const GaussianMemory memory = gaussian_memory(point, alphas[k]);
        // Steps from the number of places on are those that cues leave free.
        const auto step = static_cast<std::uint32_t>(alphas.size() + k);
        for (std::uint32_t sample = 0; sample < samples; ++sample) {
            stop.check();
            RandomSequence norm(random, Purpose::state, sample, step), others(random, Purpose::levels, sample, step);
            draws[sample] = draw_log_lost(memory, norm, others, levels);
        }
        log_lost[k] = memory.log_p + log_mean_exp(draws);
    }
}

/// ln of the number of lost patterns along the axis, exact.
std::vector<double> exact_lost(const Point& point) {
    const auto axis = point.axis("alpha");
    if (!counts_lost(point)) return std::vector<double>(axis.size(), not_a_number);
    static Memo<std::vector<double>> known;
    std::vector<double> key = {point["lambda"], point["d"]};
    key.insert(key.end(), axis.begin(), axis.end());
    return known.at(key, [&] {
        std::vector<double> exact;
        for (const double alpha : axis) exact.push_back(log_lost_patterns(gaussian_memory(point, alpha)));
        return exact;
    });
}

void run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop, Values& values) {
    if (point.word("method") == "explicit") {
        measure_explicit(point, context, random, stop, values);
        return;
    }
    std::vector<CueState> states;
    for (const double alpha : point.axis("alpha")) states.push_back({alpha, point["theta"], point["lambda"]});
    measure_cues(point, states, random, stop, values);
    if (counts_lost(point)) measure_lost(point, random, stop, values);
}

/// ⟨w_1⟩ along the axis, exact; NaN for noisy cues and datasets.
std::vector<double> exact_weights(const Point& point) {
    const auto axis = point.axis("alpha");
    if (point["theta"] > 0 || of_dataset(point)) return std::vector<double>(axis.size(), not_a_number);
    static Memo<std::vector<double>> known;
    const DenseMemory memory = memory_of(point);
    std::vector<double> key = {static_cast<double>(memory.patterns), static_cast<double>(memory.weights), memory.d,
                               memory.lambda};
    key.insert(key.end(), axis.begin(), axis.end());
    return known.at(key, [&] { return exact_source_weights(memory, axis); });
}

/// What alpha_half lacks to its limit: of order 1/d, but the largest of e^{αd} Gaussian levels stands ln(4παd)/2√(2αd) below
/// √(2αd), at α = 1/2 where the noise is condensed.
double correction(const Point& point, double d) {
    const bool logarithmic = point.word("patterns") == "gaussian" && point.word("weights") == "hopfield" &&
                             point["lambda"] * (1 + point["theta"]) > 1;
    return (logarithmic ? std::log(2 * std::numbers::pi * d) : 1) / d;
}

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = dense_parameters("spherical, gaussian", "16, 64, 256");
    all[0].words.push_back("dataset");
    for (Parameter& one : std::vector<Parameter>{
             {.name = "lambda",
 .description = "inverse temperature, for patterns with |y|^2 = d",
 .default_value = "0.5, 1, 2",
 .range = {.min = 1e-3, .max = 1e3}},
             {.name = "theta",
             .description = "noise of the cue x = y + sqrt(theta) z; 0: the pattern itself",
             .default_value = "0",
             .range = {.min = 0, .max = 1e3}},
             {.name = "method",
             .description = "levels: the other patterns are random energies, exact at any number; explicit: one by one, "
                            "with the fixed point that a cue leads to",
             .kind = Kind::word,
             .default_value = "levels",
             .words = {"levels", "explicit"}},
             {.name = "alpha",
             .description = "load ln P/d, in the units of alpha_unit",
             .role = Role::inner,
             .default_value = "linspace(-4, 4, 17)",
             .range = {.min = -100, .max = 1e300},
             .scale = load_of},
             {.name = "alpha_unit",
             .description = "window: steps from the retrieval load of d to infinity in units of the width at d; absolute: "
                            "ln P/d; number: P",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = "window",
             .words = {"window", "absolute", "number"}},
             {.name = "samples",
             .description = "cues in a replica; with method explicit they share one set of patterns",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "200",
             .range = {.min = 1, .max = 1e8}},
             levels_setting()})
        all.push_back(std::move(one));
    for (Parameter& one : explicit_settings()) all.push_back(std::move(one));
    return all;
}

}  // namespace

Experiment associative_memory() {
    Experiment experiment;
    experiment.name = "associative_memory";
    experiment.question = "How many patterns does a dense associative memory hold, e^{alpha d} of them in d dimensions?";
    experiment.source =
        "Lucibello and Mezard, PRL 132, 077301 (2024); Ramsauer et al., arXiv:2008.02217 (finite d exactly, by random "
        "energy "
        "levels)";
    experiment.version = 1;
    experiment.parameters = parameters();
    experiment.observables = cue_observables("alpha");
    for (Observable& one : experiment.observables) {
        if (one.name != "retrieved") one.bounds = bounds_of_weights;
    }
    experiment.observables.push_back(
        {.name = "log_lost",
         .description = "ln of the expected number of patterns that are lost at themselves (weight below 1/2), among all P; "
                        "by importance sampling",
         .axes = {"alpha"},
         .combine = Combine::log_mean_exp,
         .may_be_missing = {"method explicit, patterns but gaussian, weights but hopfield, theta > 0",
                            [](const Point& point) { return !counts_lost(point); }}});
    for (Observable& one : fixed_point_observables("alpha")) experiment.observables.push_back(std::move(one));
    experiment.derived = {
        crossing_of("alpha_half", "load where the mean weight of the pattern is 1/2", "source_weight", "alpha", 0.5),
        crossing_of("alpha_median", "load where half of the cues give their pattern more than 1/2", "retrieved", "alpha",
                    0.5),
        crossing_of("alpha_all", "load where one pattern of all is lost, on average: up to it all are retrieved", "log_lost",
                    "alpha", 0)};
    experiment.theory = {
        {.name = "source_weight_theory",
         .description = "the same, exact at this d and P (theta = 0)",
         .axes = {"alpha"},
         .compute =
             [](const Point& point, std::span<double> value) {
                 const std::vector<double> exact = exact_weights(point);
                 std::copy(exact.begin(), exact.end(), value.begin());
             }},
        closed_form(
            "alpha_half_theory", "where the exact mean weight crosses 1/2 (theta = 0)",
            [](const Point& point) { return crossing_over_axis(point, "alpha", exact_weights(point), 0.5).position; }),
        {.name = "log_lost_theory",
         .description = "the same, exact at this d and P",
         .axes = {"alpha"},
         .compute =
             [](const Point& point, std::span<double> value) {
                 const std::vector<double> exact = exact_lost(point);
                 std::copy(exact.begin(), exact.end(), value.begin());
             }},
        closed_form("alpha_all_theory", "where the exact number of lost patterns is 1",
                    [](const Point& point) { return crossing_over_axis(point, "alpha", exact_lost(point), 0).position; }),
        closed_form("alpha_half_large_d", "retrieval load alpha_1 for d to infinity", limit_load),
        closed_form(
            "alpha_all_large_d", "where all patterns are retrieved, d to infinity (theta = 0)", [](const Point& point) {
                if (of_dataset(point) || point["theta"] > 0) return not_a_number;
                const DenseMemory memory = memory_of(point);
                if (memory.patterns == PatternLaw::spherical) return retrieval_load(memory, 0);
                return memory.weights == WeightRule::hopfield ? all_gaussian_patterns_load(memory.lambda) : not_a_number;
            })};
    experiment.along = {{.name = "alpha_half_limit",
                         .description =
                             "alpha_half in the limit of large d: a parabola in 1/d, or in ln(2 pi d)/d where the "
                             "noise of Gaussian patterns is condensed, (1 + theta) lambda > 1",
                         .quantity = "alpha_half",
                         .axis = "d",
                         .kind = along::Limit{.abscissa = correction, .order = 2},
                         .theory = limit_load}};
    experiment.implied = implied;
    experiment.check = check;
    experiment.prepare = prepare_patterns;
    experiment.run = run;
    experiment.cost = [](const Point& point) {
        return point.word("method") == "explicit"
                   ? explicit_cost(point)
                   : cues_cost(point, point.axis("alpha").size()) * (counts_lost(point) ? 2 : 1);
    };
    return experiment;
}

}  // namespace gdm
