#include "gdm/physics/weights/gibbs_weights.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "base/on_target.hpp"
#include "gdm/physics/weights/point_differences.hpp"

namespace gdm {
namespace {

constexpr std::size_t slots = 96, boundary = 48;

double sum_of(const WeightStream& stream) {
    return std::accumulate(stream.own, stream.own + 4, 0.0) + std::accumulate(stream.other, stream.other + 4, 0.0);
}

/// The sum over a block of small distances and one of large ones, whose terms are left out, with `value` at one place.
double sum_with(double value, std::size_t place, bool in_first, bool in_distances) {
    std::vector<float> near(slots, 1.0f), far(slots, 1e4f), projections(slots, 0.5f), changed(slots, 0.5f);
    (in_distances ? (in_first ? near : far) : changed)[place] = static_cast<float>(value);
    const WeightTimes times({{0.5f, 0.5f}});
    WeightStream stream;
    const auto add = [&](const std::vector<float>& distances, bool changes) {
        add_weights({.distances = distances, .projections = changes ? changed : projections, .boundary = boundary}, times,
                    30, {&stream, 1});
    };
    add(near, in_first && !in_distances);
    add(far, !in_first && !in_distances);
    return sum_of(stream);
}

TEST(GibbsWeights, WhatIsNoNumberIsNotLeftOut) {
    on_every_target([] {
        if (hwy::SupportedTargets() == HWY_EMU128) return;  // takes the number of two
        for (std::size_t place = 0; place < slots; ++place)
            for (const bool in_first : {true, false})
                for (const bool in_distances : {true, false}) {
                    const double ordinary =
                        sum_with(in_distances ? (in_first ? 1 : 1e4) : 0.5, place, in_first, in_distances);
                    EXPECT_NEAR(ordinary * std::exp2(static_cast<double>(weight_headroom)), slots, 1e-3);
                    const double sum = sum_with(std::numeric_limits<double>::quiet_NaN(), place, in_first, in_distances);
                    EXPECT_TRUE(std::isnan(sum)) << place << in_first << in_distances;
                }
    });
}

double sum_of(const double* four) { return std::accumulate(four, four + 4, 0.0); }

/// Sums relative to energy 0: of weights, their squares, and w E.
double weights_of(const WeightStream& stream) { return sum_of(stream) * std::exp2(-static_cast<double>(stream.reference)); }
double squares_of(const WeightStream& stream) {
    return sum_of(stream.squares) * std::exp2(-2 * static_cast<double>(stream.reference));
}
double moments_of(const WeightStream& stream) {
    const auto reference = static_cast<double>(stream.reference);
    return (sum_of(stream.first_moments) + reference * sum_of(stream)) * std::exp2(-reference);
}

/// The stream of the points with these D and G at one time, E = D − G in units of ln 2.
WeightStream weighed(std::vector<float> distances, std::vector<float> projections, WeightStream stream,
                     std::size_t first = 0) {
    const std::size_t whole = (distances.size() + 15) / 16 * 16;
    distances.resize(whole, no_point);
    projections.resize(whole, 0.0f);
    add_weights({.distances = distances, .projections = projections, .boundary = first}, WeightTimes({{1, 1}}), 40,
                {&stream, 1});
    return stream;
}

TEST(GibbsWeights, AWeightAloneIsAPowerOfTwo) {
    on_every_target([] {
        double worst = 0;
        for (float x = -39; x <= 39; x += 0x1p-7f) {  // exact, whatever is added
            const WeightStream stream = weighed({-x}, {0}, stream_from_zero());
            worst = std::max(worst, std::abs(weights_of(stream) / std::exp2(static_cast<double>(x)) - 1));
            EXPECT_EQ(stream.lowest, -x);
        }
        EXPECT_LT(worst, 2.5e-7);
    });
}

TEST(GibbsWeights, EqualWeightsAndOnePointAreExact) {
    on_every_target([] {
        for (const std::size_t n : {1u, 2u, 63u, 64u, 65u, 2048u}) {
            for (const float distance : {0.0f, 1e-40f, 3.0f}) {
                const auto stream =
                    weighed(std::vector<float>(n, distance), std::vector<float>(n, distance), stream_from_zero());
                EXPECT_EQ(weights_of(stream), n);
                EXPECT_EQ(squares_of(stream), n);
                EXPECT_NEAR(moments_of(stream), 0, 1e-30);
            }
            // Far from E_0: relative to its own lowest energy.
            const auto far = weighed(std::vector<float>(n, 1e4f), std::vector<float>(n, 0.0f), {});
            EXPECT_EQ(4 * sum_of(far), n);
            EXPECT_EQ(far.reference, 1e4f - 2);
        }
    });
}

/// Energies that single precision has exactly, so that nothing but the exponential and the sums is rounded.
TEST(GibbsWeights, SumsAgreeWithLongDoubleFromEndToEnd) {
    std::mt19937 engine(1);
    on_every_target([&] {
        for (const int widest : {2, 20, 100, 400, 4000}) {
            for (const std::size_t n : {16u, 320u, 2048u}) {
                std::vector<float> distances(n), projections(n);
                for (std::size_t i = 0; i < n; ++i) {
                    distances[i] = static_cast<float>(engine() % (static_cast<unsigned>(widest) * 64)) / 64;
                    projections[i] = static_cast<float>(engine() % 640) / 64;
                }
                distances[n / 2] = std::numeric_limits<float>::infinity();
                distances[n / 3] = no_point;
                const std::size_t second = n / 2 / 16 * 16;
                const WeightStream stream = weighed(distances, projections, stream_from_zero(), second);
                long double own = 0, other = 0, squares = 0, moment = 0, lowest = 1e30L;
                for (std::size_t i = 0; i < n; ++i) {
                    if (distances[i] >= no_point) continue;
                    const long double energy = static_cast<long double>(distances[i]) - projections[i];
                    const long double w = std::exp2(-energy);
                    (i < second ? own : other) += w;
                    squares += w * w, moment += w * energy, lowest = std::min(lowest, energy);
                }
                const auto left_out = static_cast<double>(n) * 0x1p-40;
                const auto expect = [&](double sum, long double exact, const char* what) {
                    EXPECT_NEAR(sum, static_cast<double>(exact), 4e-7 * static_cast<double>(std::abs(exact)) + left_out)
                        << widest << what << n;
                };
                const double scale = std::exp2(-static_cast<double>(stream.reference));
                expect(scale * sum_of(stream.own), own, " own ");
                expect(scale * sum_of(stream.other), other, " other ");
                expect(squares_of(stream), squares, " squares ");
                EXPECT_NEAR(moments_of(stream), static_cast<double>(moment),
                            static_cast<double>(4e-7L * (own + other) * 10 + 4e-7L * std::abs(moment)) + 40 * left_out);
                EXPECT_EQ(stream.lowest, static_cast<float>(lowest));
            }
        }
    });
}

/// The chords between probes must not hide a lowest energy at any time, in any order of times and blocks.
TEST(GibbsWeights, LowestEnergiesAreThoseOfAllPoints) {
    std::mt19937 engine(2);
    std::normal_distribution<float> normal;
    std::vector<WeightTime> all;
    for (const double t : {0.5, 0.001, 3.0, 0.07, 0.2, 0.21, 1.0, 7.0, 1e-9, 60.0, 0.35}) all.push_back(weight_time(t));
    const WeightTimes times(all);
    on_every_target([&] {
        std::vector<WeightStream> streams(all.size());
        std::vector<double> lowest(all.size(), 1e300);
        for (std::uint64_t block = 0; block < 6; ++block) {
            std::vector<float> distances(1008), projections(1008);
            for (float& value : distances) value = 40 + 9 * normal(engine);
            for (float& value : projections) value = 6 * normal(engine);
            add_weights({.distances = distances, .projections = projections, .boundary = 512, .first_slot = 1008 * block},
                        times, 40, streams);
            for (std::size_t k = 0; k < all.size(); ++k) {
                const auto energy = [&](std::size_t i) {
                    return static_cast<double>(all[k].square) * static_cast<double>(distances[i]) -
                           static_cast<double>(all[k].linear) * static_cast<double>(projections[i]);
                };
                for (std::size_t i = 0; i < 1008; ++i) lowest[k] = std::min(lowest[k], energy(i));
                const double scale = static_cast<double>(all[k].square) * 80 + static_cast<double>(all[k].linear) * 24;
                EXPECT_NEAR(static_cast<double>(streams[k].lowest), lowest[k], 3e-7 * scale) << k;
                if (streams[k].nearest / 1008 == block) {
                    EXPECT_NEAR(energy(streams[k].nearest % 1008), lowest[k], 3e-7 * scale) << k;
                }
            }
        }
    });
}

TEST(GibbsWeights, LongBlocksAreCut) {
    std::mt19937 engine(3);
    std::normal_distribution<float> normal;
    const std::size_t n = 5008, second = 3008;
    std::vector<float> distances(n), projections(n);
    for (float& value : distances) value = 20 + 9 * normal(engine);
    for (float& value : projections) value = normal(engine);
    const WeightTimes times({{1, 1}, {0.3f, 0.5f}});
    std::vector<WeightStream> whole(2), parts(2);
    add_weights({.distances = distances, .projections = projections, .boundary = second}, times, 40, whole);
    for (std::size_t begin = 0; begin < n; begin += survey_slots) {
        const std::size_t count = std::min(survey_slots, n - begin);
        add_weights({.distances = std::span(distances).subspan(begin, count),
                     .projections = std::span(projections).subspan(begin, count),
                     .boundary = begin == 0       ? count
                                 : begin < second ? second - begin
                                                  : 0,
                     .first_slot = begin},
                    times, 40, parts);
    }
    for (std::size_t k = 0; k < 2; ++k) {
        EXPECT_EQ(sum_of(whole[k]), sum_of(parts[k]));
        EXPECT_EQ(sum_of(whole[k].own), sum_of(parts[k].own));
        EXPECT_EQ(whole[k].nearest, parts[k].nearest);
        EXPECT_NE(sum_of(whole[k].other), 0);
    }
}

}  // namespace
}  // namespace gdm
