#include "gdm/storage/sweep_join.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstring>

#include "gdm/base/error.hpp"
#include "gdm/storage/sweep_creation.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "gdm/storage/sweep_schema.hpp"
#include "gdm/sweep/difference.hpp"
#include "gdm/sweep/points.hpp"
#include "gdm/sweep/row_map.hpp"
#include "support/refusal.hpp"
#include "support/sweep_bytes.hpp"
#include "support/sweep_fixture.hpp"
#include "support/test_experiments.hpp"

namespace gdm {
namespace {

using test::HandmadeSweep;
using test::refusal;
using test::sweep_bytes;
using Paths = std::vector<std::filesystem::path>;

SweepHeader header_of(const Experiment& experiment, const std::string& job) {
    SweepHeader header = make_job(experiment, read_job_text(job, "test")).header;
    header.code_version = "test";
    return header;
}

std::vector<RowState> states_of(const std::filesystem::path& path) {
    const SweepReader reader(path);
    return reader.states(0, reader.header().rows(), true);
}

/// Writes what HandmadeSweep does not: sessions, and who computed a row.
void edit(const HandmadeSweep& sweep, const std::function<void(SweepWriter&)>& action) {
    SweepWriter writer(hdf5::File(H5Fopen(sweep.path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT)), sweep.header());
    action(writer);
    writer.close();
}

class SweepJoin : public testing::Test {
  protected:
    /// A sweep of `job` grown out of a finished one of `before` must be what a sweep of `job` at once is.
    void grows(const Experiment& experiment, const std::string& before, const std::string& job) {
        SCOPED_TRACE(job);
        HandmadeSweep old(experiment, before, folder_ / "old.h5"), whole(experiment, job, folder_ / "whole.h5");
        old.compute();
        whole.compute();
        HandmadeSweep rest(experiment, job, folder_ / "rest.h5");
        // What is computed afterwards is what growth left out, and no more.
        rebuild_sweep_file(old.path(), header_of(experiment, job), Paths{old.path()});
        const auto grown = states_of(old.path());
        const std::size_t kept = std::count(grown.begin(), grown.end(), RowState::done);
        EXPECT_EQ(kept, old.header().rows());
        EXPECT_EQ(std::count(grown.begin(), grown.end(), RowState::absent), whole.header().rows() - kept);
        const std::size_t replicas = rest.header().replicas;
        rest.compute([&](std::size_t p, std::size_t r) { return grown[p * replicas + r] == RowState::absent; });
        rebuild_sweep_file(folder_ / "all.h5", rest.header(), Paths{old.path(), rest.path()});
        EXPECT_TRUE(sweep_bytes(folder_ / "all.h5") == sweep_bytes(whole.path()));
        for (const char* name : {"old.h5", "whole.h5", "rest.h5", "all.h5"}) std::filesystem::remove(folder_ / name);
    }
    std::vector<std::string> listing() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator((folder_ / "x").parent_path())) {
            names.push_back(entry.path().filename());
        }
        std::sort(names.begin(), names.end());
        return names;
    }
    test::TemporaryFolder folder_;
};

TEST_F(SweepJoin, GrownEqualsRunAtOnce) {
    const Experiment normal = test::toy_normal(), ising = test::toy_ising();
    const std::string fixed = "samples = 20\n";
    grows(normal, fixed + "p = 0, 1\nreplicas = 3", fixed + "p = 0, 1, 5, 0.3\nreplicas = 3");
    grows(normal, fixed + "p = linspace(0, 1, 5)\nreplicas = 2", fixed + "p = linspace(0, 1, 9)\nreplicas = 2");
    grows(normal, fixed + "p = 0, 1\nreplicas = 3", fixed + "p = 0, 1\nreplicas = 8");
    grows(normal, fixed + "p = 0, 1, 2\nreplicas = 3", fixed + "p = 2, 0, 1\nreplicas = 3");
    const std::string chain = "sweeps = 32\nthermalisation = 1\n";
    grows(ising, chain + "T = 2, 3\nL = 4\nupdate = heat_bath\nreplicas = 2",
          chain + "T = 2, 3\nL = 2, 4\nupdate = metropolis, heat_bath\nreplicas = 2");
    grows(ising, chain + "T = 3, 2\nL = 4\nupdate = heat_bath\nreplicas = 2",
          chain + "T = linspace(2, 3, 3)\nL = 2, 4\nupdate = metropolis, heat_bath\nreplicas = 3");
    // Another name of the axis: it is the parameter that counts.
    grows(ising, chain + "T = 2\nreplicas = 1", chain + "beta = 0.25, 0.5\nreplicas = 1");
}

TEST_F(SweepJoin, CrossesBatches) {
    Experiment wide = test::toy_eight();
    wide.fixed_axes = {{.name = "bin", .description = "bins", .values = std::vector<double>(4096)}};
    for (std::size_t i = 0; i < 4096; ++i) wide.fixed_axes[0].values[i] = static_cast<double>(i);
    wide.observables = {{.name = "x", .description = "random", .axes = {"bin"}}, {.name = "y", .description = "p"}};
    wide.run = [](const Point& point, const Context&, const RandomStream& random, const Stop&, Values& values) {
        RandomSequence sequence(random, Purpose::test);
        for (double& x : values["x"]) x = sequence.uniform();
        values.set("y", point["p"]);
    };
    const std::string few = "p = linspace(0, 1, 101)\nreplicas = 2", many = "p = linspace(0, 1, 201)\nreplicas = 3";
    ASSERT_GT(header_of(wide, many).rows(), 4 * rows_of_batch(4097));
    grows(wide, few, many);
}

TEST_F(SweepJoin, KeepsTimesAndSessionsAndShiftsThoseOfLaterFiles) {
    const Experiment experiment = test::toy_eight();
    HandmadeSweep one(experiment, "p = 0\nreplicas = 2", folder_ / "one.h5");
    HandmadeSweep two(experiment, "p = 1\nreplicas = 2", folder_ / "two.h5");
    const auto fill = [&](HandmadeSweep& sweep, std::uint32_t sessions, const std::string& name) {
        const auto blocks = sweep.compute();
        edit(sweep, [&](SweepWriter& writer) {
            for (std::uint32_t i = 0; i < sessions; ++i) {
                writer.write_session(i, {name + std::to_string(i), "", "", "", "", "", "2026", "", 1});
            }
            RowBatch batch;
            for (std::size_t r = 0; r < 2; ++r) {
                batch.blocks.insert(batch.blocks.end(), blocks[r].begin(), blocks[r].end());
                batch.checksums.push_back(row_checksum(0, r, blocks[r]));
                batch.seconds.push_back(0.25 + static_cast<double>(r));
                batch.sessions.push_back(r == 0 ? 0 : sessions - 1);
            }
            writer.write(batch);
        });
    };
    fill(one, 1000, "one");
    fill(two, 30, "two");
    const auto header = header_of(experiment, "p = 0, 1\nreplicas = 2");
    const auto taken = rebuild_sweep_file(folder_ / "all.h5", header, Paths{one.path(), two.path()});
    EXPECT_EQ(taken[0].done, 2u);
    EXPECT_EQ(taken[1].done, 2u);
    const SweepReader all(folder_ / "all.h5");
    EXPECT_EQ(all.read_seconds(0, 4), (std::vector<double>{0.25, 1.25, 0.25, 1.25}));
    const auto sessions = all.sessions();
    ASSERT_EQ(sessions.size(), 1024u);
    EXPECT_EQ(sessions[999].command_line, "one999");
    EXPECT_EQ(sessions[1000].command_line, "two0");
    // The last six of the second file have no room; 1024 stands for them.
    EXPECT_EQ(all.read_session_numbers(0, 4), (std::vector<std::uint32_t>{0, 999, 1000, 1024}));
}

TEST_F(SweepJoin, TakesWhatVerifiesAndFailuresWithTheirMessages) {
    const Experiment experiment = test::toy_normal();
    HandmadeSweep old(experiment, "p = 1, 2\nreplicas = 3", folder_ / "old.h5");
    old.compute([](std::size_t p, std::size_t r) { return p == 0 || r == 0; });
    old.fail(1, 1);
    edit(old, [](SweepWriter& writer) { writer.write_failure(5, {1, 1, "no luck"}); });
    old.tear(0, 2, "cosine");
    const auto taken =
        rebuild_sweep_file(folder_ / "new.h5", header_of(experiment, "p = 0, 1, 2\nreplicas = 4"), Paths{old.path()});
    EXPECT_EQ(taken[0].done, 3u);
    EXPECT_EQ(taken[0].failed, 1u);
    EXPECT_EQ(taken[0].torn, 1u);
    EXPECT_EQ(takeover_text(taken[0]),
              "4 replicas from " + old.path().string() + " (1 of them failed; 1 damaged ones left out)");
    const auto states = states_of(folder_ / "new.h5");
    const auto none = RowState::absent, done = RowState::done;
    EXPECT_EQ(states,
              (std::vector<RowState>{none, none, none, none, done, done, none, none, done, RowState::failed, none, none}));
    const SweepReader reader(folder_ / "new.h5");
    for (const double value : reader.read_rows(6, 1)) EXPECT_TRUE(std::isnan(value));
    const auto failures = reader.failures();
    ASSERT_EQ(failures.size(), 1u);
    EXPECT_EQ(failures[0].point, 2u);
    EXPECT_EQ(failures[0].replica, 1u);
    EXPECT_EQ(failures[0].message, "no luck");
}

TEST_F(SweepJoin, ADoneReplicaWinsOverAFailedOne) {
    const Experiment experiment = test::toy_normal();
    HandmadeSweep failed(experiment, "p = 1\nreplicas = 1", folder_ / "failed.h5");
    HandmadeSweep done(experiment, "p = 1\nreplicas = 1", folder_ / "done.h5");
    failed.fail(0, 0);
    done.compute();
    for (const Paths& order : {Paths{failed.path(), done.path()}, Paths{done.path(), failed.path()}}) {
        const auto taken = rebuild_sweep_file(folder_ / "all.h5", done.header(), order);
        EXPECT_TRUE(sweep_bytes(folder_ / "all.h5") == sweep_bytes(done.path()));
        EXPECT_EQ(taken[0].failed + taken[1].failed, 0u);
        EXPECT_EQ(taken[0].done + taken[1].done, 1u);
        EXPECT_TRUE(SweepReader(folder_ / "all.h5").failures().empty());
    }
}

TEST_F(SweepJoin, RefusesTwoVersionsOfOneReplica) {
    const Experiment experiment = test::toy_normal();
    Experiment other = experiment;
    other.run = [&](const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                    Values& values) {
        experiment.compute(point, context, random, stop, values);
        if (random.replica() == 1) values.set("x", std::nextafter(values["x"][0], 1e9));
    };
    HandmadeSweep one(experiment, "p = 0, 3\nreplicas = 2", folder_ / "one.h5");
    HandmadeSweep two(other, "p = 3\nreplicas = 2", folder_ / "two.h5");
    one.compute();
    two.compute();
    const auto before = listing();
    const std::string message = refusal([&] {
        return rebuild_sweep_file(folder_ / "all.h5", one.header(), Paths{one.path(), two.path()});
    });
    EXPECT_NE(message.find("one.h5 and "), std::string::npos) << message;
    EXPECT_NE(message.find("two.h5 hold different numbers for p = 3, replica 1"), std::string::npos) << message;
    EXPECT_EQ(listing(), before);
}

TEST_F(SweepJoin, RefusesAnotherJob) {
    const Experiment experiment = test::toy_normal();
    HandmadeSweep old(experiment, "p = 1\nsamples = 10", folder_ / "old.h5");
    const auto refused = [&](const std::string& job) {
        return refusal([&] { return rebuild_sweep_file(folder_ / "n.h5", header_of(experiment, job), Paths{old.path()}); });
    };
    EXPECT_NE(refused("p = 1\nsamples = 11").find("samples is 10 in "), std::string::npos);
    EXPECT_NE(refused("p = 1\nsamples = 10\nseed = 2").find("seed is 1 in "), std::string::npos);
    EXPECT_NE(refused("p = 1\nsamples = 10\ns = 0, 0.5").find("the number of values of s is 3"), std::string::npos);
    EXPECT_EQ(listing(), std::vector<std::string>{"old.h5"});
}

TEST_F(SweepJoin, KnowsWhatWouldBeLost) {
    const Experiment experiment = test::toy_normal();
    HandmadeSweep old(experiment, "p = 1, 2, 3\nreplicas = 3", folder_ / "old.h5");
    old.compute([](std::size_t p, std::size_t r) { return p + r != 2; });
    const SweepReader reader(old.path());
    const auto loss = [&](const std::string& job) { return loss_of(reader, header_of(experiment, job)); };
    EXPECT_EQ(loss("p = 0, 1, 2, 3\nreplicas = 3").replicas, 0u);
    EXPECT_EQ(loss("p = 1, 2\nreplicas = 3").replicas, 2u);
    EXPECT_EQ(loss("p = 1, 2\nreplicas = 3").first, "p = 3, replica 1");
    EXPECT_EQ(loss("p = 1, 2, 3\nreplicas = 2").replicas, 2u);
    EXPECT_EQ(loss("p = 1, 2, 3\nreplicas = 2").first, "p = 2, replica 2");
}

TEST_F(SweepJoin, StopsAndLeavesTheOldFile) {
    const Experiment experiment = test::toy_normal();
    HandmadeSweep old(experiment, "p = 1\nreplicas = 3", folder_ / "old.h5");
    old.compute();
    const auto before = sweep_bytes(old.path());
    const std::atomic<bool> now{true};
    const auto header = header_of(experiment, "p = 1, 2\nreplicas = 3");
    EXPECT_THROW(rebuild_sweep_file(old.path(), header, Paths{old.path()}, Stop(&now)), Stopped);
    EXPECT_THROW(create_sweep_file(folder_ / "new.h5", header, Stop(&now)), Stopped);
    EXPECT_EQ(listing(), std::vector<std::string>{"old.h5"});
    EXPECT_TRUE(sweep_bytes(old.path()) == before);
}

/// ln N is rounded to whole N, so that two values of the axis can be the same point.
TEST_F(SweepJoin, ManagesPointsThatAreEqual) {
    Experiment experiment = test::toy_eight();
    experiment.parameters = {
        {.name = "p",
         .description = "whole",
         .kind = Kind::integer,
         .default_value = "1",
         .alternatives = {{"ln_p", "1", "ln p", {}, [](double x, const Point&) { return std::exp(x); }}}}};
    const std::string job = "ln_p = 1.0, 1.01, 2\nreplicas = 2";
    ASSERT_EQ(Points(header_of(experiment, job))[0]["p"], Points(header_of(experiment, job))[1]["p"]);
    HandmadeSweep old(experiment, job, folder_ / "old.h5");
    old.compute([](std::size_t p, std::size_t r) { return (p == 0 && r == 0) || (p == 1 && r == 1); });
    // Whatever either of them holds is taken for both.
    rebuild_sweep_file(folder_ / "new.h5", header_of(experiment, "ln_p = 1.01, 1.0\nreplicas = 2"), Paths{old.path()});
    EXPECT_EQ(states_of(folder_ / "new.h5"), std::vector<RowState>(4, RowState::done));
    EXPECT_EQ(loss_of(SweepReader(old.path()), header_of(experiment, "p = 3\nreplicas = 2")).replicas, 0u);
}

TEST_F(SweepJoin, ComparesWordsByTextAndNaNAsEqual) {
    Experiment before = test::toy_ising();
    HandmadeSweep old(before, "T = 2\nL = 2\nupdate = metropolis, heat_bath\nsweeps = 32\nreplicas = 1", folder_ / "old.h5");
    old.compute();
    Experiment after = before;
    for (auto& parameter : after.parameters) {
        if (parameter.name == "update") parameter.words = {"cluster", "heat_bath", "metropolis"};
    }
    auto header = header_of(after, "T = 2\nL = 2\nupdate = metropolis\nsweeps = 32\nreplicas = 1");
    rebuild_sweep_file(folder_ / "new.h5", header, Paths{old.path()});
    const SweepReader one(old.path()), other(folder_ / "new.h5");
    EXPECT_EQ(Points(other.header())[0].word("update"), "metropolis");
    EXPECT_EQ(other.states(0, 1, true)[0], RowState::done);
    EXPECT_EQ(std::memcmp(one.read_rows(0, 1).data(), other.read_rows(0, 1).data(), 8 * one.layout().size()), 0);

    SweepHeader nan = old.header();
    nan.point_values[0].values = {std::nan("1"), std::nan("2")};
    EXPECT_TRUE(RowMap(nan, nan).contains(0));
    EXPECT_FALSE(RowMap(old.header(), nan).contains(0));
    EXPECT_TRUE(same_value(std::nan("1"), -std::nan("")));
    EXPECT_FALSE(same_value(0.0, -0.0));
}

TEST_F(SweepJoin, ScaledAxesMustMeetToo) {
    const Experiment experiment = test::toy_normal();
    const auto header = header_of(experiment, "p = 1, 2\nreplicas = 1");
    SweepHeader other = header;
    ASSERT_EQ(other.point_values[1].name, "u");
    other.point_values[1].values[5] += 1e-9;  // of the second point
    EXPECT_TRUE(RowMap(other, header).contains(0));
    EXPECT_FALSE(RowMap(other, header).contains(1));
}

}  // namespace
}  // namespace gdm
