#include "gdm/physics/paths/speed_limits.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gdm/physics/process/overlap_functions.hpp"

namespace gdm {
namespace {

const std::vector<double> times = {0.1, 0.5, 1, 2, 4};

/// S(t) = (d/2) ln(2πeΓ) + I(λ), without the constant.
double entropy(const GaussianMixture& mixture, double t) {
    return 0.5 * mixture.d * std::log(mixture.variance(t)) + class_information(mixture.lambda(t));
}

TEST(SpeedLimits, EntropyProductionIsEntropyChangeAndHeat) {
    // Forward, ΔS_tot = S(T) − S(0) + ½⟨‖x_0‖² − ‖x_T‖²⟩.
    for (const GaussianMixture mixture :
         {GaussianMixture{1, 1, 1}, GaussianMixture{1, 0.05, 1}, GaussianMixture{0.6, 3, 8}, GaussianMixture{0, 0.01, 2}}) {
        const auto limits = path_integrals(mixture, times);
        const auto square = [&](double t) { return mixture.axis_2(t) + (mixture.d - 1) * mixture.variance(t); };
        for (std::size_t k = 0; k < times.size(); ++k) {
            const double expected = entropy(mixture, times[k]) - entropy(mixture, 0) + 0.5 * (square(0) - square(times[k]));
            EXPECT_NEAR(limits[k].entropy_production, expected, 2e-5 * expected) << mixture.sigma2 << ' ' << times[k];
        }
    }
}

TEST(SpeedLimits, OneGaussianMovesOnAStraightLine) {
    // Its path is a geodesic, along which only the standard deviation changes: distance and length are equal.
    const GaussianMixture mixture{0, 0.2, 7};
    const auto limits = path_integrals(mixture, times);
    for (std::size_t k = 0; k < times.size(); ++k) {
        const double change = std::sqrt(7.0) * (std::sqrt(mixture.variance(times[k])) - std::sqrt(0.2));
        EXPECT_NEAR(path_distance(mixture, times[k]), change, 1e-6 * change);
        EXPECT_NEAR(limits[k].length, change, 1e-5 * change);
    }
}

TEST(SpeedLimits, DistanceStaysBelowLengthAndBound) {
    for (const GaussianMixture mixture :
         {GaussianMixture{1, 1, 1}, GaussianMixture{1, 0.05, 1}, GaussianMixture{0.6, 3, 8}, GaussianMixture{2, 0.3, 1}}) {
        const auto limits = path_integrals(mixture, times);
        const auto on_axis = path_integrals({mixture.axis_mean(), mixture.sigma2, 1}, times);
        for (std::size_t k = 0; k < times.size(); ++k) {
            EXPECT_LE(path_distance(mixture, times[k]), limits[k].length * (1 + 1e-4));
            EXPECT_LE(limits[k].length, std::sqrt(times[k] * limits[k].entropy_production) * (1 + 1e-4));
            const double error = start_error(mixture, times[k]);
            EXPECT_GT(error, 0);
            EXPECT_LE(error, start_error_bound(mixture, times[k], on_axis[k].length));
        }
        // Over a short time the three are one speed.
        constexpr double soon = 1e-4;
        const double produced = path_integrals(mixture, std::vector<double>{soon})[0].entropy_production;
        EXPECT_NEAR(path_distance(mixture, soon) / std::sqrt(soon * produced), 1, 1e-2);
    }
}

TEST(SpeedLimits, WrongStartOfOneGaussian) {
    // The flow multiplies by √(Γ_0/Γ_T): from N(0, 1) the end has standard deviation σ/√Γ_T, and W₁ = √(2/π) |σ/√Γ_T − σ|.
    const GaussianMixture mixture{0, 0.4, 1};
    for (std::size_t k = 0; k < times.size(); ++k) {
        const double sigma = std::sqrt(0.4);
        const double expected = std::sqrt(2 / M_PI) * std::abs(sigma / std::sqrt(mixture.variance(times[k])) - sigma);
        EXPECT_NEAR(start_error(mixture, times[k]), expected, 1e-4 * expected);
    }
}

}  // namespace
}  // namespace gdm
