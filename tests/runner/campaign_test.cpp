/// A hundred kills −9 and more at random moments: of a rank, of mpirun, of everything; while the file is created, written,
/// resumed, grown and closed, while states of replicas are saved, and in the middle of either write; on one node and on
/// three. Every kill that counts is shown to have hit its phase. Afterwards the file opens for this program, for h5dump and
/// for h5py, every row done is that of an undisturbed sweep bit for bit, nothing is lost but what was still to be written,
/// and the sweep continues to the same bytes.
///
///     GDM_KILLS=300 build/release/tests/runner_campaign_test [--gtest_filter=*Creation]
///
/// GDM_KILLS: how many kills have to hit, of all phases together (100); GDM_KILL_SEED: of the moments and victims.

#include <signal.h>

#include <fstream>

#include "campaign.hpp"
#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/sweep_reader.hpp"

namespace gdm::test {
namespace {

using std::filesystem::copy_file;
using std::filesystem::exists;
using std::filesystem::path;
using std::filesystem::remove;

constexpr auto replace = std::filesystem::copy_options::overwrite_existing;

class KillCampaign : public Campaign {
  protected:
    /// 16 s of processor time in rows of 2 ms, of which a chunk takes more than the flush interval.
    static Words long_job() { return toy("100", "80", "64", "2000"); }
    /// 24 MB, so that to create, to copy and to close the file takes a while.
    static Words large_job() { return toy("50", "30", "2000", "0"); }
    static Words larger_job() { return toy("60", "40", "2000", "0"); }
    static constexpr std::size_t long_rows = 8000, large_rows = 1500;

    /// 4 points × 2 replicas of a chain, in steps of so many microseconds of sleep.
    static Words chain(const std::string& samples, const std::string& microseconds) {
        return {TOY_SWEEP,   "--experiment", "toy_chain",      "--p",        "arange(0, 4)", "--replicas", "2",
                "--samples", samples,        "--microseconds", microseconds, "--ballast",    "5000"};
    }

    /// The environment of a sweep that stops itself in the middle of a write, one of these.
    Words stopping(int first, int last) const {
        remove(mark_);
        return {"LD_PRELOAD=" STOP_IN_WRITE, "STOP_FILE=" + file_.string(), "STOP_MARK=" + mark_.string(),
                "STOP_AT=" + std::to_string(random_number(first, last))};
    }
    /// The process that has, or 0.
    pid_t stopped() const {
        pid_t process = 0;
        std::ifstream(mark_) >> process;
        return process;
    }
    void continue_stopped() const {
        if (const pid_t process = stopped()) kill(process, SIGCONT);
    }
    const path mark_ = directory_ / "mark";

    Words from_nothing() const {
        remove(file_);
        for (const auto& left : test::temporaries_of(file_)) remove(left);
        return {};
    }
};

TEST_F(KillCampaign, Creation) {
    const auto within = [&] { return half_made() && !exists(file_); };
    const double window = duration(large_job(), within);
    run({.name = "creation",
         .command = large_job(),
         .prepare = [&] { return from_nothing(); },
         .begun = [&] { return half_made(); },
         .window = window,
         .within = within,
         .reference = undisturbed(large_job(), "reference.h5")});
}

TEST_F(KillCampaign, Writing) {
    run({.name = "writing",
         .command = long_job(),
         .prepare = [&] { return from_nothing(); },
         .begun = [&] { return exists(log_); },
         .window = 3,
         // A replica was finished by the log, the first run is on record without an end, and rows are missing.
         .within = [&] { return exists(log_) && session_open(1) && rows_done(file_).size() < long_rows; },
         .reference = undisturbed(long_job(), "reference.h5")});
}

TEST_F(KillCampaign, HalfAWrite) {
    const Words command = toy("40", "20", "64", "500");
    run({.name = "half a write",
         .command = command,
         .prepare =
             [&] {
                 from_nothing();
                 return stopping(1, 40);
             },
         .begun = [&] { return stopped() != 0; },
         .window = 0,
         .within = [&] { return stopped() != 0; },
         .reference = undisturbed(command, "reference.h5"),
         .after_strike = [&] { continue_stopped(); }});
}

/// Replicas with a state, saved a hundred times a second.
TEST_F(KillCampaign, Saving) {
    const Words command = chain("2000", "1000");
    const auto saved = [&] {
        if (!exists(file_)) return false;
        const SweepReader reader(file_);
        return !saved_states(reader.header(), reader.states_of_replicas().records()).empty();
    };
    run({.name = "saving",
         .command = command,
         .prepare =
             [&] {
                 from_nothing();
                 return Words{"GDM_SAVE_INTERVAL=0.01"};
             },
         .begun = saved,
         .window = 4,
         .within = [&] { return saved() && session_open(1) && rows_done(file_).size() < 8; },
         .reference = undisturbed(command, "reference.h5")});
}

/// The same at every step, and killed in the middle of such a write.
TEST_F(KillCampaign, HalfASave) {
    const Words command = chain("200", "500");
    run({.name = "half a save",
         .command = command,
         .prepare =
             [&] {
                 from_nothing();
                 auto environment = stopping(2, 300);
                 environment.push_back("GDM_SAVE_INTERVAL=0");
                 return environment;
             },
         .begun = [&] { return stopped() != 0; },
         .window = 0,
         .within = [&] { return stopped() != 0; },
         .reference = undisturbed(command, "reference.h5"),
         .after_strike = [&] { continue_stopped(); }});
}

TEST_F(KillCampaign, Resume) {
    const path part = directory_ / "part.h5";
    auto limited = mpirun(2, with_output(long_job(), part));
    limited.insert(limited.end(), {"--time-limit", "1"});
    ASSERT_EQ(test::run(limited).code, 75);
    std::size_t sessions = 0;
    const auto partial = [&] {
        const auto done = rows_done(file_).size();
        return done > 0 && done < long_rows;
    };
    run({.name = "resume",
         .command = long_job(),
         // Mostly what the kill before has left.
         .prepare =
             [&] {
                 if (!partial()) copy_file(part, file_, replace);
                 sessions = SweepReader(file_).sessions().size();
                 return Words{};
             },
         .begun = [&] { return FileLock::held(file_) == Held::yes; },
         .window = 1.5,
         // Rows are there and rows are missing; the new run is not on record yet, or without an end.
         .within =
             [&] { return partial() && (SweepReader(file_).sessions().size() == sessions || session_open(sessions + 1)); },
         .reference = undisturbed(long_job(), "reference.h5")});
}

TEST_F(KillCampaign, Growth) {
    if (test::run({TOY_SWEEP, "--help"}).output.find("--grow") == std::string::npos) GTEST_SKIP() << "there is no --grow";
    auto command = larger_job();
    command.push_back("--grow");
    const path small = undisturbed(large_job(), "small.h5"), large = undisturbed(larger_job(), "large.h5");
    const std::size_t points = points_of(small);
    const auto prepare = [&] {
        for (const auto& left : test::temporaries_of(file_)) remove(left);
        copy_file(small, file_, replace);
        return Words{};
    };
    // The file is still the small one, and the larger one is being made.
    const auto within = [&] { return half_made() && points_of(file_) == points; };
    prepare();
    const double window = duration(command, within);
    run({.name = "growth",
         .command = command,
         .prepare = prepare,
         .begun = [&] { return half_made(); },
         .window = window,
         .within = within,
         .reference = large,
         .earlier = small});
}

TEST_F(KillCampaign, Close) {
    const auto complete = [&] { return exists(file_) && rows_done(file_).size() == large_rows; };
    run({.name = "close",
         .command = large_job(),
         .prepare = [&] { return from_nothing(); },
         .begun = complete,
         .window = 0.005,
         // All rows are there, but the file is not released: the sidecar goes last.
         .within = [&] { return complete() && exists(directory_ / ".sweep.h5.lock"); },
         .reference = undisturbed(large_job(), "reference.h5")});
}

}  // namespace
}  // namespace gdm::test
