#include "gdm/experiments/spins/minde.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/experiments/shared/time_axis.hpp"
#include "gdm/experiments/spins/minde_replica.hpp"
#include "gdm/experiments/spins/score_target.hpp"
#include "gdm/experiments/spins/strip_parameters.hpp"

namespace gdm {
namespace {

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = {{.name = "target",
                                   .description = "gaussian: of random covariance; two_classes: at ±mu of variance sigma2; "
                                                  "ising: spins on columns",
                                   .kind = Kind::word,
                                   .default_value = "gaussian",
                                   .words = {"gaussian", "two_classes", "ising"}}};
    for (Parameter& one : mixture_parameters("1", "0.4", "9, 16")) all.push_back(std::move(one));
    all.push_back({.name = "covariance",
                   .description = "number of the random covariance (gaussian)",
                   .kind = Kind::integer,
                   .default_value = "1",
                   .range = {.min = 0, .max = 1e9}});
    for (Parameter& one : strip_parameters("4", "torus", "2.5")) all.push_back(std::move(one));
    all.push_back({.name = "t_max",
                   .description = "end of the integral over the diffusion time",
                   .default_value = "8",
                   .range = {.min = 0.05, .max = 17},
                   .keyed = false});
    all.push_back(
        {.name = "sampling",
         .description =
             "of the times of the integral. At random: uniform in t, importance, stratified. Fixed: midpoint, gauss",
         .kind = Kind::word,
         .default_value = "stratified",
         .words = time_sampling_words.list(),
         .keyed = false});
    all.push_back({.name = "times",
                   .description = "of the integral, for each clean sample",
                   .kind = Kind::integer,
                   .default_value = "16",
                   .range = {.min = 2, .max = 4096},
                   .keyed = false});
    all.push_back(time_axis("geomspace(0.01, 4, 16)", false));
    all.push_back(
        {.name = "halves",
         .description = "mutual information of two halves too: components or columns before the middle, and others",
         .role = Role::setting,
         .kind = Kind::word,
         .default_value = "yes",
         .words = {"yes", "no"}});
    all.push_back({.name = "reference_variance",
                   .description = "r^2 of the reference N(0, r^2 I) of data with a density",
                   .role = Role::setting,
                   .default_value = "1",
                   .range = {.min = 1e-3, .max = 1e3}});
    for (Parameter& one : score_settings("64")) all.push_back(std::move(one));
    return all;
}

void check(const Point& point, const Shapes&) {
    if (is_fixed(minde_sampling(point)) && point["times"] < 4)
        throw UsageError(
            fmt::format("sampling = {}, times = {}: less than 4 fixed times cannot be judged by half as many; raise "
                        "times, or choose them at random",
                        point.word("sampling"), point["times"]));
    const std::string& target = point.word("target");
    if (target == "ising") {
        check_strip(point);
        if (strip_of(point).length < 2) throw UsageError("length = 1: two columns or more have halves; raise length");
        return;
    }
    if (point["d"] != std::floor(point["d"]) || point["d"] < 2 || point["d"] > 4096)
        throw UsageError(
            fmt::format("target = {}, d = {}: whole dimensions from 2 to 4096 have halves", target, point["d"]));
    if (!(point["sigma2"] >= 1e-6)) throw UsageError(fmt::format("sigma2 = {}: variances from 1e-6 on", point["sigma2"]));
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    run_minde(point, random, stop, values);
}

std::vector<Observable> observables() {
    const Missing without{"halves = no", [](const Point& point) { return !wants_halves(point); }};
    return {
        {.name = "integrand",
         .unit = "nat",
         .description = "mean squared difference of the score and that of the reference, per dimension",
         .axes = {"t"}},
        {.name = "integrand_noise",
         .unit = "nat",
         .description = "integrand of the identity from the other end (de Bruijn), per dimension: its integral is minus the "
                        "entropy of spins",
         .axes = {"t"}},
        {.name = "entropy_controlled",
         .unit = "nat",
         .description = "entropy per dimension, above by what is left at t_max, with control variates of mean 0"},
        {.name = "entropy_reference",
         .unit = "nat",
         .description = "entropy per dimension by the distance from the reference, above by what is left at t_max"},
        {.name = "entropy_noise",
         .unit = "nat",
         .description = "entropy per dimension by the identity from the other end, below by what is left at t_max"},
        {.name = "entropy_upper",
         .unit = "nat",
         .description = "an upper bound, in expectation whatever the chains do (score = exact: entropy_reference)"},
        {.name = "entropy_lower",
         .unit = "nat",
         .description = "a lower bound, in expectation whatever the chains do (score = exact: entropy_noise)"},
        {.name = "rule_change",
         .unit = "nat",
         .description = "integral per dimension by the fixed times, less that by half as many (0 at random)"},
        {.name = "chain_drift",
         .unit = "nat",
         .description =
             "entropy per dimension by the second half of the chains that do not know the clean sample, less that by "
             "the first (score = monte_carlo)"},
        {.name = "rule_error",
         .unit = "nat",
         .description = "what equal intervals make of a known function as steep as the integrand, less its integral"},
        {.name = "information_lower",
         .unit = "nat",
         .description = "mutual information of the halves, below by what is left at t_max",
         .may_be_missing = without},
        {.name = "information_rule_change",
         .unit = "nat",
         .description = "as rule_change, for the mutual information",
         .may_be_missing = without},
        {.name = "information_chain_drift",
         .unit = "nat",
         .description = "as chain_drift, for the mutual information",
         .may_be_missing = without},
        {.name = "information_rule_error",
         .unit = "nat",
         .description = "as rule_error, for the mutual information",
         .may_be_missing = without},
    };
}

std::vector<Derived> derived() {
    return {{.name = "entropy",
             .unit = "nat",
             .description = "entropy per dimension (per spin), in the middle of what is known of the rest beyond t_max; its "
                            "error counts that, what the rule of the times leaves, and the drift of the chains",
             .compute =
                 [](const Point& point, const Combined& c, std::span<double> value, std::span<double> systematic) {
                     const auto target = score_target_of(point);
                     const double half_gap = 0.5 * target->gap() / target->dimension();
                     value[0] = c.scalar("entropy_controlled") - half_gap;
                     systematic[0] = half_gap + c.scalar("rule_error") + std::abs(c.scalar("chain_drift")) +
                                     std::abs(c.scalar("rule_change"));
                 }},
            {.name = "information",
             .unit = "nat",
             .description = "mutual information of the halves; its error counts the rest beyond t_max, rule and chains",
             .compute = [](const Point& point, const Combined& c, std::span<double> value, std::span<double> systematic) {
                 const double half_gap = 0.5 * score_target_of(point)->gap();
                 value[0] = c.scalar("information_lower") + half_gap;
                 systematic[0] = half_gap + c.scalar("information_rule_error") +
                                 std::abs(c.scalar("information_chain_drift")) +
                                 std::abs(c.scalar("information_rule_change"));
             }}};
}

}  // namespace

Experiment minde() {
    Experiment experiment;
    experiment.name = "minde";
    experiment.question = "What are the entropy of data, and the mutual information of its halves, by their scores?";
    experiment.source =
        "Franzese, Bounoua and Michiardi, MINDE: mutual information neural diffusion estimation (2023); Guo, Shamai and "
        "Verdu, "
        "IEEE Trans. Inf. Theory 51, 1261 (2005)";
    experiment.version = 1;
    experiment.parameters = parameters();
    experiment.observables = observables();
    experiment.derived = derived();
    experiment.theory = {closed_form("entropy_theory", "exact entropy per dimension (per spin)", "nat",
                                     [](const Point& point) {
                                         const auto target = score_target_of(point);
                                         return target->exact_entropy() / target->dimension();
                                     }),
                         closed_form("information_theory", "exact mutual information of the halves", "nat",
                                     [](const Point& point) {
                                         return wants_halves(point) ? score_target_of(point)->exact_information()
                                                                    : not_a_number;
                                     }),
                         {.name = "integrand_theory",
                          .unit = "nat",
                          .description = "F - 2 d/chi + E|x|^2/chi^2 per dimension, for data with a density",
                          .axes = {"t"},
                          .compute = [](const Point& point, std::span<double> value) {
                              const auto target = score_target_of(point);
                              const auto times = point.axis("t");
                              for (std::size_t k = 0; k < times.size(); ++k)
                                  value[k] = target->exact_integrand(times[k]) / target->dimension();
                          }}};
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) {  // ns
        const double halves = wants_halves(point) ? 1 : 0, d = point["d"];
        double one = 30 * d;
        if (point.word("target") == "gaussian") one += 2.5 * d * d * (1 + 0.5 * halves);
        if (point.word("target") == "ising") one = posterior_cost(point) * (1 + 2 * halves);
        return point["samples"] * one * (1.5 * point["times"] + static_cast<double>(point.axis("t").size()));
    };
    return experiment;
}

}  // namespace gdm
