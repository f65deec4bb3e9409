#include "gdm/base/log_bessel.hpp"

#include <gtest/gtest.h>

#include <boost/math/special_functions/bessel.hpp>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace gdm {
namespace {

TEST(LogBessel, MatchesBoostWhereThatDoesNotOverflow) {
    int compared = 0;
    for (const double nu : {-0.5, -0.25, 0.0, 0.5, 1.0, 3.0, 7.3, 15.0, 19.99, 20.0, 31.0, 99.5, 250.0}) {
        for (double x = 1e-3; x < 600; x *= 1.7) {
            const double boost = boost::math::cyl_bessel_i(nu, x);
            if (!(boost > 1e-290 && boost < 1e290)) continue;
            const double expected = std::log(boost) - x;
            const LogBessel both = log_bessel_i_with_ratio(nu, x);
            EXPECT_NEAR(both.log_scaled, expected, 2e-13 * std::max(1., std::abs(std::log(boost)))) << nu << " " << x;
            EXPECT_NEAR(both.ratio, boost::math::cyl_bessel_i(nu + 1, x) / boost, 1e-12 * both.ratio) << nu << " " << x;
            EXPECT_EQ(log_bessel_i_scaled(nu, x), both.log_scaled);
            ++compared;
        }
    }
    EXPECT_GT(compared, 250);
}

TEST(LogBessel, ClosedFormsOfHalfOrder) {
    for (const double x : {1e-6, 0.3, 7.99, 8.01, 40.0, 1e3, 1e8, 1e12}) {
        const double common = 0.5 * std::log(2 / (std::numbers::pi * x)) - std::numbers::ln2;
        EXPECT_NEAR(log_bessel_i_scaled(-0.5, x), common + std::log1p(std::exp(-2 * x)), 1e-13 * std::abs(common));
        EXPECT_NEAR(log_bessel_i_scaled(0.5, x), common + std::log(-std::expm1(-2 * x)), 2e-13 * std::abs(common));
    }
}

/// I_{ν−1} − I_{ν+1} = (2ν/x) I_ν, in ratios to I_ν: 1/r_{ν−1} − r_ν = 2ν/x; and values and ratios belong together.
TEST(LogBessel, RecurrenceAtLargeOrder) {
    for (const double nu : {19.5, 21.0, 60.0, 400.0, 1e4, 1e6, 1e9}) {
        for (const double z : {1e-3, 0.1, 0.7, 1.0, 3.0, 40.0, 1e3}) {
            const double x = z * nu;
            const LogBessel here = log_bessel_i_with_ratio(nu, x);
            const double below = log_bessel_i_with_ratio(nu - 1, x).ratio;
            EXPECT_NEAR(1 / below - here.ratio, 2 * nu / x, 1e-12 * (2 * nu / x + 1)) << nu << " " << z;
            const double above = log_bessel_i_scaled(nu + 1, x);
            EXPECT_NEAR(above - here.log_scaled, std::log(here.ratio), 1e-12 * std::abs(above) + 1e-13) << nu << " " << z;
        }
    }
}

TEST(LogBessel, LimitsAndRefusals) {
    EXPECT_EQ(log_bessel_i_scaled(0, 0), 0);
    EXPECT_EQ(log_bessel_i_scaled(3, 0), -INFINITY);
    EXPECT_EQ(log_bessel_i_scaled(-0.5, 0), INFINITY);
    EXPECT_NEAR(log_bessel_i_scaled(2, 1e-300), 2 * std::log(0.5e-300) - std::numbers::ln2, 1e-10);
    EXPECT_TRUE(std::isfinite(log_bessel_i_scaled(1e9, 1e-300)));
    EXPECT_NEAR(log_bessel_i_scaled(1e9, 1e12), -0.5e18 / 1e12 - 0.5 * std::log(2 * std::numbers::pi * 1e12), 1);
    EXPECT_THROW((void)log_bessel_i_scaled(-0.6, 1), std::invalid_argument);
    EXPECT_THROW((void)log_bessel_i_scaled(1, -1), std::invalid_argument);
    EXPECT_THROW((void)log_bessel_i_scaled(1, NAN), std::invalid_argument);
}

}  // namespace
}  // namespace gdm
