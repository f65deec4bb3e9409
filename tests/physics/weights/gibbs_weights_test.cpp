#include "gdm/physics/weights/gibbs_weights.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "base/on_target.hpp"

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
    const WeightTime time{0.5f, 0.5f};
    WeightStream stream;
    const auto add = [&](const std::vector<float>& distances, bool changes) {
        add_weights({.distances = distances, .projections = changes ? changed : projections, .boundary = boundary},
                    {&time, 1}, 30, {&stream, 1});
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
                    EXPECT_NEAR(ordinary, slots, 1e-3);
                    const double sum = sum_with(std::numeric_limits<double>::quiet_NaN(), place, in_first, in_distances);
                    EXPECT_TRUE(std::isnan(sum)) << place << in_first << in_distances;
                }
    });
}

}  // namespace
}  // namespace gdm
