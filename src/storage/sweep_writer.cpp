#include "gdm/storage/sweep_writer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "gdm/base/error.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/storage/sweep_schema.hpp"
#include "gdm/sweep/row_boxes.hpp"

namespace gdm {

void RowBatch::clear() noexcept {
    blocks.clear();
    checksums.clear();
    seconds.clear();
    sessions.clear();
    ranks.clear();
}

std::size_t rows_of_batch(std::size_t width) {
    return std::clamp<std::size_t>((std::size_t{1} << 19) / std::max<std::size_t>(1, width), 1, std::size_t{1} << 16);
}

RowBatch absent_rows(std::size_t first, std::size_t rows, std::size_t width) {
    return {first,
            std::vector(rows * width, not_a_number),
            std::vector<std::uint64_t>(rows, checksum_absent),
            std::vector(rows, not_a_number),
            std::vector<std::uint32_t>(rows, 0),
            std::vector<std::uint32_t>(rows, rank_unknown)};
}

SweepWriter::SweepWriter(const Communicator& comm, const std::filesystem::path& path, const SweepHeader& header,
                         const MpiHints& hints)
    : replicas_(header.replicas),
      rank_number_(static_cast<std::uint32_t>(comm.rank())),
      layout_(header.layout()),
      status_shape_{header.points, header.replicas} {
    comm.on_first([&] {
        // ompio would print a stack of its own for these.
        if (access(path.c_str(), R_OK | W_OK) != 0) {
            throw IoError(fmt::format("cannot write to {}: {}", path.string(), std::strerror(errno)));
        }
    });
    comm.together([&] {
        setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);  // the sidecar lock guards the file; MPI-IO takes none
        const hdf5::PropertyList access_list(hdf5::check(H5Pcreate(H5P_FILE_ACCESS), "cannot create properties"));
        MPI_Info info = MPI_INFO_NULL;
        if (!hints.empty()) MPI_Info_create(&info);
        for (const auto& [key, value] : hints) MPI_Info_set(info, key.c_str(), value.c_str());
        const herr_t selected = H5Pset_fapl_mpio(access_list, comm.get(), info);  // copies the hints
        if (info != MPI_INFO_NULL) MPI_Info_free(&info);
        hdf5::check(selected, "cannot select MPI-IO");
        hdf5::check(H5Pset_all_coll_metadata_ops(access_list, true), "cannot read metadata collectively");
        file_ = hdf5::File(hdf5::check(H5Fopen(path.c_str(), H5F_ACC_RDWR, access_list),
                                       fmt::format("cannot open {} for writing", path.string())));
        open_datasets(header);
    });
}

SweepWriter::SweepWriter(hdf5::File file, const SweepHeader& header)
    : replicas_(header.replicas),
      layout_(header.layout()),
      file_(std::move(file)),
      status_shape_{header.points, header.replicas} {
    open_datasets(header);
}

void SweepWriter::open_datasets(const SweepHeader& header) {
    for (const auto& entry : layout_.entries()) {
        observables_.push_back(hdf5::open_dataset(file_, "replicas/" + entry.name));
        std::vector<std::size_t> shape = status_shape_;
        shape.insert(shape.end(), entry.shape.begin(), entry.shape.end());
        shapes_.push_back(std::move(shape));
    }
    checksum_ = hdf5::open_dataset(file_, "status/checksum");
    seconds_ = hdf5::open_dataset(file_, "status/seconds");
    session_of_ = hdf5::open_dataset(file_, "status/session");
    // Files begun before ranks were recorded go on without.
    if (hdf5::exists(file_, "status/rank")) rank_of_ = hdf5::open_dataset(file_, "status/rank");
    failures_ = hdf5::open_dataset(file_, "status/failures");
    sessions_ = hdf5::open_dataset(file_, "sessions");
    states_ = StateSlots(file_, header);
}

template <class Element>
void SweepWriter::write_column(const hdf5::Dataset& dataset, const std::vector<std::size_t>& shape, hid_t type,
                               const RowBatch& batch, std::size_t width, const Element* values) {
    const hdf5::Space file_space = hdf5::simple_space(shape);
    for_each_box(batch.first, batch.rows(), replicas_, [&](const RowBox& box) {
        schema::select_box(file_space, shape, box.point, box.points, box.replica, box.replicas);
        const hdf5::Space memory = hdf5::simple_space({box.points * box.replicas * width});
        ++writes_;
        hdf5::check(H5Dwrite(dataset, type, memory, file_space, H5P_DEFAULT, values + box.offset * width),
                    "cannot write results: disk full, or the file was taken away; what was written stays valid");
    });
}

void SweepWriter::write(const RowBatch& batch) {
    if (batch.rows() == 0) return;
    for (std::size_t i = 0; i < observables_.size(); ++i) {
        const auto& entry = layout_.entries()[i];
        column_.resize(batch.rows() * entry.size);
        for (std::size_t row = 0; row < batch.rows(); ++row) {
            std::copy_n(batch.blocks.data() + row * layout_.size() + entry.offset, entry.size,
                        column_.data() + row * entry.size);
        }
        write_column(observables_[i], shapes_[i], H5T_NATIVE_DOUBLE, batch, entry.size, column_.data());
    }
    write_column(seconds_, status_shape_, H5T_NATIVE_DOUBLE, batch, 1, batch.seconds.data());
    const auto& sessions = batch.sessions.empty() ? std::vector(batch.rows(), session_) : batch.sessions;
    write_column(session_of_, status_shape_, H5T_NATIVE_UINT32, batch, 1, sessions.data());
    if (rank_of_ >= 0) {
        const auto& ranks = batch.ranks.empty() ? std::vector(batch.rows(), rank_number_) : batch.ranks;
        write_column(rank_of_, status_shape_, H5T_NATIVE_UINT32, batch, 1, ranks.data());
    }
    write_column(checksum_, status_shape_, H5T_NATIVE_UINT64, batch, 1, batch.checksums.data());
}

namespace {
template <class Row>
void write_row(const hdf5::Dataset& dataset, const hdf5::Type& type, std::size_t capacity, std::size_t slot,
               const Row& row) {
    const hdf5::Space file_space = hdf5::simple_space({capacity});
    const hsize_t start = slot % capacity, count = 1;
    hdf5::check(H5Sselect_hyperslab(file_space, H5S_SELECT_SET, &start, nullptr, &count, nullptr), "cannot select a row");
    const hdf5::Space memory = hdf5::simple_space({1});
    hdf5::check(H5Dwrite(dataset, type, memory, file_space, H5P_DEFAULT, &row), "cannot write a record");
}
}  // namespace

void SweepWriter::write_failure(std::size_t slot, const FailureRecord& record) {
    write_row(failures_, schema::failure_type(), schema::failure_capacity, slot, schema::pack(record));
}

void SweepWriter::write_session(std::uint32_t number, const SessionRecord& record) {
    write_row(sessions_, schema::session_type(), schema::session_capacity, number, schema::pack(record));
}

namespace {
void write_plan_into(hid_t file, std::span<const std::size_t> planned, bool settled) {
    const std::vector<std::uint32_t> numbers(planned.begin(), planned.end());
    const std::uint32_t last_word = settled ? 1 : 0;
    const auto write = [&](const char* name, const void* values) {
        hdf5::check(H5Dwrite(hdf5::open_dataset(file, name), H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values),
                    fmt::format("cannot write {}", name));
    };
    write("status/planned", numbers.data());
    write("status/settled", &last_word);
}
}  // namespace

void SweepWriter::write_plan(std::span<const std::size_t> planned, bool settled) {
    write_plan_into(file_, planned, settled);
}

void write_plan(const std::filesystem::path& path, std::span<const std::size_t> planned, bool settled) {
    hdf5::File file(
        hdf5::check(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), fmt::format("cannot write to {}", path.string())));
    write_plan_into(file, planned, settled);
    hdf5::check(H5Fclose(file.release()), fmt::format("cannot close {}", path.string()));
}

void SweepWriter::flush() { hdf5::check(H5Fflush(file_, H5F_SCOPE_LOCAL), "cannot write the sweep file"); }

void SweepWriter::close() {
    observables_.clear();
    for (hdf5::Dataset* dataset : {&checksum_, &seconds_, &session_of_, &rank_of_, &failures_, &sessions_}) {
        dataset->reset();
    }
    states_.close();
    hdf5::check(H5Fclose(file_.release()), "cannot close the sweep file");
}

}  // namespace gdm
