/// The rules of handing out, at sizes that no machine here has.

#include "support/scheduler_simulation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "gdm/base/random_stream.hpp"

namespace gdm {
namespace {

using test::Machine;
using test::simulate;
using test::Workload;

/// 16 replicas a rank with log-normal times that are known beforehand, each a point.
Workload known_costs(int ranks, double sigma, double mean) {
    RandomSequence random(RandomStream(11, 0), Purpose::test);
    Workload load;
    for (int i = 0; i < 16 * ranks; ++i) load.cost.push_back(mean * std::exp(sigma * random.normal() - sigma * sigma / 2));
    load.seconds = load.cost;
    return load;
}

TEST(NodeTree, LetsEveryNodeAskOneAbove) {
    for (const int nodes : {1, 2, 5, 16, 17, 300}) {
        for (const int group : {0, 1, 3, 16}) {
            const NodeTree tree(std::vector<int>(static_cast<std::size_t>(nodes), 2), group);
            std::vector<int> children(static_cast<std::size_t>(nodes), 0);
            for (int node = 1; node < nodes; ++node) {
                ASSERT_GE(tree.parent(node), 0);
                ASSERT_LT(tree.parent(node), node);
                ++children[static_cast<std::size_t>(tree.parent(node))];
            }
            for (int node = 0; node < nodes; ++node) {
                EXPECT_EQ(tree.children(node), children[static_cast<std::size_t>(node)]) << nodes << " " << group;
            }
            EXPECT_EQ(tree.all_ranks(), 2 * nodes);
        }
    }
}

TEST(Allotment, BeginsWithPiecesThatJoinWithoutGaps) {
    const NodeTree tree({3, 1, 2, 2});
    for (const std::int64_t count : {0, 1, 7, 8, 1000}) {
        std::vector<Chunk> chunks;
        for (std::int64_t i = 0; i < count; ++i) chunks.push_back({0, 1, 1, static_cast<double>(i)});
        const Allotment allotment(chunks, tree);
        std::int64_t next = 0;
        for (const int node : {1, 2, 3, 0}) {
            const Piece piece = allotment.initial(node).present;
            EXPECT_EQ(piece.first, next);
            next = piece.end;
        }
        EXPECT_EQ(next, count);
        EXPECT_TRUE(allotment.initial(0).last);
    }
}

// However dear chunks are, a node gets one for each of its ranks that wait, not only its part of what is left.
TEST(Allotment, GivesAChunkToEachIdleRank) {
    const NodeTree tree({4, 4});
    std::vector<Chunk> chunks;
    for (std::size_t i = 0; i < 12; ++i) chunks.push_back({i, 1, 1e6, 1e6 * static_cast<double>(i)});
    const Allotment allotment(chunks, tree);
    EXPECT_EQ(allotment.initial(1).present.size(), 4);
    Stock stock = allotment.initial(0);
    const Piece alone = allotment.grant(stock, 0, 1, {.pace = 0, .idle = 1});
    const Piece four = allotment.grant(stock, 0, 1, {.pace = 0, .idle = 4});
    EXPECT_EQ(alone.first, 4);
    EXPECT_EQ(alone.size(), 1);
    EXPECT_EQ(four.first, alone.end);
    EXPECT_EQ(four.size(), 4);
    EXPECT_EQ(stock.present.first, four.end);
}

// However fast a node is, the first to ask does not take what the others need too.
TEST(Allotment, GivesNoMoreThanAFairShare) {
    const NodeTree tree({4, 4});
    std::vector<Chunk> chunks;
    for (std::size_t i = 0; i < 12; ++i) chunks.push_back({i, 1, 1, static_cast<double>(i)});
    const Allotment allotment(chunks, tree);
    Stock stock = allotment.initial(0);
    ASSERT_EQ(stock.present.size(), 8);
    EXPECT_EQ(allotment.grant(stock, 0, 1, {.pace = 1e9, .idle = 1}).size(), 4);
}

// The goal: 95 % of what no schedule can beat, if costs are known, at every size.
TEST(SchedulerSimulation, KeepsRanksBusyIfCostsAreKnown) {
    for (const int ranks : {64, 256, 1024, 4096, 16384}) {
        for (const double sigma : {0.5, 1.}) {
            for (const double mean : {1e-3, 1e-2}) {
                const auto outcome = simulate({.ranks = ranks}, known_costs(ranks, sigma, mean));
                EXPECT_GE(outcome.bound / outcome.seconds, 0.95) << ranks << " " << sigma << " " << mean;
                EXPECT_LT(outcome.busiest, 0.25) << ranks;
            }
        }
    }
}

// Groups: each master has few nodes to answer.
TEST(SchedulerSimulation, NeedsNoBusyMasterWithGroups) {
    const auto load = known_costs(8192, 0.5, 1e-3);
    const auto flat = simulate({.ranks = 8192, .ranks_per_node = 16, .nodes_per_group = 512}, load);
    const auto groups = simulate({.ranks = 8192, .ranks_per_node = 16}, load);
    EXPECT_LT(groups.busiest, flat.busiest / 4);
    EXPECT_GE(groups.bound / groups.seconds, 0.93);
}

// A node that is three times slower than the others does not end last by much.
TEST(SchedulerSimulation, LetsSlowNodesDoLess) {
    Workload load;
    load.cost.assign(64 * 256, 1e-3);
    load.seconds = load.cost;
    const auto outcome = simulate({.ranks = 256, .ranks_per_node = 32, .slowdown = 3}, load);
    EXPECT_LE(outcome.seconds, 1.06 * 64e-3 * 256 / (224 + 32 / 3.));
}

// Without knowledge the program does as well as one queue that costs nothing.
TEST(SchedulerSimulation, DoesAsWellAsOneQueueIfCostsAreNotKnown) {
    for (const int ranks : {64, 1024, 4096}) {
        Workload load = known_costs(ranks, 1, 1e-2);
        std::fill(load.cost.begin(), load.cost.end(), 1.);
        const auto outcome = simulate({.ranks = ranks}, load);
        EXPECT_LE(outcome.seconds, 1.04 * outcome.list) << ranks;
    }
}

}  // namespace
}  // namespace gdm
