#include "gdm/physics/targets/target_law.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/targets/point_sets.hpp"

namespace gdm {
namespace {

struct Case {
    std::string name;
    std::unique_ptr<TargetLaw> law;
    std::vector<double> x;
    double theta;
};

std::vector<Case> cases() {
    std::vector<Case> all;
    all.push_back({"two deltas", two_deltas_target(), {0.3}, 0.7});
    all.push_back({"four deltas", four_deltas_target(), {0.5, -0.2}, 0.35});
    for (const double d : {1.0, 2.0, 5.0, 40.0, 1e4})
        all.push_back({"sphere " + std::to_string(d), hypersphere_target(d), {-0.6}, 0.8 / d});
    all.push_back({"random points",
                   discrete_target(random_points(7, 3, PointLaw::gaussian, RandomStream(1, 0)), 3),
                   {0.2, -0.5, 0.4},
                   0.3});
    return all;
}

// ⟨y⟩ = θ ∇ ln Z and C = θ ∇⟨y⟩ hold for every target, so the partition function checks the rest.
TEST(TargetLaw, MeanAndCovarianceAreSlopesOfThePartitionFunction) {
    for (const Case& one : cases()) {
        const std::size_t n = one.law->coordinates();
        Posterior at;
        one.law->evaluate(one.x, one.theta, at);
        std::vector<double> mean(n), above(n), below(n);
        EXPECT_EQ(one.law->mean(one.x, one.theta, mean), at.log_partition) << one.name;
        EXPECT_EQ(mean, at.mean) << one.name;
        const double step = 1e-3 * one.theta;
        for (std::size_t k = 0; k < n; ++k) {
            auto plus = one.x, minus = one.x;
            plus[k] += step;
            minus[k] -= step;
            const double slope = one.law->mean(plus, one.theta, above) - one.law->mean(minus, one.theta, below);
            EXPECT_NEAR(one.theta * slope / (2 * step), at.mean[k], 1e-6) << one.name;
            for (std::size_t l = 0; l < n; ++l)
                EXPECT_NEAR(one.theta * (above[l] - below[l]) / (2 * step), at.covariance[l * n + k],
                            1e-6 * std::abs(at.covariance[k * n + k]))
                    << one.name;
        }
        // The trace: ⟨‖y‖²⟩ = 1 for targets of constant norm.
        if (one.name != "random points") {
            double square = at.across * (one.law->dimension() - static_cast<double>(n));
            for (std::size_t k = 0; k < n; ++k) square += at.covariance[k * n + k] + at.mean[k] * at.mean[k];
            EXPECT_NEAR(square, 1, 1e-11) << one.name;
        }
    }
}

TEST(TargetLaw, DeltasAreDiscreteTargets) {
    const auto two = two_deltas_target(), four = four_deltas_target();
    for (const auto* law : {two.get(), four.get()}) {
        const auto discrete = discrete_target(law->points(), law->coordinates());
        const std::vector<double> x = law->coordinates() == 1 ? std::vector{0.3} : std::vector{0.3, -0.7};
        Posterior closed, summed;
        law->evaluate(x, 0.45, closed);
        discrete->evaluate(x, 0.45, summed);
        EXPECT_NEAR(closed.log_partition, summed.log_partition, 1e-14);
        for (std::size_t k = 0; k < x.size(); ++k) EXPECT_NEAR(closed.mean[k], summed.mean[k], 1e-14);
        for (std::size_t k = 0; k < x.size() * x.size(); ++k) EXPECT_NEAR(closed.covariance[k], summed.covariance[k], 1e-14);
        EXPECT_EQ(discrete->prior_mean(), std::vector<double>(x.size(), 0.0));
    }
}

TEST(TargetLaw, SphereIsItsIntegral) {
    for (const double d : {4.0, 8.0, 60.0}) {
        for (const double kappa : {1e-5, 1e-2, 0.4 * d, 3 * d}) {
            // Trapezoidal rule over the angle, exact but for rounding where d is even: the integrand is then smooth around
            // the circle.
            double norm = 0, total = 0, first = 0, second = 0;
            for (int k = 1; k < 4000; ++k) {
                const double angle = M_PI * k / 4000, c = std::cos(angle), density = std::pow(std::sin(angle), d - 2);
                const double weight = density * std::exp(kappa * (c - 1));
                norm += density;
                total += weight;
                first += weight * c;
                second += weight * c * c;
            }
            const SphereOverlap overlap = sphere_overlap(d, kappa);
            const double mean = first / total;
            EXPECT_NEAR(overlap.log_average, std::log(total / norm) + kappa, 1e-11 * (1 + d + kappa));
            EXPECT_NEAR(overlap.mean, mean, 1e-10);
            EXPECT_NEAR(overlap.variance, second / total - mean * mean, 1e-10);
            EXPECT_NEAR(overlap.across * (d - 1), 1 - second / total, 1e-10);
        }
    }
    for (const double kappa : {0.01, 0.7, 30.0})  // Langevin's function
        EXPECT_NEAR(sphere_overlap(3, kappa).mean, 1 / std::tanh(kappa) - 1 / kappa, 1e-12);
}

TEST(TargetLaw, DrawsHaveTheMomentsOfThePosterior) {
    for (const Case& one : cases()) {
        const std::size_t n = one.law->coordinates();
        Posterior at;
        one.law->evaluate(one.x, one.theta, at);
        std::vector<double> y(n);
        std::vector<RunningMoments> first(n), second(n);
        RandomSequence random(RandomStream(3, 0), Purpose::test);
        for (int draw = 0; draw < 20000; ++draw) {
            one.law->draw(one.x, one.theta, random, y);
            for (std::size_t k = 0; k < n; ++k) {
                first[k].add(y[k]);
                second[k].add((y[k] - at.mean[k]) * (y[k] - at.mean[k]));
            }
        }
        for (std::size_t k = 0; k < n; ++k) {
            EXPECT_NEAR(first[k].mean(), at.mean[k], 4 * first[k].standard_error()) << one.name;
            EXPECT_NEAR(second[k].mean(), at.covariance[k * n + k], 4 * second[k].standard_error()) << one.name;
        }
    }
}

TEST(TargetLaw, PointsKeepTheirInnerProductsInTheirSpan) {
    auto points = random_points(4, 9, PointLaw::sphere, RandomStream(5, 2));
    for (std::size_t k = 0; k < 9; ++k) points.push_back(points[k] + 2 * points[9 + k]);  // a fifth in the span of two
    const SpannedPoints spanned = in_their_span(points, 9);
    ASSERT_EQ(spanned.rank, 4u);
    for (std::size_t i = 0; i < 5; ++i) {
        for (std::size_t j = 0; j < 5; ++j) {
            double before = 0, after = 0;
            for (std::size_t k = 0; k < 9; ++k) before += points[i * 9 + k] * points[j * 9 + k];
            for (std::size_t k = 0; k < 4; ++k) after += spanned.points[i * 4 + k] * spanned.points[j * 4 + k];
            EXPECT_NEAR(before, after, 1e-13);
        }
    }
    const auto more = random_points(6, 9, PointLaw::sphere, RandomStream(5, 2));
    EXPECT_TRUE(std::equal(points.begin(), points.begin() + 36, more.begin()));
}

}  // namespace
}  // namespace gdm
