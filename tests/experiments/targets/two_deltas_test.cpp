#include "gdm/experiments/targets/two_deltas.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "gdm/physics/targets/two_deltas_law.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

double magnetisation_by_bisection(double theta, double h) {
    const auto residual = [&](double m) { return m - std::tanh((m + h) / theta); };
    std::uintmax_t iterations = 200;
    // Below the greatest root the residual is negative; √(3(1 − θ)) θ bounds the spontaneous root from below.
    const double low = h > 0 ? 0 : theta * std::sqrt(std::max(0., 3 * (1 - theta))) / 2;
    const auto root =
        boost::math::tools::toms748_solve(residual, low, 1., boost::math::tools::eps_tolerance<double>(50), iterations);
    return (root.first + root.second) / 2;
}

TEST(TwoDeltasTheory, MagnetisationSolvesSelfConsistency) {
    for (const double theta : {0.2, 0.5, 0.9, 0.99, 1.0, 1.3, 4.0}) {
        for (const double h : {0.0, 1e-3, 0.1, 2.0}) {
            if (h == 0 && theta >= 1) {
                EXPECT_EQ(two_deltas_mean_field(theta, h), 0);
            } else {
                EXPECT_NEAR(two_deltas_mean_field(theta, h), magnetisation_by_bisection(theta, h), 1e-12)
                    << theta << " " << h;
            }
        }
    }
}

TEST(TwoDeltasTheory, SusceptibilityIsTheSlopeInTheField) {
    for (const double theta : {0.5, 0.9, 1.0, 1.5}) {
        const double h = 0.05, step = 1e-4;
        const double slope =
            (magnetisation_by_bisection(theta, h + step) - magnetisation_by_bisection(theta, h - step)) / (2 * step);
        EXPECT_NEAR(two_deltas_susceptibility(theta, h), slope, 1e-5 * slope) << theta;
    }
    EXPECT_DOUBLE_EQ(two_deltas_susceptibility(1.5, 0), 2);
    EXPECT_TRUE(std::isinf(two_deltas_susceptibility(1, 0)));
}

/// β = ½, δ = 3, γ = 1 and the amplitude ratio 2 of mean field.
TEST(TwoDeltasTheory, CriticalExponents) {
    const double epsilon = 1e-4;
    EXPECT_NEAR(two_deltas_mean_field(1 - epsilon, 0) / std::sqrt(3 * epsilon), 1, 1e-3);
    EXPECT_NEAR(std::pow(two_deltas_mean_field(1, 1e-6), 3) / 3e-6, 1, 1e-3);
    EXPECT_NEAR(two_deltas_susceptibility(1 + epsilon, 0) / two_deltas_susceptibility(1 - epsilon, 0), 2, 1e-3);
}

Point make_point(double theta, double h, double K, double samples) {
    Point point;
    point.set("theta", theta);
    point.set("h", h);
    point.set("K", K);
    point.set("samples", samples);
    point.set("sweeps", samples);
    return point;
}

struct Moments {
    double first = 0, absolute = 0, second = 0, fourth = 0;
};

/// Sums over all 2^K states with the weight e^{(w/2 Σ_{μ≠ν} y_μ y_ν + h Σ y)/θ}, w = 1/K.
Moments enumerate(double theta, double h, int K) {
    Moments sum;
    double total = 0;
    for (std::uint32_t state = 0; state < (1u << K); ++state) {
        double coupling = 0, field = 0;
        for (int mu = 0; mu < K; ++mu) {
            const double y = (state >> mu) & 1 ? 1 : -1;
            field += y;
            for (int nu = 0; nu < K; ++nu) coupling += mu == nu ? 0 : y * ((state >> nu) & 1 ? 1 : -1);
        }
        const double weight = std::exp((coupling / (2 * K) + h * field) / theta);
        const double mean = field / K;
        total += weight;
        sum.first += weight * mean;
        sum.absolute += weight * std::abs(mean);
        sum.second += weight * mean * mean;
        sum.fourth += weight * std::pow(mean, 4);
    }
    return {sum.first / total, sum.absolute / total, sum.second / total, sum.fourth / total};
}

TEST(TwoDeltasTheory, FiniteMomentsMatchEnumeration) {
    for (const auto& [theta, h, K] : {std::tuple{0.9, 0.0, 4}, {1.2, 0.3, 7}, {0.3, 0.1, 12}, {1.0, 0.2, 1}}) {
        const TwoDeltasMoments moments = TwoDeltasLaw(theta, h, K).moments();
        const Moments expected = enumerate(theta, h, K);
        EXPECT_NEAR(moments.first, expected.first, 1e-12) << K;
        EXPECT_NEAR(moments.absolute, expected.absolute, 1e-12) << K;
        EXPECT_NEAR(moments.squared, expected.second, 1e-12) << K;
        EXPECT_NEAR(moments.fourth, expected.fourth, 1e-12) << K;
    }
}

/// The first correction in 1/K is the Gaussian width of ȳ about the root: ⟨ȳ²⟩ − ⟨ȳ⟩² = θχ/K.
TEST(TwoDeltasTheory, FiniteMomentsApproachMeanField) {
    const double K = 1e5, m = two_deltas_mean_field(0.7, 0);
    const TwoDeltasMoments moments = TwoDeltasLaw(0.7, 0, 100000).moments();
    EXPECT_NEAR(moments.absolute, m, 1e-4);
    const double variance = moments.squared - moments.absolute * moments.absolute;
    EXPECT_NEAR(variance * K / 0.7, two_deltas_susceptibility(0.7, 0), 1e-3);
}

TEST(TwoDeltas, MomentsMatchEnumeration) {
    const Experiment experiment = two_deltas();
    for (const auto& [theta, h, K] : {std::tuple{0.9, 0.0, 4}, {1.6, 0.0, 8}, {0.8, 0.3, 7}, {1.0, 0.2, 1}}) {
        const auto replicas = test::run_replicas(experiment, make_point(theta, h, K, 30000), 24);
        const Moments exact = enumerate(theta, h, K);
        for (const auto& [name, value] : {std::pair{"magnetisation", exact.first},
                                          {"magnetisation_abs", exact.absolute},
                                          {"chain_magnetisation_abs", exact.absolute},
                                          {"magnetisation_squared", exact.second},
                                          {"magnetisation_fourth", exact.fourth}}) {
            const RunningMoments measured = replicas.moments(name);
            EXPECT_NEAR(measured.mean(), value, 4 * measured.standard_error() + 1e-12) << name << " " << theta << " " << K;
        }
    }
}

TEST(TwoDeltas, BinnedErrorIsTheSpreadOfReplicas) {
    const auto replicas = test::run_replicas(two_deltas(), make_point(0.95, 0, 32, 4000), 100);
    const double spread = std::sqrt(replicas.moments("chain_magnetisation_abs").variance());
    EXPECT_NEAR(replicas.moments("chain_magnetisation_abs_binned_error").mean(), spread, 4 * spread / std::sqrt(2. * 99));
    EXPECT_GT(replicas.moments("autocorrelation_time").mean(), 1);
}

double derived(const Experiment& experiment, std::size_t which, const Point& point, const test::Replicas& replicas) {
    std::vector<double> mean(replicas.layout.size(), 0.);
    for (const auto& block : replicas.blocks) {
        for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += block[i] / static_cast<double>(replicas.blocks.size());
    }
    double value = 0, systematic = 0;
    experiment.derived[which].compute(point, Combined(replicas.layout, mean), {&value, 1}, {&systematic, 1});
    return value;
}

/// Corrections to mean field away from the transition are of relative order 1/K; here some per cent.
TEST(TwoDeltas, ManyMicrostatesApproachMeanField) {
    const Experiment experiment = two_deltas();
    ASSERT_EQ(experiment.derived[0].name, "binder");
    ASSERT_EQ(experiment.derived[1].name, "susceptibility");
    ASSERT_EQ(experiment.derived[2].name, "susceptibility_abs");

    const Point ordered = make_point(0.6, 0, 1000, 2000);
    const auto below = test::run_replicas(experiment, ordered, 6);
    EXPECT_NEAR(below.moments("magnetisation_abs").mean(), two_deltas_mean_field(0.6, 0), 2e-3);
    EXPECT_EQ(below.moments("magnetisation").mean(), 0);
    EXPECT_NEAR(derived(experiment, 0, ordered, below), 2. / 3, 1e-3);
    const double response = two_deltas_susceptibility(0.6, 0);
    EXPECT_NEAR(derived(experiment, 2, ordered, below), response, 0.06 * response);

    const Point disordered = make_point(1.6, 0, 1000, 2000);
    const auto above = test::run_replicas(experiment, disordered, 6);
    EXPECT_EQ(above.moments("magnetisation").mean(), 0);
    EXPECT_NEAR(derived(experiment, 0, disordered, above), 0, 0.05);
    EXPECT_NEAR(derived(experiment, 1, disordered, above), 1 / 0.6, 0.06 / 0.6);
}

double theory(const Experiment& experiment, const std::string& name, const Point& point) {
    for (const auto& one : experiment.theory) {
        double value = 0;
        if (one.name == name) return one.compute(point, {&value, 1}), value;
    }
    throw std::out_of_range(name);
}

/// At finite K the theory entries are the exact values of what is measured.
TEST(TwoDeltas, TheoryStandsBesideTheMeasurement) {
    const Experiment experiment = two_deltas();
    const Point point = make_point(1.0, 0, 100, 8000);  // where every error in the law shows
    const auto replicas = test::run_replicas(experiment, point, 20);
    for (const std::string name : {"magnetisation_abs", "magnetisation_squared", "magnetisation_fourth"}) {
        const RunningMoments measured = replicas.moments(name);
        EXPECT_NEAR(measured.mean(), theory(experiment, name + "_theory", point), 4 * measured.standard_error()) << name;
    }
    EXPECT_NEAR(derived(experiment, 0, point, replicas), theory(experiment, "binder_theory", point), 0.01);
    EXPECT_NEAR(derived(experiment, 2, point, replicas), theory(experiment, "susceptibility_abs_theory", point), 0.2);
    EXPECT_EQ(theory(experiment, "magnetisation_mean_field", point), two_deltas_mean_field(1.0, 0));
    EXPECT_EQ(theory(experiment, "susceptibility_mean_field", point), two_deltas_susceptibility(1.0, 0));
}

/// Equilibrium is equilibrium also where a chain stays in the metastable state (θ = 0.7, h = 0.02, K = 64: a weight of 0.05
/// against the field) or its weight is rarely seen: pulls over 40 seeds have rms √(ν/(ν − 2)), ν = n − 1 = 15.
TEST(TwoDeltas, ErrorsAreTheSpreadOfSeeds) {
    const Experiment experiment = two_deltas();
    std::uint64_t key = 0;
    for (const auto& [theta, h, K] : {std::tuple{0.7, 0.02, 64},
                                      {0.5, 0.02, 64},
                                      {0.4, 0.02, 256},
                                      {0.95, 0.001, 1024},
                                      {1.0, 0.0, 64},
                                      {1.6, 0.3, 3},
                                      {0.6, 0.0, 256},
                                      {1.0, 0.1, 1}}) {
        const Point point = make_point(theta, h, K, 64);
        std::map<std::string, RunningMoments> squares;
        for (int seed = 0; seed < 40; ++seed) {
            const auto replicas = test::run_replicas(experiment, point, 16, ++key);
            for (const std::string name :
                 {"magnetisation", "magnetisation_abs", "magnetisation_squared", "magnetisation_fourth"}) {
                const double reference = theory(experiment, name + "_theory", point);
                const RunningMoments measured = replicas.moments(name);
                if (measured.standard_error() < 1e-12) {
                    EXPECT_NEAR(measured.mean(), reference, 1e-12);  // no field, or K = 1: nothing fluctuates
                } else {
                    squares[name].add(std::pow((measured.mean() - reference) / measured.standard_error(), 2));
                }
            }
        }
        for (const auto& [name, square] : squares) {
            EXPECT_GT(std::sqrt(square.mean()), 0.65) << name << ' ' << theta << ' ' << h << ' ' << K;
            EXPECT_LT(std::sqrt(square.mean()), 1.6) << name << ' ' << theta << ' ' << h << ' ' << K;
        }
    }
}

TEST(TwoDeltas, IsPureAndStops) {
    const Experiment experiment = two_deltas();
    const Point point = make_point(1.1, 0, 20, 100);
    const auto first = test::run_replicas(experiment, point, 2);
    const auto second = test::run_replicas(experiment, point, 2);
    EXPECT_EQ(first.blocks, second.blocks);
    EXPECT_NE(first.blocks[0], first.blocks[1]);

    const std::atomic<bool> requested = true;
    std::vector<double> block(first.layout.size());
    Values values(first.layout, block);
    EXPECT_THROW(experiment.run(point, {}, RandomStream(1, 0), Stop(&requested), values), Stopped);
}

}  // namespace
}  // namespace gdm
