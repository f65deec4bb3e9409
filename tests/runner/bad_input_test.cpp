/// Bad input and bad places: one clear line, the right exit code, nothing written.

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/hdf5.hpp"
#include "support/process.hpp"

namespace gdm {
namespace {

using test::mpirun;
using test::run;

class BadInput : public testing::Test {
  protected:
    /// The command must fail with `code` and say all of `phrases` in one line, without leaving anything in the directory.
    void refuses(const std::vector<std::string>& command, int code, const std::vector<std::string>& phrases) {
        const auto before = listing();
        const auto result = run(command);
        EXPECT_EQ(result.code, code) << result.output;
        EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
        EXPECT_EQ(result.output.find("-sweep: "), 3u) << result.output;  // of gdm or toy
        for (const auto& phrase : phrases)
            EXPECT_NE(result.output.find(phrase), std::string::npos) << phrase << "\n" << result.output;
        EXPECT_EQ(listing(), before);
    }
    std::vector<std::string> listing() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path())) {
            std::error_code error;  // of a link that leads nowhere
            const bool regular = entry.is_regular_file(error);
            names.push_back(entry.path().string() + (regular ? std::to_string(entry.file_size()) : ""));
        }
        std::sort(names.begin(), names.end());
        return names;
    }
    std::string job(const std::string& text) {
        const std::string path = directory_ / "job.ini";
        std::ofstream(path) << text;
        return path;
    }
    test::TemporaryDirectory directory_;
    std::string output_ = directory_ / "out" / "a.h5";
};

TEST_F(BadInput, InAJobFile) {
    const auto start = [&](const std::string& text) {
        return std::vector<std::string>{GDM_SWEEP, job(text), "-o", output_};
    };
    refuses(start("experiment = phase_diagram\nsigma = 1\n"), 2, {"job.ini:2: 'sigma' is no key", "did you mean 'sigma2'?"});
    refuses(start("experiment = phase_digram\n"), 2,
            {"job.ini:1: unknown experiment 'phase_digram'", "did you mean 'phase_diagram'?"});
    refuses(start("experiment = phase_diagram\nmu = linspace(0,1)\n"), 2,
            {"job.ini:2: mu = linspace(0,1): ", "linspace takes (first, last"});
    refuses(start("experiment = phase_diagram\n\nsigma2 = -1\n"), 2, {"job.ini:3: sigma2 = -1: ", "must be"});
    refuses(start("experiment = phase_diagram\nintegrator = euler\n"), 2, {"job.ini:2: integrator = euler: ", "is one of"});
    refuses(start("experiment = phase_diagram\nscheme = heun\n"), 2, {"job.ini:2: 'scheme' is now called 'integrator'"});
    refuses(start("experiment = speciation\nt_start = 10\n"), 2, {"job.ini:2: 't_start' is now called 'T'"});
    refuses(start("experiment = phase_diagram\nd = 1, 2, 2\n"), 2, {"2 is given twice"});
    refuses(start("experiment = phase_diagram\nt = 1000\n"), 2, {"t = 1000: ", "≤ 100"});
    refuses(start("experiment = phase_diagram\nmu = inf\n"), 2, {"mu = inf: ", "finite"});
    refuses(start("experiment = phase_diagram\nN = 2.5\n"), 2, {"N = 2.5: ", "whole numbers"});
    refuses(start("mu = 1\n"), 2, {"names no experiment"});
    refuses({GDM_SWEEP, directory_ / "missing.ini"}, 2, {"missing.ini: no such job file"});
}

TEST_F(BadInput, OnTheCommandLine) {
    refuses({GDM_SWEEP, "--replica", "3"}, 2, {"unknown option '--replica'", "did you mean '--replicas'?"});
    refuses({GDM_SWEEP, "--mu", "one", "-o", output_}, 2, {"--mu: mu = one: ", "is no number"});
    refuses({GDM_SWEEP, "--time-limit", "soon", "-o", output_}, 2, {"--time-limit soon", "h:mm:ss"});
    refuses({GDM_SWEEP, "--time-limit", "1:99:99", "-o", output_}, 2, {"h:mm:ss"});
    refuses({GDM_SWEEP, "--log-interval", "0", "-o", output_}, 2, {"--log-interval", "0.1 seconds or more"});
    refuses({GDM_SWEEP, "--alignment", "4X", "-o", output_}, 2, {"--alignment 4X: takes a number of bytes", "4M"});
    refuses({GDM_SWEEP, "--mpi-io-hints", "cb_nodes", "-o", output_}, 2, {"'cb_nodes' is no pair", "KEY=VALUE"});
    refuses({GDM_SWEEP, "a.ini", "b.ini"}, 2, {"one job file at a time"});
    // One rank speaks for all.
    refuses(mpirun(3, {GDM_SWEEP, "--mu", "one", "-o", output_}), 2, {"is no number"});
}

TEST_F(BadInput, ADatasetAndWhatDoesNotGoWithIt) {
    const std::string data = directory_ / "data.h5";
    {
        const hdf5::File file(H5Fcreate(data.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
        hdf5::write_doubles(file, "x", {40, 3}, std::vector<double>(120, 1.5));
        hdf5::write_doubles(file, "line", {40}, std::vector<double>(40, 1.5));
    }
    const auto with = [&](const std::string& name, const std::vector<std::string>& more) {
        std::vector<std::string> command{GDM_SWEEP,         "--experiment", "condensation", "--dataset",
                                         data + ":" + name, "-o",           output_};
        command.insert(command.end(), more.begin(), more.end());
        return command;
    };
    refuses(with("/x", {"--mu", "1"}), 2, {"--mu: mu = 1: ", "has no meaning for a dataset"});
    refuses(with("/x", {"--d", "4"}), 2, {"--d: d = 4: ", "d is 3 for the dataset"});
    refuses(with("/x", {"--method", "levels"}), 2, {"method is dataset"});
    refuses(with("/x", {"--N", "41"}), 2, {"40 rows, fewer than N = 41"});
    refuses(with("/x", {"--N", "40", "--state", "population"}), 2, {"rows outside"});
    refuses(with("/line", {}), 2, {"a table of points"});
    refuses(with("/x", {"--N", "20"}), 2, {"the rows are all equal"});
    refuses(mpirun(2, with("/x", {"--N", "20"})), 2, {"the rows are all equal"});
    refuses(with("/x", {"--N", "2.5"}), 2, {"N = 2.5", "whole numbers"});
    refuses(with("/x", {"--samples", "10000000"}), 2, {"GiB", "fewer samples"});
    refuses(with("/y", {}), 2, {"no dataset '/y'"});
    refuses({GDM_SWEEP, "--experiment", "condensation", "--method", "dataset", "--ln_N", "30", "-o", output_}, 2,
            {"ln_N = 30", "at most 2^32"});
    refuses({GDM_SWEEP, "--experiment", "condensation", "--alpha", "0", "-o", output_}, 2, {"alpha = 0", "> 0"});
    refuses({GDM_SWEEP, "--experiment", "condensation", "--N", "10", "--alpha", "0.1", "-o", output_}, 2,
            {"already gives this"});
}

TEST_F(BadInput, APathThatCannotBeWritten) {
    refuses({TOY_SWEEP, "-o", "/proc/none/a.h5"}, 74, {"/proc/none", "--output"});
    refuses({TOY_SWEEP, "-o", directory_.path()}, 2, {"is a directory"});
    refuses(mpirun(2, {TOY_SWEEP, "-o", "/proc/none/a.h5"}), 74, {"/proc/none"});
    const std::string name(300, 'a');
    refuses({TOY_SWEEP, "-o", directory_ / name}, 74, {"File name too long"});
    std::ofstream(directory_ / "file") << "x";
    refuses({TOY_SWEEP, "-o", directory_ / "file" / "a.h5"}, 74, {"cannot create the directory"});
}

TEST_F(BadInput, AFileThatIsNotThisJobs) {
    const std::string file = directory_ / "a.h5";
    ASSERT_EQ(run({TOY_SWEEP, "--p", "1, 2", "-o", file}).code, 0);
    refuses({TOY_SWEEP, "--p", "1, 3", "-o", file}, 2,
            {"holds another job", "p[1] is 2 in the file, but 3 in this job", "--overwrite"});
    refuses({TOY_SWEEP, "--experiment", "toy_slow", "-o", file}, 2, {"the experiment is toy_eight in the file"});
    EXPECT_EQ(run({TOY_SWEEP, "--p", "1, 3", "-o", file, "--overwrite"}).code, 0);
    // Not even --overwrite touches what is no sweep file.
    const std::string text = directory_ / "text.h5";
    std::ofstream(text) << "precious";
    refuses({TOY_SWEEP, "-o", text, "--overwrite"}, 2, {"text.h5: not a sweep file"});
    { const hdf5::File other(H5Fcreate((directory_ / "other.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)); }
    refuses({TOY_SWEEP, "-o", directory_ / "other.h5", "--overwrite"}, 2, {"not a sweep file"});
}

TEST_F(BadInput, LinksAndPipes) {
    std::filesystem::create_symlink("loop", directory_ / "loop");
    refuses({TOY_SWEEP, "-o", directory_ / "loop"}, 74, {"Too many levels of symbolic links"});
    const std::string pipe = directory_ / "pipe";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    refuses({TOY_SWEEP, "-o", pipe}, 2, {"no regular file"});
    refuses({GDM_SWEEP, "/dev/zero"}, 2, {"/dev/zero is no regular file"});
    // A link to a file elsewhere stays one: the sweep goes where it points.
    std::filesystem::create_symlink("target.h5", directory_ / "link.h5");
    ASSERT_EQ(run({TOY_SWEEP, "--p", "1", "-o", directory_ / "link.h5"}).code, 0);
    EXPECT_TRUE(std::filesystem::is_symlink(directory_ / "link.h5"));
    EXPECT_TRUE(std::filesystem::is_regular_file(directory_ / "target.h5"));
}

TEST_F(BadInput, AFileInUse) {
    const std::string file = directory_ / "a.h5";
    ASSERT_EQ(run({TOY_SWEEP, "-o", file}).code, 0);
    const FileLock lock = FileLock::claim(file);
    refuses({TOY_SWEEP, "-o", file, "--overwrite"}, 74, {"in use by another sweep"});
}

TEST_F(BadInput, AFullDisk) {
    const auto disk = directory_ / "disk";
    std::filesystem::create_directory(disk);
    if (geteuid() != 0 || mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=3m") != 0) {
        GTEST_SKIP() << "mounting a small file system needs root";
    }
    // Too large from the start: found before anything is written.
    refuses({TOY_SWEEP, "--p", "linspace(0, 1, 10000)", "--replicas", "10", "-o", disk / "a.h5"}, 74, {"needs", "free"});
    // Full while the file is being made: an estimate that just fits, and a neighbour who takes the room.
    std::ofstream(disk / "hog") << std::string(1536 * 1024, 'x');
    refuses({TOY_SWEEP, "--p", "linspace(0, 1, 50)", "--replicas", "10", "-o", disk / "b.h5"}, 74, {"needs", "free"});
    umount(disk.c_str());
}

TEST_F(BadInput, AFileThatMayNotBeWritten) {
    const std::string file = directory_ / "a.h5";
    ASSERT_EQ(run({TOY_SWEEP, "--p", "1", "-o", file}).code, 0);
    for (const char* program : {GDM_STATUS, GDM_REDUCE}) {
        const auto result = run({program, directory_ / "none.h5"});
        EXPECT_EQ(result.code, 2);
        EXPECT_NE(result.output.find("none.h5: no such file"), std::string::npos) << result.output;
        EXPECT_EQ(run({program}).code, 2);
        EXPECT_EQ(run({program, "--nonsense"}).code, 2);
    }
}

}  // namespace
}  // namespace gdm
