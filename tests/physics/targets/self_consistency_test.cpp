#include "gdm/physics/targets/self_consistency.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "gdm/physics/targets/point_sets.hpp"
#include "gdm/physics/targets/turning_point.hpp"
#include "gdm/physics/targets/two_deltas_law.hpp"

namespace gdm {
namespace {

TEST(AxisBranches, AreThoseOfAFineScan) {
    for (const double d : {1.0, 2.0, 7.0}) {
        const auto law = d == 1 ? two_deltas_target() : hypersphere_target(d);
        for (const double ratio : {0.05, 0.3, 0.8, 0.99, 1.01, 3.0}) {
            for (const double h : {0.0, 0.003, -0.02, 0.4, 2.0}) {
                const double theta = ratio / d;
                const FieldedTarget target{*law, std::span(&h, 1)};
                const auto branches = axis_branches(target, theta);
                std::vector<double> scanned;  // changes of sign over half-steps that do not meet m = 0
                const auto residual = [&](double m) {
                    const double x = m + h;
                    double mean = 0;
                    law->mean(std::span(&x, 1), theta, std::span(&mean, 1));
                    return m - mean;
                };
                constexpr int steps = 20001;
                for (int k = 0; k < steps; ++k) {
                    const double low = 1.01 * (2. * k / steps - 1), high = 1.01 * (2. * (k + 1) / steps - 1);
                    if ((residual(low) < 0) != (residual(high) < 0)) scanned.push_back((low + high) / 2);
                }
                ASSERT_EQ(branches.size(), scanned.size()) << d << " " << ratio << " " << h;
                for (std::size_t k = 0; k < scanned.size(); ++k) {
                    EXPECT_NEAR(branches[k].m[0], scanned[k], 1e-4);
                    EXPECT_NEAR(residual(branches[k].m[0]), 0, 1e-14);
                    // The landscape's second derivative says what is stable.
                    const double m = branches[k].m[0], step = 1e-3;
                    const double around =
                        landscape(target, theta, std::vector{m + step}) + landscape(target, theta, std::vector{m - step});
                    const double curvature = (around - 2 * branches[k].free_energy) / (step * step);
                    EXPECT_NEAR(1 - branches[k].variances[0] / theta, curvature, 2e-4 / (theta * theta));
                }
            }
        }
    }
}

TEST(FourDeltas, ProductIsWhatDeflationFinds) {
    const auto law = four_deltas_target();
    for (const double theta : {0.15, 0.3, 0.45, 0.6}) {
        for (const std::vector<double>& h : {std::vector{0.0, 0.0}, {0.01, 0.0}, {0.02, -0.03}}) {
            const FieldedTarget target{*law, h};
            const auto product = four_deltas_branches(target, theta);
            const auto searched = searched_branches(target, theta, {}, Stop());
            EXPECT_EQ(product.size(), searched.size()) << theta << " " << h[0];
            for (const Branch& one : product) {
                bool found = false;
                for (const Branch& other : searched)
                    found |= std::hypot(one.m[0] - other.m[0], one.m[1] - other.m[1]) < 1e-8;
                EXPECT_TRUE(found) << theta << " " << one.m[0] << " " << one.m[1];
            }
        }
    }
    const std::vector<double> none{0, 0};
    EXPECT_EQ(four_deltas_branches({*law, none}, 0.3).size(), 9u);
}

TEST(Susceptibility, IsTheSlopeOfTheBranchInTheField) {
    const auto law = discrete_target(random_points(5, 3, PointLaw::sphere, RandomStream(2, 0)), 3);
    const std::vector<double> axis{0.6, 0, 0.8};
    const auto at = [&](double h) {
        const std::vector<double> field{h * axis[0], h * axis[1], h * axis[2]};
        const FieldedTarget target{*law, field};
        return branch_at(target, 0.3, descend(target, 0.3, std::vector<double>{0, 0, 0}));
    };
    double slope = 0;
    for (std::size_t k = 0; k < 3; ++k) slope += axis[k] * (at(1e-4).m[k] - at(-1e-4).m[k]) / 2e-4;
    EXPECT_NEAR(at(0).susceptibility(0.3, axis), slope, 1e-6);
}

TEST(SearchedBranches, PairWithOppositeDegrees) {
    // The degrees of all stationary points of a landscape that rises to infinity add up to 1 (Poincaré–Hopf): a branch that
    // was missed shows.
    int complete = 0;
    for (std::uint32_t replica = 0; replica < 8; ++replica) {
        const auto law = discrete_target(random_points(6, 2, PointLaw::sphere, RandomStream(7, replica)), 2);
        const std::vector<double> none{0, 0};
        const auto mixtures = random_points(16, 2, PointLaw::gaussian, RandomStream(8, replica));
        int degree = 0, minima = 0;
        for (const Branch& branch : searched_branches({*law, none}, 0.1, mixtures, Stop())) {
            degree += std::fmod(branch.unstable(0.1, 0), 2) == 0 ? 1 : -1;
            minima += branch.unstable(0.1, 0) == 0 ? 1 : 0;
        }
        EXPECT_GE(minima, 1);
        complete += degree == 1 ? 1 : 0;
    }
    EXPECT_EQ(complete, 8);
}

TEST(TurningPoint, IsWhereTheTransitionIs) {
    const std::vector<double> none{0, 0};
    const auto two = two_deltas_target(), four = four_deltas_target();
    EXPECT_NEAR(turning_point({*two, std::span(none).first(1)}, 0.2, std::vector{1.0}, 10, Stop()).theta, 1, 1e-10);
    EXPECT_NEAR(turning_point({*four, none}, 0.1, std::vector{1.0, 0.0}, 10, Stop()).theta, 0.5, 1e-10);
    EXPECT_NEAR(stability_limit({*four, none}, none, 0.01, 10), 0.5, 1e-12);
    for (const double d : {2.0, 10.0, 1e4}) {
        const auto sphere = hypersphere_target(d);
        const FieldedTarget target{*sphere, std::span(none).first(1)};
        EXPECT_NEAR(d * turning_point(target, 0.2 / d, std::vector{1.0}, 10, Stop()).theta, 1, 1e-9) << d;
        EXPECT_NEAR(d * stability_limit(target, std::span(none).first(1), 0.01 / d, 10), 1, 1e-9) << d;
    }
}

TEST(TurningPoint, OfTheStateAgainstTheFieldIsTheSpinodal) {
    // m = tanh((m − h)/θ) with 1 − m² = θ: h = √(1 − θ) − θ artanh √(1 − θ).
    const auto two = two_deltas_target();
    for (const double theta : {0.4, 0.8, 0.99}) {
        const double m = std::sqrt(1 - theta), h = -(m - theta * std::atanh(m));
        EXPECT_NEAR(turning_point({*two, std::span(&h, 1)}, 0.1, std::vector{1.0}, 10, Stop()).theta, theta, 1e-9);
        // The state along the field goes on for ever.
        EXPECT_TRUE(std::isnan(turning_point({*two, std::span(&h, 1)}, 0.1, std::vector{-1.0}, 10, Stop()).theta));
    }
}

}  // namespace
}  // namespace gdm
