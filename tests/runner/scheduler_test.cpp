#include "gdm/runner/scheduler.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace gdm {
namespace {

/// Every number is handed out once, on one node and on several, fast ranks or slow.
void hand_out(int ranks_per_node, std::int64_t count, std::chrono::microseconds work) {
    const Communicator world = Communicator::world();
    const Communicator node = world.node(ranks_per_node);
    Scheduler scheduler(world, node, count, true);
    std::vector<std::uint8_t> seen(static_cast<std::size_t>(count), 0);
    std::int64_t taken = 0;
    while (const auto number = scheduler.next()) {
        ASSERT_LT(*number, count);
        ++seen[static_cast<std::size_t>(*number)];
        ++taken;
        scheduler.counters().rows_done.fetch_add(1);
        if (work.count() > 0) std::this_thread::sleep_for(work * (world.rank() + 1));
    }
    scheduler.finish();
    EXPECT_EQ(world.sum(taken), count);
    world.max(seen);
    for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], 1) << i;
    if (world.rank() == 0) {
        EXPECT_EQ(scheduler.tally().rows_done, count);
    }
    world.barrier();
}

TEST(Scheduler, HandsOutEachNumberOnce) {
    for (const int ranks_per_node : {0, 1, 2}) {
        hand_out(ranks_per_node, 1000, std::chrono::microseconds(0));
        hand_out(ranks_per_node, 60, std::chrono::microseconds(500));
        hand_out(ranks_per_node, 1, std::chrono::microseconds(0));
        hand_out(ranks_per_node, 0, std::chrono::microseconds(0));
    }
}

TEST(Scheduler, StopsEveryNodeSoonAfterTheFirst) {
    const Communicator world = Communicator::world();
    const Communicator node = world.node(2);
    Scheduler scheduler(world, node, 1000000, true);
    std::int64_t taken = 0;
    while (scheduler.next()) {
        ++taken;
        if (world.rank() == 0 && taken == 10) scheduler.counters().stop.store(true);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    scheduler.finish();
    EXPECT_LT(world.sum(taken), 100000);
    world.barrier();
}

}  // namespace
}  // namespace gdm
