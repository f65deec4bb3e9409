// Weights of the training points against direct sums in double precision, exact identities of planted states, and limits.
#include "gdm/physics/weights/empirical_weights.hpp"

#include <gtest/gtest.h>

#include <hwy/highway.h>

#include <cmath>
#include <random>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/process/forward_process.hpp"

namespace gdm {
namespace {

TEST(PackedProduct, AgreesWithDirectSums) {
    std::mt19937 engine(1);
    std::normal_distribution<float> normal;
    for (const std::size_t d : {1u, 3u, 64u, 257u, 700u}) {
        const std::size_t tiles = 3, panels = 2;
        std::vector<float> rows(tiles * tile_rows * d), points(panels * panel_points * d);
        for (auto* values : {&rows, &points}) {
            for (float& value : *values) value = normal(engine);
        }
        std::vector<float> products(tiles * tile_rows * panels * panel_points);
        multiply_packed(rows, points, d, products);
        for (std::size_t r = 0; r < tiles * tile_rows; ++r) {
            for (std::size_t p = 0; p < panels * panel_points; ++p) {
                double sum = 0;
                for (std::size_t k = 0; k < d; ++k) {
                    sum += static_cast<double>(rows[(r / tile_rows * d + k) * tile_rows + r % tile_rows]) *
                           static_cast<double>(points[(p / panel_points * d + k) * panel_points + p % panel_points]);
                }
                const double scale = std::sqrt(static_cast<double>(d));
                EXPECT_NEAR(products[r * panels * panel_points + p], sum, 4e-7 * scale * scale + 1e-6) << d;
            }
        }
    }
}

TEST(PackedProduct, DrawsStandardNormals) {
    std::uint32_t samples[panel_points];
    for (std::uint32_t i = 0; i < panel_points; ++i) samples[i] = 7 * i;
    const std::size_t d = 2001;  // odd: the last pair is cut
    std::vector<float> panel(panel_points * d);
    float squares[panel_points];
    draw_normal_panel(NoiseKey(RandomStream(3, 0), Purpose::test), 0, samples, d, panel, squares);
    for (std::size_t i = 0; i < panel_points; ++i) {
        RunningMoments moments, square;
        for (std::size_t k = 0; k < d; ++k) {
            moments.add(panel[k * panel_points + i]);
            square.add(static_cast<double>(panel[k * panel_points + i]) * panel[k * panel_points + i]);
        }
        EXPECT_NEAR(moments.mean(), 0, 4.5 * moments.standard_error());
        EXPECT_NEAR(square.mean(), 1, 4.5 * square.standard_error());
        EXPECT_NEAR(squares[i], square.mean() * static_cast<double>(d), 1e-3);
    }
    // A sample's numbers are its own, wherever it stands in a panel.
    std::uint32_t others[panel_points] = {};
    others[5] = samples[20];
    std::vector<float> second(panel_points * d);
    draw_normal_panel(NoiseKey(RandomStream(3, 0), Purpose::test), 0, others, d, second, squares);
    for (std::size_t k = 0; k < d; ++k) EXPECT_EQ(second[k * panel_points + 5], panel[k * panel_points + 20]);
}

/// The points of a sampled set as y = c m + σ g with m along the first coordinate, in the order of their slots.
struct Points {
    std::vector<std::vector<double>> y;
    std::vector<int> sign;
};

Points all_points(const TrainingSet& set, double M, double sigma) {
    Points points;
    PackedBlock block;
    for (std::uint64_t b = 0; b < set.blocks(); ++b) {
        set.load(b, block);
        for (std::size_t i = 0; i < block.positive + block.negative; ++i) {
            const std::size_t slot = i < block.positive ? i : block.boundary + i - block.positive;
            points.sign.push_back(i < block.positive ? 1 : -1);
            std::vector<double> y;
            for (std::size_t k = 0; k < set.dimension(); ++k) {
                const double g =
                    block.panels[(slot / panel_points * set.dimension() + k) * panel_points + slot % panel_points];
                y.push_back(sigma * g + (k == 0 ? points.sign.back() * M : 0));
            }
            points.y.push_back(y);
        }
    }
    return points;
}

/// The same sums by two plain loops in double.
WeightSums direct_sums(const Points& points, const std::vector<double>& x, double noise_square, int sign, double t) {
    const double delta = noise_variance(t);
    std::vector<double> energies;
    for (const auto& y : points.y) {
        double square = 0;
        for (std::size_t k = 0; k < x.size(); ++k) square += std::pow(x[k] - std::exp(-t) * y[k], 2);
        energies.push_back(square / (2 * delta) - 0.5 * noise_square);
    }
    const double lowest = *std::min_element(energies.begin(), energies.end());
    double z = 0, squares = 0, moment = 0, own = 0;
    for (std::size_t j = 0; j < energies.size(); ++j) {
        const double w = std::exp(lowest - energies[j]);
        z += w, squares += w * w, moment += w * energies[j];
        if (points.sign[j] == sign) own += w;
    }
    WeightSums sums;
    sums.log_z = std::log(z) - lowest;
    sums.log_squares = std::log(squares) - 2 * lowest;
    sums.mean_energy = moment / z;
    sums.own_class = own / z;
    return sums;
}

class Weighing : public testing::TestWithParam<StateKind> {};

TEST_P(Weighing, AgreesWithDirectSums) {
    const bool planted = GetParam() == StateKind::planted;
    const std::vector<double> times = {1e-3, 0.02, 0.1, 0.3, 0.7, 1.5, 4};
    for (const auto& [d, n, M, sigma] :
         {std::tuple{5ul, 2500ul, 1.5, 0.7}, {64ul, 1100ul, 8.0, 1.0}, {1ul, 40ul, 0.3, 2.0}, {2ul, 2ul, 1.0, 1.0}}) {
        const RandomStream random(11, 3);
        const auto set = sampled_training_set(n, d, random);
        const Points points = all_points(*set, M, sigma);
        ASSERT_EQ(points.y.size(), n);
        const WeighingPlan plan{M, sigma, GetParam(), 40};
        const EmpiricalWeights weights = weigh_training_set(*set, plan, times, random, Stop());
        for (std::size_t state = 0; state < plan.states; ++state) {
            // The same draws, by the definition of the streams.
            RandomSequence choice(random, Purpose::state, static_cast<std::uint32_t>(state), 2);
            const std::uint64_t a = choice.below(n);
            StatePanel source, noise;
            std::uint64_t members[panel_points] = {a};
            std::uint32_t samples[panel_points] = {static_cast<std::uint32_t>(state)};
            planted ? set->load_members(members, source) : set->load_others(state, source);
            noise.coordinates.resize(panel_points * d);
            draw_normal_panel(NoiseKey(random, Purpose::noise), 0, samples, d, noise.coordinates, noise.squares);
            for (std::size_t k = 0; k < times.size(); ++k) {
                const double t = times[k];
                std::vector<double> x(d);
                double noise_square = 0;
                for (std::size_t i = 0; i < d; ++i) {
                    const double z = noise.coordinates[i * panel_points];
                    const double y = sigma * source.coordinates[i * panel_points] + (i == 0 ? source.sign[0] * M : 0);
                    x[i] = std::exp(-t) * y + std::sqrt(noise_variance(t)) * z;
                    noise_square += z * z;
                }
                const WeightSums exact = direct_sums(points, x, noise_square, source.sign[0], t);
                const WeightSums& sums = weights.sums[state * times.size() + k];
                // Squared distances are differences of squares in single precision (see weigh_training_set).
                const double squares = sigma * sigma * (static_cast<double>(d) + 12);
                const double tolerance = 1e-5 + 3e-7 * squares / brownian_from_time(t) + 1e-6 * std::abs(exact.log_z);
                EXPECT_NEAR(sums.log_z, exact.log_z, tolerance) << d << " " << t;
                EXPECT_NEAR(sums.participation_ratio(), std::exp(exact.log_squares - 2 * exact.log_z), tolerance);
                EXPECT_NEAR(sums.weight_entropy(), exact.weight_entropy(), 10 * tolerance);
                EXPECT_NEAR(sums.own_class, exact.own_class, tolerance);
            }
        }
    }
}
INSTANTIATE_TEST_SUITE_P(States, Weighing, testing::Values(StateKind::planted, StateKind::population));

TEST(EmpiricalWeights, PlantedIdentities) {
    // <Y> = <w_a> and <S_w> = <-ln w_a>: x is a sample of p_t^emp, so its source is distributed as the weights.
    const std::vector<double> times = {0.05, 0.15, 0.3, 0.6, 1.2};
    std::vector<RunningMoments> ratio(times.size()), entropy(times.size());
    for (std::uint32_t replica = 0; replica < 40; ++replica) {
        const RandomStream random(5, replica);
        const auto set = sampled_training_set(300, 6, random);
        const auto weights = weigh_training_set(*set, {1.2, 0.9, StateKind::planted, 100}, times, random, Stop());
        for (std::size_t k = 0; k < times.size(); ++k) {
            RunningMoments difference, difference_s;
            for (std::size_t state = 0; state < 100; ++state) {
                const WeightSums& sums = weights.sums[state * times.size() + k];
                difference.add(sums.participation_ratio() - std::exp(-sums.log_z));
                difference_s.add(sums.weight_entropy() - sums.log_z);
            }
            ratio[k].add(difference.mean());
            entropy[k].add(difference_s.mean());
        }
    }
    for (std::size_t k = 0; k < times.size(); ++k) {
        EXPECT_NEAR(ratio[k].mean(), 0, 4 * ratio[k].standard_error());
        EXPECT_NEAR(entropy[k].mean(), 0, 4 * entropy[k].standard_error());
    }
}

TEST(EmpiricalWeights, InstructionSetsWithFusedMultiplyAddGiveTheSameBits) {
    const std::vector<double> times = {0.02, 0.1, 0.3, 0.7, 1.5};
    const auto numbers = [&](std::int64_t target) {
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        std::vector<double> all;
        for (const auto& [d, n] : {std::pair{3ul, 5000ul}, {40ul, 5000ul}, {700ul, 1500ul}}) {
            const RandomStream random(21, 1);
            const auto set = sampled_training_set(n, d, random);
            for (const StateKind kind : {StateKind::planted, StateKind::population}) {
                const auto weights = weigh_training_set(*set, {2, 0.9, kind, 50}, times, random, {});
                for (const WeightSums& sums : weights.sums)
                    all.insert(all.end(), {sums.log_z, sums.log_squares, sums.mean_energy, sums.own_class, sums.lowest,
                                           static_cast<double>(sums.nearest)});
            }
        }
        hwy::SetSupportedTargetsForTest(0);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        return all;
    };
    const auto present = hwy::SupportedTargets() & HWY_TARGETS;
    if ((present & HWY_AVX2) == 0 || (present & HWY_AVX3) == 0) GTEST_SKIP() << "needs AVX-512";
    EXPECT_EQ(numbers(HWY_AVX2), numbers(HWY_AVX3));
}

TEST(EmpiricalWeights, Limits) {
    const RandomStream random(9, 0);
    const auto set = sampled_training_set(5000, 16, random);
    const std::vector<double> times = {1e-12, 1e-6, 60};
    const auto weights = weigh_training_set(*set, {2, 1, StateKind::planted, 32}, times, random, Stop());
    for (std::size_t state = 0; state < 32; ++state) {
        for (const std::size_t k : {0u, 1u}) {
            EXPECT_EQ(weights.sums[state * 3 + k].participation_ratio(), 1);
            EXPECT_NEAR(weights.sums[state * 3 + k].weight_entropy(), 0, 1e-12);
        }
        EXPECT_NEAR(weights.sums[state * 3 + 2].participation_ratio(), 1.0 / 5000, 1e-9);
        EXPECT_NEAR(weights.sums[state * 3 + 2].weight_entropy(), std::log(5000), 1e-5);
    }
}

TEST(EmpiricalWeights, StateNormsHaveTheirMeans) {
    const RandomStream random(2, 0);
    const auto set = sampled_training_set(4000, 50, random);
    const auto weights = weigh_training_set(*set, {1, 1, StateKind::population, 3000}, std::vector<double>{1.0}, random, {});
    RunningMoments point, noise, overlap, axis;
    for (const StateNorms& norms : weights.states) {
        point.add(norms.point_square), noise.add(norms.noise_square), overlap.add(norms.overlap), axis.add(norms.point_axis);
    }
    EXPECT_NEAR(point.mean(), 50, 4 * point.standard_error());
    EXPECT_NEAR(noise.mean(), 50, 4 * noise.standard_error());
    EXPECT_NEAR(overlap.mean(), 0, 4 * overlap.standard_error());
    EXPECT_NEAR(axis.mean(), 0, 4 * axis.standard_error());
    EXPECT_NEAR(overlap.variance(), 50, 4 * 50 * std::sqrt(2.0 / 3000));
}

}  // namespace
}  // namespace gdm
