#include "kuramoto.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <vector>

namespace {

using gdm::Combined, gdm::Context, gdm::Kind, gdm::Point, gdm::Purpose, gdm::RandomSequence, gdm::RandomStream, gdm::Role,
    gdm::Stop, gdm::Values;
using Phases = std::vector<double>;

/// The mean field r e^{iψ}.
std::complex<double> mean_field(const Phases& phases) {
    std::complex<double> sum = 0;
    for (const double phase : phases) sum += std::complex(std::cos(phase), std::sin(phase));
    return sum / static_cast<double>(phases.size());
}

/// Quantiles of the Lorentzian, at N shares drawn at random or at the middles of N equal parts.
std::vector<double> frequencies_of(const Point& point, const RandomStream& random) {
    RandomSequence draws(random, Purpose::couplings);
    const bool drawn = point.word("frequencies") == "drawn";
    std::vector<double> frequencies(static_cast<std::size_t>(point.integer("N")));
    for (std::size_t i = 0; i < frequencies.size(); ++i) {
        const double share = drawn ? draws.uniform() : (static_cast<double>(i) + 0.5) / point["N"];
        frequencies[i] = point["gamma"] * std::tan(std::numbers::pi * (share - 0.5));
    }
    return frequencies;
}

/// Steps of length dt by the midpoint rule. Oscillators much faster than 1/dt feel the field at phases without order, and so
/// its average, 0, as they should.
class Oscillators {
  public:
    Oscillators(const Point& point, const RandomStream& random)
        : coupling_(point["K"]),
          dt_(point["dt"]),
          frequencies_(frequencies_of(point, random)),
          phases_(frequencies_.size()) {
        RandomSequence draws(random, Purpose::initial_state);
        for (double& phase : phases_) phase = 2 * std::numbers::pi * draws.uniform();
    }

    void step() {
        const std::complex<double> begin = coupling_ * mean_field(phases_);
        Phases middle(phases_.size());
        for (std::size_t i = 0; i < phases_.size(); ++i)
            middle[i] = phases_[i] + dt_ / 2 * velocity(begin, frequencies_[i], phases_[i]);
        const std::complex<double> field = coupling_ * mean_field(middle);
        for (std::size_t i = 0; i < phases_.size(); ++i) phases_[i] += dt_ * velocity(field, frequencies_[i], middle[i]);
    }
    [[nodiscard]] double order() const { return std::abs(mean_field(phases_)); }

  private:
    static double velocity(std::complex<double> field, double frequency, double phase) {
        return frequency + field.imag() * std::cos(phase) - field.real() * std::sin(phase);
    }

    double coupling_, dt_;
    std::vector<double> frequencies_;
    Phases phases_;
};

std::int64_t steps(const Point& point, const char* time) { return std::llround(point[time] / point["dt"]); }

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    Oscillators oscillators(point, random);
    const auto relaxing = steps(point, "T_relax"), measured = steps(point, "T");
    double r = 0, r2 = 0;
    for (std::int64_t step = 0; step < relaxing + measured; ++step) {
        stop.check();
        oscillators.step();
        if (step < relaxing) continue;
        const double order = oscillators.order();
        r += order / static_cast<double>(measured);
        r2 += order * order / static_cast<double>(measured);
    }
    values.set("r", r);
    values.set("r2", r2);
}

double critical_coupling(const Point& point) { return 2 * point["gamma"]; }

/// r² of infinitely many oscillators.
double limit_of_order_squared(const Point& point) { return std::max(0., 1 - critical_coupling(point) / point["K"]); }

/// ⟨r²⟩ to leading order in 1/N. Not a number where the transition is so near that there is none: within N^{−2/5} (H. Hong,
/// H. Chaté, H. Park, L.-H. Tang, Phys. Rev. Lett. 99, 184101, 2007).
double order_squared(const Point& point) {
    const double distance = 1 - point["K"] / critical_coupling(point);
    if (std::abs(distance) < std::pow(point["N"], -0.4)) return std::numeric_limits<double>::quiet_NaN();
    return distance > 0 ? 1 / (point["N"] * distance) : limit_of_order_squared(point);
}

/// ⟨r⟩ of the same: below the transition r e^{iψ} is a complex Gaussian number.
double order(const Point& point) {
    const double gaussian = point["K"] < critical_coupling(point) ? std::numbers::pi / 4 : 1;
    return std::sqrt(gaussian * order_squared(point));
}

gdm::Theory closed_form(const char* name, const char* description, double (*of)(const Point& point)) {
    return {.name = name, .description = description, .compute = [of](const Point& point, std::span<double> value) {
                value[0] = of(point);
            }};
}

gdm::Parameter duration(const char* name, const char* what, const char* value) {
    return {.name = name,
            .description = what,
            .role = Role::setting,
            .default_value = value,
            .range = {.min = 0, .max = 1e6, .open_min = true}};
}

}  // namespace

gdm::Experiment kuramoto() {
    gdm::Experiment experiment;
    experiment.name = "kuramoto";
    experiment.question = "From which coupling on do oscillators of different frequencies run together?";
    experiment.source = "Y. Kuramoto, Chemical Oscillations, Waves, and Turbulence (1984), ch. 5";
    experiment.build = "kuramoto " KURAMOTO_VERSION;
    experiment.parameters = {
        {.name = "K", .description = "coupling", .default_value = "linspace(0.5, 5, 10)", .range = {.min = 0, .max = 100}},
        {.name = "N",
         .description = "oscillators",
         .kind = Kind::integer,
         .default_value = "250, 1000, 4000",
         .range = {.min = 2, .max = 1e7}},
        {.name = "gamma",
         .description = "half width of the Lorentzian of frequencies",
         .role = Role::setting,
         .default_value = "1",
         .range = {.min = 0, .max = 1e3, .open_min = true}},
        {.name = "frequencies",
         .description = "drawn anew in each replica, or the N quantiles of the Lorentzian",
         .role = Role::setting,
         .kind = Kind::word,
         .default_value = "drawn",
         .words = {"drawn", "quantiles"}},
        duration("T_relax", "time before measuring", "50"),
        duration("T", "time of measuring", "50"),
        duration("dt", "length of a step", "0.05")};
    experiment.observables = {{.name = "r", .description = "order parameter, averaged over time"},
                              {.name = "r2", .description = "squared order parameter, averaged over time"}};
    experiment.derived = {
        {.name = "fluctuations",
         .description = "N (<r^2> - <r>^2)",
         .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
             value[0] = point["N"] * (combined.scalar("r2") - std::pow(combined.scalar("r"), 2));
         }}};
    experiment.theory = {
        closed_form("r_theory", "sqrt(1 - K_c/K) above K_c = 2 gamma, sqrt(pi/(N (1 - K/K_c)))/2 below, large N", order),
        closed_form("r2_theory", "1 - K_c/K above, 1/(N (1 - K/K_c)) below, large N", order_squared)};
    experiment.along = {{.name = "r2_limit",
                         .description = "r2 of infinitely many oscillators, linear in 1/N",
                         .quantity = "r2",
                         .axis = "N",
                         .kind = gdm::along::Limit{.abscissa = [](const Point&, double size) { return 1 / size; }},
                         .theory = limit_of_order_squared}};
    experiment.check = [](const Point& point, const gdm::Shapes&) {
        if (point["K"] * point["dt"] > 1)
            throw gdm::UsageError("K dt > 1: a step is too long for this coupling; take a smaller dt");
        if (steps(point, "T") < 1) throw gdm::UsageError("T is shorter than a step of length dt");
    };
    experiment.run = run;
    experiment.cost = [](const Point& point) { return 110 * point["N"] * (point["T_relax"] + point["T"]) / point["dt"]; };
    return experiment;
}
