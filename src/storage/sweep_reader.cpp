#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"
#include "gdm/storage/row_boxes.hpp"
#include "gdm/storage/sweep_file.hpp"
#include "gdm/storage/sweep_schema.hpp"

namespace gdm {
namespace {

Role role_from(const std::string& text) {
    for (const Role role : {Role::grid, Role::inner, Role::setting, Role::fixed}) {
        if (to_string(role) == text) return role;
    }
    throw IoError(fmt::format("unknown role '{}' of an axis", text));
}

std::vector<std::string> words_of(hid_t dataset, const std::string& name) {
    const std::string text = hdf5::read_text(dataset, name);
    return text.empty() ? std::vector<std::string>() : split(text, ',');
}

/// The attributes `seeds` and `seed_replicas` of a joined file: "1,2" and "16,16".
std::vector<SeedShare> read_seeds(hid_t file) {
    std::vector<SeedShare> shares;
    const auto seeds = words_of(file, "seeds"), replicas = words_of(file, "seed_replicas");
    if (seeds.size() != replicas.size()) throw IoError("the attributes seeds and seed_replicas contradict each other");
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        shares.push_back({std::strtoull(seeds[i].c_str(), nullptr, 10), std::strtoull(replicas[i].c_str(), nullptr, 10)});
    }
    return shares;
}

SweepHeader read_header(hid_t file, const std::string& path) {
    if (hdf5::read_text(file, "format") != "gdm-sweep") {
        throw UsageError(fmt::format("{}: not a sweep file of gdm-sweep", path));
    }
    if (const auto version = hdf5::read_integer(file, "format_version"); version != sweep_format_version) {
        throw UsageError(
            fmt::format("{}: sweep file format {}, but this program reads format {}", path, version, sweep_format_version));
    }
    SweepHeader header;
    header.experiment = hdf5::read_text(file, "experiment");
    header.experiment_version = static_cast<int>(hdf5::read_integer(file, "experiment_version"));
    header.job = hdf5::read_text(file, "job");
    header.code_version = hdf5::read_text(file, "code_version");
    header.created = hdf5::read_text(file, "created");
    header.instruction_set = hdf5::read_text(file, "instruction_set");
    header.seed = static_cast<std::uint64_t>(hdf5::read_integer(file, "seed"));
    header.seeds = read_seeds(file);
    header.points = static_cast<std::size_t>(hdf5::read_integer(file, "points"));
    header.replicas = static_cast<std::size_t>(hdf5::read_integer(file, "replicas"));

    if (hdf5::has_attribute(file, "target_error")) {
        const auto count = [&](const char* name) { return static_cast<std::size_t>(hdf5::read_integer(file, name)); };
        header.adaptive = {hdf5::read_text(file, "target_error"),
                           count("first_replicas"),
                           count("max_replicas"),
                           hdf5::read_text(file, "refine"),
                           hdf5::read_text(file, "refine_where"),
                           count("refine_levels")};
    }

    const hdf5::Group axes = hdf5::open_group(file, "axes");
    for (const auto& name : hdf5::members(axes)) {
        const hdf5::Dataset dataset = hdf5::open_dataset(axes, name);
        header.axes.push_back({name, hdf5::read_text(dataset, "unit"), hdf5::read_text(dataset, "long_name"),
                               role_from(hdf5::read_text(dataset, "role")), hdf5::read_doubles(dataset),
                               words_of(dataset, "words")});
    }
    const hdf5::Group points = hdf5::open_group(file, "points");
    for (const auto& name : hdf5::members(points)) {
        const hdf5::Dataset dataset = hdf5::open_dataset(points, name);
        const auto shape = hdf5::shape_of(dataset);
        header.point_values.push_back({name, hdf5::read_text(dataset, "unit"), hdf5::read_text(dataset, "long_name"),
                                       shape.size() > 1 ? shape[1] : 1, hdf5::read_doubles(dataset),
                                       words_of(dataset, "words")});
    }
    if (hdf5::exists(file, "grid_index")) {
        const auto places = hdf5::read_doubles(hdf5::open_dataset(file, "grid_index"));
        header.grid_index.assign(places.begin(), places.end());
    }
    const hdf5::Group settings = hdf5::open_group(file, "settings");
    for (const auto& name : hdf5::members(settings)) {
        const hdf5::Dataset dataset = hdf5::open_dataset(settings, name);
        SettingRecord record{name, hdf5::read_text(dataset, "unit"),        hdf5::read_text(dataset, "long_name"), 0,
                             {},   hdf5::read_text(dataset, "content_hash")};
        if (hdf5::has_attribute(dataset, "word_index")) {
            record.word = hdf5::read_string(dataset);
            record.value = static_cast<double>(hdf5::read_integer(dataset, "word_index"));
        } else {
            record.value = hdf5::read_doubles(dataset).front();
        }
        header.settings.push_back(std::move(record));
    }
    const hdf5::Group replicas = hdf5::open_group(file, "replicas");
    for (const auto& name : hdf5::members(replicas)) {
        const hdf5::Dataset dataset = hdf5::open_dataset(replicas, name);
        auto shape = hdf5::shape_of(dataset);
        shape.erase(shape.begin(), shape.begin() + 2);
        header.observables.push_back({name, hdf5::read_text(dataset, "unit"), hdf5::read_text(dataset, "long_name"),
                                      hdf5::read_text(dataset, "combine"), hdf5::read_text(dataset, "error_of"),
                                      words_of(dataset, "axes"), std::move(shape)});
    }
    return header;
}

/// Reads rows of a dataset (P, R, …) into contiguous memory, `width` elements a row.
template <class Element>
void read_dataset_rows(hid_t file, const std::string& path, hid_t type, const SweepHeader& header, std::size_t first,
                       std::size_t count, std::size_t width, Element* target) {
    const hdf5::Dataset dataset = hdf5::open_dataset(file, path);
    const auto shape = hdf5::shape_of(dataset);
    const hdf5::Space file_space(hdf5::check(H5Dget_space(dataset), "cannot read a dataspace"));
    for_each_box(first, count, header.replicas, [&](const RowBox& box) {
        schema::select_box(file_space, shape, box.point, box.points, box.replica, box.replicas);
        const hdf5::Space memory = hdf5::simple_space({box.points * box.replicas * width});
        hdf5::check(H5Dread(dataset, type, memory, file_space, H5P_DEFAULT, target + box.offset * width),
                    fmt::format("cannot read rows of {}", path));
    });
}

template <class Row>
std::vector<Row> read_table(hid_t file, const std::string& path, const hdf5::Type& type) {
    const hdf5::Dataset dataset = hdf5::open_dataset(file, path);
    std::vector<Row> rows(hdf5::shape_of(dataset).at(0));
    hdf5::check(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()), fmt::format("cannot read {}", path));
    return rows;
}

}  // namespace

SweepReader::SweepReader(const std::filesystem::path& path)
    : file_(hdf5::open_for_reading(path)), header_(read_header(file_, path.string())), layout_(header_.layout()) {}

SweepReader::SweepReader(const std::filesystem::path& path, SweepHeader header)
    : file_(hdf5::open_for_reading(path)), header_(std::move(header)), layout_(header_.layout()) {}

std::vector<double> SweepReader::read_rows(std::size_t first, std::size_t count) const {
    std::vector<double> rows(count * layout_.size());
    std::vector<double> column;
    for (const auto& entry : layout_.entries()) {
        column.resize(count * entry.size);
        read_dataset_rows(file_, "replicas/" + entry.name, H5T_NATIVE_DOUBLE, header_, first, count, entry.size,
                          column.data());
        for (std::size_t row = 0; row < count; ++row) {
            std::copy_n(column.data() + row * entry.size, entry.size, rows.data() + row * layout_.size() + entry.offset);
        }
    }
    return rows;
}

std::vector<std::uint64_t> SweepReader::read_checksums(std::size_t first, std::size_t count) const {
    std::vector<std::uint64_t> values(count);
    read_dataset_rows(file_, "status/checksum", H5T_NATIVE_UINT64, header_, first, count, 1, values.data());
    return values;
}

std::vector<double> SweepReader::read_seconds(std::size_t first, std::size_t count) const {
    std::vector<double> values(count);
    read_dataset_rows(file_, "status/seconds", H5T_NATIVE_DOUBLE, header_, first, count, 1, values.data());
    return values;
}

std::vector<std::uint32_t> SweepReader::read_session_numbers(std::size_t first, std::size_t count) const {
    std::vector<std::uint32_t> values(count);
    read_dataset_rows(file_, "status/session", H5T_NATIVE_UINT32, header_, first, count, 1, values.data());
    return values;
}

std::vector<std::uint32_t> SweepReader::read_ranks(std::size_t first, std::size_t count) const {
    std::vector<std::uint32_t> values(count, rank_unknown);
    if (!hdf5::exists(file_, "status/rank")) return values;  // begun before ranks were recorded
    read_dataset_rows(file_, "status/rank", H5T_NATIVE_UINT32, header_, first, count, 1, values.data());
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
    const auto counts = hdf5::read_doubles(hdf5::open_dataset(file_, "status/planned"));
    return {counts.begin(), counts.end()};
}

bool SweepReader::settled() const {
    return !header_.adaptive.any() || hdf5::read_doubles(hdf5::open_dataset(file_, "status/settled")).front() == 1;
}

std::size_t SweepReader::failure_rows() const {
    const auto rows = read_table<schema::Failure>(file_, "status/failures", schema::failure_type());
    return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [](const auto& row) { return row.used == 1; }));
}

std::vector<FailureRecord> SweepReader::failures() const {
    std::vector<FailureRecord> records;
    for (const auto& row : read_table<schema::Failure>(file_, "status/failures", schema::failure_type())) {
        if (row.used != 1) continue;
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
    for (const auto& row : read_table<schema::Session>(file_, "sessions", schema::session_type())) {
        if (row.start[0] != '\0') records.push_back(schema::unpack(row));
    }
    return records;
}

}  // namespace gdm
