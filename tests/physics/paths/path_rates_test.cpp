#include "gdm/physics/paths/path_rates.hpp"

#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <map>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/process/entropy_rates.hpp"

namespace gdm {
namespace {

const std::vector<double> times = {0, 0.05, 0.2, 0.5, 1, 2};

RateExperiment make(double d, Direction direction, Integrator integrator, double dt, double sigma2 = 0.4) {
    RateExperiment experiment;
    experiment.mixture = {1, sigma2, d};
    experiment.settings = {.direction = direction, .integrator = integrator, .dt = dt};
    experiment.samples = 2000;
    return experiment;
}

using Moments = std::map<std::string, RunningMoments>;

void add(Moments& moments, const PathRates& rates) {
    for (std::size_t k = 0; k < rates.production.size(); ++k) {
        const std::string place = std::to_string(k);
        moments["production" + place].add(rates.production[k]);
        moments["flux" + place].add(rates.flux[k]);
        moments["heat" + place].add(rates.heat_rate[k]);
        moments["system" + place].add(rates.system_change_rate[k]);
        moments["total" + place].add(rates.heat_rate[k] + rates.system_change_rate[k]);
    }
    moments["heat"].add(rates.heat);
    moments["total"].add(rates.heat + rates.system_change);
}

Moments measure(const RateExperiment& experiment, std::uint32_t replicas) {
    Moments moments;
    for (std::uint32_t replica = 0; replica < replicas; ++replica)
        add(moments, measure_path_rates(experiment, times, RandomStream(7, replica), Stop()));
    return moments;
}

/// Within 4 standard errors and `bias`, a share of the scale of the value.
void expect_near(const RunningMoments& moments, double exact, double bias, const std::string& what) {
    EXPECT_NEAR(moments.mean(), exact, 4 * moments.standard_error() + bias) << what;
}

/// φ of the paper's eq. (69), or π of (68), over p_t in one dimension, from p_t and its slope as they are defined.
struct PaperIntegrals {
    double production, flux, reverse_flux;
};
PaperIntegrals paper(double mu, double sigma2, double t) {
    const double gamma = 1 - std::exp(-2 * t) + sigma2 * std::exp(-2 * t), mean = mu * std::exp(-t);
    const auto normal = [&](double y) { return std::exp(-0.5 * y * y / gamma) / std::sqrt(2 * std::numbers::pi * gamma); };
    const auto p = [&](double x) { return 0.5 * (normal(x - mean) + normal(x + mean)); };
    const auto slope = [&](double x) {
        return -0.5 * ((x - mean) * normal(x - mean) + (x + mean) * normal(x + mean)) / gamma;
    };
    const double reach = mean + 12 * std::sqrt(gamma);
    const auto integral = [&](auto function) {
        return boost::math::quadrature::gauss_kronrod<double, 61>::integrate(function, -reach, reach, 10, 1e-12);
    };
    const auto current = [&](double x) { return x * p(x) + slope(x); };
    return {integral([&](double x) { return current(x) * current(x) / p(x); }),
            integral([&](double x) { return x * current(x); }),
            integral([&](double x) { return (x + 2 * slope(x) / p(x)) * current(x); })};
}

TEST(PathRates, ClosedFormsAreThePapersIntegrals) {
    for (const double sigma2 : {0.4, 1.0, 2.5})
        for (const double t : {0.0, 0.05, 0.5, 2.0}) {
            const GaussianMixture mixture{1, sigma2, 1};
            const PaperIntegrals exact = paper(1, sigma2, t);
            EXPECT_NEAR(entropy_production_rate(mixture, t), exact.production, 1e-10);
            EXPECT_NEAR(entropy_flux(mixture, t), exact.flux, 1e-10);
            EXPECT_NEAR(reverse_entropy_flux(mixture, t), exact.reverse_flux, 1e-10);
        }
}

/// The exact kernels have no error in the states; heat forward telescopes at any step.
TEST(PathRates, EstimatorsAreTheClosedForms) {
    for (const double d : {1.0, 3.0, 1000.0})
        for (const Direction direction : {Direction::forward, Direction::reverse}) {
            const RateExperiment experiment = make(d, direction, Integrator::exact, 0.005);
            const GaussianMixture& mixture = experiment.mixture;
            const Moments moments = measure(experiment, 24);
            const bool reverse = direction == Direction::reverse;
            const double sign = reverse ? -1 : 1;
            for (std::size_t k = 0; k < times.size(); ++k) {
                const std::string place = std::to_string(k),
                                  what = std::to_string(d) + " t " + place + (reverse ? " r" : " f");
                expect_near(moments.at("production" + place), entropy_production_rate(mixture, times[k]), 0, "p " + what);
                expect_near(moments.at("flux" + place),
                            reverse ? reverse_entropy_flux(mixture, times[k]) : entropy_flux(mixture, times[k]), 0,
                            "f " + what);
                if (k == 0) {
                    EXPECT_TRUE(std::isnan(moments.at("heat0").mean()));
                    continue;
                }
                const double from = times[k - 1], to = times[k], length = to - from;
                const double change = sign * (entropy(mixture, to) - entropy(mixture, from));
                const double production = entropy_production(mixture, from, to);
                // Heat in reverse by the midpoint rule: a bias of O(dt), below 1 % per coordinate here.
                const double bias = reverse ? 0.01 * d * (entropy_production_rate(mixture, from) / d + 1) : 0;
                expect_near(moments.at("system" + place), change / length, 0, "s " + what);
                expect_near(moments.at("heat" + place), (production - change) / length, bias, "h " + what);
                expect_near(moments.at("total" + place), production / length, bias, "t " + what);
            }
            const double production = entropy_production(mixture, 0, 3);
            expect_near(moments.at("total"), production, reverse ? 0.01 * production : 0, "total");
        }
}

/// All three coordinates step by step, with another generator and the drift written out.
Moments simulate_plainly(const RateExperiment& experiment, std::uint32_t replicas) {
    std::mt19937_64 engine(5);
    std::normal_distribution<double> normal;
    const GaussianMixture& mixture = experiment.mixture;
    const auto d = static_cast<std::size_t>(mixture.d);
    const bool reverse = experiment.settings.direction == Direction::reverse;
    const double dt = experiment.settings.dt;
    const auto count = static_cast<int>(std::lround(experiment.duration / dt));
    const auto drift = [&](const std::vector<double>& x, double t) {
        std::vector<double> f(d);
        mixture.score(x, t, f);
        for (std::size_t i = 0; i < d; ++i) f[i] = reverse ? x[i] + 2 * f[i] : -x[i];
        return f;
    };
    Moments moments;
    for (std::uint32_t replica = 0; replica < replicas; ++replica) {
        PathRates rates;
        for (auto* values : {&rates.production, &rates.flux, &rates.heat_rate, &rates.system_change_rate})
            values->assign(times.size(), 0.0);
        const auto n = static_cast<double>(experiment.samples);
        for (std::size_t sample = 0; sample < experiment.samples; ++sample) {
            const double start = reverse ? experiment.duration : 0, sign = normal(engine) > 0 ? 1 : -1;
            std::vector<double> x(d), score(d);
            for (double& value : x)
                value = sign * mixture.mu * std::exp(-start) + std::sqrt(mixture.variance(start)) * normal(engine);
            const double log_start = mixture.log_density(x, start);
            double heat = 0;
            std::vector<double> heat_at(times.size()), log_at(times.size());
            const auto stop_at = [&](double t) {
                for (std::size_t k = 0; k < times.size(); ++k) {
                    if (std::abs(times[k] - t) > 1e-9) continue;
                    mixture.score(x, t, score);
                    for (std::size_t i = 0; i < d; ++i) {
                        const double c = x[i] + score[i];
                        rates.production[k] += c * c / n;
                        rates.flux[k] += (reverse ? x[i] + 2 * score[i] : x[i]) * c / n;
                    }
                    heat_at[k] = heat, log_at[k] = mixture.log_density(x, t);
                }
            };
            stop_at(start);
            for (int step = 0; step < count; ++step) {
                const double t = reverse ? experiment.duration - step * dt : step * dt, u = reverse ? t - dt : t + dt;
                const std::vector<double> before = x, f = drift(x, t);
                for (std::size_t i = 0; i < d; ++i) x[i] += f[i] * dt + std::sqrt(2 * dt) * normal(engine);
                std::vector<double> middle(d);
                for (std::size_t i = 0; i < d; ++i) middle[i] = 0.5 * (before[i] + x[i]);
                const std::vector<double> g = drift(middle, 0.5 * (t + u));
                for (std::size_t i = 0; i < d; ++i) heat += g[i] * (x[i] - before[i]);
                stop_at(std::abs(u) < 1e-9 ? 0 : u);
            }
            for (std::size_t k = 1; k < times.size(); ++k) {
                const double length = n * (times[k] - times[k - 1]), way = reverse ? -1 : 1;
                rates.heat_rate[k] += way * (heat_at[k] - heat_at[k - 1]) / length;
                rates.system_change_rate[k] += way * (log_at[k - 1] - log_at[k]) / length;
            }
            rates.heat += heat / n;
            rates.system_change += (log_start - mixture.log_density(x, reverse ? 0 : experiment.duration)) / n;
        }
        add(moments, rates);
    }
    return moments;
}

/// At a coarse step, so that the bias of the integrator itself is compared: all d coordinates against the reduced dynamics.
TEST(PathRates, ReducedDynamicsIsTheFullOne) {
    for (const Direction direction : {Direction::forward, Direction::reverse}) {
        RateExperiment experiment = make(3, direction, Integrator::euler_maruyama, 0.05);
        experiment.samples = 400;  // many small replicas, so that their errors are well known themselves
        const Moments reduced = measure(experiment, 160), full = simulate_plainly(experiment, 100);
        for (const auto& [name, moments] : full) {
            if (name == "heat0" || name == "system0" || name == "total0") continue;
            const RunningMoments& other = reduced.at(name);
            EXPECT_NEAR(other.mean(), moments.mean(), 4 * std::hypot(other.standard_error(), moments.standard_error()))
                << name;
            // One replica has the same spread by either way, to 4 standard deviations of two χ².
            const double ratio = std::log(other.variance() / moments.variance());
            EXPECT_LT(std::abs(ratio), 4 * std::sqrt(2. / 159 + 2. / 99)) << name;
        }
        const double bias = reduced.at("total").mean() - entropy_production(experiment.mixture, 0, 3);
        if (direction == Direction::reverse) {
            EXPECT_GT(bias, 10 * reduced.at("total").standard_error());  // there is one
        }
    }
}

/// Forward ΔS_E = ½ (‖x_0‖² − ‖x_T‖²) on every path, by any integrator: the sum over windows is that difference.
TEST(PathRates, ForwardHeatTelescopes) {
    for (const Integrator integrator : {Integrator::euler_maruyama, Integrator::heun, Integrator::exponential}) {
        RateExperiment experiment = make(4, Direction::forward, integrator, 0.1);
        experiment.samples = 1;
        experiment.duration = 2;
        const std::vector<double> ends = {0, 0.5, 2};
        const PathRates rates = measure_path_rates(experiment, ends, RandomStream(3, 0), Stop());
        EXPECT_NEAR(0.5 * rates.heat_rate[1] + 1.5 * rates.heat_rate[2], rates.heat, 1e-12);
        // With M = 0 and σ² = 2 the flux at both ends is ‖x‖² times 1 − 1/Γ, so the states are known from it.
        experiment.mixture = {0, 2, 4};
        const PathRates gaussian = measure_path_rates(experiment, ends, RandomStream(3, 0), Stop());
        const double first = gaussian.flux[0] / (1 - 1 / experiment.mixture.variance(0));
        const double last = gaussian.flux[2] / (1 - 1 / experiment.mixture.variance(2));
        EXPECT_NEAR(gaussian.heat, 0.5 * (first - last), 1e-10);
    }
}

TEST(PathRates, BlocksAndOrderOfTimesLeaveNoTrace) {
    RateExperiment experiment = make(3, Direction::reverse, Integrator::euler_maruyama, 0.02);
    experiment.samples = 333;
    const PathRates whole = measure_path_rates(experiment, times, RandomStream(1, 2), Stop());
    experiment.block_length = 50;
    const std::vector<double> backwards(times.rbegin(), times.rend());
    const PathRates blocks = measure_path_rates(experiment, backwards, RandomStream(1, 2), Stop());
    for (std::size_t k = 0; k < times.size(); ++k) {
        EXPECT_EQ(whole.production[k], blocks.production[times.size() - 1 - k]);
        EXPECT_EQ(whole.flux[k], blocks.flux[times.size() - 1 - k]);
        if (k > 0) {
            EXPECT_EQ(whole.heat_rate[k], blocks.heat_rate[times.size() - 1 - k]);
        }
    }
    EXPECT_EQ(whole.heat, blocks.heat);
}

}  // namespace
}  // namespace gdm
