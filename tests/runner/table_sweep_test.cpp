/// Sweeps over a table of points, as a user runs them.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "gdm/base/named.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "support/grow_fixture.hpp"
#include "support/sweep_bytes.hpp"

namespace gdm {
namespace {

using test::mpirun;
using test::run;
using test::sweep_bytes;
using test::Words;
using test::operator+;

class TableSweep : public test::Grow {
  protected:
    /// A sweep of toy_ising over the points of a table.
    Words ising(const std::string& points, const std::string& output, const Words& more = {}) const {
        std::ofstream(file(output + ".csv")) << points;
        return Words{TOY_SWEEP, "--experiment", "toy_ising",           "--sweeps", "32",        "--replicas",
                     "2",       "--points",     file(output + ".csv"), "-o",       file(output)} +
               more;
    }
};

const std::string product = "L,T,update\n2,2,metropolis\n2,2.5,metropolis\n4,2,metropolis\n4,2.5,metropolis\n";

/// Random numbers depend on the values of a point alone: a table that lists the product of a grid has its rows.
TEST_F(TableSweep, HasTheNumbersOfTheGridThatItListsOnAnyNumberOfRanks) {
    succeeds(ising(product, "a.h5"));
    succeeds(mpirun(3, ising(product, "b.h5")));
    EXPECT_TRUE(sweep_bytes(file("a.h5")) == sweep_bytes(file("b.h5")));
    succeeds({TOY_SWEEP, "--experiment", "toy_ising", "--sweeps", "32", "--replicas", "2", "--L", "2, 4", "--T", "2, 2.5",
              "--update", "metropolis", "-o", file("grid.h5")});
    const SweepReader table(file("a.h5")), grid(file("grid.h5"));
    for (std::size_t p = 0; p < 4; ++p) {
        std::size_t q = 0;
        const auto differs = [&](const char* name) {
            return find_named(table.header().point_values, name)->values[p] !=
                   find_named(grid.header().point_values, name)->values[q];
        };
        while (q < 4 && (differs("L") || differs("T"))) ++q;
        ASSERT_LT(q, 4u);
        const auto mine = table.read_rows(2 * p, 2), theirs = grid.read_rows(2 * q, 2);
        EXPECT_EQ(std::memcmp(mine.data(), theirs.data(), 8 * mine.size()), 0) << p;
    }
    // One is made of the other without computing anything.
    const auto reused = run(ising(product, "c.h5", {"--reuse", file("grid.h5")}));
    EXPECT_NE(reused.output.find("took over 8 replicas"), std::string::npos) << reused.output;
    EXPECT_TRUE(sweep_bytes(file("c.h5")) == sweep_bytes(file("a.h5")));
    succeeds({GDM_STATUS, file("a.h5"), "--verify", "--points", "2"});
}

TEST_F(TableSweep, GrowsByRowsWhereverTheyStand) {
    succeeds(ising("T,L\n2,2\n2.5,4\n", "a.h5", {"--update", "metropolis"}));
    const std::string more = "T,L\n3,2\n2.5,4 # moved\n2,2\n2.25,4\n";
    const Words grown = ising(more, "a.h5", {"--update", "metropolis, heat_bath"});
    refuses(grown, 2,
            {"the first that differs: row 0, counted from 0, is (T = 2, L = 2) in the file, but (T = 3, L = 2)",
             "(" + file("a.h5.csv") + ":2)", "--grow makes it this job's"});
    succeeds(mpirun(2, grown + Words{"--grow"}));
    succeeds(ising(more, "once.h5", {"--update", "metropolis, heat_bath"}));
    EXPECT_TRUE(sweep_bytes(file("a.h5")) == sweep_bytes(file("once.h5")));
    const auto sessions = SweepReader(file("a.h5")).read_session_numbers(0, 16);
    EXPECT_EQ(std::count(sessions.begin(), sessions.end(), 0u), 4);
    const Words fewer = ising("T,L\n2,2\n", "a.h5", {"--update", "metropolis, heat_bath"});
    refuses(fewer + Words{"--grow"}, 2,
            {"holds 12 replicas that this job does not contain", "T = 3, L = 2, update = metropolis"});
}

TEST_F(TableSweep, MergesPartsAndSeeds) {
    const Words rest{"--update", "heat_bath"};
    succeeds(ising("T,L\n2,2\n2.5,4\n", "a.h5", rest));
    succeeds(ising("T,L\n2.5,4\n3,2\n", "b.h5", rest));
    succeeds({GDM_MERGE, file("all.h5"), file("a.h5"), file("b.h5")});
    const auto again = run(ising("T,L\n2,2\n2.5,4\n3,2\n", "all.h5", rest));
    EXPECT_NE(again.output.find("complete already"), std::string::npos) << again.output;
    succeeds(ising("T,L\n2,2\n2.5,4\n3,2\n", "once.h5", rest));
    EXPECT_TRUE(sweep_bytes(file("all.h5")) == sweep_bytes(file("once.h5")));
    succeeds(ising("T,L\n2.5,4\n2,2\n", "s.h5", rest + Words{"--seed", "2"}));
    succeeds({GDM_MERGE, file("seeds.h5"), file("a.h5"), file("s.h5")});
    const SweepReader joined(file("seeds.h5"));
    EXPECT_EQ(joined.header().points, 2u);
    EXPECT_EQ(joined.header().replicas, 4u);
    const auto reduced = run({GDM_REDUCE, file("seeds.h5")});
    EXPECT_NE(reduced.output.find("2 of 2 points complete"), std::string::npos) << reduced.output;
}

TEST_F(TableSweep, ReachesAPromisedErrorAndRefinesAGridBesideIt) {
    std::ofstream(file("p.csv")) << "p\n0\n2\n5\n";
    const auto adaptive = [&](const std::string& output) {
        return Words{TOY_SWEEP, "--experiment",   "toy_normal", "--points", file("p.csv"), "--samples",
                     "20",      "--target_error", "x 0.05",     "-o",       file(output)};
    };
    succeeds(adaptive("a.h5"));
    succeeds(mpirun(2, adaptive("b.h5")));
    EXPECT_TRUE(sweep_bytes(file("a.h5")) == sweep_bytes(file("b.h5")));
    EXPECT_TRUE(SweepReader(file("a.h5")).settled());
    succeeds(ising("L\n2\n4\n", "r.h5",
                   {"--update", "metropolis", "--T", "1, 9", "--refine", "T", "--refine_where", "magnetisation_squared 0.6",
                    "--refine_levels", "2"}));
    const SweepReader refined(file("r.h5"));
    EXPECT_GT(refined.header().points, 4u);
    EXPECT_EQ(refined.header().table()->values.size(), 2u);
    // A shorter table, or one of other columns, is another job.
    for (const std::string table : {"L\n4\n", "L,update\n2,metropolis\n4,metropolis\n"}) {
        const Words fewer{TOY_SWEEP,
                          "--experiment",
                          "toy_ising",
                          "--sweeps",
                          "32",
                          "--replicas",
                          "2",
                          "--points",
                          file("fewer.csv"),
                          "-o",
                          file("r.h5"),
                          "--T",
                          "1, 9",
                          "--refine",
                          "T",
                          "--refine_where",
                          "magnetisation_squared 0.6",
                          "--refine_levels",
                          "2"};
        std::ofstream(file("fewer.csv")) << table;
        refuses(table.size() > 10 ? fewer : fewer + Words{"--update", "metropolis"}, 2, {"r.h5 holds another job: the "});
    }
    succeeds({GDM_REDUCE, file("r.h5")});
}

}  // namespace
}  // namespace gdm
