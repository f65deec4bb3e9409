/// Growing sweeps, taking over what other files hold, and merging, as a user does it.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/sweep_file.hpp"
#include "support/process.hpp"
#include "support/sweep_bytes.hpp"

namespace gdm {
namespace {

using test::mpirun;
using test::run;
using test::sweep_bytes;
using namespace std::chrono_literals;
using Words = std::vector<std::string>;

Words operator+(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

class Grow : public testing::Test {
  protected:
    std::string file(const std::string& name) const { return directory_ / name; }
    /// toy_normal over p.
    static Words normal(const std::string& p, const std::string& replicas, const std::string& output) {
        return {TOY_SWEEP, "--experiment", "toy_normal", "--p", p, "--replicas", replicas, "-o", output};
    }
    static void succeeds(const Words& command) {
        const auto result = run(command);
        ASSERT_EQ(result.code, 0) << result.output;
    }
    std::vector<std::string> listing() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path())) {
            names.push_back(entry.path().string() + (entry.is_regular_file() ? content(entry.path()) : ""));
        }
        std::sort(names.begin(), names.end());
        return names;
    }
    /// The command fails with `code` and says all of `phrases` in one line; no file changes, appears or goes.
    void refuses(const Words& command, int code, const Words& phrases) {
        const auto before = listing();
        const auto result = run(command);
        EXPECT_EQ(result.code, code) << result.output;
        EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
        for (const auto& phrase : phrases)
            EXPECT_NE(result.output.find(phrase), std::string::npos) << phrase << "\n" << result.output;
        EXPECT_TRUE(listing() == before) << result.output;
    }
    void dataset(const std::string& name, double first) const {
        const hdf5::File data(H5Fcreate(file(name).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
        hdf5::write_doubles(data, "x", {4, 1}, std::vector<double>{first, 2, 3, 4});
    }
    test::TemporaryDirectory directory_;
};

TEST_F(Grow, AGrownSweepIsTheOneRunAtOnceAndComputesOnlyWhatIsNew) {
    succeeds(normal("linspace(0, 1, 5)", "3", file("a.h5")));
    succeeds(mpirun(2, normal("linspace(0, 1, 9), 7", "4", file("a.h5")) + Words{"--grow"}));
    succeeds(normal("linspace(0, 1, 9), 7", "4", file("once.h5")));
    EXPECT_TRUE(sweep_bytes(file("a.h5")) == sweep_bytes(file("once.h5")));
    const SweepReader grown(file("a.h5"));
    const auto sessions = grown.read_session_numbers(0, 40);
    EXPECT_EQ(std::count(sessions.begin(), sessions.end(), 0u), 15);  // five points of three replicas
    EXPECT_EQ(grown.sessions().size(), 2u);
    EXPECT_EQ(SweepReader(file("once.h5")).sessions().size(), 1u);
    // Again: nothing is left to do, and --grow is a plain resume.
    const auto again = run(normal("linspace(0, 1, 9), 7", "4", file("a.h5")) + Words{"--grow"});
    EXPECT_EQ(again.code, 0);
    EXPECT_NE(again.output.find("complete already"), std::string::npos) << again.output;
    // Without a file it is a plain start.
    succeeds(normal("1", "1", file("new.h5")) + Words{"--grow"});
}

TEST_F(Grow, TakesAnotherGridParameterAndWordsIn) {
    const auto ising = [&](const Words& more, const std::string& output) {
        return Words{TOY_SWEEP, "--experiment", "toy_ising", "--sweeps", "32", "--replicas", "2", "-o", output} + more;
    };
    succeeds(ising({"--update", "heat_bath", "--L", "4"}, file("a.h5")));
    const Words wide{"--update", "metropolis, heat_bath", "--L", "2, 4", "--T", "3, 2.5, 2"};
    succeeds(ising(wide, file("a.h5")) + Words{"--grow"});
    succeeds(ising(wide, file("once.h5")));
    EXPECT_TRUE(sweep_bytes(file("a.h5")) == sweep_bytes(file("once.h5")));
    const auto sessions = SweepReader(file("a.h5")).read_session_numbers(0, 24);
    EXPECT_EQ(std::count(sessions.begin(), sessions.end(), 0u), 6);
}

TEST_F(Grow, LosesNothingAndSaysWhatTo) {
    const std::string a = file("a.h5");
    succeeds(normal("0, 1, 2", "3", a));
    refuses(normal("0, 1, 2, 3", "3", a), 2, {"the number of values of p is 3 in the file", "--grow makes it this job's"});
    refuses(normal("0, 1", "3", a), 2, {"the number of values of p is 3", "--reuse " + a});
    refuses(normal("0, 1, 3", "3", a) + Words{"--grow"}, 2,
            {"a.h5 holds 3 replicas that this job does not contain (the first: p = 2, replica 0)", "--reuse " + a});
    refuses(normal("0, 1, 2", "2", a) + Words{"--grow"}, 2, {"holds 3 replicas", "p = 0, replica 2"});
    refuses(normal("0, 1, 2, 3", "3", a) + Words{"--grow", "--samples", "21"}, 2,
            {"cannot be grown into this job: samples is 100 in the file, but 21 in this job"});
    refuses(normal("0, 1, 2, 3", "3", a) + Words{"--grow", "--seed", "2"}, 2, {"seed is 1 in the file"});
    refuses(normal("0, 1, 2, 3", "3", a) + Words{"--grow", "--overwrite"}, 2, {"give one of them"});
    refuses(normal("0, 1, 2", "3", a) + Words{"--grow", "--reuse", a}, 2, {"is the output itself"});
    refuses(mpirun(2, normal("0, 1, 3", "3", a) + Words{"--grow"}), 2, {"p = 2, replica 0"});
}

TEST_F(Grow, TakesOverFromTwoFilesWhatTheyHold) {
    succeeds(normal("0, 1", "2", file("a.h5")));
    succeeds(normal("2, 1, 5", "3", file("b.h5")));
    const auto job = normal("0, 1, 2", "3", file("c.h5")) + Words{"--reuse", file("a.h5"), file("b.h5")};
    const auto before = content(file("a.h5")) + content(file("b.h5"));
    const auto result = run(job);
    ASSERT_EQ(result.code, 0) << result.output;
    EXPECT_NE(result.output.find("took over 4 replicas from " + file("a.h5")), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("took over 4 replicas from " + file("b.h5") + " (2 more were there already)"),
              std::string::npos)
        << result.output;
    EXPECT_NE(result.output.find("complete: 1 replicas"), std::string::npos) << result.output;
    EXPECT_EQ(content(file("a.h5")) + content(file("b.h5")), before);
    succeeds(normal("0, 1, 2", "3", file("once.h5")));
    EXPECT_TRUE(sweep_bytes(file("c.h5")) == sweep_bytes(file("once.h5")));
    const SweepReader reader(file("c.h5"));
    EXPECT_EQ(reader.read_session_numbers(0, 9), (std::vector<std::uint32_t>{0, 0, 2, 0, 0, 1, 1, 1, 1}));
    EXPECT_EQ(reader.sessions().size(), 3u);
    // The same command continues the new file; with --grow a file that exists takes more.
    EXPECT_NE(run(job).output.find("exists and is continued"), std::string::npos);
    succeeds(normal("0, 1, 2, 5", "3", file("c.h5")) + Words{"--grow", "--reuse", file("b.h5")});
    EXPECT_EQ(SweepReader(file("c.h5")).sessions().size(), 4u);  // the three, and that of b.h5 again
    refuses(normal("0", "3", file("d.h5")) + Words{"--samples", "9", "--reuse", file("a.h5")}, 2,
            {"--reuse " + file("a.h5"), "samples is 100 in " + file("a.h5") + ", but 9 in this job"});
    refuses(normal("0", "3", file("d.h5")) + Words{"--reuse", file("none.h5")}, 74, {"none.h5: no such file"});
}

TEST_F(Grow, AdaptiveSweepsKeepWhatTheyHaveDecided) {
    const auto target = [&](const std::string& p, const std::string& error, const std::string& output) {
        return Words{TOY_SWEEP, "--experiment", "toy_normal", "--p", p, "--target_error", error, "-o", file(output)};
    };
    succeeds(target("0, 1", "x 0.05", "a.h5"));
    succeeds(target("0, 1, 2", "x 0.02", "a.h5") + Words{"--grow"});
    succeeds(target("0, 1, 2", "x 0.02", "once.h5"));
    EXPECT_TRUE(sweep_bytes(file("a.h5")) == sweep_bytes(file("once.h5")));
    // A new file makes room for as many replicas as are there.
    const auto reused = run(target("0, 1, 2", "x 0.02", "b.h5") + Words{"--reuse", file("once.h5")});
    EXPECT_NE(reused.output.find("complete already"), std::string::npos) << reused.output;

    const auto refined = [&](const std::string& replicas, const std::string& output) {
        return normal("linspace(0, 1, 5)", replicas, file(output)) + Words{"--refine", "p", "--refine_where", "x 0.6"};
    };
    succeeds(refined("4", "r.h5"));
    succeeds(refined("6", "r.h5") + Words{"--grow"});
    succeeds(refined("6", "whole.h5"));
    EXPECT_TRUE(sweep_bytes(file("r.h5")) == sweep_bytes(file("whole.h5")));
    const SweepReader grown(file("r.h5"));
    const auto sessions = grown.read_session_numbers(0, grown.header().rows());
    EXPECT_EQ(std::count(sessions.begin(), sessions.end(), 0u), 5 * 4);
    EXPECT_GT(grown.header().points, 5u);
}

TEST_F(Grow, CarriesFailuresAndLeavesDamagedRows) {
    const auto job = [&](const std::string& replicas, const Words& more) {
        return Words{TOY_SWEEP, "--experiment", "toy_throw", "--p", "0, 1",      "--bad_p", "1", "--bad_replica",
                     "2",       "--replicas",   replicas,    "-o",  file("a.h5")} +
               more;
    };
    ASSERT_EQ(run(job("4", {})).code, 3);
    {
        const hdf5::File opened(H5Fopen(file("a.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
        const auto dataset = hdf5::open_dataset(opened, "replicas/x");
        auto values = hdf5::read_doubles(dataset);
        values[1] += 1e-12;
        H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    }
    const auto result = run(job("6", {"--grow"}));
    EXPECT_EQ(result.code, 3) << result.output;
    EXPECT_NE(result.output.find("took over 7 replicas"), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("(1 of them failed; 1 damaged ones left out)"), std::string::npos) << result.output;
    const SweepReader reader(file("a.h5"));
    EXPECT_EQ(reader.read_session_numbers(0, 12), (std::vector<std::uint32_t>{0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1}));
    ASSERT_EQ(reader.failures().size(), 1u);
    EXPECT_EQ(reader.failures()[0].message, "the series did not converge");
    const auto states = reader.states(0, 12, true);
    EXPECT_EQ(states[8], RowState::failed);
    EXPECT_EQ(std::count(states.begin(), states.end(), RowState::done), 11);
}

TEST_F(Grow, NoticesADatasetThatHasChanged) {
    dataset("data.h5", 1);
    const auto job = [&](const std::string& data, const std::string& replicas, const Words& more) {
        return Words{TOY_SWEEP, "--experiment", "toy_dataset", "--data", file(data) + ":/x", "--replicas", replicas} + more;
    };
    const Words a{"-o", file("a.h5")};
    succeeds(job("data.h5", "2", a));
    std::filesystem::copy_file(file("data.h5"), file("moved.h5"));
    dataset("data.h5", 1.5);
    refuses(job("data.h5", "2", a), 2, {"the numbers of data = " + file("data.h5") + ":/x have changed"});
    refuses(job("data.h5", "3", a + Words{"--grow"}), 2, {"the numbers of data = ", "have changed"});
    refuses(job("data.h5", "3", {"-o", file("b.h5"), "--reuse", file("a.h5")}), 2, {"have changed"});
    succeeds(job("data.h5", "2", {"-o", file("other.h5")}));
    refuses({GDM_MERGE, file("m.h5"), file("a.h5"), file("other.h5")}, 2, {"of different jobs", "have changed"});
    // It is the content that counts, not the place.
    succeeds(job("moved.h5", "3", a + Words{"--grow"}));
    // A file that does not tell what its dataset held is accepted, as before.
    {
        const hdf5::File opened(H5Fopen(file("a.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
        H5Adelete(hdf5::open_dataset(opened, "settings/data"), "content_hash");
    }
    succeeds(job("moved.h5", "3", a));
}

TEST_F(Grow, MergesPartsIntoAFileThatTheWholeJobContinues) {
    succeeds(normal("0, 2", "3", file("a.h5")));
    succeeds(normal("1", "3", file("b.h5")));
    succeeds(normal("3, 2", "1", file("c.h5")));
    const auto before = content(file("a.h5")) + content(file("b.h5")) + content(file("c.h5"));
    const auto result = run({GDM_MERGE, file("all.h5"), file("a.h5"), file("b.h5"), file("c.h5")});
    ASSERT_EQ(result.code, 0) << result.output;
    EXPECT_EQ(result.output, file("all.h5") + ": 4 points × 3 replicas: 6 replicas from " + file("a.h5") +
                                 ", 3 replicas from " + file("b.h5") + ", 1 replicas from " + file("c.h5") +
                                 " (1 more were there already); 2 are not done\n");
    EXPECT_EQ(content(file("a.h5")) + content(file("b.h5")) + content(file("c.h5")), before);
    EXPECT_EQ(run({GDM_STATUS, file("all.h5"), "--verify"}).code, 75);
    const auto rest = run(normal("0, 1, 2, 3", "3", file("all.h5")));
    EXPECT_NE(rest.output.find("complete: 2 replicas"), std::string::npos) << rest.output;
    succeeds(normal("0, 1, 2, 3", "3", file("once.h5")));
    EXPECT_TRUE(sweep_bytes(file("all.h5")) == sweep_bytes(file("once.h5")));
    EXPECT_FALSE(std::filesystem::exists(file(".all.h5.lock")));
}

TEST_F(Grow, MergesSeedsAndTheOtherProgramsKnow) {
    for (const std::string seed : {"1", "2", "3"}) {
        succeeds(normal("0, 1", "2", file("s" + seed + ".h5")) + Words{"--seed", seed});
    }
    succeeds({GDM_MERGE, file("all.h5"), file("s1.h5"), file("s2.h5"), file("s3.h5"), file("s1.h5")});
    EXPECT_EQ(SweepReader(file("all.h5")).header().replicas, 6u);
    refuses(normal("0, 1", "6", file("all.h5")), 2, {"all.h5 joins sweeps of the seeds 1, 2, 3", "gdm-merge"});
    refuses(normal("0, 1, 2", "6", file("all.h5")) + Words{"--grow"}, 2, {"joins sweeps of the seeds 1, 2, 3"});
    EXPECT_EQ(run({GDM_STATUS, file("all.h5"), "--verify"}).code, 0);
    const auto reduced = run({GDM_REDUCE, file("all.h5")});
    EXPECT_EQ(reduced.code, 0) << reduced.output;
    EXPECT_NE(reduced.output.find("2 of 2 points complete"), std::string::npos) << reduced.output;
    EXPECT_EQ(hdf5::read_text(hdf5::open_for_reading(file("all.reduced.h5")), "seeds"), "1, 2, 3");
}

TEST_F(Grow, MergeRefusesWhatItShould) {
    succeeds(normal("0, 1", "2", file("a.h5")));
    succeeds(normal("2", "2", file("b.h5")));
    const std::string out = file("out.h5");
    refuses({GDM_MERGE, out, file("a.h5")}, 2, {"usage: gdm-merge OUT IN"});
    refuses({GDM_MERGE, file("a.h5"), file("a.h5"), file("b.h5"), "--overwrite"}, 2, {"is an input too"});
    refuses({GDM_MERGE, out, file("a.h5"), file("none.h5")}, 74, {"none.h5: no such file"});
    refuses({GDM_MERGE, directory_.path(), file("a.h5"), file("b.h5")}, 2, {"is a directory"});
    refuses({GDM_MERGE, out, file("a.h5"), file("b.h5"), "--over"}, 2, {"--over", "--help"});
    std::ofstream(out) << "precious";
    refuses({GDM_MERGE, out, file("a.h5"), file("b.h5"), "--overwrite"}, 74, {"not an HDF5 file"});
    std::filesystem::remove(out);
    succeeds({GDM_MERGE, out, file("a.h5"), file("b.h5")});
    refuses({GDM_MERGE, out, file("a.h5"), file("b.h5")}, 2, {"out.h5 exists", "--overwrite"});
    succeeds({GDM_MERGE, out, file("a.h5"), file("b.h5"), "--overwrite"});
    {
        const FileLock running = FileLock::claim(file("b.h5"));
        refuses({GDM_MERGE, file("new.h5"), file("a.h5"), file("b.h5")}, 74, {"b.h5 is being written by a running sweep"});
        refuses(normal("0", "2", file("new.h5")) + Words{"--reuse", file("b.h5")}, 74,
                {"b.h5 is being written by a running sweep"});
        const FileLock output = FileLock::claim(out);
        refuses({GDM_MERGE, out, file("a.h5"), file("a.h5"), "--overwrite"}, 74, {"in use by another sweep"});
    }
    // The same replica with other numbers: something is not what it seems.
    {
        const hdf5::File opened(H5Fopen(out.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
        const auto dataset = hdf5::open_dataset(opened, "replicas/x");
        auto values = hdf5::read_doubles(dataset);
        values[3] += 1;
        H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
        const SweepReader reader(file("a.h5"));
        auto block = reader.read_rows(3, 1);
        block[0] += 1;
        auto sums = SweepReader(out).read_checksums(0, 6);
        sums[3] = row_checksum(1, 1, block);
        H5Dwrite(hdf5::open_dataset(opened, "status/checksum"), H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                 sums.data());
    }
    refuses({GDM_MERGE, file("new.h5"), file("a.h5"), out}, 2,
            {file("a.h5") + " and " + out + " hold different numbers for p = 1, replica 1"});
}

/// A file large enough to be caught while it grows, and the command that does it.
class GrowLarge : public Grow {
  protected:
    Words job(const std::string& replicas, const Words& more = {}, const std::string& output = {}) const {
        return Words{TOY_SWEEP,
                     "--experiment",
                     "toy_eight",
                     "--p",
                     "linspace(0, 1, 100000)",
                     "--replicas",
                     replicas,
                     "-o",
                     output.empty() ? file("a.h5") : output} +
               more;
    }
    void make_base() {
        succeeds(job("4"));
        std::filesystem::rename(file("a.h5"), file("base.h5"));
    }
    void restore() {
        std::filesystem::remove(file("a.h5.tmp"));
        std::filesystem::copy_file(file("base.h5"), file("a.h5"), std::filesystem::copy_options::overwrite_existing);
    }
    /// Waits until the new file is on its way; false if the program has ended before.
    bool wait_for_growth(test::Process& sweep) const {
        while (sweep.running() && !std::filesystem::exists(file("a.h5.tmp"))) std::this_thread::sleep_for(500us);
        return sweep.running();
    }
};

TEST_F(GrowLarge, AKillLeavesTheOldFileOrTheNewOneWhole) {
    make_base();
    const std::string base = content(file("base.h5"));
    std::mt19937 random(7);
    int before = 0, after = 0;
    for (int shot = 0; shot < 30 && (before < 5 || after < 2); ++shot) {
        restore();
        // Half of the shots wait for the new name, and fall behind it.
        test::Process sweep(mpirun(2, job("5", {"--grow"})));
        if (!wait_for_growth(sweep)) continue;
        if (shot % 2 == 1) {
            while (sweep.running() && std::filesystem::exists(file("a.h5.tmp"))) std::this_thread::sleep_for(200us);
        } else {
            std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 120000)(random)));
        }
        const bool alive = sweep.running();
        sweep.kill_group(SIGKILL);
        static_cast<void>(sweep.wait());
        for (int i = 0; i < 1000 && FileLock::is_held(file("a.h5")); ++i) std::this_thread::sleep_for(10ms);
        const std::size_t replicas = SweepReader(file("a.h5")).header().replicas;
        if (replicas == 4) {
            EXPECT_TRUE(content(file("a.h5")) == base);
            before += alive ? 1 : 0;
        } else {
            const SweepReader reader(file("a.h5"));
            const auto states = reader.states(0, reader.header().rows(), true);
            const auto sessions = reader.read_session_numbers(0, reader.header().rows());
            std::size_t kept = 0;
            for (std::size_t row = 0; row < states.size(); ++row) {
                if (row % 5 == 4) continue;
                kept += states[row] == RowState::done && sessions[row] == 0 ? 1 : 0;
            }
            EXPECT_EQ(kept, 400000u);
            after += alive ? 1 : 0;
        }
    }
    std::printf("[ kills while the new file was made: %d; after it had its name: %d ]\n", before, after);
    EXPECT_GE(before, 5);
    EXPECT_GE(after, 2);
    // What the last kill left does not stand in the way.
    restore();
    std::ofstream(file("a.h5.tmp")) << "half a file";
    succeeds(job("5", {"--grow"}));
    EXPECT_FALSE(std::filesystem::exists(file("a.h5.tmp")));
    EXPECT_EQ(run({GDM_STATUS, file("a.h5"), "--verify"}).code, 0);
}

TEST_F(GrowLarge, ASignalStopsItSoonAndLeavesTheOldFile) {
    make_base();
    const std::string base = content(file("base.h5"));
    int hits = 0;
    for (int shot = 0; shot < 20 && hits < 2; ++shot) {
        restore();
        test::Process sweep(job("8", {"--grow"}));
        if (!wait_for_growth(sweep)) continue;
        const auto start = std::chrono::steady_clock::now();
        sweep.kill_leader(SIGTERM);
        const auto result = sweep.wait();
        if (SweepReader(file("a.h5")).header().replicas != 4) continue;  // it came just too late
        ++hits;
        EXPECT_EQ(result.code, 75) << result.output;
        EXPECT_NE(result.output.find("stopped by SIGTERM before " + file("a.h5") + " was ready; it is what it was"),
                  std::string::npos)
            << result.output;
        EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
        EXPECT_FALSE(std::filesystem::exists(file("a.h5.tmp")));
        EXPECT_TRUE(content(file("a.h5")) == base);
    }
    EXPECT_EQ(hits, 2);
}

TEST_F(Grow, AFullDiskKeepsTheOldFile) {
    const auto disk = directory_ / "disk";
    std::filesystem::create_directory(disk);
    if (geteuid() != 0 || mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=8m") != 0) {
        GTEST_SKIP() << "mounting a small file system needs root";
    }
    const auto job = [&](const std::string& replicas) {
        return Words{TOY_SWEEP,    "--experiment", "toy_eight", "--p",         "linspace(0, 1, 1001)",
                     "--replicas", replicas,       "-o",        disk / "a.h5", "--grow"};
    };
    EXPECT_EQ(run(job("20")).code, 0);
    // Too large from the start: both files are there for a while.
    refuses(job("40"), 74, {"beside the present file, which stays until the new one is whole", "free"});
    umount(disk.c_str());
}

TEST_F(GrowLarge, ADiskThatAnotherFillsMeanwhileKeepsTheOldFile) {
    make_base();
    const std::string base = content(file("base.h5"));
    const auto disk = directory_ / "disk";
    std::filesystem::create_directory(disk);
    if (geteuid() != 0 || mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=130m") != 0) {
        GTEST_SKIP() << "mounting a small file system needs root";
    }
    const auto large = disk / "a.h5", hog = disk / "hog";
    int hits = 0;
    for (int shot = 0; shot < 10 && hits < 2; ++shot) {
        std::filesystem::remove(hog);
        std::filesystem::copy_file(file("base.h5"), large, std::filesystem::copy_options::overwrite_existing);
        test::Process sweep(job("8", {"--grow"}, large));
        while (sweep.running() && !std::filesystem::exists(large.string() + ".tmp")) std::this_thread::sleep_for(500us);
        const int descriptor = open(hog.c_str(), O_WRONLY | O_CREAT, 0600);
        const auto space = std::filesystem::space(disk);
        static_cast<void>(posix_fallocate(descriptor, 0, static_cast<off_t>(space.available)));
        close(descriptor);
        const auto result = sweep.wait();
        std::filesystem::remove(hog);
        if (result.code == 0) continue;  // it was done before
        ++hits;
        EXPECT_EQ(result.code, 74) << result.output;
        EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
        EXPECT_NE(result.output.find("No space left on device"), std::string::npos) << result.output;
        EXPECT_FALSE(std::filesystem::exists(large.string() + ".tmp"));
        EXPECT_TRUE(content(large) == base);
    }
    umount(disk.c_str());
    EXPECT_EQ(hits, 2);
}

TEST_F(Grow, ALimitOnTheSizeOfFilesIsToldBefore) {
    const Words job{TOY_SWEEP, "--experiment", "toy_eight", "--p", "linspace(0, 1, 1001)", "-o", file("a.h5")};
    succeeds(job + Words{"--replicas", "20"});
    const Words limited{"bash", "-c", "ulimit -f 4500; exec \"$@\"", "bash"};
    refuses(limited + job + Words{"--replicas", "40", "--grow"}, 74, {"(ulimit -f)"});
}

}  // namespace
}  // namespace gdm
