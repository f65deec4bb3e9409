/// kill −9 at any moment: the file opens, every replica that claims to be done is right, and a run that is continued ends
/// with the bytes of one that was never disturbed. Kills count only if they are shown to have hit what they were meant for.

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstring>
#include <random>
#include <thread>

#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/sweep_file.hpp"
#include "support/process.hpp"

namespace gdm {
namespace {

using test::mpirun;
using test::run;
using namespace std::chrono_literals;

enum class Victim { everything, one_rank, mpirun_alone };

void strike(const test::Process& sweep, Victim victim) {
    const auto ranks = sweep.children();
    if (victim == Victim::one_rank && !ranks.empty()) {
        kill(ranks.back(), SIGKILL);
    } else if (victim == Victim::mpirun_alone) {
        sweep.kill_leader(SIGKILL);
    } else {
        sweep.kill_group(SIGKILL);
    }
}

/// After a kill of mpirun alone its ranks live on for a while, holding the file.
void wait_until_free(const std::filesystem::path& file) {
    for (int i = 0; i < 1000 && FileLock::is_held(file); ++i) std::this_thread::sleep_for(10ms);
    ASSERT_FALSE(FileLock::is_held(file));
}

class Kill : public testing::Test {
  protected:
    /// Rows done; every one of them must equal the reference, bit for bit.
    std::size_t check_rows(const std::filesystem::path& file) {
        const SweepReader reader(file), whole(reference_);
        const std::size_t rows = reader.header().rows(), width = reader.layout().size();
        const auto states = reader.states(0, rows, true);
        const auto found = reader.read_rows(0, rows), expected = whole.read_rows(0, rows);
        const auto checksums = reader.read_checksums(0, rows), right = whole.read_checksums(0, rows);
        std::size_t done = 0;
        for (std::size_t row = 0; row < rows; ++row) {
            if (states[row] != RowState::done) continue;
            ++done;
            EXPECT_EQ(checksums[row], right[row]) << row;
            EXPECT_EQ(std::memcmp(&found[row * width], &expected[row * width], width * sizeof(double)), 0) << row;
        }
        return done;
    }
    std::vector<std::string> command(const std::filesystem::path& file) const {
        return {TOY_SWEEP,    "--experiment", "toy_slow", "--p",        "linspace(1.9, 2.1, 25)",
                "--replicas", "160",          "-o",       file.string()};
    }
    std::mt19937 random_{20240607};
    test::TemporaryDirectory directory_;
    std::filesystem::path reference_ = directory_ / "reference.h5";
};

TEST_F(Kill, DuringWritingAndResumeLosesNothingWrittenAndDistortsNothing) {
    ASSERT_EQ(run(command(reference_)).code, 0);
    const std::size_t rows = SweepReader(reference_).header().rows();
    const auto file = directory_ / "killed.h5";
    int hits = 0, completed = 0;
    std::size_t before = 0;
    for (int attempt = 0; attempt < 120 && (hits < 20 || completed == 0); ++attempt) {
        test::Process sweep(mpirun(2, command(file)));
        // From the start of computing on: the lock is taken before the file is looked at.
        while (sweep.running() && !(std::filesystem::exists(file) && FileLock::is_held(file)))
            std::this_thread::sleep_for(2ms);
        std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 450000)(random_)));
        const bool alive = sweep.running();
        strike(sweep, static_cast<Victim>(attempt % 3));
        const auto result = sweep.wait();
        wait_until_free(file);
        const std::size_t done = check_rows(file);
        // With a flush at least every second, and after every chunk, rows never become fewer.
        EXPECT_GE(done, before);
        before = done;
        if (alive && result.code != 0 && done < rows) ++hits;
        if (done == rows) {
            ++completed;
            EXPECT_EQ(run(command(file)).code, 0);
            std::filesystem::remove(file);
            before = 0;
        }
    }
    EXPECT_GE(hits, 20);
    std::printf("[ kills that hit a running sweep: %d; sweeps carried to the end: %d ]\n", hits, completed);
    const auto result = run(mpirun(2, command(file)));
    EXPECT_EQ(result.code, 0) << result.output;
    EXPECT_EQ(check_rows(file), rows);
}

TEST_F(Kill, DuringCreationLeavesNoHalfFile) {
    const auto file = directory_ / "large.h5";
    const std::vector<std::string> large{TOY_SWEEP,    "--experiment", "toy_eight", "--p",        "linspace(0, 1, 200000)",
                                         "--replicas", "10",           "-o",        file.string()};
    int hits = 0;
    for (int attempt = 0; attempt < 40 && hits < 6; ++attempt) {
        test::Process sweep(mpirun(2, large));
        while (sweep.running() && !std::filesystem::exists(file.string() + ".tmp")) std::this_thread::sleep_for(1ms);
        std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 60000)(random_)));
        strike(sweep, attempt % 2 == 0 ? Victim::everything : Victim::one_rank);
        static_cast<void>(sweep.wait());
        wait_until_free(file);
        if (!std::filesystem::exists(file)) {
            ++hits;
        } else {
            EXPECT_EQ(SweepReader(file).header().points, 200000u);
            std::filesystem::remove(file);
        }
    }
    EXPECT_GE(hits, 6);
    // The leftovers of a killed creation do not stand in the way.
    auto limited = large;
    limited.insert(limited.end(), {"--time-limit", "2"});
    const auto result = run(mpirun(2, limited));
    EXPECT_TRUE(result.code == 75 || result.code == 0) << result.output;
    EXPECT_FALSE(std::filesystem::exists(file.string() + ".tmp"));
}

TEST_F(Kill, DuringCloseKeepsEverything) {
    ASSERT_EQ(run(command(reference_)).code, 0);
    const std::size_t rows = SweepReader(reference_).header().rows();
    int hits = 0;
    for (int attempt = 0; attempt < 30 && hits < 4; ++attempt) {
        const auto file = directory_ / ("close" + std::to_string(attempt) + ".h5");
        test::Process sweep(mpirun(2, command(file)));
        while (sweep.running() && !std::filesystem::exists(file)) std::this_thread::sleep_for(1ms);
        const SweepReader reader(file);
        const auto complete = [&] {
            const auto sums = reader.read_checksums(0, rows);
            return std::find(sums.begin(), sums.end(), checksum_absent) == sums.end();
        };
        while (sweep.running() && !complete()) std::this_thread::sleep_for(200us);
        strike(sweep, Victim::everything);
        if (sweep.wait().code != 0) ++hits;
        wait_until_free(file);
        EXPECT_EQ(check_rows(file), rows);
        EXPECT_EQ(run({GDM_STATUS, file, "--verify"}).code, 0);
    }
    EXPECT_GE(hits, 4);
}

}  // namespace
}  // namespace gdm
