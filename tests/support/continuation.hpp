#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "support/replicas.hpp"

namespace gdm::test {

/// A replica that is stopped at each of some saves, when it saves at every chance, and goes on from there elsewhere, gives
/// the bits of one that is left alone. Saves number 1, 1 + `every`, … until there are no more; how many there were.
inline std::size_t expect_same_bits_from_states(const Experiment& experiment, const Point& point, std::size_t every = 1) {
    const auto whole = run_replicas(experiment, point, 1);
    const Context context = experiment.prepare ? experiment.prepare(point, {}) : Context{};
    const RandomStream random(1, 0);
    for (std::size_t stop_at = 1, states = 0;; stop_at += every, ++states) {
        std::vector<double> block(whole.layout.size());
        Values values(whole.layout, block);
        MemoryCheckpoint first(1, stop_at);
        try {
            experiment.run_from(point, context, random, Stop(), first, values);
            return states;
        } catch (const Stopped&) {
        }
        EXPECT_EQ(first.state().size(), experiment.state_size(point));
        std::vector<double> rest(whole.layout.size());
        Values others(whole.layout, rest);
        MemoryCheckpoint second(0, 0, first.state());
        experiment.run_from(point, context, random, Stop(), second, others);
        EXPECT_EQ(std::memcmp(rest.data(), whole.blocks[0].data(), rest.size() * sizeof(double)), 0) << stop_at;
    }
}

}  // namespace gdm::test
