/// Sweeps that decide their replicas and points themselves, run as a user does: with any number of ranks, stopped and
/// continued.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "gdm/storage/sweep_reader.hpp"
#include "support/process.hpp"

namespace gdm {
namespace {

using test::mpirun;
using test::run;

class Adaptive : public testing::Test {
  protected:
    /// A normal variable of mean p in 100 draws a replica: the spread of replicas is 0.1.
    std::vector<std::string> to_target(const std::string& target, const std::filesystem::path& file) const {
        return {TOY_SWEEP,        "--experiment", "toy_normal", "--p",        "linspace(0, 1, 40)",
                "--target_error", target,         "-o",         file.string()};
    }
    /// The mean of x passes 0.37 where p does.
    std::vector<std::string> refined(const std::filesystem::path& file) const {
        return {TOY_SWEEP, "--experiment",    "toy_normal", "--p",      "0, 1",       "--samples",
                "4000",    "--replicas",      "4",          "--refine", "p",          "--refine_where",
                "x 0.37",  "--refine_levels", "6",          "-o",       file.string()};
    }
    void expect_same(const std::filesystem::path& one, const std::filesystem::path& other) {
        const SweepReader a(one), b(other);
        ASSERT_EQ(a.header().points, b.header().points);
        ASSERT_EQ(a.header().replicas, b.header().replicas);
        EXPECT_EQ(a.header().grid_index, b.header().grid_index);
        EXPECT_EQ(a.planned(), b.planned());
        const std::size_t rows = a.header().rows();
        EXPECT_EQ(a.read_checksums(0, rows), b.read_checksums(0, rows));
        const auto left = a.read_rows(0, rows), right = b.read_rows(0, rows);
        EXPECT_EQ(std::memcmp(left.data(), right.data(), left.size() * sizeof(double)), 0);
    }
    test::TemporaryDirectory directory_;
    std::filesystem::path one_ = directory_ / "one.h5", other_ = directory_ / "other.h5";
};

TEST_F(Adaptive, EveryPointReachesTheTargetAndNoneHasFarMore) {
    ASSERT_EQ(run(to_target("x 0.02", one_)).code, 0);
    const SweepReader file(one_);
    EXPECT_TRUE(file.settled());
    const auto planned = file.planned();
    const std::size_t replicas = file.header().replicas, width = file.layout().size();
    const std::size_t x = file.layout().at("x").offset;
    double sum = 0;
    for (std::size_t p = 0; p < file.header().points; ++p) {
        double mean = 0, square = 0;
        const auto rows = file.read_rows(p * replicas, planned[p]);
        const auto n = static_cast<double>(planned[p]);
        for (std::size_t r = 0; r < planned[p]; ++r) mean += rows[r * width + x] / n;
        for (std::size_t r = 0; r < planned[p]; ++r) square += std::pow(rows[r * width + x] - mean, 2) / (n - 1);
        EXPECT_LE(std::sqrt(square / n) * (1 + 1 / std::sqrt(2 * (n - 1))), 0.02);
        sum += n;
        // Nothing beyond the plan was computed.
        for (std::size_t r = planned[p]; r < replicas; ++r) {
            EXPECT_EQ(file.read_checksums(p * replicas + r, 1).front(), checksum_absent);
        }
    }
    // 0.1²/0.02² = 25 replicas, with the margin 33.
    EXPECT_NEAR(sum / 40, 33, 8);
    EXPECT_EQ(run({GDM_STATUS, one_, "--verify"}).code, 0);
}

TEST_F(Adaptive, RanksAndInterruptionsDecideNothing) {
    ASSERT_EQ(run(to_target("x 0.02, x_squared 5 %", one_)).code, 0);
    ASSERT_EQ(run(mpirun(3, to_target("x 0.02, x_squared 5 %", other_)), {"GDM_RANKS_PER_NODE=1"}).code, 0);
    expect_same(one_, other_);
    std::filesystem::remove(other_);
    auto stopped = to_target("x 0.02, x_squared 5 %", other_);
    stopped.insert(stopped.end(), {"--time-limit", "0"});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(run(stopped).code, 75);
    ASSERT_EQ(run(mpirun(2, to_target("x 0.02, x_squared 5 %", other_))).code, 0);
    expect_same(one_, other_);
}

TEST_F(Adaptive, StopsAtTheMostReplicasAndSaysThatTheTargetIsMissed) {
    auto command = to_target("x 0.001", one_);
    command.insert(command.end(), {"--max_replicas", "20"});
    const auto first = run(command);
    ASSERT_EQ(first.code, 0);
    const SweepReader file(one_);
    const std::string missed =
        fmt::format("target_error is missed at {} points after max_replicas = 20", file.header().points);
    EXPECT_NE(first.output.find(missed), std::string::npos) << first.output;
    EXPECT_EQ(file.header().replicas, 20u);
    for (const std::size_t planned : file.planned()) EXPECT_EQ(planned, 20u);
    const auto again = run(command);
    EXPECT_EQ(again.code, 0);
    EXPECT_NE(again.output.find("complete already"), std::string::npos) << again.output;
    EXPECT_NE(again.output.find(missed), std::string::npos) << again.output;
    EXPECT_EQ(run(mpirun(2, to_target("x 0.02", other_))).output.find("missed"), std::string::npos);
}

TEST_F(Adaptive, ReplicasAreThoseOfAPlainSweep) {
    ASSERT_EQ(run(to_target("x 0.02", one_)).code, 0);
    ASSERT_EQ(run({TOY_SWEEP, "--experiment", "toy_normal", "--p", "linspace(0, 1, 40)", "--replicas", "80", "-o",
                   other_.string()})
                  .code,
              0);
    const SweepReader adaptive(one_), plain(other_);
    const auto planned = adaptive.planned();
    for (std::size_t p = 0; p < planned.size(); ++p) {
        const auto mine = adaptive.read_rows(p * adaptive.header().replicas, planned[p]);
        const auto theirs = plain.read_rows(p * 80, planned[p]);
        EXPECT_EQ(std::memcmp(mine.data(), theirs.data(), mine.size() * sizeof(double)), 0) << p;
    }
}

TEST_F(Adaptive, RefinementHalvesTheIntervalOfTheTransition) {
    ASSERT_EQ(run(refined(one_)).code, 0);
    const SweepReader file(one_);
    // 0, 1, then 1/2, 1/4, 3/8, and the halves of [1/4, 3/8] that hold 0.37.
    const std::vector<double> expected{0, 0.25, 0.3125, 0.34375, 0.359375, 0.375, 0.5, 1};
    EXPECT_EQ(file.header().find_axis("p")->values, expected);
    EXPECT_TRUE(file.settled());
    ASSERT_EQ(run(mpirun(2, refined(other_))).code, 0);
    expect_same(one_, other_);
}

/// A target on a result of many points: the replicas are where the crossing is, and ranks and interruptions decide nothing.
TEST_F(Adaptive, ReplicasGoToThePointsOfACrossing) {
    const auto command = [&](const std::filesystem::path& file) {
        return std::vector<std::string>{TOY_SWEEP,
                                        "--experiment",
                                        "toy_ising",
                                        "--L",
                                        "4, 8",
                                        "--T",
                                        "linspace(1.6, 3, 8)",
                                        "--update",
                                        "wolff",
                                        "--sweeps",
                                        "100",
                                        "--thermalisation",
                                        "20",
                                        "--dx",
                                        "0",
                                        "--target_error",
                                        "binder_crossing 0.03, energy 0.05",
                                        "-o",
                                        file.string()};
    };
    ASSERT_EQ(run(command(one_)).code, 0);
    const SweepReader file(one_);
    const auto planned = file.planned();  // T, then L
    const auto of = [&](std::size_t t) { return planned[2 * t] + planned[2 * t + 1]; };
    EXPECT_GT(std::max(of(3), of(4)), 2 * of(0));
    EXPECT_GT(std::max(of(3), of(4)), 2 * of(7));
    ASSERT_EQ(run(mpirun(3, command(other_)), {"GDM_RANKS_PER_NODE=1"}).code, 0);
    expect_same(one_, other_);
    std::filesystem::remove(other_);
    auto stopped = command(other_);
    stopped.insert(stopped.end(), {"--time-limit", "0"});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(run(stopped).code, 75);
    ASSERT_EQ(run(mpirun(2, command(other_))).code, 0);
    expect_same(one_, other_);
    EXPECT_EQ(run(command(one_)).code, 0);  // and decided again from the whole file
    expect_same(one_, other_);
}

TEST_F(Adaptive, RefinementFollowsACrossing) {
    const auto command = [&](const std::filesystem::path& file) {
        return std::vector<std::string>{TOY_SWEEP,
                                        "--experiment",
                                        "toy_ising",
                                        "--L",
                                        "2, 4",
                                        "--T",
                                        "linspace(1.5, 3.5, 5)",
                                        "--update",
                                        "wolff",
                                        "--sweeps",
                                        "2000",
                                        "--dx",
                                        "0",
                                        "--replicas",
                                        "8",
                                        "--refine",
                                        "T",
                                        "--refine_where",
                                        "binder_crossing",
                                        "--refine_levels",
                                        "2",
                                        "-o",
                                        file.string()};
    };
    ASSERT_EQ(run(command(one_)).code, 0);
    const SweepReader file(one_);
    EXPECT_TRUE(file.settled());
    const auto& values = file.header().find_axis("T")->values;
    // The crossing of L = 2 and 4 lies at 2.2.
    EXPECT_EQ(values, (std::vector<double>{1.5, 2, 2.125, 2.25, 2.5, 3, 3.5}));
    ASSERT_EQ(run(mpirun(2, command(other_))).code, 0);
    expect_same(one_, other_);
}

TEST_F(Adaptive, RefusesWhatItCannotDo) {
    const auto refuses = [&](std::vector<std::string> more, const std::string& text) {
        std::vector<std::string> command{TOY_SWEEP, "--experiment", "toy_normal", "-o", one_.string()};
        command.insert(command.end(), more.begin(), more.end());
        const auto result = run(command);
        EXPECT_EQ(result.code, 2);
        EXPECT_NE(result.output.find(text), std::string::npos) << result.output;
        EXPECT_FALSE(std::filesystem::exists(one_));
    };
    refuses({"--target_error", "y 1"}, "'y' is no quantity with an error");
    refuses({"--target_error", "x"}, "say which error is wanted");
    refuses({"--target_error", "x 0"}, "say which error is wanted");
    refuses({"--target_error", "first 1"}, "'first' is no quantity with an error");
    refuses({"--target_error", "x 1, x 2"}, "given twice");
    refuses({"--target_error", "x 1", "--replicas", "4"}, "at least 8");
    refuses({"--target_error", "x 1", "--max_replicas", "4"}, "from 8 to");
    refuses({"--max_replicas", "4"}, "is for a job with target_error");
    refuses({"--refine", "q", "--refine_where", "x"}, "takes one grid axis of numbers: p");
    refuses({"--refine", "p"}, "needs refine_where");
    refuses({"--refine", "p", "--refine_where", "cosine"}, "no quantity of one number a point");
    refuses({"--refine", "p", "--refine_where", "x", "--p", "1, 0"}, "in ascending order");
    refuses({"--refine_levels", "3"}, "is for a job with refine");
    for (const auto& [where, text] :
         {std::pair{"nu", "name a crossing or a root along T"}, {"binder_crossing 0.5", "without a number"}}) {
        const auto refused =
            run({TOY_SWEEP, "--experiment", "toy_ising", "--refine", "T", "--refine_where", where, "-o", one_.string()});
        EXPECT_EQ(refused.code, 2);
        EXPECT_NE(refused.output.find(text), std::string::npos) << refused.output;
    }
    const auto result =
        run({TOY_SWEEP, "--experiment", "toy_ising", "--beta", "0.3, 0.5", "--target_error", "nu 1 %", "-o", one_.string()});
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.output.find("along the axes T, L"), std::string::npos) << result.output;
}

}  // namespace
}  // namespace gdm
