#include "gdm/physics/targets/target_law.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/targets/point_sets.hpp"
#include "gdm/physics/targets/power_law.hpp"
#include "gdm/physics/targets/self_consistency.hpp"
#include "gdm/physics/targets/turning_point.hpp"

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
        return branch_at(target, 0.3, descend(target, 0.3, std::vector<double>{0, 0, 0}).value());
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

/// Roots of m = ⟨y⟩_m in the plane by brute force: cells of a fine grid in which both components may change their sign, and
/// Newton's method with a numerical slope from each.
std::vector<std::vector<double>> scanned_roots(const TargetLaw& law, double theta) {
    constexpr int side = 160;
    constexpr double extent = 1.02, cell = 2 * extent / side;
    const auto residual = [&](double x, double y) {
        std::vector<double> mean(2);
        law.mean(std::vector{x, y}, theta, mean);
        return std::vector{x - mean[0], y - mean[1]};
    };
    std::vector<std::vector<double>> corners, roots;
    for (int i = 0; i <= side; ++i)
        for (int j = 0; j <= side; ++j) corners.push_back(residual(i * cell - extent, j * cell - extent));
    for (int i = 0; i < side; ++i) {
        for (int j = 0; j < side; ++j) {
            bool changes = true;
            for (int k = 0; k < 2; ++k) {
                const auto positive = [&](int a, int b) { return corners[(i + a) * (side + 1) + j + b][k] > 0; };
                changes &=
                    positive(0, 0) != positive(0, 1) || positive(0, 0) != positive(1, 0) || positive(0, 0) != positive(1, 1);
            }
            if (!changes) continue;
            double x = (i + 0.5) * cell - extent, y = (j + 0.5) * cell - extent;
            for (int step = 0; step < 30; ++step) {
                constexpr double h = 1e-6;
                const auto at = residual(x, y), right = residual(x + h, y), up = residual(x, y + h);
                const double a = (right[0] - at[0]) / h, b = (up[0] - at[0]) / h, c = (right[1] - at[1]) / h,
                             d = (up[1] - at[1]) / h;
                x -= (d * at[0] - b * at[1]) / (a * d - b * c);
                y -= (a * at[1] - c * at[0]) / (a * d - b * c);
            }
            const auto at = residual(x, y);
            const auto same = [&](const auto& root) { return std::hypot(root[0] - x, root[1] - y) < 1e-6; };
            if (std::hypot(at[0], at[1]) < 1e-10 && std::none_of(roots.begin(), roots.end(), same)) roots.push_back({x, y});
        }
    }
    return roots;
}

TEST(SearchedBranches, MissNoneInThePlane) {
    const std::vector<double> none{0, 0};
    std::size_t found_by_force = 0, found = 0;
    for (std::uint32_t set = 0; set < 24; ++set) {
        const double theta = std::vector{0.02, 0.06, 0.15, 0.3}[set % 4];
        const auto law = set == 23
                             ? four_deltas_target()
                             : discrete_target(random_points(3 + set % 7, 2, PointLaw::sphere, RandomStream(9, set)), 2);
        const auto branches = searched_branches({*law, none}, theta, {}, Stop());
        int degree = 0;
        for (const Branch& branch : branches) degree += std::fmod(branch.unstable(theta, 0), 2) == 0 ? 1 : -1;
        EXPECT_EQ(degree, 1) << set;
        for (const auto& root : scanned_roots(*law, theta)) {
            EXPECT_TRUE(
                std::any_of(branches.begin(), branches.end(),
                            [&](const Branch& one) { return std::hypot(one.m[0] - root[0], one.m[1] - root[1]) < 1e-6; }))
                << set << ": " << root[0] << " " << root[1];
            ++found_by_force;
        }
        found += branches.size();
    }
    EXPECT_EQ(found, found_by_force);
    EXPECT_GT(found_by_force, 100u);
}

TEST(SearchedBranches, MissNoneOnALine) {
    // Neighbouring stationary points of a landscape on a line are minima and maxima in turn, from minimum to minimum.
    const double none = 0;
    for (std::uint32_t set = 0; set < 20; ++set) {
        const auto law = discrete_target(random_points(9, 1, PointLaw::gaussian, RandomStream(10, set)), 1);
        auto branches = searched_branches({*law, std::span(&none, 1)}, 0.003, {}, Stop());
        std::sort(branches.begin(), branches.end(), [](const Branch& a, const Branch& b) { return a.m[0] < b.m[0]; });
        EXPECT_EQ(branches.size() % 2, 1u);
        for (std::size_t k = 0; k < branches.size(); ++k)
            EXPECT_EQ(branches[k].unstable(0.003, 0), static_cast<double>(k % 2)) << set << " " << k;
    }
}

/// For θ → 0 the landscape is min_j ‖m − y_j‖²/2, and its stationary points are the centres of the simplices of points that
/// contain their centre and have no other point within its distance (Gabriel simplices), with as many unstable directions as
/// the simplex has. Counts them by their unstable directions; empty where one is nearly there or nearly gone.
std::vector<int> gabriel_simplices(const std::vector<double>& points, std::size_t d) {
    constexpr double margin = 0.06;
    const std::size_t N = points.size() / d;
    const auto product = [&](std::size_t i, std::size_t j) {
        double sum = 0;
        for (std::size_t k = 0; k < d; ++k) sum += points[i * d + k] * points[j * d + k];
        return sum;
    };
    std::vector<int> counts(d + 1, 0);
    for (std::size_t subset = 1; subset < std::size_t{1} << N; ++subset) {
        std::vector<std::size_t> corners;
        for (std::size_t j = 0; j < N; ++j)
            if (subset >> j & 1) corners.push_back(j);
        const std::size_t k = corners.size();
        if (k > d + 1) continue;
        // Barycentric coordinates b of the centre: 2 Σ_j (y_i·y_j) b_j + μ = ‖y_i‖² for all i, Σ b = 1.
        std::vector<std::vector<double>> rows(k + 1, std::vector<double>(k + 2, 1.0));
        for (std::size_t i = 0; i < k; ++i) {
            for (std::size_t j = 0; j < k; ++j) rows[i][j] = 2 * product(corners[i], corners[j]);
            rows[i][k + 1] = product(corners[i], corners[i]);
        }
        rows[k][k] = 0;
        for (std::size_t column = 0; column <= k; ++column) {
            const auto greatest =
                std::max_element(rows.begin() + static_cast<std::ptrdiff_t>(column), rows.end(),
                                 [&](const auto& a, const auto& b) { return std::abs(a[column]) < std::abs(b[column]); });
            std::swap(*greatest, rows[column]);
            for (std::size_t i = 0; i <= k; ++i) {
                if (i == column) continue;
                const double factor = rows[i][column] / rows[column][column];
                for (std::size_t j = column; j <= k + 1; ++j) rows[i][j] -= factor * rows[column][j];
            }
        }
        std::vector<double> centre(d, 0.0);
        double least = 1;
        for (std::size_t i = 0; i < k; ++i) {
            const double b = rows[i][k + 1] / rows[i][i];
            least = std::min(least, b);
            for (std::size_t l = 0; l < d; ++l) centre[l] += b * points[corners[i] * d + l];
        }
        const auto square = [&](std::size_t j) {
            double sum = 0;
            for (std::size_t l = 0; l < d; ++l) sum += std::pow(points[j * d + l] - centre[l], 2);
            return sum;
        };
        double gap = 1;
        for (std::size_t j = 0; j < N; ++j)
            if (!(subset >> j & 1)) gap = std::min(gap, square(j) - square(corners[0]));
        const double inside = std::min(least, gap);
        if (std::abs(inside) < margin) return {};
        if (inside > 0) ++counts[k - 1];
    }
    return counts;
}

TEST(SearchedBranches, OfLittleNoiseAreTheSimplicesThatHoldTheirCentre) {
    constexpr double theta = 0.003;
    int compared = 0, found = 0;
    for (std::uint32_t set = 0; set < 400 && compared < 12; ++set) {
        const std::size_t d = 3 + set % 3, N = 5 + set % 2;
        const auto points = random_points(N, d, PointLaw::gaussian, RandomStream(11, set));
        const std::vector<int> expected = gabriel_simplices(points, d);
        if (expected.empty()) continue;
        const auto law = discrete_target(points, d);
        const std::vector<double> none(d, 0.0);
        bool proven = true;
        std::vector<int> counts(d + 1, 0);
        for (const Branch& branch : searched_branches(
                 {*law, none}, theta, random_points(32, d, PointLaw::gaussian, RandomStream(12, set)), Stop(), &proven))
            ++counts[static_cast<std::size_t>(branch.unstable(theta, 0))];
        EXPECT_FALSE(proven);
        EXPECT_EQ(counts, expected) << "set " << set << ", d = " << d << ", N = " << N;
        ++compared;
        for (const int count : counts) found += count;
    }
    EXPECT_EQ(compared, 12);
    EXPECT_GT(found, 100);
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

TEST(SearchedBranches, AreOneAtTheTransition) {
    const auto law = discrete_target({1, -1}, 1);
    const double none = 0;
    const auto branches = searched_branches({*law, std::span(&none, 1)}, 1, std::vector{0.4, -0.2}, Stop());
    ASSERT_EQ(branches.size(), 1u);
    EXPECT_NEAR(branches[0].m[0], 0, 1e-4);  // the root is a threefold one
}

TEST(TurningPoint, OfOrthogonalPointsIsThatOfThePottsModel) {
    for (const std::size_t N : {2, 5, 8}) {
        std::vector<double> points(N * N, 0.0);
        for (std::size_t j = 0; j < N; ++j) points[j * N + j] = 1;
        const auto law = discrete_target(points, N);
        const std::vector<double> none(N, 0.0);
        // Along the difference s of the first weight to the others, θ = s/ln((1 + (N − 1)s)/(1 − s)): its greatest value.
        double greatest = 0;
        for (double s = 1e-4; s < 1; s += 1e-4)
            greatest = std::max(greatest, s / std::log((1 + (static_cast<double>(N) - 1) * s) / (1 - s)));
        const double theta = turning_point({*law, none}, 0.02, std::span(points).first(N), 10, Stop()).theta;
        EXPECT_NEAR(theta, greatest, 1e-8) << N;
        EXPECT_NEAR(orthogonal_points_theta_c(static_cast<double>(N)), greatest, 1e-8) << N;
    }
}

TEST(PowerLaw, FindsExponentsBehindCorrections) {
    std::vector<double> x, y;
    for (int k = 0; k < 25; ++k) {
        x.push_back(1e-4 * std::pow(10, k / 8.));
        y.push_back(0.7 * std::pow(x.back(), 1.5) * (1 + 0.8 * std::sqrt(x.back()) - x.back()));
    }
    for (const double window : {0.01, 0.1}) {
        const PowerLaw law = fit_power_law(x, y, 0.5, window, NAN), fixed = fit_power_law(x, y, 0.5, window, 1.5);
        EXPECT_NEAR(law.exponent, 1.5, law.exponent_error) << window;
        EXPECT_NEAR(law.amplitude, 0.7, law.amplitude_error) << window;
        EXPECT_NEAR(fixed.amplitude, 0.7, fixed.amplitude_error) << window;
        EXPECT_LT(law.exponent_error, 0.05);
    }
    EXPECT_TRUE(std::isnan(fit_power_law(x, y, 0.5, 2e-4, NAN).exponent));
}

}  // namespace
}  // namespace gdm
