#include "gdm/physics/process/entropy_times.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gdm/physics/process/entropy_rates.hpp"

namespace gdm {
namespace {

TEST(EntropyTimes, AreWhereTheRatesChangeSign) {
    for (const GaussianMixture& mixture : {GaussianMixture{1, 0.4, 1}, {1, 0.4, 4}, {1, 2.5, 1}, {1, 0.4, 1e6}}) {
        const double t = flux_reversal_time(mixture);
        ASSERT_GT(t, 0) << mixture.d;
        EXPECT_LT(reverse_entropy_flux(mixture, t - 1e-6) * reverse_entropy_flux(mixture, t + 1e-6), 0);
        for (double later = t + 0.01; later < t + 4; later += 0.01)
            EXPECT_GT(reverse_entropy_flux(mixture, later) * reverse_entropy_flux(mixture, t + 1e-6), 0) << later;
    }
    const GaussianMixture mixture{1, 0.4, 4};
    // From a scan of the closed forms with q as a sum over 4001 values of z, outside this program.
    EXPECT_NEAR(flux_reversal_time({1, 0.4, 1}), 0.245, 0.003);
    EXPECT_NEAR(flux_reversal_time(mixture), 1.30, 0.005);
    EXPECT_NEAR(entropy_extremum_time(mixture), 0.895, 0.005);
    EXPECT_NEAR(entropy_rate(mixture, entropy_extremum_time(mixture)), 0, 1e-11);
    EXPECT_GT(entropy(mixture, entropy_extremum_time(mixture)), entropy(mixture, 0.5));
    EXPECT_GT(entropy(mixture, entropy_extremum_time(mixture)), entropy(mixture, 1.4));
}

TEST(EntropyTimes, AreNaNWithoutAChange) {
    EXPECT_TRUE(std::isnan(flux_reversal_time({0.5, 0.4, 1})));
    EXPECT_TRUE(std::isnan(entropy_extremum_time({0, 0.4, 3})));  // a Gaussian that only widens
    EXPECT_TRUE(std::isnan(entropy_extremum_time({1, 2.5, 1})));
}

}  // namespace
}  // namespace gdm
