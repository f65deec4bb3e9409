#include "gdm/base/densities.hpp"

#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <limits>

#include "gdm/base/log_sum.hpp"

namespace gdm {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Normal, DistributionIsTheIntegralOfTheDensity) {
    for (const double z : {-8., -2.5, -0.3, 0., 1.7, 6.}) {
        const double integral = boost::math::quadrature::gauss_kronrod<double, 61>::integrate(
            [](double x) { return normal_density(x); }, -infinity, z, 15, 1e-14);
        EXPECT_NEAR(normal_distribution(z) / integral, 1, 1e-12) << z;
        EXPECT_NEAR(log_normal_distribution(z), std::log(integral), 1e-11) << z;
    }
}

/// Mills' ratio, Φ(−x) = φ(x)/(x + 1/(x + 2/(x + 3/(x + …)))), as a second method for both branches of the logarithm.
TEST(Normal, LogarithmOfFarTails) {
    for (const double x : {5., 20., 34.9, 35.1, 60., 1e4}) {
        double fraction = x;
        for (int k = 200; k > 0; --k) fraction = x + k / fraction;
        const double exact = -0.5 * x * x - half_log_two_pi - std::log(fraction);
        const double left_out = x > 35 ? 15 / std::pow(x, 6) : 0;
        EXPECT_NEAR(log_normal_distribution(-x), exact, left_out + 1e-15 * x * x + 1e-13) << x;
    }
}

TEST(LogSum, IsTheLogarithmOfTheSum) {
    for (const double a : {-3., 0., 2.5}) {
        for (const double b : {-40., -1., 0., 3.}) {
            EXPECT_NEAR(log_add_exp(a, b), std::log(std::exp(a) + std::exp(b)), 1e-14);
            EXPECT_EQ(log_add_exp(a, b), log_add_exp(b, a));
        }
    }
    EXPECT_NEAR(log_add_exp(1e4, 1e4), 1e4 + std::log(2), 1e-11);
    EXPECT_EQ(log_add_exp(-infinity, -infinity), -infinity);
    EXPECT_EQ(log_add_exp(-infinity, 3), 3);
    EXPECT_EQ(log_add_exp(infinity, -infinity), infinity);
    EXPECT_TRUE(std::isnan(log_add_exp(std::nan(""), 1)));
    EXPECT_NEAR(log1p_exp(1), std::log(1 + std::exp(1)), 1e-15);
    EXPECT_EQ(log1p_exp(1e4), 1e4);
    EXPECT_NEAR(log1p_exp(-40) / std::exp(-40), 1, 1e-14);
}

}  // namespace
}  // namespace gdm
