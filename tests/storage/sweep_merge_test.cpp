#include "gdm/sweep/merge.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "gdm/base/error.hpp"
#include "gdm/storage/sweep_join.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "gdm/sweep/difference.hpp"
#include "gdm/sweep/points.hpp"
#include "support/refusal.hpp"
#include "support/sweep_bytes.hpp"
#include "support/sweep_fixture.hpp"
#include "support/test_experiments.hpp"

namespace gdm {
namespace {

using test::HandmadeSweep;
using test::refusal;
using test::sweep_bytes;

const std::string chain = "sweeps = 32\nthermalisation = 1\n";

/// Makes files of jobs and merges them.
class SweepMerge : public testing::Test {
  protected:
    std::filesystem::path part(const Experiment& experiment, const std::string& job) {
        const auto path = folder_ / ("part" + std::to_string(paths_.size() + 1) + ".h5");
        HandmadeSweep(experiment, job, path).compute();
        paths_.push_back(path);
        return path;
    }
    SweepHeader header() const {
        std::vector<std::unique_ptr<SweepReader>> readers;
        std::vector<NamedHeader> files;
        for (const auto& path : paths_) {
            readers.push_back(std::make_unique<SweepReader>(path));
            files.push_back({path.filename(), &readers.back()->header()});
        }
        return merged_header(files);
    }
    std::filesystem::path merge() {
        const auto path = folder_ / ("merged" + std::to_string(merged_++) + ".h5");
        taken_ = rebuild_sweep_file(path, header(), paths_);
        return path;
    }
    test::TemporaryFolder folder_;
    std::vector<std::filesystem::path> paths_;
    std::vector<Takeover> taken_;
    int merged_ = 0;
};

TEST_F(SweepMerge, PartsOfAGridMakeTheFileOfTheWholeJob) {
    const Experiment experiment = test::toy_ising();
    part(experiment, chain + "T = 2, 3\nL = 8, 2\nupdate = metropolis\nreplicas = 2");
    part(experiment, chain + "T = 2.5\nL = 8, 2\nupdate = metropolis\nreplicas = 2");
    part(experiment, chain + "T = 2.5, 2\nL = 8, 2\nupdate = heat_bath\nreplicas = 2");
    part(experiment, chain + "T = 3\nL = 8, 2\nupdate = heat_bath\nreplicas = 2");
    const std::string job = chain + "T = 2, 2.5, 3\nL = 8, 2\nupdate = metropolis, heat_bath\nreplicas = 2";
    HandmadeSweep whole(experiment, job, folder_ / "whole.h5");
    whole.compute();
    const auto merged = merge();
    EXPECT_TRUE(sweep_bytes(merged) == sweep_bytes(whole.path()));
    const SweepReader reader(merged);
    EXPECT_EQ(first_difference(reader.header(), whole.header()), "");
    EXPECT_EQ(reader.header().job, whole.header().job);
    EXPECT_TRUE(reader.header().grid_index.empty());
}

TEST_F(SweepMerge, WhereTheUnionIsNoProductNothingIsInvented) {
    const Experiment experiment = test::toy_ising();
    part(experiment, chain + "T = 2, 3\nL = 2\nupdate = metropolis\nreplicas = 1");
    part(experiment, chain + "T = 2.5\nL = 4\nupdate = metropolis\nreplicas = 3");
    const SweepReader reader(merge());
    const auto& header = reader.header();
    EXPECT_EQ(header.grid_shape(), (std::vector<std::size_t>{3, 2, 1}));
    EXPECT_EQ(header.grid_index, (std::vector<std::uint64_t>{0, 3, 4}));
    EXPECT_EQ(header.points, 3u);
    EXPECT_EQ(Points(header)[1]["T"], 2.5);
    EXPECT_EQ(Points(header)[1]["L"], 4);
    const auto states = reader.states(0, 9, true);
    EXPECT_EQ(std::count(states.begin(), states.end(), RowState::done), 5);
    // A sweep of the whole grid is another job, into which this one can grow.
    const SweepHeader job =
        make_job(experiment, read_job_text(chain + "T = 2, 2.5, 3\nL = 2, 4\nupdate = metropolis\nreplicas = 3", "")).header;
    EXPECT_EQ(first_difference(header, job), "the file holds 3 of the 6 points of the grid, this job 6");
    EXPECT_EQ(reuse_difference(header, job), "");
    EXPECT_EQ(loss_of(reader, job).replicas, 0u);
    // Merged again with what was missing, it has no gaps.
    paths_ = {folder_ / "merged0.h5"};
    part(experiment, chain + "T = 2, 3\nL = 4\nupdate = metropolis\nreplicas = 3");
    part(experiment, chain + "T = 2.5\nL = 2\nupdate = metropolis\nreplicas = 3");
    EXPECT_EQ(first_difference(SweepReader(merge()).header(), job), "");
}

TEST_F(SweepMerge, SeedsStandSideBySide) {
    const Experiment experiment = test::toy_normal();
    const auto first = part(experiment, "p = 1, 2\nreplicas = 2\nseed = 5");
    const auto second = part(experiment, "p = 1, 2\nreplicas = 3\nseed = 1");
    const auto merged = merge();
    const SweepReader reader(merged), five(first), one(second);
    EXPECT_EQ(reader.header().replicas, 5u);
    EXPECT_EQ(reader.header().seed, 5u);
    EXPECT_EQ(reader.header().seeds_text(), "5, 1");
    const auto states = reader.states(0, 10, true);
    EXPECT_EQ(states, std::vector<RowState>(10, RowState::done));
    const std::size_t width = 8 * reader.layout().size();
    EXPECT_EQ(std::memcmp(reader.read_rows(5, 2).data(), five.read_rows(2, 2).data(), 2 * width), 0);
    EXPECT_EQ(std::memcmp(reader.read_rows(7, 3).data(), one.read_rows(3, 3).data(), 3 * width), 0);
    EXPECT_NE(first_difference(reader.header(), five.header()).find("joins the seeds 5, 1"), std::string::npos);

    // The same replicas again, in the joined file or alone, are not counted twice.
    paths_.push_back(merged);
    part(experiment, "p = 1, 2\nreplicas = 1\nseed = 1");
    const auto again = merge();
    EXPECT_TRUE(sweep_bytes(again) == sweep_bytes(merged));
    EXPECT_EQ(taken_[2].done, 0u);
    EXPECT_EQ(taken_[2].repeated, 10u);
    EXPECT_EQ(taken_[3].repeated, 2u);

    // A sweep of one of the seeds takes its share.
    HandmadeSweep alone(experiment, "p = 2\nreplicas = 4\nseed = 1", folder_ / "alone.h5");
    const std::vector<std::filesystem::path> source{merged};
    EXPECT_EQ(rebuild_sweep_file(alone.path(), alone.header(), source)[0].done, 3u);
    EXPECT_EQ(std::memcmp(SweepReader(alone.path()).read_rows(0, 3).data(), one.read_rows(3, 3).data(), 3 * width), 0);
}

TEST_F(SweepMerge, RefusesWhatDoesNotBelongTogether) {
    const Experiment experiment = test::toy_ising();
    part(experiment, chain + "T = 2\nL = 2\nreplicas = 1");
    const auto refused = [&](const std::string& job) {
        paths_.resize(1);
        part(experiment, job);
        return refusal([&] { return header(); });
    };
    EXPECT_EQ(refused(chain + "beta = 0.4\nL = 2\nreplicas = 1"),
              "part1.h5 gives T where part2.h5 gives beta: an axis needs the same name in all files");
    EXPECT_EQ(refused("T = 2\nL = 2\nreplicas = 1\nsweeps = 33\nthermalisation = 1"),
              "part1.h5 and part2.h5 are of different jobs: sweeps is 32 in part1.h5, but 33 in part2.h5");
    EXPECT_NE(refused(chain + "T = 2\nL = 2\ndx = 1\nreplicas = 1").find("the number of values of dx"), std::string::npos);
}

TEST_F(SweepMerge, RefusesAnotherPointAtTheSamePlace) {
    Experiment experiment = test::toy_eight();
    const auto with_factor = [&](double factor) {
        experiment.parameters = {{.name = "p",
                                  .description = "offset",
                                  .default_value = "1",
                                  .alternatives = {{"q", "1", "", {}, [=](double q, const Point&) { return factor * q; }}}}};
        return experiment;
    };
    part(with_factor(2), "q = 1, 2\nreplicas = 1");
    part(with_factor(3), "q = 2\nreplicas = 1");
    EXPECT_EQ(refusal([&] { return header(); }), "part1.h5 has p = 4 at q = 2, but part2.h5 has 6");
}

}  // namespace
}  // namespace gdm
