#include "gdm/experiments/targets/two_deltas.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/targets/two_deltas_law.hpp"

namespace gdm {
namespace {

/// One Gibbs sweep: noise the mean of the K microstates, then draw each from the posterior. Returns the new mean.
double sweep(double mean, double theta, double h, std::int64_t sites, RandomSequence random) {
    const double x = mean + h + std::sqrt(theta / static_cast<double>(sites)) * random.normal();
    const double probability_up = 1 / (1 + std::exp(-2 * x / theta));
    std::int64_t up = 0;
    for (std::int64_t site = 0; site < sites; ++site) up += random.uniform() < probability_up ? 1 : 0;
    return static_cast<double>(2 * up - sites) / static_cast<double>(sites);
}

/// Averages over independent states of the exact law.
void measure_equilibrium(const TwoDeltasLaw& law, std::int64_t samples, const RandomStream& random, const Stop& stop,
                         const Values& values) {
    RunningMoments magnetisation, absolute, squared, fourth;
    RandomSequence sequence(random, Purpose::state);
    for (std::int64_t sample = 0; sample < samples; ++sample) {
        if (sample % 4096 == 0) stop.check();
        const double m = law.draw_absolute(sequence.uniform());
        magnetisation.add(law.first_given(m));
        absolute.add(m);
        squared.add(m * m);
        fourth.add(m * m * m * m);
    }
    values.set("magnetisation", magnetisation.mean());
    values.set("magnetisation_abs", absolute.mean());
    values.set("magnetisation_squared", squared.mean());
    values.set("magnetisation_fourth", fourth.mean());
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    const double theta = point["theta"];
    const double h = point["h"];
    const std::int64_t sites = point.integer("K");
    const TwoDeltasLaw law(theta, h, sites);
    measure_equilibrium(law, point.integer("samples"), random, stop, values);

    RandomSequence start(random, Purpose::initial_state);
    double mean = law.draw_absolute(start.uniform());
    if (start.uniform() > 1 / (1 + std::exp(-2 * static_cast<double>(sites) / theta * h * mean))) mean = -mean;
    std::vector<double> chain;
    for (std::int64_t step = 0; step < point.integer("sweeps"); ++step) {
        stop.check();
        mean =
            sweep(mean, theta, h, sites, RandomSequence(random, Purpose::markov_chain, 0, static_cast<std::uint32_t>(step)));
        chain.push_back(std::abs(mean));
    }
    const BinnedMean binned = binned_mean(chain);
    values.set("chain_magnetisation_abs", binned.mean);
    values.set("chain_magnetisation_abs_binned_error", binned.error);
    values.set("autocorrelation_time", integrated_autocorrelation_time(chain).tau);
}

/// 1 − ⟨ȳ⁴⟩/(3⟨ȳ²⟩²): ⅔ in an ordered state, 0 in the disordered one.
double binder(double squared, double fourth) { return 1 - fourth / (3 * squared * squared); }

/// (K/θ)(⟨ȳ²⟩ − mean²), the response that fluctuations show.
double fluctuation(const Point& point, double squared, double mean) {
    return point["K"] / point["theta"] * (squared - mean * mean);
}

/// `one_flip`: what the quantity changes when one of K aligned microstates flips. Where no sample differed from the aligned
/// state, that divided by the samples of a replica is what they cannot exclude.
Derived derived(const std::string& name, const std::string& description, double (*compute)(const Point&, const Combined&),
                double (*one_flip)(const Point&)) {
    return {
        .name = name,
        .description = description,
        .compute = [=](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
            constexpr double rounding = 8 * std::numeric_limits<double>::epsilon();
            value[0] = compute(point, combined);
            systematic[0] = rounding * (1 + one_flip(point) * point["K"] * point["K"]);
            if (point["K"] > 1 && combined.scalar("magnetisation_squared") > 1 - rounding)
                systematic[0] += one_flip(point) / point["samples"];
        }};
}
double flip_of_binder(const Point& point) { return 8 / (3 * point["K"] * point["K"]); }
double flip_of_fluctuation(const Point& point) { return 4 / (point["K"] * point["theta"]); }

/// Of |ȳ|^power: K odd has no state without magnetisation, K = 1 only |ȳ| = 1.
std::function<Bounds(const Point&)> bounds_of_power(double power) {
    return [=](const Point& point) {
        const double least = std::fmod(point["K"], 2) == 1 ? 1 / point["K"] : 0;
        return Bounds{.min = std::pow(least, power), .max = 1};
    };
}
/// Of ȳ at given |ȳ|, which vanishes without a field.
Bounds bounds_of_magnetisation(const Point& point) { return point["h"] > 0 ? Bounds{.min = 0, .max = 1} : Bounds{}; }

/// A closed form at finite K, from the exact moments.
Theory exact(const std::string& name, const std::string& description,
             double (*compute)(const Point&, const TwoDeltasMoments&)) {
    return {.name = name, .description = description, .compute = [=](const Point& point, std::span<double> value) {
                value[0] = compute(point, TwoDeltasLaw(point["theta"], point["h"], point.integer("K")).moments());
            }};
}

}  // namespace

Experiment two_deltas() {
    Experiment experiment;
    experiment.name = "two_deltas";
    experiment.question = "How does symmetry break in the diffusion of two points, and how sharply with K microstates?";
    experiment.source =
        "Ambrogioni, The statistical thermodynamics of generative diffusion models, eqs. 11-13, 22, 24, 27, 33-39";
    experiment.version = 2;
    experiment.parameters = {
        {.name = "theta",
         .description = "variance of the Brownian noise, the temperature",
         .default_value = "linspace(0.4, 1.6, 25)",
         .range = {.min = 1e-3, .max = 1e6},
         .alternatives = {{"t",
                           "1",
                           "time of the Ornstein-Uhlenbeck process, theta = exp(2 t) - 1",
                           {.min = 0, .open_min = true},
                           [](double t, const Point&) { return std::expm1(2 * t); }},
                          {"alpha_bar",
                           "1",
                           "signal of a DDPM schedule, theta = 1/alpha_bar - 1",
                           {.min = 0, .max = 1, .open_min = true, .open_max = true},
                           [](double alpha_bar, const Point&) { return 1 / alpha_bar - 1; }}}},
        {.name = "h", .description = "external field", .default_value = "0", .range = {.min = 0, .max = 1e6}},
        {.name = "K",
         .description = "number of microstates that share the noisy state; mean field for K to infinity",
         .kind = Kind::integer,
         .default_value = "64, 256, 1024",
         .range = {.min = 1, .max = 1e6}},
        {.name = "samples",
         .description = "independent equilibrium states of a replica",
         .role = Role::setting,
         .kind = Kind::integer,
         .default_value = "4096",
         .range = {.min = 1, .max = 1e8}},
        {.name = "sweeps",
         .description = "length of its Gibbs chain; 50 autocorrelation times make one known",
         .role = Role::setting,
         .kind = Kind::integer,
         .default_value = "1024",
         .range = {.min = 32, .max = 1e7}}};
    experiment.observables = {
        {.name = "magnetisation",
         .description = "mean of the microstates in equilibrium (0 without a field)",
         .bounds = bounds_of_magnetisation},
        {.name = "magnetisation_abs",
         .description = "mean absolute magnetisation in equilibrium",
         .bounds = bounds_of_power(1)},
        {.name = "magnetisation_squared",
         .description = "mean squared magnetisation in equilibrium",
         .bounds = bounds_of_power(2)},
        {.name = "magnetisation_fourth",
         .description = "mean fourth power of the magnetisation in equilibrium",
         .bounds = bounds_of_power(4)},
        {.name = "chain_magnetisation_abs",
         .description = "mean absolute magnetisation of a Gibbs chain that starts in equilibrium"},
        {.name = "chain_magnetisation_abs_binned_error",
         .description = "binning error of that mean; a chain that stays in one of two states knows nothing of the other",
         .error_of = "chain_magnetisation_abs"},
        {.name = "autocorrelation_time",
         .unit = "sweep",
         .description = "integrated, of the absolute magnetisation of the Gibbs chain",
         .tau_of = "chain_magnetisation_abs",
         .chain_length = "sweeps"}};
    experiment.derived = {
        derived(
            "binder", "Binder cumulant 1 - <m^4>/(3 <m^2>^2)",
            [](const Point&, const Combined& c) {
                return binder(c.scalar("magnetisation_squared"), c.scalar("magnetisation_fourth"));
            },
            flip_of_binder),
        derived(
            "susceptibility", "(K/theta) (<m^2> - <m>^2): the response above theta_c, and in a field",
            [](const Point& point, const Combined& c) {
                return fluctuation(point, c.scalar("magnetisation_squared"), c.scalar("magnetisation"));
            },
            flip_of_fluctuation),
        derived(
            "susceptibility_abs", "(K/theta) (<m^2> - <|m|>^2): the response of one pure state, below theta_c",
            [](const Point& point, const Combined& c) {
                return fluctuation(point, c.scalar("magnetisation_squared"), c.scalar("magnetisation_abs"));
            },
            flip_of_fluctuation)};
    experiment.theory = {
        exact("magnetisation_theory", "mean magnetisation, exact",
              [](const Point&, const TwoDeltasMoments& m) { return m.first; }),
        exact("magnetisation_abs_theory", "mean absolute magnetisation, exact",
              [](const Point&, const TwoDeltasMoments& m) { return m.absolute; }),
        exact("magnetisation_squared_theory", "mean squared magnetisation, exact",
              [](const Point&, const TwoDeltasMoments& m) { return m.squared; }),
        exact("magnetisation_fourth_theory", "mean fourth power of the magnetisation, exact",
              [](const Point&, const TwoDeltasMoments& m) { return m.fourth; }),
        exact("binder_theory", "Binder cumulant, exact",
              [](const Point&, const TwoDeltasMoments& m) { return binder(m.squared, m.fourth); }),
        exact("susceptibility_theory", "(K/theta) (<m^2> - <m>^2), exact",
              [](const Point& point, const TwoDeltasMoments& m) { return fluctuation(point, m.squared, m.first); }),
        exact("susceptibility_abs_theory", "(K/theta) (<m^2> - <|m|>^2), exact",
              [](const Point& point, const TwoDeltasMoments& m) { return fluctuation(point, m.squared, m.absolute); }),
        {.name = "magnetisation_mean_field",
         .description = "greatest root of m = tanh((m + h)/theta), K to infinity",
         .compute = [](const Point& point,
                       std::span<double> value) { value[0] = two_deltas_mean_field(point["theta"], point["h"]); }},
        {.name = "susceptibility_mean_field",
         .description = "(1 - m^2)/(theta - 1 + m^2), K to infinity",
         .compute = [](const Point& point, std::span<double> value) {
             value[0] = two_deltas_susceptibility(point["theta"], point["h"]);
         }}};
    experiment.run = run;
    experiment.cost = [](const Point& point) {  // ns
        return 30 * point["samples"] + point["sweeps"] * (150 + 11 * point["K"]) + 100 * point["K"];
    };
    return experiment;
}

}  // namespace gdm
