#include "gdm/experiments/targets/bath_particle.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/targets/bath_parameters.hpp"
#include "gdm/physics/targets/bath_particle.hpp"

namespace gdm {
namespace {

BathParticle particle_of(const Point& point) {
    return {.K = point.integer("K"),
            .H = point.integer("H"),
            .theta_start = point["theta_start"],
            .theta_end = point["theta_end"],
            .rate = point["rate"],
            .fresh = point.word("bath") == "fresh"};
}

std::vector<Parameter> parameters() {
    return {
        {.name = "bath",
         .description = "fresh: microstates are drawn from equilibrium, in the pure state along x; chain: all are noised "
                        "and denoised at once, from those before",
         .kind = Kind::word,
         .default_value = "fresh, chain",
         .words = {"fresh", "chain"}},
        bath_size_parameter("16, 64, 256, 1024"),
        {.name = "H",
         .description = "microstates that are coupled to the particle, at most K",
         .kind = Kind::integer,
         .default_value = "16",
         .range = {.min = 1, .max = 1e6}},
        {.name = "rate",
         .description = "how often microstates are drawn again in a unit of s = -ln theta",
         .default_value = "1, 4, 16, 64",
         .range = {.min = 0.1, .max = 1e4}},
        {.name = "theta_start",
         .description = "theta of the start, x = 0 and a bath in equilibrium",
         .role = Role::setting,
         .default_value = "10",
         .range = {.min = 0, .max = 1e6, .open_min = true}},
        {.name = "theta_end",
         .description = "theta of the end",
         .role = Role::setting,
         .default_value = "0.01",
         .range = {.min = 1e-3, .max = 1e6}},
        {.name = "samples",
         .description = "particles of a replica",
         .role = Role::setting,
         .kind = Kind::integer,
         .default_value = "1000",
         .range = {.min = 16, .max = 1e7}},
        {.name = "theta",
         .description = "theta on the way at which the particle is looked at, falling",
         .role = Role::inner,
         .default_value = "geomspace(10, 0.01, 31)",
         .range = {.min = 1e-3, .max = 1e6}}};
}

void check(const Point& point, const Shapes&) {
    if (point["H"] > point["K"]) {
        throw UsageError(fmt::format("H = {:g} microstates are more than the K = {:g} that there are; take H up to {:g}",
                                     point["H"], point["K"], point["K"]));
    }
    if (point["theta_end"] >= point["theta_start"]) throw UsageError("theta_end must be below theta_start");
    const auto thetas = point.axis("theta");
    for (std::size_t i = 0; i < thetas.size(); ++i) {
        if (thetas[i] > point["theta_start"] * (1 + 1e-9) || thetas[i] < point["theta_end"] * (1 - 1e-9))
            throw UsageError(fmt::format("theta = {:g} is not between theta_start and theta_end", thetas[i]));
        if (i > 0 && thetas[i] >= thetas[i - 1]) throw UsageError("theta must fall from one value to the next");
    }
    const double numbers = static_cast<double>(particle_of(point).draws()) * point["K"];
    if (point.word("bath") == "fresh" && numbers > 0x1p26) {
        throw UsageError(
            fmt::format("a fresh bath keeps its law at every draw, here {:.3g} numbers of at most {:.3g}; take a smaller "
                        "rate or K, or bath = chain",
                        numbers, 0x1p26));
    }
}

/// The distribution function of ½ N(−1, θ) + ½ N(1, θ).
double noised_law(double x, double theta) {
    const double scale = std::sqrt(2 * theta);
    return (std::erfc((-1 - x) / scale) + std::erfc((1 - x) / scale)) / 4;
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    const BathParticlePaths paths(particle_of(point));
    const auto thetas = point.axis("theta");
    const auto samples = static_cast<std::uint32_t>(point.integer("samples"));
    std::vector<RunningMoments> absolute(thetas.size()), squared(thetas.size()), bath(thetas.size());
    RunningMoments last_turn, positive, w2_squared;
    std::vector<double> ends;
    BathParticlePaths::Seen seen;
    for (std::uint32_t sample = 0; sample < samples; ++sample) {
        if (sample % 16 == 0) stop.check();
        paths.run(random, sample, thetas, seen);
        for (std::size_t i = 0; i < thetas.size(); ++i) {
            absolute[i].add(std::abs(seen.x[i]));
            squared[i].add(seen.x[i] * seen.x[i]);
            bath[i].add(std::abs(seen.bath[i]));
        }
        // Their law is symmetric: with its mirror image each particle has the weight that it would have among infinitely
        // many.
        ends.push_back(seen.end);
        ends.push_back(-seen.end);
        w2_squared.add(std::pow(std::abs(seen.end) - 1, 2));
        last_turn.add(seen.last_turn);
        positive.add(seen.end > 0 ? 1 : 0);
    }
    for (std::size_t i = 0; i < thetas.size(); ++i) {
        values["x_abs"][i] = absolute[i].mean();
        values["x_squared"][i] = squared[i].mean();
        values["bath_abs"][i] = bath[i].mean();
    }
    values.set("last_turn", last_turn.mean());
    values.set("positive", positive.mean());
    const double theta = point["theta_end"];
    values.set("ks", ks_distance(ends, [=](double x) { return noised_law(x, theta); }));
    values.set("w2_squared", w2_squared.mean());
}

Theory over_theta(const std::string& name, const std::string& description,
                  std::function<void(const Point&, std::span<double>)> compute) {
    return {.name = name, .description = description, .axes = {"theta"}, .compute = std::move(compute)};
}

}  // namespace

Experiment bath_particle() {
    Experiment experiment;
    experiment.name = "bath_particle";
    experiment.question = "Does a Brownian particle that a generative bath drives end as samples of a diffusion model do?";
    experiment.source = "Ambrogioni, The statistical thermodynamics of generative diffusion models, eqs. 36-38";
    experiment.parameters = parameters();
    experiment.observables = {
        {.name = "x_abs", .description = "mean |x| on the way", .axes = {"theta"}},
        {.name = "x_squared", .description = "mean x^2 on the way", .axes = {"theta"}},
        {.name = "bath_abs", .description = "mean |ybar| on the way", .axes = {"theta"}},
        {.name = "last_turn", .description = "mean ln theta of the last change of sign of x"},
        {.name = "positive", .description = "share of particles that end with x > 0", .bounds = between(0, 1)},
        {.name = "w2_squared",
         .description =
             "squared Wasserstein-2 distance to the two points, of the end points and their mirror images: <(|x| - 1)^2>; "
             "theta_end for the ordinary process"},
        {.name = "ks",
         .description =
             "Kolmogorov-Smirnov distance of the same to the end points of the ordinary process, of law p at theta_end"}};
    experiment.theory = {
        over_theta("x_squared_theory", "exact, fresh bath, theta >= 1",
                   [](const Point& point, std::span<double> value) {
                       const auto squares = bath_particle_squares(particle_of(point), point.axis("theta"));
                       std::copy(squares.begin(), squares.end(), value.begin());
                   }),
        over_theta("x_abs_mean_field", "theta times the integral of m/theta^2 up to 1: K and rate to infinity",
                   [](const Point& point, std::span<double> value) {
                       for (std::size_t i = 0; i < value.size(); ++i)
                           value[i] = bath_particle_mean_field(point.axis("theta")[i]);
                   }),
        over_theta("bath_abs_mean_field", "root of m = tanh(m/theta), K to infinity",
                   [](const Point& point, std::span<double> value) {
                       for (std::size_t i = 0; i < value.size(); ++i)
                           value[i] = two_deltas_mean_field(point.axis("theta")[i], 0);
                   }),
        closed_form("positive_theory", "1/2", [](const Point&) { return 0.5; }),
        closed_form("w2_squared_mean_field", "(1 - x)^2 at theta_end: K and rate to infinity",
                    [](const Point& point) { return std::pow(1 - bath_particle_mean_field(point["theta_end"]), 2); })};
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) {
        const double draws = static_cast<double>(particle_of(point).draws());
        return draws * (point["samples"] * 250 + (point.word("bath") == "fresh" ? 30 * point["K"] : 0));
    };
    return experiment;
}

}  // namespace gdm
