/// A hundred kills −9 and more at random moments: of a rank, of mpirun, of everything; while the file is created, written,
/// resumed, grown and closed; on one node and on three. Every kill that counts is shown to have hit its phase. Afterwards
/// the file opens for this program, for h5dump and for h5py, every row done is that of an undisturbed sweep bit for bit,
/// nothing is lost but what was still to be written, and the sweep continues to the same bytes.
///
///     GDM_KILLS=300 build/release/tests/runner_campaign_test [--gtest_filter=*Creation]
///
/// GDM_KILLS: how many kills have to hit, of all phases together (100); GDM_KILL_SEED: of the moments and victims.

#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/sweep_file.hpp"
#include "support/kill.hpp"
#include "support/test_experiments.hpp"

namespace gdm {
namespace {

using namespace std::chrono_literals;
using std::filesystem::exists;
using std::filesystem::path;
using test::Row;
using test::Victim;
using Words = std::vector<std::string>;

constexpr int phases = 5;
/// A finished replica waits at most this long to be written (SweepOptions::flush_interval), then until the next replica is
/// finished and for the writing itself, on a machine that may be busy.
constexpr double flush_interval = 1, allowance = 0.25;

struct Node {
    const char* name;
    int ranks;
    Words environment;
};
const Node nodes[] = {{"1 node x 2", 2, {}}, {"3 nodes x 1", 3, {"GDM_RANKS_PER_NODE=1"}}};
const std::pair<const char*, Victim> victims[] = {
    {"one rank", Victim::one_rank}, {"mpirun", Victim::mpirun_alone}, {"everything", Victim::everything}};

/// What became of the kills of one phase, layout and victim.
struct Tally {
    int tried = 0, hit = 0;
    int unreadable = 0;
    std::size_t wrong = 0, lost = 0;
    int other_bytes = 0;  ///< continued sweeps that did not end as an undisturbed one
    double oldest = 0;    ///< s before the kill: when the oldest of the rows was finished that were still to be written

    Tally& operator+=(const Tally& more) {
        tried += more.tried, hit += more.hit, unreadable += more.unreadable, wrong += more.wrong, lost += more.lost;
        other_bytes += more.other_bytes;
        oldest = std::max(oldest, more.oldest);
        return *this;
    }
    void print(const std::string& name) const {
        std::printf("%-36s %6d %6d %11d %6zu %6zu %12d %9.2f s\n", name.c_str(), tried, hit, unreadable, wrong, lost,
                    other_bytes, oldest);
    }
};

double now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

long setting(const char* name, long missing) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::atol(text) : missing;
}

std::size_t points_of(const path& file) { return SweepReader(file).header().points; }

class Campaign : public testing::Test {
  protected:
    /// A way to be killed: what is started, on what, and how it is seen to be in the phase.
    struct Phase {
        const char* name;
        Words command;
        Words environment;
        std::function<void()> prepare;  ///< makes the file that the sweep finds, or none
        std::function<bool()> begun;    ///< the moment is chosen at random from when this is first true
        double window;                  ///< s after it
        std::function<bool()> within;   ///< looked at just before and after the kill
        path reference;
        path earlier = {};  ///< growth: what the file holds before it
    };

    static void SetUpTestSuite() {
        const auto seed = static_cast<unsigned>(setting("GDM_KILL_SEED", std::random_device{}()));
        random_.seed(seed);
        std::printf("GDM_KILL_SEED=%u\n", seed);
    }
    static void TearDownTestSuite() {
        std::printf("\n%-36s %6s %6s %11s %6s %6s %12s %11s\n", "phase, nodes x ranks, victim", "kills", "hit", "unreadable",
                    "wrong", "lost", "other bytes", "unwritten");
        Tally all;
        for (const auto& [name, tally] : tallies_) {
            tally.print(name);
            all += tally;
        }
        all.print("all");
        std::printf(
            "wrong, lost: rows. unwritten: age of the oldest row finished, but not yet written when it was killed.\n");
        tallies_.clear();
    }

    Words with_output(Words command, const path& file) const {
        command.insert(command.end(), {"-o", file.string()});
        return command;
    }
    static Words toy(const std::string& p, const std::string& replicas, const std::string& i,
                     const std::string& microseconds) {
        return {
            TOY_SWEEP, "--experiment",         "toy_spin",       "--p",       "arange(0, " + p + ")", "--replicas", replicas,
            "--i",     "arange(0, " + i + ")", "--microseconds", microseconds};
    }
    /// 16 s of processor time in rows of 2 ms, of which a chunk takes more than the flush interval.
    static Words long_job() { return toy("100", "80", "64", "2000"); }
    /// 24 MB, so that to create, to copy and to close the file takes a while.
    static Words large_job() { return toy("50", "30", "2000", "0"); }
    static Words larger_job() { return toy("60", "40", "2000", "0"); }

    path undisturbed(const Words& command, const std::string& name) {
        const path file = directory_ / name;
        const auto result = test::run(with_output(command, file), {"TOY_AT_ONCE=1"});
        EXPECT_EQ(result.code, 0) << result.output;
        return file;
    }
    bool half_made() const { return exists(file_.string() + ".tmp"); }
    /// How long `during` holds in an undisturbed run.
    double duration(const Words& command, const std::function<bool()>& during) {
        test::Process sweep(test::mpirun(2, with_output(command, file_)));
        while (sweep.running() && !during()) std::this_thread::sleep_for(200us);
        const double start = now();
        while (sweep.running() && during()) std::this_thread::sleep_for(200us);
        const double seconds = now() - start;
        EXPECT_EQ(sweep.wait().code, 0);
        return seconds;
    }
    /// The last run's record: begun, but not ended.
    bool session_open(std::size_t number) const {
        const auto sessions = SweepReader(file_).sessions();
        return sessions.size() == number && sessions.back().end.empty();
    }

    void run(const Phase& phase) {
        const int wanted = static_cast<int>((setting("GDM_KILLS", 100) + phases * 6 - 1) / (phases * 6));
        for (const Node& node : nodes) {
            for (const auto& [victim_name, victim] : victims) {
                Tally tally;
                while (tally.hit < wanted && tally.tried < 10 + 6 * wanted) attempt(phase, node, victim, tally);
                const std::string name = std::string(phase.name) + ", " + node.name + ", " + victim_name;
                EXPECT_GE(tally.hit, wanted) << name;
                EXPECT_EQ(tally.unreadable, 0) << name;
                EXPECT_EQ(tally.wrong, 0u) << name;
                EXPECT_EQ(tally.lost, 0u) << name;
                EXPECT_EQ(tally.other_bytes, 0) << name;
                tallies_.emplace_back(name, tally);
            }
        }
    }

    void attempt(const Phase& phase, const Node& node, Victim victim, Tally& tally) {
        phase.prepare();
        std::filesystem::remove(log_);
        Words environment = phase.environment;
        environment.insert(environment.end(), node.environment.begin(), node.environment.end());
        environment.push_back("TOY_LOG=" + log_.string());
        test::Process sweep(test::mpirun(node.ranks, with_output(phase.command, file_)), environment);
        while (sweep.running() && !phase.begun()) std::this_thread::sleep_for(200us);
        std::this_thread::sleep_for(
            std::chrono::duration<double>(std::uniform_real_distribution(0., phase.window)(random_)));
        const auto before = test::rows_done(file_);
        bool hit = phase.within() && sweep.running();
        const double time = now();
        test::strike(sweep, victim, random_);
        // The others live a moment longer than one rank or mpirun; when everything is dead, nothing changes any more.
        if (victim != Victim::everything) hit = hit && phase.within();
        static_cast<void>(sweep.wait());
        ASSERT_TRUE(test::wait_until_free(file_));
        if (victim == Victim::everything) hit = hit && phase.within();
        ++tally.tried;
        if (hit) ++tally.hit;
        examine(phase, before, time, tally);
    }

    void examine(const Phase& phase, const std::set<Row>& before, double time, Tally& tally) {
        const path continued = directory_ / "continued.h5";
        std::filesystem::remove(continued);
        if (exists(file_)) {
            std::filesystem::copy_file(file_, continued);
            try {
                const bool grown = phase.earlier.empty() || points_of(file_) == points_of(phase.reference);
                const path& reference = grown ? phase.reference : phase.earlier;
                const auto found = test::compare_rows(file_, reference);
                tally.wrong += found.wrong;
                for (const Row& row : before) tally.lost += found.done.count(row) == 0 ? 1 : 0;
                count_unwritten(found.done, before, time, tally);
                read_independently(reference, found.done.size(), tally);
            } catch (const Error& error) {
                ADD_FAILURE() << phase.name << ": " << error.what();
                ++tally.unreadable;
            }
        } else {
            tally.lost += before.size();
            // What a killed creation leaves beside the name does not stand in the way.
            if (half_made()) std::filesystem::copy_file(file_.string() + ".tmp", continued.string() + ".tmp");
        }
        const auto result = test::run(with_output(phase.command, continued), {"TOY_AT_ONCE=1"});
        const auto whole = [&] {
            const auto found = test::compare_rows(continued, phase.reference);
            return found.wrong == 0 && found.done.size() == SweepReader(phase.reference).header().rows();
        };
        if (result.code != 0 || exists(continued.string() + ".tmp") || !whole()) {
            ++tally.other_bytes;
            ADD_FAILURE() << phase.name << " continued: code " << result.code << "\n" << result.output;
        }
    }

    /// By the log that the replicas themselves keep: what was finished longer ago than the flush interval is in the file.
    void count_unwritten(const std::set<Row>& done, const std::set<Row>& before, double time, Tally& tally) const {
        std::ifstream log(log_, std::ios::binary);
        for (test::FinishedReplica record{}; log.read(reinterpret_cast<char*>(&record), sizeof record);) {
            const Row row{static_cast<std::size_t>(record.p), record.replica};
            if (done.count(row) != 0 || before.count(row) != 0) continue;
            const double age = time - record.time;
            tally.oldest = std::max(tally.oldest, age);
            if (age > flush_interval + allowance) ++tally.lost;
        }
    }

    /// With tools that know nothing of this program but the format of its file.
    void read_independently(const path& reference, std::size_t done, Tally& tally) {
        const auto dump = test::run({"h5dump", "-d", "/status/checksum", "-o", "/dev/null", file_});
        const auto read = test::run({GDM_PYTHON, INDEPENDENT_READER, reference, file_});
        std::size_t done_there = 0, wrong = 0;
        std::istringstream(read.output) >> done_there >> wrong;
        if (dump.code != 0 || read.code != 0) {
            ++tally.unreadable;
            ADD_FAILURE() << dump.output << read.output;
        }
        EXPECT_EQ(done_there, done) << read.output;
        tally.wrong += wrong;
    }

    static std::mt19937 random_;
    static std::vector<std::pair<std::string, Tally>> tallies_;
    test::TemporaryDirectory directory_;
    const path file_ = directory_ / "sweep.h5";
    const path log_ = directory_ / "finished";
};

std::mt19937 Campaign::random_;
std::vector<std::pair<std::string, Tally>> Campaign::tallies_;

TEST_F(Campaign, Creation) {
    const auto within = [&] { return half_made() && !exists(file_); };
    const double window = duration(large_job(), within);
    run({.name = "creation",
         .command = large_job(),
         .environment = {},
         .prepare = [&] { std::filesystem::remove(file_), std::filesystem::remove(file_.string() + ".tmp"); },
         .begun = [&] { return half_made(); },
         .window = window,
         .within = within,
         .reference = undisturbed(large_job(), "reference.h5")});
}

TEST_F(Campaign, Writing) {
    run({.name = "writing",
         .command = long_job(),
         .environment = {},
         .prepare = [&] { std::filesystem::remove(file_); },
         .begun = [&] { return exists(log_); },
         .window = 3,
         // A replica was finished by the log, the first run is on record without an end, and rows are missing.
         .within = [&] { return exists(log_) && session_open(1) && test::rows_done(file_).size() < 8000; },
         .reference = undisturbed(long_job(), "reference.h5")});
}

TEST_F(Campaign, Resume) {
    const path part = directory_ / "part.h5";
    auto limited = test::mpirun(2, with_output(long_job(), part));
    limited.insert(limited.end(), {"--time-limit", "1"});
    ASSERT_EQ(test::run(limited).code, 75);
    std::size_t sessions = 0;
    const auto partial = [&] {
        const auto done = test::rows_done(file_).size();
        return done > 0 && done < 8000;
    };
    run({.name = "resume",
         .command = long_job(),
         .environment = {},
         // Mostly what the kill before has left.
         .prepare =
             [&] {
                 if (!exists(file_) || !partial()) {
                     std::filesystem::copy_file(part, file_, std::filesystem::copy_options::overwrite_existing);
                 }
                 sessions = SweepReader(file_).sessions().size();
             },
         .begun = [&] { return FileLock::is_held(file_); },
         .window = 1.5,
         // Rows are there and rows are missing; the new run is not on record yet, or without an end.
         .within =
             [&] { return partial() && (SweepReader(file_).sessions().size() == sessions || session_open(sessions + 1)); },
         .reference = undisturbed(long_job(), "reference.h5")});
}

TEST_F(Campaign, Growth) {
    if (test::run({TOY_SWEEP, "--help"}).output.find("--grow") == std::string::npos)
        GTEST_SKIP() << "this build has no --grow";
    auto command = larger_job();
    command.push_back("--grow");
    const path small = undisturbed(large_job(), "small.h5"), large = undisturbed(larger_job(), "large.h5");
    const std::size_t points = points_of(small);
    const auto prepare = [&] {
        std::filesystem::remove(file_.string() + ".tmp");
        std::filesystem::copy_file(small, file_, std::filesystem::copy_options::overwrite_existing);
    };
    const auto within = [&] { return half_made() && points_of(file_) == points; };
    prepare();
    const double window = duration(command, within);
    run({.name = "growth",
         .command = command,
         .environment = {},
         .prepare = prepare,
         .begun = [&] { return half_made(); },
         .window = window,
         .within = within,
         .reference = large,
         .earlier = small});
}

TEST_F(Campaign, Close) {
    const auto complete = [&] { return test::rows_done(file_).size() == 1500; };
    run({.name = "close",
         .command = large_job(),
         .environment = {},
         .prepare = [&] { std::filesystem::remove(file_); },
         .begun = [&] { return exists(file_) && complete(); },
         .window = 0.005,
         // All rows are there, but the file is not released: the sidecar goes last.
         .within = [&] { return exists(file_) && complete() && exists(directory_ / ".sweep.h5.lock"); },
         .reference = undisturbed(large_job(), "reference.h5")});
}

}  // namespace
}  // namespace gdm
