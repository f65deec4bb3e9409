#include "gdm/runner/scheduler.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "gdm/runner/chunk_table.hpp"

namespace gdm {
namespace {

std::vector<Chunk> equal_chunks(std::int64_t count) {
    std::vector<Chunk> chunks;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) chunks.push_back({i, 1, 1, static_cast<double>(i)});
    return chunks;
}

/// Every number is handed out once, on one node and on several, with and without groups of nodes, fast ranks or slow.
void hand_out(int ranks_per_node, int nodes_per_group, std::int64_t count, std::chrono::microseconds work) {
    const Communicator world = Communicator::world();
    const Communicator node = world.node(ranks_per_node);
    const ChunkTable table(world, node, equal_chunks(world.rank() == 0 ? count : 0));
    ASSERT_EQ(table.chunks().size(), static_cast<std::size_t>(count));
    Scheduler scheduler(world, node, table.chunks(), {true, nodes_per_group});
    std::vector<std::uint8_t> seen(static_cast<std::size_t>(count), 0);
    std::int64_t taken = 0;
    while (const auto number = scheduler.next()) {
        ASSERT_LT(*number, count);
        ++seen[static_cast<std::size_t>(*number)];
        ++taken;
        scheduler.counters().rows_done.fetch_add(1);
        scheduler.counters().work_done.fetch_add(static_cast<std::int64_t>(work_units / static_cast<double>(count)));
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
    for (const int ranks_per_node : {0, 1, 2, 4}) {
        for (const int nodes_per_group : {0, 1, 2, 3}) {
            hand_out(ranks_per_node, nodes_per_group, 1000, std::chrono::microseconds(0));
            hand_out(ranks_per_node, nodes_per_group, 60, std::chrono::microseconds(500));
            hand_out(ranks_per_node, nodes_per_group, 1, std::chrono::microseconds(0));
            hand_out(ranks_per_node, nodes_per_group, 0, std::chrono::microseconds(0));
        }
    }
}

/// Whichever rank stops, far fewer numbers are taken than there are.
void stop_on(int rank, int nodes_per_group) {
    const Communicator world = Communicator::world();
    const Communicator node = world.node(1);
    const auto chunks = equal_chunks(1000000);
    Scheduler scheduler(world, node, chunks, {true, nodes_per_group});
    std::int64_t taken = 0;
    while (scheduler.next()) {
        ++taken;
        if (world.rank() == rank && taken == 10) scheduler.counters().stop.store(true);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    scheduler.finish();
    EXPECT_LT(world.sum(taken), 100000) << rank << " " << nodes_per_group;
    world.barrier();
}

TEST(Scheduler, StopsEveryNodeSoonAfterTheFirst) {
    const int last = Communicator::world().size() - 1;
    for (const int nodes_per_group : {0, 2}) {
        stop_on(0, nodes_per_group);
        stop_on(last, nodes_per_group);
    }
}

// The master hears of work done elsewhere while large pieces last: that of the hundredth number comes long after the piece
// was fetched. It ends when it has heard of all.
TEST(Scheduler, ReportsWhileLargePiecesLast) {
    const Communicator world = Communicator::world();
    const Communicator node = world.node(1);
    const auto chunks = equal_chunks(1000000);
    Scheduler scheduler(world, node, chunks, {true, 2});
    for (int taken = 1; scheduler.next(); ++taken) {
        if (world.rank() != 0 && taken == 100) scheduler.counters().rows_done.fetch_add(1);
        if (world.rank() == 0 && scheduler.tally().rows_done == world.size() - 1) scheduler.counters().stop.store(true);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    scheduler.finish();
    world.barrier();
}

}  // namespace
}  // namespace gdm
