#include "gdm/physics/potentials/axis_potential.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <tuple>
#include <vector>

#include "gdm/physics/process/speciation.hpp"

namespace gdm {
namespace {

const RandomStream stream(7, 0);

TEST(AxisPotential, IsTheMixturesPotentialOnTheAxis) {
    for (const std::size_t d : {1u, 2u, 9u}) {
        const GaussianMixture mixture{0.7, 1.4, static_cast<double>(d)};
        for (const double t : {0., 0.3, 2.})
            for (const double a : {-2.5, 0., 0.4, 30.}) {
                const std::vector<double> x(d, a / std::sqrt(static_cast<double>(d)));
                const AxisPotential potential = axis_potential(exact_axis_log_density(mixture, t, a), a);
                EXPECT_NEAR(potential.value, mixture.potential(x, t), 1e-10 * (1 + std::abs(potential.value)));
            }
    }
}

TEST(AxisPotential, DerivativesAreDifferences) {
    const GaussianMixture mixture{0.7, 1.4, 3};
    const AxisDataset data = sample_axis_dataset(mixture, 40, stream);
    std::vector<double> scratch(40);
    const double h = 1e-4;
    for (const double t : {0.2, 1.})
        for (const double a : {-2., 0.1, 1.3})
            for (const bool empirical : {false, true}) {
                const auto at = [&](double x) {
                    return axis_potential(empirical ? empirical_axis_log_density(data, 3, t, x, scratch)
                                                    : exact_axis_log_density(mixture, t, x),
                                          x);
                };
                const AxisPotential here = at(a), up = at(a + h), down = at(a - h);
                EXPECT_NEAR((up.value - down.value) / (2 * h), here.slope, 1e-6) << t << ' ' << a << ' ' << empirical;
                EXPECT_NEAR((up.slope - down.slope) / (2 * h), here.curvature, 1e-6) << t << ' ' << a << ' ' << empirical;
            }
}

TEST(AxisPotential, OfDataIsTheSumOfTheirGaussians) {
    // Vectors in d = 3, the axis (1, 1, 1)/√3.
    const std::vector<std::vector<double>> points = {{0.5, 1.2, -0.3}, {-1, -0.4, -0.8}, {2, 0.1, 0.6}};
    AxisDataset data;
    for (const auto& y : points) {
        data.axis.push_back((y[0] + y[1] + y[2]) / std::sqrt(3.));
        data.square_norm.push_back(y[0] * y[0] + y[1] * y[1] + y[2] * y[2]);
    }
    std::vector<double> scratch(3);
    for (const double t : {0.05, 0.5, 3.})
        for (const double a : {-4., 0., 0.7}) {
            const double delta = 1 - std::exp(-2 * t);
            double density = 0;
            for (const auto& y : points) {
                double square = 0;
                for (const double coordinate : y) square += std::pow(a / std::sqrt(3.) - std::exp(-t) * coordinate, 2);
                density += std::exp(-0.5 * square / delta) / std::pow(2 * std::numbers::pi * delta, 1.5) / 3;
            }
            EXPECT_NEAR(empirical_axis_log_density(data, 3, t, a, scratch).value, std::log(density),
                        1e-12 * std::abs(std::log(density)));
        }
}

TEST(AxisPotential, CurvatureOfDataAtTheOriginIsTheirResponse) {
    const AxisDataset data = sample_axis_dataset({1, 0.5, 4}, 100, stream);
    std::vector<double> scratch(100);
    for (const double t : {0.1, 0.7})
        EXPECT_NEAR(axis_potential(empirical_axis_log_density(data, 4, t, 0, scratch), 0).curvature,
                    -empirical_response(data, t, scratch), 1e-10);
}

TEST(AxisPotential, CurvatureVanishesAtTheSpeciationTime) {
    for (const auto& [mu, sigma2, d] : {std::tuple{1.0, 1.0, 1.0}, {1.0, 3.0, 1.0}, {0.4, 0.2, 16.0}}) {
        const GaussianMixture mixture{mu, sigma2, d};
        const double t = t_s_potential(mixture);
        EXPECT_NEAR(axis_potential(exact_axis_log_density(mixture, t, 0), 0).curvature, 0, 1e-12);
        EXPECT_EQ(potential_minimum(mixture, 1.01 * t), 0);
        EXPECT_GT(potential_minimum(mixture, 0.99 * t), 0);
    }
    EXPECT_NEAR(t_s_potential({1, 1, 1}), 0.346573590280, 1e-12);
}

TEST(AxisPotential, MinimaSolveSelfConsistency) {
    // σ² = 1: a = 2 m tanh(m a), m = e^{−t}; by fixed-point iteration.
    const double m = std::exp(-0.2);
    double a = 2;
    for (int i = 0; i < 1000; ++i) a = 2 * m * std::tanh(m * a);
    EXPECT_NEAR(potential_minimum({1, 1, 1}, 0.2), a, 1e-12);
    EXPECT_NEAR(potential_barrier({1, 1, 1}, 0.2), 2 * std::log(std::cosh(m * a)) - 0.5 * a * a, 1e-12);
    for (const double t : {0.36, 0.45, 0.55}) {  // between t_USB = ½ ln 2 and t_S of (1, 3)
        const GaussianMixture mixture{1, 3, 1};
        const double at = potential_minimum(mixture, t);
        const AxisPotential potential = axis_potential(exact_axis_log_density(mixture, t, at), at);
        EXPECT_NEAR(potential.slope, 0, 1e-10 * (1 + at));
        EXPECT_GT(potential.curvature, 0);
    }
    EXPECT_TRUE(std::isnan(potential_minimum({1, 3, 1}, 0.3)));  // inverted
    EXPECT_TRUE(std::isnan(potential_barrier({1, 3, 1}, 0.3)));
    EXPECT_EQ(potential_barrier({0.3, 1, 1}, 0.01), 0);
}

TEST(AxisPotential, FreeEnergyIsThatOfTheDenoisingInference) {
    // Z = ∫ e^{−H} dx_0 in one dimension (Yu and Huang, eqs. 47–48) by the trapezoidal rule.
    const double mu = 0.8, sigma2 = 0.6, t = 0.35, delta = 1 - std::exp(-2 * t);
    for (const double x : {-1.1, 0., 2.}) {
        double z = 0;
        for (double x0 = -12; x0 <= 12; x0 += 0.01) {
            const double gap = x - std::exp(-t) * x0;
            double prior = 0;
            for (const double centre : {mu, -mu})
                prior +=
                    0.5 * std::exp(-0.5 * (x0 - centre) * (x0 - centre) / sigma2) / std::sqrt(2 * std::numbers::pi * sigma2);
            z += 0.01 * std::exp(-0.5 * gap * gap / delta) * prior;
        }
        const AxisLogDensity density = exact_axis_log_density({mu, sigma2, 1}, t, x);
        const double f = inference_free_energy(density.value, 1, t);
        EXPECT_NEAR(f, -delta * std::log(z), 1e-10);
        // Eq. 51 with the constant that the normalisers leave.
        EXPECT_NEAR(axis_potential(density, x).value, 2 * f / delta - 0.5 * x * x + std::log(2 * std::numbers::pi * delta),
                    1e-10);
    }
    EXPECT_EQ(inference_free_energy(-1, 1, 0), 0);
}

}  // namespace
}  // namespace gdm
