#include "gdm/physics/networks/mean_field.hpp"

#include <gtest/gtest.h>

namespace gdm {
namespace {

TEST(MeanField, CriticalLineAtKnownPoints) {
    struct Known {
        double bias_variance, weight_variance, length;
    };
    for (const Known& known : {Known{0, 1, 0},
                               {0.01, 1.42420529, 0.273301},
                               {0.05, 1.76095464, 0.570048},
                               {0.1, 1.98607264, 0.805799},
                               {0.3, 2.50512719, 1.461169},
                               {1, 3.44321091, 3.036396},
                               {2, 4.26639611, 4.830586}}) {
        const CriticalPoint point = critical_point(Activation::tanh, known.bias_variance);
        EXPECT_NEAR(point.weight_variance, known.weight_variance, 6e-9) << known.bias_variance;
        EXPECT_NEAR(point.length, known.length, 6e-7) << known.bias_variance;
        const RandomLayer layer{Activation::tanh, point.weight_variance, known.bias_variance};
        EXPECT_NEAR(fixed_length(layer), point.length, 1e-8);
        EXPECT_NEAR(growth_factor(layer, point.length), 1, 1e-9);
    }
    const CriticalPoint erf = critical_point(Activation::erf, 0.1);
    EXPECT_NEAR(erf.weight_variance, 1.89058934, 6e-9);
    EXPECT_NEAR(erf.length, 0.819434, 6e-7);
    EXPECT_EQ(critical_point(Activation::relu, 0).weight_variance, 2);
    EXPECT_NEAR(std::sqrt(critical_point(Activation::tanh, 0.09).weight_variance), 1.3955840, 6e-8);
}

TEST(MeanField, ScalesAtTheTransition) {
    for (const auto& [activation, amplitude] : {std::pair{Activation::tanh, 4.00957897}, {Activation::erf, 4.31475977}}) {
        const CriticalPoint point = critical_point(activation, 0.1);
        const RandomLayer layer{activation, point.weight_variance, 0.1};
        // l ρ_l → 2/f″
        EXPECT_NEAR(2 / correlation_curvature(layer, point.length), amplitude, 6e-8);
    }
    const CriticalPoint point = critical_point(Activation::tanh, 0.1);
    const RandomLayer layer{Activation::tanh, point.weight_variance, 0.1};
    EXPECT_NEAR(-1 / std::log(length_factor(layer, point.length)), 1.216, 6e-4);
}

// Closed forms against quadrature, derivatives against differences.
TEST(MeanField, FormsAgree) {
    const double q = 0.7, root = std::sqrt(q);
    const Activation erf = Activation::erf;
    const auto square = [&](double (*f)(Activation, double)) {
        return normal_average([&](double z) { return std::pow(f(erf, root * z), 2); });
    };
    EXPECT_NEAR(activation_square(erf, q), square(activate), 1e-12);
    EXPECT_NEAR(slope_square(erf, q), square(activation_slope), 1e-12);
    EXPECT_NEAR(curvature_square(erf, q), square(activation_curvature), 1e-12);
    for (const Activation activation : {Activation::tanh, erf, Activation::relu}) {
        const RandomLayer layer{activation, 1.7, 0.2};
        EXPECT_NEAR(length_factor(layer, q), (next_length(layer, q + 1e-5) - next_length(layer, q - 1e-5)) / 2e-5, 1e-8);
        for (const double rho : {1e-6, 0.3, 1.2, 1.9}) {
            // The averages over two correlated numbers by brute force.
            double gap = 0, slope = 0;
            const double h = 0.01;
            for (int a = -900; a <= 900; ++a) {
                for (int b = -900; b <= 900; b += 9) {
                    const double z = a * h, x = root * z, y = (1 - rho) * x + root * std::sqrt(rho * (2 - rho)) * b * h;
                    const double mass = h * h * 9 / (2 * M_PI) * std::exp(-(z * z + b * h * b * h) / 2);
                    gap += mass * std::pow(activation_difference(activation, x, y - x), 2) / 2;
                    slope += mass * activation_slope(activation, x) * activation_slope(activation, y);
                }
            }
            EXPECT_NEAR(activation_gap(activation, q, rho), gap, (activation == Activation::relu ? 2e-3 : 1e-8) * gap)
                << rho;
            if (activation != Activation::relu) {
                EXPECT_NEAR(correlation_slope(layer, q, rho), 1.7 * slope, 1e-7);
            }
        }
    }
}

TEST(MeanField, FixedPointOfTheCorrelation) {
    for (const Activation activation : {Activation::tanh, Activation::erf}) {
        const CriticalPoint point = critical_point(activation, 0.1);
        const RandomLayer chaotic{activation, point.weight_variance * 1.01, 0.1};
        const double q = fixed_length(chaotic), chi = growth_factor(chaotic, q), rho = fixed_rho(chaotic);
        EXPECT_NEAR(rho / (2 * (chi - 1) / correlation_curvature(chaotic, q)), 1, 0.03);
        EXPECT_NEAR(next_rho(chaotic, q, rho), rho, 1e-12);
        EXPECT_NEAR(correlation_depth(chaotic) * (chi - 1), 1, 0.03);
        EXPECT_EQ(fixed_rho({activation, point.weight_variance * 0.99, 0.1}), 0);
    }
}

TEST(Activation, SmallDifferencesAndLarge) {
    EXPECT_EQ(activation_difference(Activation::tanh, 30, -60), -2);
    for (const Activation activation : {Activation::tanh, Activation::erf, Activation::relu})
        for (const double x : {-2., -0.3, 0.4, 1.5}) {
            EXPECT_NEAR(activation_difference(activation, x, 1e-25) / 1e-25, activation_slope(activation, x), 1e-12);
            for (const double d : {-0.9, 1.1e-3, 1.2e-3, 0.4})
                EXPECT_NEAR(activation_difference(activation, x, d), activate(activation, x + d) - activate(activation, x),
                            3e-13);
        }
}

}  // namespace
}  // namespace gdm
