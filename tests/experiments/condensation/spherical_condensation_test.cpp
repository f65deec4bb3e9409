#include "gdm/experiments/condensation/spherical_condensation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "support/refusal.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

/// θ in units of the transition of large d, as a job gives it.
Point make_point(double d, double alpha, double x_norm, const std::string& state, std::vector<double> thetas,
                 double samples) {
    Point point;
    point.set("d", d);
    point.set("alpha", alpha);
    point.set("x_norm", x_norm);
    point.set("state", state == "typical" ? 1 : 0, state);
    point.set("samples", samples);
    point.set("levels", 64);
    const Experiment experiment = spherical_condensation();
    for (double& theta : thetas) theta = experiment.find_parameter("theta")->scale(theta, point);
    point.set_axis("theta", thetas);
    return point;
}

std::vector<double> theory(const std::string& name, const Point& point) {
    const Experiment experiment = spherical_condensation();
    for (const auto& one : experiment.theory) {
        if (one.name != name) continue;
        std::vector<double> values(one.axes.empty() ? 1 : point.axis("theta").size());
        one.compute(point, values);
        return values;
    }
    throw std::out_of_range(name);
}

TEST(SphericalCondensation, FieldsAndNoises) {
    EXPECT_NEAR(spherical_critical_field(1e-6), std::sqrt(2e-6), 1e-8);  // Ambrogioni's model
    const double c = std::sqrt(1 - std::exp(-0.8));
    EXPECT_NEAR(spherical_critical_field(0.4), c / (1 - c * c), 1e-12);
    for (const bool typical : {false, true}) {
        EXPECT_NEAR(spherical_field(spherical_theta(1.7, 20, 0.6, typical), 20, 0.6, typical), 1.7, 1e-12);
    }
    // A 47 with σ_B = 1: θ_c = ν‖x‖/(2√ln 2), r = ν√(Md/2) = 1, M = α d/ln 2.
    const Point point = make_point(50, 0.3, 0.7, "fixed", {1}, 1);
    const double M = 15 / std::log(2.), nu = 1 / std::sqrt(M * 50 / 2);
    EXPECT_NEAR(theory("theta_c_rem", point)[0], nu * 0.7 / (2 * std::sqrt(std::log(2.))), 1e-12);
    EXPECT_NEAR(theory("theta_c_limit", point)[0], point.axis("theta")[0], 1e-15);
}

/// The participation ratio from N points drawn on the sphere, each coordinate a normal.
RunningMoments by_explicit_points(int d, int n, double x_norm, double theta, int repetitions) {
    RunningMoments result;
    for (int i = 0; i < repetitions; ++i) {
        RandomSequence random(RandomStream(5, 0), Purpose::test, static_cast<std::uint32_t>(i));
        double z = 0, squares = 0;
        for (int j = 0; j < n; ++j) {
            const double first = random.normal();
            double norm = first * first;
            for (int k = 1; k < d; ++k) norm += std::pow(random.normal(), 2);
            const double weight = std::exp((first / std::sqrt(norm) - 1) * x_norm / theta);
            z += weight;
            squares += weight * weight;
        }
        result.add(squares / (z * z));
    }
    return result;
}

TEST(SphericalCondensation, MatchesExplicitPointsAndExactAverages) {
    const Experiment experiment = spherical_condensation();
    for (const int d : {2, 3, 10}) {
        const int n = 3000;  // more than 16 × 64 levels
        const Point point = make_point(d, std::log(n) / d, 1.4, "fixed", {0.3, 1}, 300);
        const auto replicas = test::run_replicas(experiment, point, 10);
        for (std::size_t k = 0; k < 2; ++k) {
            const RunningMoments measured = replicas.moments("participation_ratio", k);
            const RunningMoments drawn = by_explicit_points(d, n, 1.4, point.axis("theta")[k], 300);
            EXPECT_NEAR(measured.mean(), drawn.mean(), 4.5 * std::hypot(measured.standard_error(), drawn.standard_error()))
                << d << " " << k;
            for (const std::string name : {"participation_ratio", "participation_ratio_2", "weight_entropy"}) {
                const RunningMoments one = replicas.moments(name, k);
                EXPECT_NEAR(one.mean(), theory(name + "_theory", point)[k], 4.5 * one.standard_error()) << name << d << k;
            }
        }
    }
}

/// Y depends on θ through b alone: the same curve for typical states and for any norm, at the same θ/θ_c in the latter case.
TEST(SphericalCondensation, StatesDifferOnlyInTheField) {
    const Point fixed = make_point(40, 0.5, 3, "fixed", {0.5, 0.9}, 1),
                typical = make_point(40, 0.5, 1, "typical", {0.9}, 1);
    const double same = spherical_theta(spherical_field(typical.axis("theta")[0], 40, 1, true), 40, 3, false);
    Point other = fixed;
    other.set_axis("theta", {same});
    EXPECT_NEAR(theory("participation_ratio_theory", other)[0], theory("participation_ratio_theory", typical)[0], 1e-9);
    EXPECT_NEAR(theory("participation_ratio_limit", fixed)[0], 0.5, 1e-12);
}

TEST(SphericalCondensation, TransitionApproachesItsLimit) {
    std::vector<double> thetas;
    for (double t = 0.1; t < 1.6; t += 0.1) thetas.push_back(t);
    double before = 10;
    for (const double d : {32., 128., 1000.}) {
        for (const std::string state : {"fixed", "typical"}) {
            const Point point = make_point(d, 0.4, 1, state, thetas, 1);
            const double ratio = theory("theta_c_theory", point)[0] / theory("theta_c_limit", point)[0];
            EXPECT_GT(ratio, 1) << d << state;
            if (state == "fixed") {
                EXPECT_LT(ratio, before) << d;
                before = ratio;
            }
        }
    }
    EXPECT_NEAR(before, 1, 0.03);
}

TEST(SphericalCondensation, RefusesTooFewAndTooManyPoints) {
    const auto check = [](double d, double alpha) {
        return test::refusal(
            [&] { return spherical_condensation().check(make_point(d, alpha, 1, "fixed", {1}, 1), {}), 0; });
    };
    EXPECT_NE(check(2, 0.1).find("two points"), std::string::npos);
    EXPECT_NE(check(1000, 2).find("ln N is 2000"), std::string::npos);
    EXPECT_NE(check(2, 400).find("at most 600"), std::string::npos);
    EXPECT_EQ(check(2, 0.5), "");
}

}  // namespace
}  // namespace gdm
