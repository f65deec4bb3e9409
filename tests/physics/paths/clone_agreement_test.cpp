#include "gdm/physics/paths/clone_agreement.hpp"

#include <gtest/gtest.h>

#include <boost/math/quadrature/tanh_sinh.hpp>
#include <cmath>
#include <vector>

#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/process/overlap_functions.hpp"
#include "gdm/physics/process/speciation.hpp"

namespace gdm {
namespace {

const std::vector<GaussianMixture> mixtures = {{1, 1, 1}, {0.2, 0.3, 1}, {0.4, 0.05, 16}, {0.6, 3, 1}};

template <class Function>
double integrate(Function f, double low, double high) {
    boost::math::quadrature::tanh_sinh<double> quadrature;
    return quadrature.integrate(f, low, high);
}

TEST(CloneAgreement, ByClassIsTheAverageOverTheAxis) {
    for (const auto& mixture : mixtures)
        for (const double t : {0.05, 0.3, 1.0}) {
            const double far = mixture.axis_mean(t) + 12 * std::sqrt(mixture.variance(t));
            const double average = integrate(
                [&](double a) {
                    const double p = mixture.class_probability(a, t);
                    return 2 * mixture.axis_density(a, t) * (p * p + (1 - p) * (1 - p));
                },
                0, far);
            EXPECT_NEAR(clone_agreement_by_class(mixture, t), average, 1e-10);
        }
    const GaussianMixture mixture{1, 1, 4};
    EXPECT_NEAR(clone_agreement_by_class(mixture, t_b(mixture)), 0.775200245396664, 1e-12);
}

TEST(CloneAgreement, EndsArePosteriorSamples) {
    // P(a_0 > 0 | a_t) by Bayes: ∝ ∫_{a_0 > 0} p_0(a_0) N(a_t; e^{−t} a_0, Δ).
    for (const auto& mixture : mixtures)
        for (const double t : {0.05, 0.3, 1.0})
            for (const double a : {-0.6, 0.0, 0.02, 0.9}) {
                const double delta = noise_variance(t);
                const auto joint = [&](double y) {
                    return mixture.axis_density(y, 0) *
                           std::exp(-0.5 * (a - std::exp(-t) * y) * (a - std::exp(-t) * y) / delta);
                };
                const double far = mixture.axis_mean() + 12 * std::sqrt(mixture.sigma2);
                const double middle = mixture.axis_mean();
                const double above = integrate(joint, 0, middle) + integrate(joint, middle, far);
                const double below = integrate(joint, -far, -middle) + integrate(joint, -middle, 0);
                EXPECT_NEAR(probability_of_positive_end(mixture, a, t), above / (above + below), 1e-8);
            }
}

TEST(CloneAgreement, BySignEqualsAFineSum) {
    for (const auto& mixture : mixtures)
        for (const double t : {0.01, 0.2, 1.0}) {
            // Midpoint rule on a fine grid: spectrally accurate for a smooth integrand that vanishes at the ends.
            const double far = mixture.axis_mean(t) + 11 * std::sqrt(mixture.variance(t));
            constexpr int n = 20000;
            double sum = 0;
            for (int i = 0; i < n; ++i) {
                const double a = -far + (i + 0.5) * 2 * far / n;
                const double p = probability_of_positive_end(mixture, a, t);
                sum += mixture.axis_density(a, t) * (p * p + (1 - p) * (1 - p)) * 2 * far / n;
            }
            EXPECT_NEAR(clone_agreement_by_sign(mixture, t), sum, 1e-8) << mixture.mu << ' ' << t;
        }
}

TEST(CloneAgreement, Limits) {
    EXPECT_EQ(clone_agreement_by_sign({0.1, 1, 1}, 0), 1);
    EXPECT_NEAR(clone_agreement_by_sign({0.1, 1, 1}, 1e-8), 1, 1e-3);
    EXPECT_NEAR(clone_agreement_by_sign({1, 1, 1}, 12), 0.5, 1e-6);
    EXPECT_NEAR(clone_agreement_by_class({1, 1, 1}, 12), 0.5, 1e-6);
    // Well separated classes: sign and class are the same thing.
    EXPECT_NEAR(clone_agreement_by_sign({1, 0.05, 16}, 1), clone_agreement_by_class({1, 0.05, 16}, 1), 1e-9);
    EXPECT_GT(clone_agreement_by_sign({0.1, 1, 1}, 0.2) - clone_agreement_by_class({0.1, 1, 1}, 0.2), 0.2);
}

}  // namespace
}  // namespace gdm
