#pragma once

#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "gdm/runner/job/job.hpp"
#include "gdm/runner/job/key.hpp"
#include "gdm/runner/job/text.hpp"
#include "gdm/storage/hdf5.hpp"
#include "gdm/storage/sweep_creation.hpp"
#include "gdm/storage/sweep_schema.hpp"
#include "gdm/sweep/header.hpp"
#include "gdm/sweep/points.hpp"
#include "gdm/sweep/rows.hpp"

namespace gdm::test {

/// A folder for the files of one test, removed at its end.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "gdm-test-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

/// A sweep file made by one process without MPI: any replica can be computed, failed, torn or left out.
class HandmadeSweep {
  public:
    HandmadeSweep(const Experiment& experiment, const std::string& job_text, const std::filesystem::path& path)
        : experiment_(experiment), job_(make_job(experiment_, read_job_text(job_text, "test"))), path_(path) {
        job_.header.code_version = "test";
        job_.header.created = "2026-01-01T00:00:00Z";
        create_sweep_file(path_, job_.header);
    }
    HandmadeSweep(const HandmadeSweep&) = delete;
    HandmadeSweep& operator=(const HandmadeSweep&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] const SweepHeader& header() const { return job_.header; }

    /// Computes the replicas that `which` chooses; returns their blocks in order.
    std::vector<std::vector<double>> compute(const std::function<bool(std::size_t, std::size_t)>& which =
                                                 [](std::size_t, std::size_t) { return true; }) {
        const hdf5::File file = open();
        const Layout layout = header().layout();
        std::vector<std::vector<double>> blocks;
        for (std::size_t point = 0; point < header().points; ++point) {
            const Point at = Points(header())[point];
            for (std::size_t replica = 0; replica < header().replicas; ++replica) {
                if (!which(point, replica)) continue;
                std::vector<double> block(layout.size());
                Values values(layout, block);
                const RandomStream random(point_key(job_, at, {}), static_cast<std::uint32_t>(replica));
                experiment_.compute(at, {}, random, Stop(), values);
                for (const auto& entry : layout.entries()) {
                    write(file, "replicas/" + entry.name, H5T_NATIVE_DOUBLE, point, replica, block.data() + entry.offset);
                }
                write_checksum(file, point, replica, row_checksum(point, replica, block));
                blocks.push_back(std::move(block));
            }
        }
        return blocks;
    }
    void fail(std::size_t point, std::size_t replica) { write_checksum(open(), point, replica, checksum_failed); }
    /// What /status says beside the checksum of a replica.
    void set_status(std::size_t point, std::size_t replica, double seconds, std::uint32_t session, std::uint32_t rank) {
        const hdf5::File file = open();
        write(file, "status/seconds", H5T_NATIVE_DOUBLE, point, replica, &seconds);
        write(file, "status/session", H5T_NATIVE_UINT32, point, replica, &session);
        write(file, "status/rank", H5T_NATIVE_UINT32, point, replica, &rank);
    }
    void set_session(std::size_t number, const SessionRecord& record) {
        write_record("sessions", schema::session_type(), number, schema::pack(record));
    }
    void set_failure(std::size_t slot, const FailureRecord& record) {
        write_record("status/failures", schema::failure_type(), slot, schema::pack(record));
    }
    /// As files were before ranks were recorded.
    void forget_ranks() { H5Ldelete(open(), "status/rank", H5P_DEFAULT); }
    /// Overwrites one number of a replica, as an interrupted write would leave it.
    void tear(std::size_t point, std::size_t replica, const std::string& observable) {
        const double wrong = 1e300;
        write(open(), "replicas/" + observable, H5T_NATIVE_DOUBLE, point, replica, &wrong, 1);
    }

  private:
    [[nodiscard]] hdf5::File open() const {
        return hdf5::File(hdf5::check(H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), "cannot open the test's file"));
    }
    static void write_checksum(const hdf5::File& file, std::size_t point, std::size_t replica, std::uint64_t checksum) {
        write(file, "status/checksum", H5T_NATIVE_UINT64, point, replica, &checksum);
    }
    template <class Row>
    void write_record(const std::string& table, const hdf5::Type& type, std::size_t place, const Row& row) {
        const hdf5::File file = open();
        const hdf5::Dataset dataset = hdf5::open_dataset(file, table);
        const hdf5::Space space = hdf5::simple_space(hdf5::shape_of(dataset)), memory = hdf5::simple_space({1});
        const hsize_t start = place, count = 1;
        H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, nullptr, &count, nullptr);
        hdf5::check(H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, &row), "cannot write a test's record");
    }
    /// Writes one row of a dataset (P, R, …), or its first `most` numbers along the last axis.
    static void write(const hdf5::File& file, const std::string& name, hid_t type, std::size_t point, std::size_t replica,
                      const void* values, std::size_t most = SIZE_MAX) {
        const hdf5::Dataset dataset = hdf5::open_dataset(file, name);
        const auto shape = hdf5::shape_of(dataset);
        std::vector<hsize_t> start(shape.size(), 0), count(shape.begin(), shape.end());
        start[0] = point;
        start[1] = replica;
        count[0] = count[1] = 1;
        for (std::size_t i = 2; i < count.size(); ++i) count[i] = std::min<hsize_t>(count[i], most);
        const hdf5::Space space = hdf5::simple_space(shape);
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
        const hdf5::Space memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr));
        hdf5::check(H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, values), "cannot write a test's row");
    }

    const Experiment experiment_;
    Job job_;
    std::filesystem::path path_;
};

}  // namespace gdm::test
