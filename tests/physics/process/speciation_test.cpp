#include "gdm/physics/process/speciation.hpp"

#include <gtest/gtest.h>

#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <functional>
#include <vector>

namespace gdm {
namespace {

/// U″ by central differences of the potential along (axis) or across (1, −1, 0, …)/√2 at distance r from the origin.
double curvature(const GaussianMixture& mixture, double t, bool along, double r = 0) {
    const auto d = static_cast<std::size_t>(mixture.d);
    const auto potential = [&](double s) {
        std::vector<double> x(d, along ? s / std::sqrt(mixture.d) : 0.0);
        if (!along) x[0] = s / std::sqrt(2.0), x[1] = -s / std::sqrt(2.0);
        return mixture.potential(x, t);
    };
    const double h = 2e-3 * std::sqrt(mixture.variance(t));
    return (-potential(r + 2 * h) + 16 * potential(r + h) - 30 * potential(r) + 16 * potential(r - h) -
            potential(r - 2 * h)) /
           (12 * h * h);
}

double root(const std::function<double(double)>& f, double low, double high) {
    std::uintmax_t iterations = 100;
    const auto bracket =
        boost::math::tools::toms748_solve(f, low, high, boost::math::tools::eps_tolerance<double>(40), iterations);
    return 0.5 * (bracket.first + bracket.second);
}

const std::vector<GaussianMixture> mixtures = {{1, 1, 1},     {0.3, 0.3, 4},  {1.2, 0.2, 16}, {0.7, 3, 2},
                                               {0.1, 1.5, 2}, {0.05, 2.5, 1}, {0, 4, 2}};

TEST(Speciation, ResponsesAreMinusTheCurvatureOfThePotential) {
    for (const auto& mixture : mixtures)
        for (const double t : {0.0, 0.2, 1.0}) {
            EXPECT_NEAR(symmetric_response(mixture, t), -curvature(mixture, t, true), 1e-5 / mixture.sigma2);
            if (mixture.d > 1) {
                EXPECT_NEAR(outer_response(mixture, t), -curvature(mixture, t, false), 1e-5 / mixture.sigma2);
            }
            const double far = 30 * (mixture.axis_mean(t) + std::sqrt(mixture.variance(t)));
            if (mixture.lambda(t) > 0.3) {
                EXPECT_NEAR(outer_response(mixture, t), -curvature(mixture, t, true, far), 1e-3 / mixture.sigma2);
            }
        }
}

TEST(Speciation, PotentialTimeIsTheZeroOfTheNumericalCurvature) {
    for (const auto& mixture : mixtures) {
        const auto response = [&](double t) { return -curvature(mixture, t, true); };
        if (response(0) > 0) {
            EXPECT_NEAR(t_s_potential(mixture), root(response, 0, 6), 1e-5) << mixture.mu << ' ' << mixture.sigma2;
        } else {
            EXPECT_TRUE(std::isnan(t_s_potential(mixture)));
        }
    }
}

TEST(Speciation, PublishedValues) {
    EXPECT_NEAR(t_s_potential({1, 1, 1}), 0.346573590280, 1e-12);        // Yu and Huang, fig. 4
    EXPECT_NEAR(t_s_potential({1, 0.1, 1}), 0.42622, 1e-5);              // Yu and Huang, fig. 11
    EXPECT_NEAR(t_s_potential({1, 1, 1e6}), 0.5 * std::log(2e6), 1e-6);  // large d
    EXPECT_NEAR(t_b({1, 1, 1e6}), 0.5 * std::log(1e6), 1e-6);            // Biroli et al.
}

TEST(Speciation, UnstableTimeIsWhereTheTransverseCurvatureVanishes) {
    for (const auto& mixture : mixtures) {
        if (mixture.d < 2) continue;
        const auto response = [&](double t) { return -curvature(mixture, t, false); };
        if (response(0) > 0) {
            EXPECT_NEAR(t_usb(mixture), root(response, 0, 6), 1e-6);
            EXPECT_GE(t_s_potential(mixture), t_usb(mixture) - 1e-12);
        } else {
            EXPECT_TRUE(std::isnan(t_usb(mixture)));
        }
    }
}

TEST(Speciation, BimodalTimeIsWhereTheDensityLosesItsMaximum) {
    for (const auto& mixture : mixtures) {
        const auto bend = [&](double t) {
            const double h = 1e-3 * std::sqrt(mixture.variance(t));
            return mixture.axis_density(h, t) - mixture.axis_density(0, t);
        };
        if (bend(0) > 0) {
            EXPECT_NEAR(t_b(mixture), root(bend, 0, 6), 1e-5);
            EXPECT_NEAR(mixture.lambda(t_b(mixture)), 1, 1e-12);
        } else {
            EXPECT_TRUE(std::isnan(t_b(mixture)));
        }
    }
}

TEST(Speciation, PhasesFollowTheShapeOfThePotentialAtZero) {
    for (double mu = 0.05; mu < 1.5; mu += 0.11)
        for (double sigma2 = 0.06; sigma2 < 4; sigma2 += 0.13) {
            const GaussianMixture mixture{mu, sigma2, 2};
            const bool falls_outside = -curvature(mixture, 0, false) > 0;
            const bool broken = -curvature(mixture, 0, true) > 0;
            const auto expected = falls_outside ? BreakingPhase::unstable_breaking
                                                : (broken ? BreakingPhase::stable_breaking : BreakingPhase::unbroken);
            EXPECT_EQ(breaking_phase(mixture), expected) << mu << ' ' << sigma2;
        }
}

}  // namespace
}  // namespace gdm
