#include "gdm/runner/chunks.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <queue>

#include "gdm/base/random_stream.hpp"
#include "gdm/runner/progress.hpp"

namespace gdm {
namespace {

std::vector<double> log_normal_costs(std::size_t n, double sigma) {
    RandomSequence random(RandomStream(7, 0), Purpose::test);
    std::vector<double> costs(n);
    for (double& cost : costs) cost = std::exp(sigma * random.normal());
    return costs;
}

TEST(Chunks, BeginWithReplicasThatAreContinued) {
    const std::vector<double> cost{1, 8, 2};
    std::vector<std::uint8_t> todo(30, 1);
    todo[3] = 0;
    const std::vector<SavedState> saved{{4, 0, 0.5, 0}, {12, 1, 0.75, 0}, {25, 2, 0.9, 0}};
    const auto chunks = make_chunks(todo, saved, cost, 10, 2);
    ASSERT_GT(chunks.size(), 3u);
    const std::size_t first[] = {12, 4, 25};
    std::vector<int> seen(todo.size(), 0);
    double before = 0;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        if (i < 3) {
            EXPECT_EQ(chunks[i].first, first[i]);
            EXPECT_EQ(chunks[i].rows, 1u);
        }
        EXPECT_DOUBLE_EQ(chunks[i].before, before);
        before += chunks[i].cost;
        for (std::size_t row = chunks[i].first; row < chunks[i].first + chunks[i].rows; ++row) ++seen[row];
    }
    EXPECT_DOUBLE_EQ(chunks[0].cost, 2);
    EXPECT_DOUBLE_EQ(before, 9 * 1 + 10 * 8 + 10 * 2 - 0.5 - 6 - 1.8);
    for (std::size_t row = 0; row < seen.size(); ++row) EXPECT_EQ(seen[row], row == 3 ? 0 : 1) << row;
}

TEST(Chunks, CoverEveryRowToDoOnce) {
    const std::size_t points = 57, replicas = 5;
    std::vector<std::uint8_t> todo(points * replicas, 1);
    for (std::size_t row = 0; row < todo.size(); row += 7) todo[row] = 0;
    const auto chunks = make_chunks(todo, log_normal_costs(points, 1), replicas, 4);
    std::vector<int> seen(todo.size(), 0);
    for (const auto& chunk : chunks) {
        for (std::size_t row = chunk.first; row < chunk.first + chunk.rows; ++row) ++seen[row];
    }
    for (std::size_t row = 0; row < todo.size(); ++row) EXPECT_EQ(seen[row], todo[row]) << row;
}

TEST(Chunks, CountTheWorkBeforeThem) {
    const std::vector<std::uint8_t> todo(80, 1);
    double before = 0;
    for (const auto& chunk : make_chunks(todo, log_normal_costs(16, 1), 5, 4)) {
        EXPECT_EQ(chunk.before, before);
        before += chunk.cost;
    }
}

TEST(Chunks, AreFewForEqualCostsAndShrink) {
    const std::vector<std::uint8_t> todo(100000, 1);
    const std::vector<double> cost(100000 / 16, 1.0);
    const auto chunks = make_chunks(todo, cost, 16, 2);
    EXPECT_LT(chunks.size(), 100u);
    EXPECT_LE(chunks.back().rows, 50000 / 512u);
    EXPECT_LE(chunks.front().cost, 100000 / 16.0);
}

// Costs that alternate along the last axis do not cut the file into points where replicas are cheap beside a rank's share.
TEST(Chunks, SpanPointsOfDifferentCostWhereReplicasAreCheap) {
    const std::size_t points = 2000, replicas = 16;
    std::vector<double> cost(points);
    for (std::size_t p = 0; p < points; ++p) cost[p] = p % 2 == 0 ? 1 : 8;
    const auto chunks = make_chunks(std::vector<std::uint8_t>(points * replicas, 1), cost, replicas, 2);
    EXPECT_LT(chunks.size(), 2 * 60u);
    for (const auto& chunk : chunks) {
        if (chunk.rows >= replicas) {
            EXPECT_EQ(chunk.first % replicas, 0u);
        }
    }
}

// Ranks that take the next chunk when they are free end at nearly the same time, whatever the costs.
TEST(Chunks, LeaveNoRankIdleForLong) {
    for (const double sigma : {0.0, 0.5, 1.0}) {
        for (const std::size_t ranks : {2u, 8u, 64u}) {
            const std::size_t replicas = 16, points = ranks;
            const auto costs = log_normal_costs(points, sigma);
            const std::vector<std::uint8_t> todo(points * replicas, 1);
            double total = 0, longest = 0;
            std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
            for (std::size_t r = 0; r < ranks; ++r) free_at.push(0);
            double end = 0;
            for (const auto& chunk : make_chunks(todo, costs, replicas, ranks)) {
                const double finished = free_at.top() + chunk.cost;
                free_at.pop();
                free_at.push(finished);
                end = std::max(end, finished);
                total += chunk.cost;
                longest = std::max(longest, costs[chunk.first / replicas]);
            }
            EXPECT_LE(end, std::max(total / static_cast<double>(ranks), longest) / 0.95) << sigma << " " << ranks;
        }
    }
}

TEST(Progress, WritesItsFirstLineSoonAndThenFewer) {
    Progress::Plan plan{.name = "toy"};
    double before = 0, first_hour = 0;
    int lines = 0;
    for (; first_hour < 3600; ++lines) {
        const double pause = Progress::pause(plan, lines);
        EXPECT_GE(pause, before);
        EXPECT_LE(pause, 60);
        first_hour += before = pause;
    }
    EXPECT_EQ(Progress::pause(plan, 0), 1);
    EXPECT_LE(lines, 70);
    plan.log_interval = 300;
    EXPECT_EQ(Progress::pause(plan, 0), 10);
    EXPECT_EQ(Progress::pause(plan, 1), 300);
    plan.log_interval = 2;
    EXPECT_EQ(Progress::pause(plan, 0), 2);
}

TEST(Progress, BeginsWithWhatIsToBeDone) {
    Progress::Plan plan{.name = "toy", .points = 100, .rows = 1000, .ranks = 1, .estimate = 90};
    EXPECT_EQ(Progress::announcement(plan), "toy: 1000 replicas at 100 points, on 1 rank; by a rough estimate 1 min 30 s");
    plan = {.name = "toy", .points = 1, .rows = 8, .rows_before = 7, .ranks = 2};
    EXPECT_EQ(Progress::announcement(plan), "toy: 7 done; 1 replica at 1 point, on 2 ranks");
}

TEST(Progress, WritesOnePlainLineWithoutATerminal) {
    const Progress::Plan plan{.name = "toy", .rows = 1000, .rows_before = 100, .terminal = false};
    const Tally tally{150, 2, static_cast<std::int64_t>(work_units / 4)};
    EXPECT_EQ(Progress::line(plan, tally, 30), "toy  25 %  250 of 1000 replicas  5.00/s  1 min 30 s left  2 failed");
    Progress::Plan with_ranks = plan;
    with_ranks.ranks = 64;
    EXPECT_NE(Progress::line(with_ranks, tally, 30).find("  64 ranks at work  2 failed"), std::string::npos);
    Tally late = tally;
    late.ranks_finished = 3;
    EXPECT_NE(Progress::line(with_ranks, late, 30).find("  61 of 64 ranks at work"), std::string::npos);
}

}  // namespace
}  // namespace gdm
