/// gdm-status: known numbers of handmade files, and the program as a user sees it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <thread>

#include "gdm/status/census.hpp"
#include "gdm/status/estimate.hpp"
#include "status_render.hpp"
#include "support/process.hpp"
#include "support/sweep_fixture.hpp"
#include "support/test_experiments.hpp"

namespace gdm {
namespace {

using test::run;

/// 4 points × 5 replicas of toy_throw. Run 0: 100 s on 2 ranks, which computed points 0 and 1, busy 50 s and 80 s. Run 1,
/// killed, on 3 ranks: rank 2 did two replicas of point 2 in 20 s each; three replicas failed at once. Five are missing.
class HandmadeStatus : public testing::Test {
  protected:
    HandmadeStatus() : sweep_(test::toy_throw(), "p = 0, 1, 2, 3\nreplicas = 5\nbad_replica = -1\n", directory_ / "a.h5") {
        sweep_.compute([](std::size_t p, std::size_t r) { return p < 2 || (p == 2 && r < 2); });
        sweep_.set_session(0, session("2026-01-01T00:00:00Z", "2026-01-01T00:01:40Z", 2));
        sweep_.set_session(1, session("2026-01-01T01:00:00Z", "", 3));
        for (std::size_t r = 0; r < 5; ++r) {
            sweep_.set_status(0, r, 10, 0, 0);
            sweep_.set_status(1, r, 16, 0, 1);
            if (r < 2) sweep_.set_status(2, r, 20, 1, 2);
        }
        fail(0, 2, 3, "no root below 1.5");
        fail(1, 3, 0, "he said \"no\"\n");
        fail(2, 2, 2, "no root below 2e-05");
    }
    static SessionRecord session(const std::string& start, const std::string& end, std::uint64_t ranks) {
        return {"gdm-sweep --p \"0, 1\"", "node7", "v", "AVX2", "MPI", "HDF5", start, end, ranks};
    }
    void fail(std::size_t slot, std::size_t point, std::size_t replica, const std::string& message) {
        sweep_.fail(point, replica);
        sweep_.set_status(point, replica, 0, 1, 0);
        sweep_.set_failure(slot, {point, replica, message});
    }
    Census census() const { return take_census(sweep_.path(), true, test::test_experiments()); }
    test::ProcessResult status(const std::vector<std::string>& options = {}) const {
        std::vector<std::string> command{GDM_STATUS, sweep_.path()};
        command.insert(command.end(), options.begin(), options.end());
        return run(command);
    }

    test::TemporaryDirectory directory_;
    test::HandmadeSweep sweep_;
};

void expect_phrases(const std::string& text, const std::vector<std::string>& phrases) {
    for (const auto& phrase : phrases) EXPECT_NE(text.find(phrase), std::string::npos) << phrase << "\n" << text;
}

bool has_control_characters(const std::string& text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7F; });
}

TEST_F(HandmadeStatus, CountsReplicasAndTime) {
    const Census found = census();
    EXPECT_EQ(found.wanted, 20u);
    EXPECT_EQ(found.done, 12u);
    EXPECT_EQ(found.failed, 3u);
    EXPECT_EQ(found.missing, 5u);
    EXPECT_EQ(found.seconds, 170);
    EXPECT_EQ(found.longest, 20);
    EXPECT_EQ(found.state(), Census::State::resumable);
    EXPECT_EQ(found.slowest_points(2), (std::vector<std::size_t>{2, 1}));
    EXPECT_EQ(found.points[1].mean(), 16.0);
    EXPECT_FALSE(found.points[3].mean());
}

TEST_F(HandmadeStatus, TellsHowBusyRanksWere) {
    const Census found = census();
    ASSERT_EQ(found.sessions.size(), 2u);
    const auto use = found.sessions[0].utilisation();
    ASSERT_TRUE(use);
    EXPECT_EQ(use->least, 0.5);
    EXPECT_EQ(use->mean, 0.65);
    EXPECT_EQ(use->most, 0.8);
    EXPECT_EQ(Census::idlest_ranks(found.sessions[0], 5), (std::vector<std::size_t>{0, 1}));
    // When the killed run ended is unknown; it lasted no less than the 40 s of its busiest rank.
    EXPECT_EQ(found.sessions[1].state, SessionCensus::State::killed);
    EXPECT_FALSE(found.sessions[1].utilisation());
    EXPECT_TRUE(found.allotted_is_bound());
    EXPECT_EQ(found.allotted(), 2 * 100 + 3 * 40);
    EXPECT_EQ(found.efficiency(), 0.65);
}

// Point 2 lacks a replica of 20 s; point 3 has none done and takes its neighbour's time.
TEST_F(HandmadeStatus, EstimatesWhatIsLeft) {
    const Census found = census();
    EXPECT_EQ(found.seconds_left, 20 + 4 * 20);
    EXPECT_EQ(found.points_estimated, 1u);
    EXPECT_EQ(found.time_left(), 100.0 / 3);
}

TEST_F(HandmadeStatus, CountsFailuresThatSayTheSameTogether) {
    const Census found = census();
    ASSERT_EQ(found.failures.size(), 2u);
    EXPECT_EQ(found.failures[0].count, 2u);
    EXPECT_EQ(found.failures[0].example.message, "no root below 1.5");
    EXPECT_EQ(found.failures[1].count, 1u);
    const auto groups = grouped({{0, 0, "x = -1.5e+300 at step 3"}, {1, 0, "x = 7 at step 12"}, {2, 0, "y = 7 at step 12"}});
    ASSERT_EQ(groups.size(), 2u);
    EXPECT_EQ(groups[1].example.point, 2u);
}

TEST_F(HandmadeStatus, ShowsABlockThatFitsATerminal) {
    const auto result = status();
    EXPECT_EQ(result.code, 75);
    expect_phrases(result.output,
                   {"replicas   12 of 20 done (60.0 %), 3 failed", "points     2 of 4 complete, 2 begun",
                    "computed   170 core-seconds; a replica 11 s on average, 20 s at most",
                    "allotted   at least 320 core-seconds in 2 runs, 65 % spent computing",
                    "last run   2026-01-01T01:00:00Z on node7, 3 ranks, killed",
                    "left       about 100 core-seconds, 33 s on 3 ranks as in the last run",
                    "(1 point with nothing done: guessed from neighbours in the grid)",
                    "failed     2 × no root below 1.5\n           for example at p = 2, replica 3", "state      resumable"});
    EXPECT_LE(std::count(result.output.begin(), result.output.end(), '\n'), 24);
    expect_phrases(status({"--points", "1"}).output, {"20 s           20 s         2 of 5   p = 2\n"});
    expect_phrases(status({"--ranks", "1"}).output,
                   {"50 %   65 %   80 %", "end unknown", "idlest ranks of run 0", "       0   50.0 %            5\n"});
    EXPECT_EQ(status({"--ranks", "1"}).output.find("       1   80.0 %"), std::string::npos);
    expect_phrases(status({"--failures"}).output, {"at p = 3, replica 0 (point 3)"});
}

TEST_F(HandmadeStatus, NamesWhatShowsAFailureThatItCuts) {
    const std::string hint = "--failures shows the whole of what is cut";
    EXPECT_EQ(status().output.find(hint), std::string::npos);
    const std::string longest(100, 'y');
    sweep_.set_failure(0, {2, 3, longest});
    const std::string cut = status().output, whole = status({"--failures"}).output;
    expect_phrases(cut, {"yyy…\n", hint});
    expect_phrases(whole, {longest});
    EXPECT_EQ(whole.find(hint), std::string::npos);
}

TEST_F(HandmadeStatus, IsReadByProgramsToo) {
    const std::string script = R"(
import json, subprocess, sys
ran = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)
assert ran.returncode == 2, ran
def refuse(name): raise ValueError(name)  # NaN, Infinity are no JSON
document = json.loads(ran.stdout.decode(), parse_constant=refuse)
assert document['format'] == 'gdm-status' and document['format_version'] == 1 and document['exit_code'] == 2
sweep, missing = document['sweeps']
assert missing['exit_code'] == 2 and 'not a sweep file' in missing['error'], missing
assert sweep['replicas'] == {'wanted': 20, 'done': 12, 'failed': 3, 'damaged': 0, 'missing': 5}
assert sweep['state'] == 'resumable' and sweep['exit_code'] == 75 and sweep['rate'] is None
assert sweep['core_hours'] == {'computing': 170 / 3600, 'allotted': 320 / 3600, 'allotted_is_lower_bound': True,
                               'efficiency': 0.65, 'left': 100 / 3600}
assert sweep['time_left'] == {'seconds': 100 / 3, 'ranks': 3, 'points_guessed': 1}
assert [f['count'] for f in sweep['failures']] == [2, 1]
assert sweep['failures'][0]['parameters'] == {'p': 2} and sweep['failures'][0]['replica'] == 3
assert sweep['failures'][1]['message'] == 'he said "no"\n'
assert sweep['runs'][0]['utilisation'] == {'least': 0.5, 'mean': 0.65, 'most': 0.8}
assert sweep['runs'][1]['utilisation'] == {'least': None, 'mean': None, 'most': None}
assert sweep['runs'][0]['command_line'] == 'gdm-sweep --p "0, 1"'
assert [p['parameters']['p'] for p in sweep['slowest_points']] == [2, 1, 0]
assert sweep['idlest_ranks'] == [{'run': 0, 'rank': 0, 'utilisation': 0.5, 'replicas': 5}]
help = subprocess.run([sys.argv[1], '--help', 'all'], stdout=subprocess.PIPE).stdout.decode()
def names(value):
    if isinstance(value, dict):
        for key in value:
            if key != 'p': yield key
            yield from names(value[key])
    elif isinstance(value, list):
        for one in value: yield from names(one)
for name in names(document): assert name in help, name
print('understood')
)";
    const auto other = directory_ / "other.h5";
    { const hdf5::File file(H5Fcreate(other.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)); }
    const auto result =
        run({PYTHON, "-c", script, GDM_STATUS, "--json", sweep_.path(), other, "--points", "9", "--ranks", "1"});
    EXPECT_EQ(result.output, "understood\n");
}

TEST_F(HandmadeStatus, OfAFileBegunBeforeRanksWereRecorded) {
    sweep_.forget_ranks();
    const Census found = census();
    const auto use = found.sessions[0].utilisation();
    ASSERT_TRUE(use);
    EXPECT_EQ(use->mean, 0.65);
    EXPECT_FALSE(use->least);
    EXPECT_FALSE(found.sessions[0].tells_ranks());
    expect_phrases(status({"--ranks"}).output, {"     ?   65 %      ?", "idlest ranks: not known"});
}

TEST_F(HandmadeStatus, OfSeveralFilesIsALineEachAndTheWorstCode) {
    const std::string file = sweep_.path(), missing = directory_ / "missing.h5";
    const auto two = run({GDM_STATUS, file, file});
    EXPECT_EQ(two.code, 75);
    EXPECT_EQ(std::count(two.output.begin(), two.output.end(), '\n'), 3);
    expect_phrases(two.output, {"a.h5: resumable, 60.0 %, 12 of 20 replicas, 3 failed, 33 s left",
                                "2 files: 0 complete, 0 running; 24 of 40 replicas, 6 failed"});
    const auto with_missing = run({GDM_STATUS, missing, file});
    EXPECT_EQ(with_missing.code, 2);
    expect_phrases(with_missing.output, {"missing.h5: no such file", "a.h5: resumable"});
}

TEST_F(HandmadeStatus, RefusesOptionsThatMakeNoSense) {
    for (const auto& options : std::vector<std::vector<std::string>>{
             {"--points"}, {"--points", "0"}, {"--points", "x"}, {"--watch=0"}, {"--watch", "--json"}, {"--ranks=-1"}}) {
        const auto result = status(options);
        EXPECT_EQ(result.code, 2) << result.output;
        EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
    }
}

// toy_slow's cost grows tenfold with each p: of the four points only the dearest is done, in 8 s.
TEST(Census, ScalesNeighboursByTheExperimentsCosts) {
    const test::TemporaryDirectory directory;
    test::HandmadeSweep sweep(test::toy_slow(), "p = 0, 1, 2, 3\nreplicas = 1\n", directory / "a.h5");
    sweep.compute([](std::size_t p, std::size_t) { return p == 3; });
    sweep.set_status(3, 0, 8, 0, 0);
    EXPECT_NEAR(take_census(sweep.path(), false, test::test_experiments()).seconds_left.value(), 0.888, 1e-12);
    // Of an experiment that is not known all points count alike.
    const Census unknown = take_census(sweep.path(), false, {});
    EXPECT_EQ(unknown.seconds_left, 24);
    EXPECT_EQ(unknown.longest_left, 8);
    EXPECT_FALSE(unknown.time_left());  // no run is recorded
}

TEST(SessionCensus, SaysNothingThatItCannotKnow) {
    SessionCensus session;
    session.record.ranks = 2;
    session.ranks = {{10, 30}, {10, 50}};
    session.replicas = 20;
    session.busy = 80;
    session.wall = 100;
    EXPECT_EQ(session.utilisation()->mean, 0.4);
    session.wall = 2;  // of which one may be rounding
    EXPECT_FALSE(session.utilisation());
    session.wall = 100;
    session.state = SessionCensus::State::running;
    EXPECT_TRUE(session.utilisation());
    session.replicas = 4;  // of 20 s: what is in work may be a fifth of the time
    EXPECT_FALSE(session.utilisation());
}

TEST(Estimate, FillsAGridFromItsNeighbours) {
    const double none = NAN;
    const auto filled = [](std::vector<double> values, std::vector<std::size_t> places, std::vector<std::size_t> shape) {
        fill_from_neighbours(values, places, shape);
        return values;
    };
    EXPECT_EQ(filled({1, none, none, none, 9}, {0, 1, 2, 3, 4}, {5}), (std::vector<double>{1, 1, 5, 9, 9}));
    EXPECT_EQ(filled({1, none, 3, none, none, none}, {0, 1, 2, 3, 4, 5}, {2, 3}), (std::vector<double>{1, 2, 3, 1, 2, 3}));
    // Over places that hold no point.
    EXPECT_EQ(filled({4, none}, {0, 7}, {2, 4}), (std::vector<double>{4, 4}));
    EXPECT_TRUE(std::isnan(filled({none, none}, {0, 1}, {2})[0]));
}

TEST(Status, WatchesUntilTheSweepEnds) {
    const test::TemporaryDirectory directory;
    const auto file = directory / "a.h5", gate = directory / "gate", lines = directory / "lines";
    test::Process sweep({TOY_SWEEP, "--experiment", "toy_event", "--p", "0, 1", "--replicas", "600", "-o", file},
                        {"TOY_WAIT=1 " + gate.string()});
    ASSERT_TRUE(test::wait_for(sweep, [&] { return std::filesystem::exists(file); }));
    test::Process watch({"bash", "-c", "exec \"$@\" | tee " + lines.string() + "; exit ${PIPESTATUS[0]}", "bash", GDM_STATUS,
                         "--watch", "0.2", file});
    // It goes on once two looks have been told.
    ASSERT_TRUE(test::wait_for(watch, [&] {
        std::ifstream told(lines);
        return std::count(std::istreambuf_iterator<char>(told), {}, '\n') >= 2;
    }));
    std::ofstream(gate) << "open";
    const auto watched = watch.wait();
    EXPECT_EQ(watched.code, 0) << watched.output;
    EXPECT_EQ(sweep.wait().code, 0);
    EXPECT_GE(std::count(watched.output.begin(), watched.output.end(), '\n'), 3) << watched.output;
    expect_phrases(watched.output, {": running, ", ": complete, 100 %, 1200 of 1200 replicas\n"});
    EXPECT_FALSE(has_control_characters(watched.output)) << watched.output;
    // Ranks are recorded, and the file verifies.
    const SweepReader reader(file);
    for (const std::uint32_t rank : reader.read_ranks(0, 1200)) EXPECT_EQ(rank, 0u);
    EXPECT_EQ(run({GDM_STATUS, file, "--verify"}).code, 0);
}

}  // namespace
}  // namespace gdm
