#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "gdm/base/error.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "gdm/storage/sweep_schema.hpp"
#include "gdm/sweep/row_boxes.hpp"
#include "gdm/sweep/validation.hpp"
#include "sweep_header.hpp"

namespace gdm {
namespace {

std::vector<RowBox> boxes_of(std::size_t first, std::size_t count, std::size_t replicas) {
    std::vector<RowBox> boxes;
    for_each_box(first, count, replicas, [&](const RowBox& box) { boxes.push_back(box); });
    return boxes;
}

/// Reads rectangles of a dataset (P, R, …) into contiguous memory, `width` elements a row.
template <class Element>
void read_dataset_boxes(const hdf5::Dataset& dataset, hid_t type, const std::vector<RowBox>& boxes, std::size_t width,
                        Element* target) {
    const auto shape = hdf5::shape_of(dataset);
    const hdf5::Space file_space(hdf5::check(H5Dget_space(dataset), "cannot read a dataspace"));
    for (const RowBox& box : boxes) {
        schema::select_box(file_space, shape, box.point, box.points, box.replica, box.replicas);
        const hdf5::Space memory = hdf5::simple_space({box.points * box.replicas * width});
        if (H5Dread(dataset, type, memory, file_space, H5P_DEFAULT, target + box.offset * width) < 0) {
            hdf5::fail(dataset, "cannot read its rows");
        }
    }
}

/// The same of rows that follow each other.
template <class Element>
void read_dataset_rows(const hdf5::Dataset& dataset, hid_t type, std::size_t replicas, std::size_t first, std::size_t count,
                       Element* target) {
    read_dataset_boxes(dataset, type, boxes_of(first, count, replicas), 1, target);
}

template <class Row>
std::vector<Row> read_table(const hdf5::Dataset& dataset, const hdf5::Type& type, std::size_t capacity) {
    std::vector<Row> rows(capacity);
    if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()) < 0) hdf5::fail(dataset, "cannot read it");
    return rows;
}

std::vector<schema::Failure> failure_table(const SweepDatasets& datasets) {
    return read_table<schema::Failure>(datasets.failures, schema::failure_type(), schema::failure_capacity);
}

/// More seconds than these, 30 years, no replica takes: such numbers are damaged.
constexpr double most_seconds = 1e9;
constexpr std::uint64_t most_ranks = std::uint64_t{1} << 20;

}  // namespace

SweepReader::SweepReader(const std::filesystem::path& path) : file_(hdf5::open_for_reading(path)) {
    header_ = read_sweep_header(file_);
    require_header_hash(file_, header_);
    validate_header(header_, path.string());
    layout_ = header_.layout();
    datasets_ = SweepDatasets(file_, header_);
}

SweepReader::SweepReader(const std::filesystem::path& path, SweepHeader header)
    : file_(hdf5::open_for_reading(path)),
      header_(std::move(header)),
      layout_(header_.layout()),
      datasets_(file_, header_) {}

bool SweepReader::header_is_protected() const { return has_header_hash(file_); }

std::vector<double> SweepReader::read_rows(std::size_t first, std::size_t count) const {
    return read_boxes(boxes_of(first, count, header_.replicas));
}

std::vector<double> SweepReader::read_first_replicas(std::size_t point, std::size_t points, std::size_t replicas) const {
    return read_boxes({{point, points, 0, replicas, 0}});
}

std::vector<double> SweepReader::read_boxes(const std::vector<RowBox>& boxes) const {
    std::size_t count = 0;
    for (const RowBox& box : boxes) count += box.points * box.replicas;
    std::vector<double> rows(count * layout_.size());
    std::vector<double> column;
    for (std::size_t i = 0; i < layout_.entries().size(); ++i) {
        const auto& entry = layout_.entries()[i];
        column.resize(count * entry.size);
        read_dataset_boxes(datasets_.observables[i], H5T_NATIVE_DOUBLE, boxes, entry.size, column.data());
        for (std::size_t row = 0; row < count; ++row) {
            std::copy_n(column.data() + row * entry.size, entry.size, rows.data() + row * layout_.size() + entry.offset);
        }
    }
    return rows;
}

std::vector<std::uint64_t> SweepReader::read_checksums(std::size_t first, std::size_t count) const {
    std::vector<std::uint64_t> values(count);
    read_dataset_rows(datasets_.checksum, H5T_NATIVE_UINT64, header_.replicas, first, count, values.data());
    return values;
}

std::vector<double> SweepReader::read_seconds(std::size_t first, std::size_t count) const {
    std::vector<double> values(count);
    read_dataset_rows(datasets_.seconds, H5T_NATIVE_DOUBLE, header_.replicas, first, count, values.data());
    for (double& value : values) {
        if (!(value >= 0 && value <= most_seconds)) value = std::numeric_limits<double>::quiet_NaN();
    }
    return values;
}

std::vector<std::uint32_t> SweepReader::read_session_numbers(std::size_t first, std::size_t count) const {
    std::vector<std::uint32_t> values(count);
    read_dataset_rows(datasets_.session, H5T_NATIVE_UINT32, header_.replicas, first, count, values.data());
    return values;
}

std::vector<std::uint32_t> SweepReader::read_ranks(std::size_t first, std::size_t count) const {
    std::vector<std::uint32_t> values(count, rank_unknown);
    if (datasets_.rank < 0) return values;
    read_dataset_rows(datasets_.rank, H5T_NATIVE_UINT32, header_.replicas, first, count, values.data());
    return values;
}

std::vector<RowState> SweepReader::states(std::size_t first, std::size_t count, bool verify) const {
    const auto checksums = read_checksums(first, count);
    std::vector<RowState> states(count, RowState::absent);
    // Bounded memory, whatever the size of a row.
    const std::size_t batch = std::max<std::size_t>(1, (std::size_t{4} << 20) / (8 * layout_.size()));
    for (std::size_t begin = 0; begin < count; begin += batch) {
        const std::size_t rows = std::min(batch, count - begin);
        const auto sums = std::span(checksums).subspan(begin, rows);
        const bool any_done = std::any_of(sums.begin(), sums.end(), [](std::uint64_t c) { return c > checksum_failed; });
        const auto blocks = verify && any_done ? read_rows(first + begin, rows) : std::vector<double>();
        for (std::size_t i = 0; i < rows; ++i) {
            RowState state = RowState::done;
            if (sums[i] == checksum_absent) {
                state = RowState::absent;
            } else if (sums[i] == checksum_failed) {
                state = RowState::failed;
            } else if (verify) {
                const std::size_t row = first + begin + i;
                const auto block = std::span(blocks).subspan(i * layout_.size(), layout_.size());
                if (row_checksum(row / header_.replicas, row % header_.replicas, block) != sums[i]) state = RowState::torn;
            }
            states[begin + i] = state;
        }
    }
    return states;
}

std::vector<std::size_t> SweepReader::planned() const {
    if (!header_.adaptive.any()) return std::vector<std::size_t>(header_.points, header_.replicas);
    std::vector<std::uint32_t> counts(header_.points);
    if (H5Dread(datasets_.planned, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, counts.data()) < 0) {
        hdf5::fail(datasets_.planned, "cannot read it");
    }
    if (std::any_of(counts.begin(), counts.end(), [&](std::uint32_t count) { return count > header_.replicas; })) {
        throw IoError(
            fmt::format("{} plans more replicas than there is room for: it is damaged; gdm-sweep with the same job "
                        "plans them again",
                        hdf5::name_of(datasets_.planned)));
    }
    return {counts.begin(), counts.end()};
}

bool SweepReader::settled() const {
    if (!header_.adaptive.any()) return true;
    std::uint32_t last_word = 0;
    if (H5Dread(datasets_.settled, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, &last_word) < 0) {
        hdf5::fail(datasets_.settled, "cannot read it");
    }
    return last_word == 1;
}

std::size_t SweepReader::failure_rows() const {
    const auto rows = failure_table(datasets_);
    return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.used == 1; }));
}

std::vector<FailureRecord> SweepReader::failures() const {
    std::vector<FailureRecord> records;
    for (const auto& row : failure_table(datasets_)) {
        // A damaged record names a replica that cannot be.
        if (row.used != 1 || row.point >= header_.points || row.replica >= header_.replicas) continue;
        // A replica that was retried keeps its rows: with success, as its checksum tells, or with a later message.
        if (read_checksums(row.point * header_.replicas + row.replica, 1).front() != checksum_failed) continue;
        const auto earlier = std::find_if(records.begin(), records.end(), [&](const FailureRecord& record) {
            return record.point == row.point && record.replica == row.replica;
        });
        if (earlier == records.end()) {
            records.push_back(schema::unpack(row));
        } else {
            *earlier = schema::unpack(row);
        }
    }
    return records;
}

std::vector<SessionRecord> SweepReader::sessions() const {
    std::vector<SessionRecord> records;
    for (const auto& row :
         read_table<schema::Session>(datasets_.sessions, schema::session_type(), schema::session_capacity)) {
        if (row.start[0] == '\0') continue;
        records.push_back(schema::unpack(row));
        if (records.back().ranks > most_ranks) records.back().ranks = 0;
    }
    return records;
}

bool is_sweep_file(const std::filesystem::path& path) {
    try {
        return hdf5::format_of(hdf5::open_for_reading(path)) == sweep_format;
    } catch (const IoError&) {
        return false;
    }
}

}  // namespace gdm
