#include "gdm/physics/process/overlap_functions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace gdm {
namespace {

/// E f(λ + √λ z) straight from the definition, by the midpoint rule (spectrally accurate for a Gaussian weight).
template <class Function>
double gaussian_average(double lambda, Function f) {
    constexpr int n = 24000;
    double sum = 0;
    for (int i = 0; i < n; ++i) {
        const double z = -12 + (i + 0.5) * 24 / n;
        sum += f(lambda + std::sqrt(lambda) * z) * std::exp(-0.5 * z * z);
    }
    return sum * 24 / n / std::sqrt(2 * std::numbers::pi);
}

TEST(OverlapFunctions, ReferenceValues) {
    EXPECT_NEAR(overlap_q(1), 0.550400490793, 1e-12);
    EXPECT_NEAR(class_information(1), 0.336830820347, 1e-12);
}

TEST(OverlapFunctions, EqualTheirDefinitions) {
    for (const double lambda : {1e-6, 1e-3, 0.1, 0.7, 1.0, 3.0, 10.0, 50.0}) {
        const double q = overlap_q(lambda);
        EXPECT_NEAR(q, gaussian_average(lambda, [](double x) { return std::tanh(x); }), 1e-11) << lambda;
        EXPECT_NEAR(q, gaussian_average(lambda, [](double x) { return std::tanh(x) * std::tanh(x); }), 1e-11) << lambda;
        const double ln_cosh = gaussian_average(
            lambda, [](double x) { return std::abs(x) + std::log1p(std::exp(-2 * std::abs(x))) - std::numbers::ln2; });
        EXPECT_NEAR(class_information(lambda), lambda - ln_cosh, 1e-10) << lambda;
    }
}

TEST(OverlapFunctions, InformationGrowsByHalfOneMinusQ) {
    for (const double lambda : {0.01, 0.5, 1.0, 4.0, 12.0}) {
        const double h = 1e-3 * lambda;
        const double slope = (class_information(lambda - 2 * h) - 8 * class_information(lambda - h) +
                              8 * class_information(lambda + h) - class_information(lambda + 2 * h)) /
                             (12 * h);
        EXPECT_NEAR(slope, 0.5 * overlap_one_minus_q(lambda), 1e-9) << lambda;
    }
}

TEST(OverlapFunctions, Limits) {
    EXPECT_EQ(overlap_q(0), 0);
    EXPECT_EQ(class_information(0), 0);
    EXPECT_NEAR(overlap_q(1e-5), 1e-5, 2e-10);            // q = λ − λ² + …
    EXPECT_NEAR(class_information(1e-5), 0.5e-5, 1e-10);  // I = λ/2 − λ²/4 + …
    EXPECT_NEAR(class_information(500), std::numbers::ln2, 1e-15);
    // Large λ: E sech(√λ y) → √(π/2λ) (1 − π²/(8λ) + …).
    const double lambda = 1000;
    EXPECT_NEAR(overlap_one_minus_q(lambda) / (std::exp(-0.5 * lambda) * std::sqrt(std::numbers::pi / (2 * lambda))), 1,
                2e-3);
    double last = 0;
    for (double l = 0.1; l < 30; l += 0.1) {
        EXPECT_GT(overlap_q(l), last);
        last = overlap_q(l);
    }
}

}  // namespace
}  // namespace gdm
