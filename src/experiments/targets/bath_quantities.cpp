#include "gdm/experiments/targets/bath_quantities.hpp"

#include <cmath>
#include <limits>

#include "gdm/experiment/chain_observables.hpp"
#include "gdm/experiments/targets/bath_chain.hpp"

namespace gdm {
namespace {

const Missing symmetric{"h = 0 but for given points", bath_is_symmetric};
const Missing mirrored{"mirrors = on", [](const Point& point) { return point.word("mirrors") == "on"; }};

/// Of an average with its binning error and autocorrelation time in each chain. Replicas may differ by their points, so it
/// is they that are resampled, and not blocks of chains.
void declare_average(std::vector<Observable>& all, Observable average) {
    auto four = chain_observables(std::move(average));
    four[0].axes.pop_back();   // the blocks
    four[1].error_of.clear();  // it is no error of the average over replicas
    for (Observable& one : four) all.push_back(std::move(one));
}

/// Where hardly a microstate of two or four deltas ever differs from the others, ‖ȳ‖^power of the first that does may not
/// have been met. Elsewhere spread is the whole error.
std::function<Bounds(const Point&)> bounds_of_power(double power) {
    return [=](const Point& point) {
        const bool is_two = point.word("target") == "two_deltas";
        if (!is_two && point.word("target") != "four_deltas") return Bounds{};
        const double turned = point["K"] * std::exp(-(is_two ? 2 : 1) * (1 - 1 / point["K"]) / point["theta"]);
        if (turned > 0.01 || point["K"] == 1) return Bounds{};
        return Bounds{.min = 1 - power * (is_two ? 2 : 1) / point["K"], .max = 1};
    };
}

/// A value falls into a bin or not; two chains give one independent value in about two relaxation times each.
Bounds bounds_of_density(const Point& point) {
    const auto centres = point.axis("x");
    const double bins = static_cast<double>(centres.size() - 1) / (centres.back() - centres.front());
    return {.min = 0, .max = bins, .samples = std::max(1., point["samples"] / bath_relaxation_estimate(point))};
}

/// ‖ȳ‖² when one of K aligned microstates of two or four deltas differs from the others; 1 for other targets.
double squared_with_one_turned(const Point& point) {
    const std::string& target = point.word("target");
    if (target == "two_deltas") return std::pow(1 - 2 / point["K"], 2);
    return target == "four_deltas" ? std::pow(1 - 1 / point["K"], 2) + std::pow(point["K"], -2) : 1;
}

/// `one_turned`: what the quantity changes for each share of states that have ‖ȳ‖² = q instead of 1. Where no microstate
/// ever differed from the others, that times the share that a replica cannot exclude is added to the error.
Derived derived(const std::string& name, const std::string& unit, const std::string& description,
                std::function<double(const Point&, const Combined&)> of,
                double (*one_turned)(const Point& point, double q) = nullptr) {
    return {.name = name,
            .unit = unit,
            .description = description,
            .compute = [of = std::move(of), one_turned](const Point& point, const Combined& combined,
                                                        std::span<double> value, std::span<double> systematic) {
                value[0] = of(point, combined);
                // What rounding leaves where nothing fluctuates; K times the variance is the largest of them.
                constexpr double rounding = 16 * std::numeric_limits<double>::epsilon();
                systematic[0] = rounding * (1 + point["K"] / point["theta"]);
                if (one_turned != nullptr && combined.scalar("magnetisation_squared") > 1 - rounding)
                    systematic[0] += one_turned(point, squared_with_one_turned(point)) / point["samples"];
            }};
}

Derived correlation(const std::string& end, const std::string& of) {
    return {.name = "autocorrelation" + end,
            .description = "normalised autocorrelation of " + of + " in equilibrium",
            .axes = {"lag"},
            .compute = [=](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
                for (std::size_t k = 0; k < value.size(); ++k)
                    value[k] = combined["covariance" + end][k] / combined.scalar("variance" + end);
            }};
}

/// −(s′ − s)/ln(C(s′)/C(s)) of two lags; NaN where the correlation does not fall from one to the other.
double relaxation(const Point& point, std::span<const double> covariance, std::size_t near, std::size_t far) {
    const auto lags = point.axis("lag");
    const double ratio = covariance[far] / covariance[near];
    const bool falls = lags[far] > lags[near] && ratio > 0 && ratio < 1;
    return falls ? -(lags[far] - lags[near]) / std::log(ratio) : std::numeric_limits<double>::quiet_NaN();
}
double slow(const Point& point, const Combined& combined) {
    const std::size_t lags = point.axis("lag").size();
    return lags < 2 ? std::numeric_limits<double>::quiet_NaN()
                    : relaxation(point, combined["covariance"], lags - 2, lags - 1);
}
double slow_abs(const Point& point, const Combined& combined) {
    return point.axis("lag").size() < 2 ? std::numeric_limits<double>::quiet_NaN()
                                        : relaxation(point, combined["covariance_abs"], 0, 1);
}

double mean_along(const Point& point, const Combined& combined) {
    return bath_is_symmetric(point) ? 0 : combined.scalar("magnetisation");
}

}  // namespace

std::vector<Observable> bath_observables() {
    std::vector<Observable> all;
    declare_average(all, {.name = "magnetisation",
                          .description = "ybar along the field; of given points, along the first of them",
                          .may_be_missing = symmetric});
    declare_average(all, {.name = "magnetisation_abs", .description = "norm of ybar", .bounds = bounds_of_power(1)});
    const Missing sphere{"target = hypersphere", [](const Point& point) { return point.word("target") == "hypersphere"; }};
    for (Observable& one : std::vector<Observable>{
             {.name = "magnetisation_squared", .description = "squared norm of ybar", .bounds = bounds_of_power(2)},
             {.name = "magnetisation_fourth",
             .description = "fourth power of the norm of ybar",
             .bounds = bounds_of_power(4)},
             {.name = "participation",
             .description = "sum over the points of the squared share of microstates there: 1 if all are alike",
             .may_be_missing = sphere},
             {.name = "variance", .description = "variance of ybar, all coordinates", .may_be_missing = mirrored},
             {.name = "variance_abs", .description = "variance of the norm of ybar"},
             {.name = "covariance",
             .description = "of ybar at two sweeps, one lag apart; all coordinates",
             .axes = {"lag"},
             .may_be_missing = mirrored},
             {.name = "covariance_abs", .description = "of the norm of ybar at two sweeps, one lag apart", .axes = {"lag"}},
             {.name = "density", .description = "density of x = K^(1/4) |ybar|", .axes = {"x"}, .bounds = bounds_of_density},
             {.name = "thermalisation_sweeps", .unit = "sweep", .description = "sweeps before measuring"}})
        all.push_back(std::move(one));
    Observable z = starts_observable({.name = "magnetisation", .description = {}, .may_be_missing = symmetric});
    z.may_be_missing = symmetric;
    all.push_back(std::move(z));
    all.push_back(starts_observable({.name = "magnetisation_abs", .description = {}}));
    return all;
}

std::vector<Derived> bath_derived() {
    const auto squared = [](const Combined& combined) { return combined.scalar("magnetisation_squared"); };
    const auto about = [](const Combined& combined, double mean) {
        return combined.scalar("magnetisation_squared") - mean * mean;
    };
    return {
        derived(
            "binder", "1", "Binder cumulant 1 - <m^4>/(3 <m^2>^2), m the norm of ybar",
            [=](const Point&, const Combined& combined) {
                return 1 - combined.scalar("magnetisation_fourth") / (3 * squared(combined) * squared(combined));
            },
            [](const Point&, double q) { return (1 - q) * (1 - q) / 3; }),
        derived(
            "susceptibility", "1", "(K/theta) (<m^2> - <ybar e>^2): the response above theta_c, and in a field",
            [=](const Point& point, const Combined& combined) {
                return point["K"] / point["theta"] * about(combined, mean_along(point, combined));
            },
            [](const Point& point, double q) { return point["K"] / point["theta"] * (1 - q); }),
        derived(
            "susceptibility_abs", "1", "(K/theta) (<m^2> - <m>^2): the response of one pure state, below theta_c",
            [=](const Point& point, const Combined& combined) {
                return point["K"] / point["theta"] * about(combined, combined.scalar("magnetisation_abs"));
            },
            [](const Point& point, double q) { return point["K"] / point["theta"] * std::pow(1 - std::sqrt(q), 2); }),
        derived(
            "noise_variance", "1",
            "K times the variance of ybar in one pure state, about <m> below theta_c and about <ybar e> elsewhere: "
            "the noise of the particle that the bath drives",
            [=](const Point& point, const Combined& combined) {
                const bool is_ordered = point["h"] == 0 && point["theta"] < bath_critical_theta(point);
                const double mean = is_ordered ? combined.scalar("magnetisation_abs") : mean_along(point, combined);
                return point["K"] * about(combined, mean);
            },
            [](const Point& point, double q) {
                return point["K"] * (bath_is_symmetric(point) ? std::pow(1 - std::sqrt(q), 2) : 1 - q);
            }),
        derived(
            "scaled_magnetisation", "1", "K^(1/4) <m>",
            [](const Point& point, const Combined& combined) {
                return std::pow(point["K"], 0.25) * combined.scalar("magnetisation_abs");
            },
            [](const Point& point, double q) { return std::pow(point["K"], 0.25) * (1 - std::sqrt(q)); }),
        derived(
            "scaled_squared", "1", "K^(1/2) <m^2>",
            [=](const Point& point, const Combined& combined) { return std::sqrt(point["K"]) * squared(combined); },
            [](const Point& point, double q) { return std::sqrt(point["K"]) * (1 - q); }),
        correlation("", "ybar"),
        correlation("_abs", "the norm of ybar"),
        derived("relaxation_time", "sweep", "of ybar, by the last two lags", slow),
        derived("relaxation_time_abs", "sweep", "of the norm of ybar, by the first two lags", slow_abs),
        derived("scaled_relaxation", "sweep", "relaxation_time/K^(1/2)",
                [](const Point& point, const Combined& combined) { return slow(point, combined) / std::sqrt(point["K"]); }),
        derived(
            "scaled_relaxation_abs", "sweep", "relaxation_time_abs/K^(1/2)",
            [](const Point& point, const Combined& combined) { return slow_abs(point, combined) / std::sqrt(point["K"]); })};
}

double bath_relaxation_estimate(const Point& point) {
    const double distance = std::abs(1 - bath_critical_theta(point) / point["theta"]);
    return 1 / (distance + 1 / std::sqrt(point["K"]));
}

double bath_critical_theta(const Point& point) {
    return bath_critical_theta(bath_target_words.at(point.word("target")), static_cast<std::size_t>(point.integer("d")),
                               static_cast<std::size_t>(point.integer("N")));
}

}  // namespace gdm
