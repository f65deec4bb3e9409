#include "gdm/experiments/memory/polynomial_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "gdm/base/crossing.hpp"
#include "gdm/base/error.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/physics/memories/polynomial_memory.hpp"

namespace gdm {
namespace {

constexpr double accepted = 0.01;  // the error rate that defines the capacity

int degree_of(const Point& point) { return static_cast<int>(point.integer("degree")); }
/// May exceed every whole number.
double count_at(const Point& point, double load) {
    return std::max(1., std::round(load * polynomial_unit(degree_of(point), point["N"])));
}
std::int64_t patterns_at(const Point& point, double load) { return std::llround(count_at(point, load)); }

void check(const Point& point, const Shapes&) {
    const double bits = point["degree"] * std::log2(point["N"]);
    const auto loads = point.axis("load");
    const double most = count_at(point, *std::max_element(loads.begin(), loads.end()));
    if (!(bits < 53 && bits + std::log2(most) < 62))
        throw UsageError(
            fmt::format("N^degree P must stay below 2^62, and N^degree below 2^53, for whole numbers to hold it; "
                        "at N = {:g}, degree = {:g} there are P = {:.3g} patterns: take smaller N or load",
                        point["N"], point["degree"], most));
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    const auto loads = point.axis("load");
    const auto samples = static_cast<std::uint32_t>(point.integer("samples"));
    std::vector<std::size_t> order(loads.size());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return loads[a] < loads[b]; });
    std::vector<std::int64_t> counts;
    counts.reserve(order.size());
    for (const std::size_t k : order) counts.push_back(patterns_at(point, loads[k]));
    const auto rate = values["error_rate"], any = values["any_error"];
    std::fill(rate.begin(), rate.end(), 0.);
    std::fill(any.begin(), any.end(), 0.);
    for (std::uint32_t sample = 0; sample < samples; ++sample) {
        RandomSequence sequence(random, Purpose::dataset, sample);
        const auto errors = count_polynomial_errors(degree_of(point), point.integer("N"), counts, sequence, stop);
        for (std::size_t k = 0; k < order.size(); ++k) {
            rate[order[k]] += static_cast<double>(errors[k]) / (point["N"] * samples);
            any[order[k]] += errors[k] > 0 ? 1. / samples : 0;
        }
    }
}

/// ln P at which the rate, given along the axis, is 1 %.
Crossing log_capacity(const Point& point, std::span<const double> rate) {
    const auto loads = point.axis("load");
    std::vector<std::pair<double, double>> curve;
    for (std::size_t k = 0; k < loads.size(); ++k)
        curve.emplace_back(std::log(static_cast<double>(patterns_at(point, loads[k]))), rate[k]);
    std::sort(curve.begin(), curve.end());
    std::vector<double> x, y;
    for (const auto& [log_p, value] : curve) {
        if (x.empty() || log_p > x.back()) x.push_back(log_p), y.push_back(value);
    }
    return largest_crossing(x, y, accepted);
}

std::vector<double> exact_rates(const Point& point) {
    std::vector<double> rates;
    for (const double load : point.axis("load"))
        rates.push_back(polynomial_error(degree_of(point), point.integer("N"), patterns_at(point, load)));
    return rates;
}

std::vector<Parameter> parameters() {
    return {
        {.name = "degree",
         .description = "degree n of the energy; 2: Hopfield's network",
         .kind = Kind::integer,
         .default_value = "2, 3, 4",
         .range = {.min = 2, .max = 8}},
        {.name = "N",
         .description = "number of spins",
         .kind = Kind::integer,
         .default_value = "32, 64, 128",
         .range = {.min = 3, .max = 1e6}},
        {.name = "load",
         .description = "number of patterns P, the stored one among them, in units of N^(n-1)/(2 (2n-3)!!); rounded to a "
                        "whole number",
         .role = Role::inner,
         .default_value = "geomspace(0.15, 1, 11)",
         .range = {.min = 1e-6, .max = 1e3}},
        {.name = "samples",
         .description = "sets of patterns in a replica",
         .role = Role::setting,
         .kind = Kind::integer,
         .default_value = "4",
         .range = {.min = 1, .max = 1e8}}};
}

}  // namespace

Experiment polynomial_memory() {
    Experiment experiment;
    experiment.name = "polynomial_memory";
    experiment.question = "How many patterns does a dense associative memory of degree n store among N spins?";
    experiment.source =
        "Krotov and Hopfield, Dense associative memory for pattern recognition (2016), rates exactly, by Fourier inversion";
    experiment.version = 1;
    experiment.parameters = parameters();
    experiment.observables = {
        {.name = "error_rate",
         .description = "share of the spins of a stored pattern that a flip would favour",
         .axes = {"load"},
         .bounds = [](const Point& point) { return Bounds{.min = 0, .max = 1, .samples = point["samples"] * point["N"]}; }},
        {.name = "any_error",
         .description = "probability that a stored pattern has such a spin",
         .axes = {"load"},
         .bounds = between(0, 1)}};
    experiment.derived = {
        {.name = "capacity",
         .description = "number of patterns at which error_rate is 1 %",
         .compute =
             [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
                 const Crossing at = log_capacity(point, combined["error_rate"]);
                 value[0] = std::exp(at.position);
                 systematic[0] = value[0] * at.systematic;
             }},
        {.name = "log_capacity_ratio",
         .description = "ln(capacity)/ln N, a line in 1/ln N for a power law",
         .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
             const Crossing at = log_capacity(point, combined["error_rate"]);
             value[0] = at.position / std::log(point["N"]);
             systematic[0] = at.systematic / std::log(point["N"]);
         }}};
    experiment.theory = {
        {.name = "error_rate_theory",
         .description = "the same, exact at this N and P (from some dozens of patterns on)",
         .axes = {"load"},
         .compute =
             [](const Point& point, std::span<double> value) {
                 const std::vector<double> exact = exact_rates(point);
                 std::copy(exact.begin(), exact.end(), value.begin());
             }},
        {.name = "error_rate_gaussian",
         .description = "the same if the noise of the other patterns were Gaussian, of its variance at this N and P",
         .axes = {"load"},
         .compute =
             [](const Point& point, std::span<double> value) {
                 const auto loads = point.axis("load");
                 for (std::size_t k = 0; k < value.size(); ++k)
                     value[k] =
                         polynomial_error_gaussian(degree_of(point), point.integer("N"), patterns_at(point, loads[k]));
             }},
        {.name = "error_rate_large_n",
         .description = "erfc(1/sqrt(load))/2, N to infinity",
         .axes = {"load"},
         .compute =
             [](const Point& point, std::span<double> value) {
                 const auto loads = point.axis("load");
                 for (std::size_t k = 0; k < value.size(); ++k) value[k] = 0.5 * std::erfc(1 / std::sqrt(loads[k]));
             }},
        closed_form("capacity_theory", "where the exact error rate is 1 %",
                    [](const Point& point) { return std::exp(log_capacity(point, exact_rates(point)).position); })};
    experiment.along = {{.name = "capacity_exponent",
                         .description = "exponent of capacity in N: log_capacity_ratio where 1/ln N is 0, a line",
                         .quantity = "log_capacity_ratio",
                         .axis = "N",
                         .kind = along::Limit{.abscissa = [](const Point&, double spins) { return 1 / std::log(spins); }},
                         .theory = [](const Point& point) { return point["degree"] - 1; }}};
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) {
        const auto loads = point.axis("load");
        return point["samples"] * point["N"] * 0.5 *
               static_cast<double>(patterns_at(point, *std::max_element(loads.begin(), loads.end())));
    };
    return experiment;
}

}  // namespace gdm
