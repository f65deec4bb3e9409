#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "support/replicas.hpp"

namespace gdm::test {

/// The first replica of a point, which is stopped and goes on elsewhere.
class StoppedReplica {
  public:
    using State = std::vector<std::byte>;

    StoppedReplica(const Experiment& experiment, const Point& point)
        : experiment_(experiment),
          point_(point),
          context_(experiment.prepare ? experiment.prepare(point, {}) : Context{}),
          whole_(run_replicas(experiment, point, 1)) {
        EXPECT_EQ(not_allowed(experiment.observables, whole_.layout, point, whole_.blocks[0]), "");
    }

    /// The state at save number `stop_at` (0: none) when it begins at `from` (empty: anew) and saves at every `every`-th
    /// chance. Without a value if it ended before that, with the bits of a replica that is left alone.
    [[nodiscard]] std::optional<State> run(State from, std::size_t every, std::size_t stop_at) const {
        MemoryCheckpoint checkpoint(every, stop_at, std::move(from));
        std::optional<State> state;
        try {
            const std::vector<double> block = compute(checkpoint), &whole = whole_.blocks[0];
            EXPECT_EQ(std::memcmp(block.data(), whole.data(), block.size() * sizeof(double)), 0) << stop_at;
        } catch (const Stopped&) {
            state = checkpoint.state();
        }
        if (state || !experiment_.lengthened_by.empty()) {
            EXPECT_EQ(checkpoint.state().size(), experiment_.state_size(point_)) << stop_at;
        }
        return state;
    }

    /// The state at its end.
    [[nodiscard]] State end() const {
        MemoryCheckpoint checkpoint;
        (void)compute(checkpoint);
        return checkpoint.state();
    }

    /// How often it could save on its whole way.
    [[nodiscard]] std::size_t saves() const {
        MemoryCheckpoint checkpoint(1);
        (void)compute(checkpoint);
        return checkpoint.saves();
    }

    /// The same bits follow from the state at save number `stop_at`; false: it ended before.
    [[nodiscard]] bool goes_on_after(std::size_t stop_at, std::size_t every = 1) const {
        const auto state = run({}, every, stop_at);
        if (state) {
            EXPECT_FALSE(run(*state, 0, 0));
        }
        return state.has_value();
    }

  private:
    [[nodiscard]] std::vector<double> compute(MemoryCheckpoint& checkpoint) const {
        std::vector<double> block(whole_.layout.size());
        Values values(whole_.layout, block);
        experiment_.run_from(point_, context_, RandomStream(1, 0), Stop(), checkpoint, values);
        return block;
    }

    const Experiment& experiment_;
    const Point& point_;
    Context context_;
    Replicas whole_;
};

/// A replica that is stopped at each of some saves, when it saves at every chance, and goes on from there elsewhere, gives
/// the bits of one that is left alone. Saves number 1, 1 + `every`, … until there are no more; how many there were.
inline std::size_t expect_same_bits_from_states(const Experiment& experiment, const Point& point, std::size_t every = 1) {
    const StoppedReplica replica(experiment, point);
    std::size_t states = 0;
    while (replica.goes_on_after(1 + states * every)) ++states;
    return states;
}

/// The same from saves of these numbers, when it saves at every `every`-th chance.
inline void expect_same_bits_after(std::initializer_list<std::size_t> saves, const Experiment& experiment,
                                   const Point& point, std::size_t every = 1) {
    const StoppedReplica replica(experiment, point);
    for (const std::size_t stop_at : saves) EXPECT_TRUE(replica.goes_on_after(stop_at, every)) << "no save " << stop_at;
}

/// A replica that is stopped again and again, each time at the `every`-th chance to save since it went on, gives the bits of
/// one that is left alone. `every` is at least 2, as the first chance may come before any work; how often it was stopped.
inline std::size_t expect_same_bits_in_pieces(const Experiment& experiment, const Point& point, std::size_t every) {
    const StoppedReplica replica(experiment, point);
    std::size_t stops = 0;
    for (StoppedReplica::State state;; ++stops) {
        const auto next = replica.run(state, every, 1);
        if (!next) return stops;
        if (*next == state) {
            ADD_FAILURE() << "no work is done between two chances to save";
            return stops;
        }
        state = *next;
    }
}

/// A replica that goes on from the end of a `shorter` one gives the bits of one that is as long from the first.
inline void expect_same_bits_lengthened(const Experiment& experiment, const Point& shorter, const Point& point) {
    EXPECT_FALSE(StoppedReplica(experiment, point).run(StoppedReplica(experiment, shorter).end(), 0, 0));
}

}  // namespace gdm::test
