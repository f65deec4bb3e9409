#include "gdm/storage/sweep_reader.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "gdm/base/error.hpp"
#include "gdm/storage/sweep_creation.hpp"
#include "gdm/sweep/points.hpp"
#include "gdm/sweep/row_boxes.hpp"
#include "support/process.hpp"
#include "support/temporaries.hpp"

namespace gdm {
namespace {

/// 3 points × 4 replicas; a scalar and a 2 × 3 observable.
SweepHeader small_header() {
    SweepHeader header;
    header.experiment = "toy";
    header.experiment_version = 2;
    header.job = "experiment = toy\n";
    header.code_version = "test";
    header.created = "2024-01-01T00:00:00Z";
    header.instruction_set = "AVX2";
    header.seed = 7;
    header.points = 3;
    header.replicas = 4;
    header.axes = {{"b", "1", "an axis", Role::grid, {1, 2, 3}, {}},
                   {"a", "s", "another", Role::inner, {0, 1}, {}},
                   {"bin", "1", "bins", Role::fixed, {1, 2, 3}, {}}};
    header.point_values = {{"b", "1", "an axis", 1, {1, 2, 3}, {}}, {"a", "s", "another", 2, {0, 1, 0, 2, 0, 3}, {}}};
    header.settings = {{"samples", "1", "samples", 128, {}}, {"scheme", "1", "scheme", 1, "heun"}};
    header.observables = {{"z", "1", "scalar", Combine::mean, "", {}, {}},
                          {"m", "nat", "matrix", Combine::sum, "", {"a", "bin"}, {2, 3}}};
    header.code = {{"toy.py", "def run():\n    return 1  # µ\n"}, {"helpers.py", ""}};
    return header;
}

double number(std::size_t row, std::size_t i) { return static_cast<double>(row) + static_cast<double>(i) / 64; }

RowBatch batch_of(const SweepHeader& header, std::size_t first, std::size_t count) {
    RowBatch batch;
    batch.first = first;
    const std::size_t width = header.layout().size();
    for (std::size_t row = first; row < first + count; ++row) {
        std::vector<double> block;
        for (std::size_t i = 0; i < width; ++i) block.push_back(number(row, i));
        batch.blocks.insert(batch.blocks.end(), block.begin(), block.end());
        batch.checksums.push_back(row_checksum(row / header.replicas, row % header.replicas, block));
        batch.seconds.push_back(0.5);
    }
    return batch;
}

/// A path that all ranks agree on.
class SweepFile : public testing::Test {
  protected:
    SweepFile() : path_(world_.broadcast((directory_ / "a.h5").string())) {}
    Communicator world_ = Communicator::world();
    test::TemporaryDirectory directory_;
    std::filesystem::path path_;
    SweepHeader header_ = small_header();
};

TEST(RowBoxes, CoverARangeInOrder) {
    for (std::size_t first = 0; first < 12; ++first) {
        for (std::size_t count = 1; first + count <= 12; ++count) {
            std::size_t rows = 0;
            int boxes = 0;
            for_each_box(first, count, 4, [&](const RowBox& box) {
                EXPECT_EQ(box.offset, rows);
                EXPECT_EQ(box.point * 4 + box.replica, first + rows);
                EXPECT_TRUE(box.points == 1 || (box.replica == 0 && box.replicas == 4));
                rows += box.points * box.replicas;
                ++boxes;
            });
            EXPECT_EQ(rows, count);
            EXPECT_LE(boxes, 3);
        }
    }
}

TEST_F(SweepFile, KeepsWhatIsFixedAtCreation) {
    world_.on_first([&] { create_sweep_file(path_, header_); });
    const SweepReader reader(path_);
    const SweepHeader& read = reader.header();
    EXPECT_EQ(read.experiment, "toy");
    EXPECT_EQ(read.experiment_version, 2);
    EXPECT_EQ(read.job, header_.job);
    EXPECT_EQ(read.seed, 7u);
    EXPECT_EQ(read.code, header_.code);
    EXPECT_EQ(read.grid_shape(), std::vector<std::size_t>{3});
    EXPECT_EQ(read.axes[1].unit, "s");
    EXPECT_EQ(read.axes[2].role, Role::fixed);
    EXPECT_EQ(read.observables[1].axes, (std::vector<std::string>{"a", "bin"}));
    EXPECT_EQ(read.observables[1].shape, (std::vector<std::size_t>{2, 3}));
    const Point point = Points(read)[2];
    EXPECT_EQ(point["b"], 3);
    EXPECT_EQ(point["samples"], 128);
    EXPECT_EQ(point.word("scheme"), "heun");
    EXPECT_EQ(point.axis("a")[1], 3);
    for (const double value : reader.read_rows(0, 12)) EXPECT_TRUE(std::isnan(value));
    for (const RowState state : reader.states(0, 12, true)) EXPECT_EQ(state, RowState::absent);
    EXPECT_TRUE(test::temporaries_of(path_).empty());
    // On disk by now, not sparse: a full disk cannot strike during the run.
    EXPECT_NEAR(static_cast<double>(std::filesystem::file_size(path_)), sweep_file_bytes(header_), 70000);
    world_.barrier();
}

TEST_F(SweepFile, BeginsLargeDatasetsAtMultiplesOfTheAlignment) {
    constexpr std::size_t alignment = 32768;
    header_.replicas = 2000;
    world_.on_first([&] { create_sweep_file(path_, header_, {}, {}, alignment); });
    const hdf5::File file = hdf5::open_for_reading(path_);
    const auto offset = [&](const char* name) { return H5Dget_offset(hdf5::open_dataset(file, name)); };
    for (const char* name : {"status/checksum", "status/seconds", "status/failures", "sessions"}) {
        EXPECT_EQ(offset(name) % alignment, 0u) << name;
    }
    for (const auto& name : hdf5::members(hdf5::open_group(file, "replicas"))) {
        EXPECT_EQ(offset(("replicas/" + name).c_str()) % alignment, 0u) << name;
    }
    world_.barrier();
}

TEST_F(SweepFile, RanksWriteRowsThatVerify) {
    world_.on_first([&] { create_sweep_file(path_, header_); });
    {
        SweepWriter writer(world_, path_, header_, {{"cb_nodes", "1"}, {"no_such_hint", "yes"}});
        writer.set_session(5);
        const auto ranks = static_cast<std::size_t>(world_.size());
        for (std::size_t row = static_cast<std::size_t>(world_.rank()); row < 6; row += ranks)
            writer.write(batch_of(header_, row, 1));
        if (world_.rank() == 0) writer.write(batch_of(header_, 7, 5));  // over the end of a point, without row 6
        writer.close();
    }
    world_.barrier();
    const SweepReader reader(path_);
    const auto states = reader.states(0, 12, true);
    const auto rows = reader.read_rows(0, 12);
    for (std::size_t row = 0; row < 12; ++row) {
        EXPECT_EQ(states[row], row == 6 ? RowState::absent : RowState::done);
        for (std::size_t i = 0; i < 7 && row != 6; ++i) EXPECT_EQ(rows[row * 7 + i], number(row, i));
    }
    EXPECT_EQ(reader.read_seconds(0, 1).front(), 0.5);
    EXPECT_EQ(reader.read_session_numbers(0, 1).front(), 5u);
    const auto by_rank = reader.read_ranks(0, 12);
    for (std::size_t row = 0; row < 12; ++row) {
        const std::size_t rank = row < 6 ? row % static_cast<std::size_t>(world_.size()) : 0;
        EXPECT_EQ(by_rank[row], row == 6 ? rank_unknown : rank) << row;
    }
    world_.barrier();
}

TEST_F(SweepFile, BegunBeforeRanksWereRecordedGoesOnWithoutThem) {
    world_.on_first([&] {
        create_sweep_file(path_, header_);
        const hdf5::File file(H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
        ASSERT_GE(H5Ldelete(file, "status/rank", H5P_DEFAULT), 0);
    });
    {
        SweepWriter writer(world_, path_, header_);
        if (world_.rank() == 0) writer.write(batch_of(header_, 0, 12));
        writer.close();
    }
    world_.barrier();
    const SweepReader reader(path_);
    for (const RowState state : reader.states(0, 12, true)) EXPECT_EQ(state, RowState::done);
    for (const std::uint32_t rank : reader.read_ranks(0, 12)) EXPECT_EQ(rank, rank_unknown);
    world_.barrier();
}

TEST_F(SweepFile, FindsTornRowsAndFailures) {
    world_.on_first([&] { create_sweep_file(path_, header_); });
    {
        SweepWriter writer(world_, path_, header_);
        if (world_.rank() == 0) {
            RowBatch batch = batch_of(header_, 0, 4);
            batch.blocks[2 * 7 + 3] += 1e-9;                    // row 2: a value other than its checksum says
            std::swap(batch.checksums[0], batch.checksums[1]);  // rows 0, 1: right values, wrong rows
            writer.write(batch);
            RowBatch failed = batch_of(header_, 8, 1);
            failed.checksums[0] = checksum_failed;
            writer.write(failed);
            writer.write_failure(17, {2, 0, "it " + std::string(300, 'x')});
            writer.write_session(0, {"gdm-sweep a.ini", "host", "v", "AVX2", "MPI", "HDF5", "start", "", 3});
        }
        writer.close();
    }
    world_.barrier();
    const SweepReader reader(path_);
    const auto states = reader.states(0, 12, true);
    EXPECT_EQ(states[0], RowState::torn);
    EXPECT_EQ(states[1], RowState::torn);
    EXPECT_EQ(states[2], RowState::torn);
    EXPECT_EQ(states[3], RowState::done);
    EXPECT_EQ(states[8], RowState::failed);
    EXPECT_EQ(reader.states(0, 4, false)[2], RowState::done);
    ASSERT_EQ(reader.failures().size(), 1u);
    EXPECT_EQ(reader.failures()[0].point, 2u);
    EXPECT_EQ(reader.failures()[0].message.substr(0, 5), "it xx");
    ASSERT_EQ(reader.sessions().size(), 1u);
    EXPECT_EQ(reader.sessions()[0].command_line, "gdm-sweep a.ini");
    EXPECT_EQ(reader.sessions()[0].end, "");
    world_.barrier();
}

TEST(SweepChecksum, DependsOnPlaceAndBits) {
    const std::vector<double> block{1, 2, std::numeric_limits<double>::quiet_NaN()};
    std::vector<double> other = block;
    other[0] = std::nextafter(1.0, 2.0);
    EXPECT_EQ(row_checksum(1, 2, block), row_checksum(1, 2, block));
    EXPECT_NE(row_checksum(1, 2, block), row_checksum(2, 1, block));
    EXPECT_NE(row_checksum(1, 2, block), row_checksum(1, 2, other));
}

TEST_F(SweepFile, RefusesWhatIsNoSweepFile) {
    EXPECT_THROW(SweepReader(directory_ / "missing.h5"), UsageError);
    std::ofstream(directory_ / "text.h5") << "no HDF5";
    EXPECT_THROW(SweepReader(directory_ / "text.h5"), IoError);
    { const hdf5::File file(H5Fcreate((directory_ / "other.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)); }
    EXPECT_THROW(SweepReader(directory_ / "other.h5"), UsageError);
}

}  // namespace
}  // namespace gdm
