#include "gdm/experiments/condensation/condensation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "gdm/base/error.hpp"
#include "gdm/experiments/condensation/weight_observables.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/experiments/shared/point_count.hpp"
#include "gdm/experiments/shared/time_axis.hpp"
#include "gdm/experiments/shared/user_points.hpp"
#include "gdm/physics/weights/condensation_theory.hpp"
#include "gdm/physics/weights/data_spectrum.hpp"
#include "gdm/physics/weights/level_weights.hpp"

namespace gdm {

namespace {

constexpr std::uint64_t most_points = std::uint64_t{1} << 32;  // counters of the random numbers
constexpr std::uint64_t most_dimensions = 65536;
constexpr double most_bytes = 8.0 * (1 << 30);

const Missing no_dataset{"no dataset", [](const Point& point) { return !has_dataset(point); }};

StateKind kind_of(const Point& point) {
    return point.word("state") == "planted" ? StateKind::planted : StateKind::population;
}

std::vector<Implied> implied(const Shapes& shapes) {
    const auto& shape = shapes.at("dataset");
    if (shape.size() != 2 || shape[0] < 2 || shape[0] > most_points || shape[1] > most_dimensions) {
        throw UsageError(
            "the dataset must be a table of points, N rows (2 or more) of d columns (65536 or fewer); "
            "analysis/make_dataset.py makes one of arrays and images");
    }
    std::vector<std::string> sizes;
    for (std::size_t n = shape[0]; n >= 32; n /= 2) sizes.insert(sizes.begin(), fmt::format("{}", n));
    if (sizes.empty()) sizes.push_back(fmt::format("{}", shape[0]));
    return {{"method", "dataset", true},
            {"mu", "nan", true},
            {"sigma2", "nan", true},
            {"d", fmt::format("{}", shape[1]), true},
            {"N", fmt::format("{}", fmt::join(sizes, ", ")), false},
            {"t", "geomspace(0.02, 4, 48)", false},
            {"t_unit", "absolute", true}};
}

void check(const Point& point, const Shapes& shapes) {
    const auto dataset = shapes.find("dataset");
    const double log_n = point["ln_N"];
    const bool weighed = point.word("method") == "dataset";
    const auto times = static_cast<double>(point.axis("t").size());
    const double bytes = point["samples"] * (220 * times + (weighed ? 8 * point["d"] : 0));
    if (bytes > most_bytes)
        throw UsageError(
            fmt::format("a replica of {} states at {} times would need {:.3g} GiB, more than 8; take fewer samples, "
                        "and more replicas",
                        point["samples"], times, bytes / (1 << 30)));
    if (dataset == shapes.end() && weighed && !(log_n <= std::log(static_cast<double>(most_points)) + 1e-9))
        throw UsageError("method dataset draws its points one by one, at most 2^32; method levels takes any number");
    if (dataset == shapes.end()) {
        if (weighed && point["d"] > static_cast<double>(most_dimensions))
            throw UsageError("method dataset keeps d coordinates, at most 65536; method levels takes any d");
        if (!weighed) check_levels(point);
        return;
    }
    const auto rows = static_cast<double>(dataset->second[0]);
    const double n = std::round(std::exp(log_n));
    if (n > rows) throw UsageError(fmt::format("the dataset has {} rows, fewer than N = {}", rows, n));
    if (kind_of(point) == StateKind::population && n >= rows)
        throw UsageError("states of the population are rows outside the N training points; take N below the rows");
}

Context prepare(const Point& settings, const Inputs& inputs) {
    const auto found = inputs.find("dataset");
    if (found == inputs.end()) return {};
    return user_points(found->second, settings.word("standardise"));
}

/// As many of the rows with replacement, for the bootstrap.
std::vector<std::uint64_t> resample(const std::vector<std::uint64_t>& members, const RandomStream& random) {
    RandomSequence sequence(random, Purpose::bootstrap);
    std::vector<std::uint64_t> drawn(members.size());
    for (auto& row : drawn) row = members[sequence.below(members.size())];
    return drawn;
}

void measure_user_data(const UserPoints& data, const Point& point, const RandomStream& random, const Stop& stop,
                       Values& values) {
    const auto times = point.axis("t");
    const double log_n = point["ln_N"];
    const std::size_t d = data.columns();
    auto [members, others] = choose_rows(data.rows(), static_cast<std::size_t>(point_count(log_n)), random);
    const bool all_eigenvalues = std::min(members.size(), d) <= full_spectrum_up_to;
    const auto spectrum = covariance_spectrum(data.values(), d, members, data.scale, stop);
    const double resampled = covariance_spectrum(data.values(), d, resample(members, random), data.scale, stop, 0).front();
    values.set("largest_eigenvalue", spectrum.front());
    values.set("resampled_eigenvalue", resampled);
    values.set("resampled_eigenvalue_squared", resampled * resampled);
    if (all_eigenvalues) {
        values.set("t_c_gaussian", t_c_of_spectrum(spectrum, log_n));
        for (std::size_t k = 0; k < times.size(); ++k)
            values["information"][k] = spectrum_information(spectrum, d, times[k]);
    }
    const auto set =
        array_training_set(data.array.values.get(), d, std::move(members), std::move(others), data.offset, data.scale);
    const WeighingPlan plan{0, 1, kind_of(point), static_cast<std::size_t>(point.integer("samples"))};
    record_weights(weigh_training_set(*set, plan, times, random, stop),
                   {.kind = plan.kind, .d = static_cast<double>(d), .gaussian = false}, times, values);
}

/// States at which the averages over levels are taken: they cost four times as much as a draw, and scatter less.
std::size_t averaged_states(const Point& point) { return (static_cast<std::size_t>(point.integer("samples")) + 3) / 4; }

void run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop, Values& values) {
    if (const auto* data = std::any_cast<UserPoints>(&context)) {
        measure_user_data(*data, point, random, stop, values);
        return;
    }
    const auto times = point.axis("t");
    const GaussianMixture mixture = mixture_of(point);
    const auto states = static_cast<std::size_t>(point.integer("samples"));
    for (std::size_t k = 0; k < times.size(); ++k)
        values["information"][k] = spectrum_information(std::span(&mixture.sigma2, 1), 1, times[k]);
    WeightOrigin origin{.kind = kind_of(point), .d = mixture.d};
    if (point.word("method") == "dataset") {
        const auto set = sampled_training_set(point_count(point["ln_N"]), static_cast<std::size_t>(mixture.d), random);
        const WeighingPlan plan{mixture.axis_mean(), std::sqrt(mixture.sigma2), origin.kind, states};
        record_weights(weigh_training_set(*set, plan, times, random, stop), origin, times, values);
    } else {
        origin.nearest_known = false;
        const auto averages =
            average_weights(mixture, point["ln_N"], origin.kind, averaged_states(point), times, random, stop);
        record_weights(weigh_random_levels(mixture, point["ln_N"], origin.kind, states,
                                           static_cast<std::size_t>(point.integer("levels")), times, random, stop),
                       origin, times, values);
        record_averages(averages, origin.kind, mixture.d, values);
    }
}

/// Nanoseconds on one core with AVX-512.
double cost(const Point& point) {
    const double states = point["samples"], times = static_cast<double>(point.axis("t").size());
    if (point.word("method") == "levels") {
        const double averaged = static_cast<double>(averaged_states(point)) + 8;
        return times * (states * level_cost(point["ln_N"], point["levels"]) + averaged * 120000);
    }
    const double d = point["d"];
    return std::exp(std::min(point["ln_N"], 25.0)) * (d + states * (0.026 * d + 0.17 * times + 0.5)) + states * d * 15;
}

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = {
        {.name = "state",
         .description = "planted: made from a training point, as the empirical reverse process does; population: not",
         .kind = Kind::word,
         .default_value = "planted",
         .words = {"planted", "population"}},
        {.name = "method",
         .description = "levels: a random energy model, exact at any N; dataset: points weighed one by one",
         .kind = Kind::word,
         .default_value = "levels",
         .words = {"levels", "dataset"}}};
    for (Parameter& parameter : mixture_parameters("1", "1", "256")) all.push_back(std::move(parameter));
    for (Parameter& parameter : std::vector<Parameter>{
             point_count_axis("10, 20, 40"),
             [] {
                 Parameter t = time_axis("linspace(0.3, 1.8, 31)", false);
                 t.description += ", in the units of t_unit";
                 t.scale = [](double value, const Point& point) {
                     return point.word("t_unit") == "t_c" ? value * t_c_published(mixture_of(point), point["ln_N"]) : value;
                 };
                 return t;
             }(),
             {.name = "t_unit",
             .description = "unit of t (not of theta and alpha_bar): absolute, or t_c, the published condensation time ln(1 "
                            "+ sigma2/(exp(2 alpha) - 1))/2",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = "t_c",
             .words = {"t_c", "absolute"}},
             {.name = "samples",
             .description = "states in one replica; with method dataset they share one set of points",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "256",
             .range = {.min = 1, .max = 1e7}},
             levels_setting(),
             {.name = "dataset",
             .description =
                  "points of one's own, N rows of d columns; fixes d, method and t_unit (absolute) and bounds N, whose "
                  "default is then all rows and their halves down to 32",
             .role = Role::setting,
             .kind = Kind::dataset,
             .default_value = "none"},
             standardise_setting()})
        all.push_back(std::move(parameter));
    return all;
}

}  // namespace

Experiment condensation() {
    Experiment experiment;
    experiment.name = "condensation";
    experiment.question = "When does a diffusion model with a perfect score over N training points begin to memorise them?";
    experiment.source =
        "Biroli, Bonnaire, de Bortoli, Mezard, arXiv:2402.18491 (collapse); Ambrogioni, The statistical thermodynamics of "
        "generative diffusion models, section 10; Lucibello and Mezard, PRL 132, 077301 (random energy model)";
    experiment.version = 3;
    experiment.parameters = parameters();
    experiment.fixed_axes = {participation_axis()};
    experiment.observables = weight_observables();
    for (const auto& observable : std::vector<Observable>{
             {.name = "information",
              .unit = "nat",
              .description = "what a state at t keeps of its point, per dimension: sum ln(1 + Lambda_i/theta)/2d over the "
                             "eigenvalues of the covariance of a class, or of the dataset",
              .axes = {"t"},
              .may_be_missing = {"a dataset whose spectrum is too large to be found", has_dataset}},
             {.name = "largest_eigenvalue",
             .description = "of the covariance of the N points (dataset)",
             .may_be_missing = no_dataset},
             {.name = "resampled_eigenvalue",
             .description = "the same of a bootstrap sample of the points (dataset)",
             .may_be_missing = no_dataset},
             {.name = "resampled_eigenvalue_squared", .description = "its square (dataset)", .may_be_missing = no_dataset},
             {.name = "t_c_gaussian",
             .description = "condensation time of N Gaussian points with the covariance of these (dataset)",
             .may_be_missing = {"no dataset, or one whose spectrum is too large to be found"}}})
        experiment.observables.push_back(observable);
    experiment.derived = condensation_derived();
    experiment.theory = condensation_theory();
    experiment.along = condensation_limits();
    experiment.implied = implied;
    experiment.check = check;
    experiment.prepare = prepare;
    experiment.run = run;
    experiment.cost = cost;
    return experiment;
}

}  // namespace gdm
