/// Merging sweep files, as a user does it.

#include <gtest/gtest.h>

#include <fstream>

#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "support/grow_fixture.hpp"
#include "support/sweep_bytes.hpp"

namespace gdm {
namespace {

using test::content;
using test::run;
using test::sweep_bytes;
using test::Words;
using test::operator+;

using Merge = test::Grow;

TEST_F(Merge, MergesPartsIntoAFileThatTheWholeJobContinues) {
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

TEST_F(Merge, MergesSeedsAndTheOtherProgramsKnow) {
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

TEST_F(Merge, RefusesWhatItShould) {
    succeeds(normal("0, 1", "2", file("a.h5")));
    succeeds(normal("2", "2", file("b.h5")));
    const std::string out = file("out.h5");
    refuses({GDM_MERGE, out, file("a.h5")}, 2, {"usage: gdm-merge OUT.h5 IN.h5"});
    refuses({GDM_MERGE, file("a.h5"), file("a.h5"), file("b.h5"), "--overwrite"}, 2, {"is an input too"});
    refuses({GDM_MERGE, out, file("a.h5"), file("none.h5")}, 2, {"none.h5: no such file"});
    refuses({GDM_MERGE, directory_.path(), file("a.h5"), file("b.h5")}, 2, {"is a directory"});
    refuses({GDM_MERGE, out, file("a.h5"), file("b.h5"), "--over"}, 2,
            {"unknown option '--over'; did you mean '--overwrite'?"});
    std::ofstream(out) << "precious";
    refuses({GDM_MERGE, out, file("a.h5"), file("b.h5"), "--overwrite"}, 2, {"is no sweep file, and is not replaced"});
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

}  // namespace
}  // namespace gdm
