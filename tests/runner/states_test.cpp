/// Replicas with a state, as a user's programs run them: stopped, killed, grown, merged and lengthened, they end with the
/// bytes of a run that was never disturbed. Stops have causes in the chain itself, not times.

#include <gtest/gtest.h>
#include <signal.h>

#include <map>

#include "gdm/storage/sweep_reader.hpp"
#include "support/grow_fixture.hpp"
#include "support/kill.hpp"
#include "support/sweep_bytes.hpp"

namespace gdm {
namespace {

using test::mpirun;
using test::run;
using test::sweep_bytes;
using test::Words;
using test::operator+;

class States : public test::Grow {
  protected:
    Words chain(const std::string& output, const Words& more = {}) const {
        return Words{TOY_SWEEP, "--experiment", "toy_chain", "-o", file(output)} + more;
    }
    /// Saves at every step.
    const Words always_{"GDM_SAVE_INTERVAL=0"};
    /// The same, and at step 600 of replica 1 comes a SIGTERM.
    const Words stopped_ = always_ + Words{"TOY_EVENT=600 1 kill -TERM $PPID"};
    /// A replica 1 that begins anew fails at step 10.
    const Words continues_{"TOY_EVENT=10 1 exit 1"};

    void expect_same(const std::string& one, const std::string& other) const {
        EXPECT_TRUE(sweep_bytes(file(one)) == sweep_bytes(file(other)));
    }
    /// Replicas that are not done and have a state: how far they are, by row.
    std::map<std::size_t, double> under_way(const std::string& name) const {
        const SweepReader reader(file(name));
        std::map<std::size_t, double> found;
        for (const auto& one : saved_states(reader.header(), reader.states_of_replicas().records())) {
            if (reader.read_checksums(one.row, 1).front() == checksum_absent) found[one.row] = one.progress;
        }
        return found;
    }
    /// Changes one byte of a state.
    void damage(const std::string& name, std::size_t place, std::size_t slot) const {
        const hdf5::File opened(H5Fopen(file(name).c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
        const hdf5::Dataset dataset = hdf5::open_dataset(opened, "state/bytes");
        const hdf5::Space space(H5Dget_space(dataset)), memory = hdf5::simple_space({1});
        const hsize_t start[] = {place, slot, 9}, count[] = {1, 1, 1};
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, count, nullptr);
        unsigned char byte = 0;
        H5Dread(dataset, H5T_NATIVE_UINT8, memory, space, H5P_DEFAULT, &byte);
        ++byte;
        H5Dwrite(dataset, H5T_NATIVE_UINT8, memory, space, H5P_DEFAULT, &byte);
    }
};

TEST_F(States, AStoppedReplicaGoesOn) {
    const Words job{"--p", "0", "--replicas", "2"};
    succeeds(chain("once.h5", job));
    const auto stopped = run(mpirun(2, chain("a.h5", job)), stopped_);
    EXPECT_EQ(stopped.code, 75) << stopped.output;
    EXPECT_NE(stopped.output.find("under way and saved"), std::string::npos) << stopped.output;
    const auto states = under_way("a.h5");
    ASSERT_FALSE(states.empty());
    EXPECT_EQ(states.at(1), 0.6);

    const auto text = run({GDM_STATUS, file("a.h5")}).output, json = run({GDM_STATUS, "--json", file("a.h5")}).output;
    EXPECT_NE(text.find("under way  " + std::to_string(states.size()) + " replica"), std::string::npos) << text;
    EXPECT_NE(json.find("\"under_way\": {\n        \"replicas\": " + std::to_string(states.size())), std::string::npos)
        << json;
    EXPECT_EQ(text.find("not known"), std::string::npos) << text;
    const auto result = run(mpirun(3, chain("a.h5", job)), continues_);
    EXPECT_EQ(result.code, 0) << result.output;
    expect_same("a.h5", "once.h5");
}

TEST_F(States, KilledInTheMiddleOfASaveItGoesOnFromTheStateBefore) {
    const Words job{"--p", "0", "--samples", "3", "--ballast", "200"};
    succeeds(chain("once.h5", job));
    // The first write is that of the session; then come bytes and record of each state in turn.
    for (const int write : {6, 7}) {
        const auto mark = file("mark");
        for (const auto& name : {file("a.h5"), mark}) std::filesystem::remove(name);
        test::Process sweep(chain("a.h5", job), test::stop_in_write(STOP_IN_WRITE, file("a.h5"), mark, write) + always_);
        ASSERT_TRUE(test::wait_for(sweep, [&] { return std::filesystem::exists(mark); }));
        sweep.kill_group(SIGKILL);
        static_cast<void>(sweep.wait());
        EXPECT_TRUE(SweepReader(file("a.h5")).states_of_replicas().find(0, 0, 0)) << "the second state";
        const auto result = run(chain("a.h5", job), {"TOY_EVENT=0 0 exit 1"});
        EXPECT_EQ(result.code, 0) << write << "\n" << result.output;
        expect_same("a.h5", "once.h5");
    }
}

TEST_F(States, ADamagedStateLeavesTheOneBefore) {
    const Words job{"--p", "0", "--replicas", "2"};
    succeeds(chain("once.h5", job));
    EXPECT_EQ(run(chain("a.h5", job), stopped_).code, 75);
    ASSERT_EQ(under_way("a.h5"), (std::map<std::size_t, double>{{1, 0.6}}));
    std::size_t newest = 0;
    {
        const auto records = SweepReader(file("a.h5")).states_of_replicas().records();
        newest = records[3].sequence > records[2].sequence ? 1 : 0;
    }
    damage("a.h5", 1, newest);
    EXPECT_EQ(SweepReader(file("a.h5")).states_of_replicas().find(1, 0, 1)->record.progress, 0.599);
    EXPECT_EQ(run(chain("a.h5", job), continues_).code, 0);
    expect_same("a.h5", "once.h5");
}

TEST_F(States, ManyLargeStatesShareFewPlaces) {
    const Words job{"--p", "0", "--replicas", "100", "--ballast", "400000", "--samples", "40"};
    succeeds(chain("once.h5", job));
    EXPECT_EQ(run(mpirun(3, chain("a.h5", job)), always_ + Words{"TOY_EVENT=20 1 kill -TERM $PPID"}).code, 75);
    EXPECT_EQ(SweepReader(file("a.h5")).header().state.places, 64u);
    EXPECT_GE(under_way("a.h5").size(), 1u);
    // More are under way than ranks are left, and later more ranks than there were: all find their places.
    EXPECT_EQ(run(chain("a.h5", job), always_ + Words{"TOY_EVENT=30 40 kill -TERM $PPID"}).code, 75);
    EXPECT_EQ(run(mpirun(4, chain("a.h5", job)), always_).code, 0);
    expect_same("a.h5", "once.h5");
}

TEST_F(States, AFailedReplicaIsComputedFromItsBeginning) {
    const Words job{"--p", "0", "--replicas", "2"};
    succeeds(chain("once.h5", job));
    EXPECT_EQ(run(chain("a.h5", job), always_ + Words{"TOY_EVENT=600 1 exit 1"}).code, 3);
    EXPECT_TRUE(under_way("a.h5").empty());
    const auto anew = run(chain("a.h5", job + Words{"--retry-failed"}), continues_);
    EXPECT_EQ(anew.code, 3) << "the state that led to the failure is not taken up\n" << anew.output;
    // A retry that is stopped goes on as any other.
    EXPECT_EQ(run(chain("a.h5", job + Words{"--retry-failed"}), stopped_).code, 75);
    EXPECT_EQ(run(chain("a.h5", job + Words{"--retry-failed"}), continues_).code, 0);
    expect_same("a.h5", "once.h5");
}

TEST_F(States, GrowthAndMergingCarryThem) {
    succeeds(chain("once.h5", {"--p", "0, 1", "--replicas", "3"}));
    EXPECT_EQ(run(chain("a.h5", {"--p", "0", "--replicas", "2"}), stopped_).code, 75);
    EXPECT_EQ(run(chain("b.h5", {"--p", "1", "--replicas", "2"}), stopped_).code, 75);
    succeeds({GDM_MERGE, file("all.h5"), file("a.h5"), file("b.h5")});
    EXPECT_EQ(under_way("all.h5"), (std::map<std::size_t, double>{{1, 0.6}, {3, 0.6}}));
    const auto grown = run(mpirun(2, chain("all.h5", {"--p", "0, 1", "--replicas", "3", "--grow"})), continues_);
    EXPECT_EQ(grown.code, 0) << grown.output;
    EXPECT_NE(grown.output.find("(2 more to be continued)"), std::string::npos) << grown.output;
    expect_same("all.h5", "once.h5");
}

TEST_F(States, KeptStatesLengthenChains) {
    const auto job = [&](const std::string& samples, const Words& more = {}) {
        return Words{"--p", "0", "--replicas", "2", "--keep_state", "yes", "--samples", samples} + more;
    };
    succeeds(chain("once.h5", job("1000")));
    succeeds(chain("a.h5", job("500")));
    refuses(chain("a.h5", job("1000")), 2, {"samples is 500 in the file, but 1000", "--grow makes it this job's"});
    refuses(chain("a.h5", job("400", {"--grow"})), 2, {"samples is 500 in the file, but 400"});
    refuses(chain("a.h5", job("1000", {"--grow", "--ballast", "8"})), 2, {"cannot be grown into this job: ballast is 0"});
    refuses(chain("a.h5", {"--p", "0", "--replicas", "2", "--samples", "1000", "--grow"}), 2,
            {"samples is 500", "(samples can grow where both jobs say keep_state = yes)"});
    // Stopped on its way to 800, then longer still.
    const auto stopped = run(chain("a.h5", job("800", {"--grow"})), stopped_);
    EXPECT_EQ(stopped.code, 75);
    EXPECT_NE(stopped.output.find("took over 0 replicas from " + file("a.h5") + " (2 more to be continued)"),
              std::string::npos)
        << stopped.output;
    const auto longer = run(mpirun(2, chain("a.h5", job("1000", {"--grow"}))), continues_);
    EXPECT_EQ(longer.code, 0) << longer.output;
    expect_same("a.h5", "once.h5");
}

TEST_F(States, ExperimentsWithoutThemHaveNoneInTheirFiles) {
    succeeds(normal("0", "2", file("a.h5")));
    EXPECT_FALSE(hdf5::exists(hdf5::open_for_reading(file("a.h5")), "state"));
    const auto json = run({GDM_STATUS, "--json", file("a.h5")}).output;
    EXPECT_NE(json.find("\"mean_progress\": null"), std::string::npos) << json;
    // A program that has learned to save goes on in a file of one that had not.
    succeeds(chain("once.h5"));
    succeeds(chain("b.h5"));
    {
        const hdf5::File opened(H5Fopen(file("b.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
        H5Ldelete(opened, "state", H5P_DEFAULT);
        H5Adelete(opened, "header_hash");
        const auto dataset = hdf5::open_dataset(opened, "status/checksum");
        const std::uint64_t none[] = {0, 0};
        H5Dwrite(dataset, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, none);
    }
    EXPECT_EQ(run(mpirun(2, chain("b.h5")), always_).code, 0);
    expect_same("b.h5", "once.h5");
}

TEST_F(States, AreCountedByADryRun) {
    const auto text = run(chain("a.h5", {"--p", "0", "--replicas", "100", "--ballast", "1000000", "--dry-run"})).output;
    EXPECT_NE(text.find("states         976.6 KiB a replica at most, places for 64, 122.1 MiB in all\n"), std::string::npos)
        << text;
}

}  // namespace
}  // namespace gdm
