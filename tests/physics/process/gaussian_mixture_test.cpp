#include "gdm/physics/process/gaussian_mixture.hpp"

#include <gtest/gtest.h>

#include <boost/math/differentiation/finite_difference.hpp>
#include <boost/math/quadrature/tanh_sinh.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "gdm/physics/process/forward_process.hpp"

namespace gdm {
namespace {

const std::vector<GaussianMixture> mixtures = {{1, 1, 1}, {0.3, 0.05, 1}, {1.5, 0.05, 16}, {0.7, 3, 1}, {0, 0.5, 4}};
const std::vector<double> times = {0, 0.1, 0.5, 2};

double normal_density(double x, double mean, double variance) {
    return std::exp(-0.5 * (x - mean) * (x - mean) / variance) / std::sqrt(2 * std::numbers::pi * variance);
}

/// ∫ f(a) da over everything that matters, split where classes sit.
template <class Function>
double integrate(const GaussianMixture& mixture, double t, Function f) {
    boost::math::quadrature::tanh_sinh<double> quadrature;
    const double mean = mixture.axis_mean(t);
    const double width = 12 * std::sqrt(mixture.variance(t));
    double sum = 0;
    double left = -mean - width;
    for (const double edge : {-mean, 0.0, mean, mean + width}) {
        if (edge > left) sum += quadrature.integrate(f, left, edge);
        left = edge;
    }
    return sum;
}

TEST(ForwardProcess, TimesMapBackAndForth) {
    for (const double t : {0.0, 1e-9, 0.3, 1.0, 5.0}) {
        EXPECT_NEAR(time_from_brownian(brownian_from_time(t)), t, 1e-14 * (1 + t));
        EXPECT_NEAR(time_from_alpha_bar(alpha_bar_from_time(t)), t, 1e-14 * (1 + t));
        EXPECT_NEAR(noise_variance(t), 1 - alpha_bar_from_time(t), 1e-15);
    }
    // x_Brownian = x_0 + √θ z is e^t times x_OU = e^{−t} x_0 + √Δ z.
    const double t = 0.7;
    EXPECT_NEAR(state_from_brownian(std::sqrt(brownian_from_time(t)), t), std::sqrt(noise_variance(t)), 1e-15);
    EXPECT_TRUE(std::isnan(time_from_brownian(-0.1)));
    EXPECT_TRUE(std::isnan(time_from_alpha_bar(0)));
    EXPECT_TRUE(std::isnan(time_from_alpha_bar(1.1)));
}

TEST(GaussianMixture, AxisDensityIsTheForwardConvolutionOfTheTarget) {
    for (const auto& mixture : mixtures)
        for (const double t : {0.1, 0.5, 2.0})
            for (const double a : {-1.3, 0.0, 0.4, 2.0}) {
                const auto joint = [&](double y) {
                    const double target = 0.5 * (normal_density(y, mixture.axis_mean(), mixture.sigma2) +
                                                 normal_density(y, -mixture.axis_mean(), mixture.sigma2));
                    return target * normal_density(a, std::exp(-t) * y, noise_variance(t));
                };
                const double convolution = integrate(mixture, 0, joint);
                EXPECT_NEAR(mixture.axis_density(a, t), convolution, 1e-9 * (1e-3 + convolution)) << mixture.mu << ' ' << t;
            }
}

TEST(GaussianMixture, MomentsAndDistributionAreIntegralsOfTheDensity) {
    for (const auto& mixture : mixtures)
        for (const double t : times) {
            const auto moment = [&](auto weight) {
                return integrate(mixture, t, [&](double a) { return weight(a) * mixture.axis_density(a, t); });
            };
            const double scale = mixture.axis_2(t);
            EXPECT_NEAR(moment([](double) { return 1.0; }), 1, 1e-12);
            EXPECT_NEAR(moment([](double a) { return std::abs(a); }), mixture.axis_abs(t), 1e-12 * std::sqrt(scale));
            EXPECT_NEAR(moment([](double a) { return a * a; }), mixture.axis_2(t), 1e-12 * scale);
            EXPECT_NEAR(moment([](double a) { return a * a * a * a; }), mixture.axis_4(t), 1e-11 * scale * scale);
            for (const double a : {-0.5, 0.0, 1.0}) {
                const auto slope = [&](double x) { return mixture.axis_distribution(x, t); };
                EXPECT_NEAR(boost::math::differentiation::finite_difference_derivative(slope, a), mixture.axis_density(a, t),
                            1e-8 * (1 + mixture.axis_density(a, t)));
            }
        }
}

TEST(GaussianMixture, FullDensityFactorises) {
    // Along the axis times Gaussian across it.
    const GaussianMixture mixture{0.6, 0.4, 3};
    const std::vector<double> x = {0.3, -0.8, 1.1};
    const double a = (x[0] + x[1] + x[2]) / std::sqrt(3.0);
    double across = 0;
    for (const double value : x) across += value * value;
    across -= a * a;
    for (const double t : times) {
        const double gamma = mixture.variance(t);
        EXPECT_NEAR(mixture.log_density(x, t),
                    std::log(mixture.axis_density(a, t)) - std::log(2 * std::numbers::pi * gamma) - 0.5 * across / gamma,
                    1e-12);
    }
}

TEST(GaussianMixture, ScoreAndPotentialAreDerivatives) {
    for (const GaussianMixture mixture : {GaussianMixture{0.6, 0.4, 3}, GaussianMixture{1.2, 2.5, 3}})
        for (const double t : times) {
            const std::vector<double> x = {0.3, -0.8, 1.1};
            std::vector<double> score(3);
            mixture.score(x, t, score);
            for (std::size_t i = 0; i < 3; ++i) {
                const auto shifted = [&](double value) {
                    std::vector<double> y = x;
                    y[i] = value;
                    return y;
                };
                const auto log_density = [&](double value) { return mixture.log_density(shifted(value), t); };
                const auto potential = [&](double value) { return mixture.potential(shifted(value), t); };
                EXPECT_NEAR(score[i], boost::math::differentiation::finite_difference_derivative(log_density, x[i]), 1e-8);
                // The reverse drift x + 2 ∇ln p is minus the slope of U.
                EXPECT_NEAR(-x[i] - 2 * score[i],
                            boost::math::differentiation::finite_difference_derivative(potential, x[i]), 1e-8);
            }
            const double a = 0.35;
            const auto along = [&](double value) { return std::log(mixture.axis_density(value, t)); };
            const auto axis_score = [&](double value) { return mixture.axis_score(value, t); };
            EXPECT_NEAR(mixture.axis_score(a, t), boost::math::differentiation::finite_difference_derivative(along, a),
                        1e-8);
            EXPECT_NEAR(mixture.axis_score_slope(a, t),
                        boost::math::differentiation::finite_difference_derivative(axis_score, a), 1e-7);
        }
}

TEST(GaussianMixture, ClassProbabilityIsBayes) {
    const GaussianMixture mixture{0.8, 0.3, 2};
    for (const double t : times)
        for (const double a : {-0.7, 0.1, 1.4}) {
            const double plus = normal_density(a, mixture.axis_mean(t), mixture.variance(t));
            const double minus = normal_density(a, -mixture.axis_mean(t), mixture.variance(t));
            EXPECT_NEAR(mixture.class_probability(a, t), plus / (plus + minus), 1e-14);
        }
}

TEST(GaussianMixture, ClockCountsRelaxationTimes) {
    for (const auto& mixture : mixtures) {
        boost::math::quadrature::tanh_sinh<double> quadrature;
        const double length = quadrature.integrate([&](double t) { return 1 / mixture.variance(t); }, 0.2, 1.7);
        EXPECT_NEAR(mixture.clock(1.7) - mixture.clock(0.2), length, 1e-11 * length);
        for (const double t : {0.0, 1e-4, 0.3, 3.0})
            EXPECT_NEAR(mixture.time_of_clock(mixture.clock(t)), t, 1e-13 * (1 + t));
    }
}

}  // namespace
}  // namespace gdm
