#include "gdm/storage/sweep_creation.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "gdm/base/error.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/base/text.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/storage/sweep_schema.hpp"
#include "gdm/storage/temporary_file.hpp"
#include "gdm/sweep/header_hash.hpp"

namespace gdm {
namespace {

/// A contiguous dataset whose space exists before anything is written to it. `filling`: whether HDF5 fills it now (with
/// zeros), or the rows are all written afterwards, which a request to stop can interrupt.
hdf5::Dataset preallocated(hid_t parent, const std::string& name, hid_t type, const std::vector<std::size_t>& shape,
                           H5D_fill_time_t filling, const void* fill = nullptr) {
    const hdf5::PropertyList properties(hdf5::check(H5Pcreate(H5P_DATASET_CREATE), "cannot create properties"));
    hdf5::check(H5Pset_layout(properties, H5D_CONTIGUOUS), "cannot set the layout");
    hdf5::check(H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY), "cannot set the allocation time");
    hdf5::check(H5Pset_fill_time(properties, filling), "cannot set the fill time");
    if (fill != nullptr) hdf5::check(H5Pset_fill_value(properties, type, fill), "cannot set the fill value");
    const hdf5::Space space = hdf5::simple_space(shape);
    return hdf5::Dataset(hdf5::check(H5Dcreate2(parent, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT),
                                     fmt::format("cannot create dataset '{}'", name)));
}

void describe(hid_t object, std::int64_t index, const std::string& unit, const std::string& long_name) {
    hdf5::write_attribute(object, "index", index);
    hdf5::write_attribute(object, "unit", unit);
    hdf5::write_attribute(object, "long_name", long_name);
}

void write_attributes(hid_t file, const SweepHeader& header) {
    hdf5::write_attribute(file, "format", std::string(sweep_format));
    hdf5::write_attribute(file, "format_version", std::int64_t{sweep_format_version});
    hdf5::write_attribute(file, "experiment", header.experiment);
    hdf5::write_attribute(file, "experiment_version", std::int64_t{header.experiment_version});
    hdf5::write_attribute(file, "job", header.job);
    hdf5::write_attribute(file, "code_version", header.code_version);
    hdf5::write_attribute(file, "created", header.created);
    hdf5::write_attribute(file, "instruction_set", header.instruction_set);
    hdf5::write_attribute(file, "seed", static_cast<std::int64_t>(header.seed));
    if (!header.seeds.empty()) {
        std::vector<std::string> seeds, replicas;
        for (const auto& share : header.seeds) {
            seeds.push_back(std::to_string(share.seed));
            replicas.push_back(std::to_string(share.replicas));
        }
        hdf5::write_attribute(file, "seeds", join(seeds, ","));
        hdf5::write_attribute(file, "seed_replicas", join(replicas, ","));
    }
    hdf5::write_attribute(file, "points", static_cast<std::int64_t>(header.points));
    hdf5::write_attribute(file, "replicas", static_cast<std::int64_t>(header.replicas));
    hdf5::write_attribute(file, "header_hash", header_hash(header));
    if (header.adaptive.any()) {
        const auto& adaptive = header.adaptive;
        hdf5::write_attribute(file, "target_error", adaptive.target_error);
        hdf5::write_attribute(file, "first_replicas", static_cast<std::int64_t>(adaptive.first_replicas));
        hdf5::write_attribute(file, "max_replicas", static_cast<std::int64_t>(adaptive.max_replicas));
        hdf5::write_attribute(file, "refine", adaptive.refine);
        hdf5::write_attribute(file, "refine_where", adaptive.refine_where);
        hdf5::write_attribute(file, "refine_levels", static_cast<std::int64_t>(adaptive.refine_levels));
    }
}

void write_axes(hid_t file, const SweepHeader& header) {
    const hdf5::Group axes = hdf5::create_group(file, "axes");
    for (std::size_t i = 0; i < header.axes.size(); ++i) {
        const auto& axis = header.axes[i];
        const auto dataset = hdf5::write_doubles(axes, axis.name, {axis.values.size()}, axis.values);
        describe(dataset, static_cast<std::int64_t>(i), axis.unit, axis.description);
        hdf5::write_attribute(dataset, "role", std::string(role_words[axis.role]));
        if (!axis.words.empty()) hdf5::write_attribute(dataset, "words", join(axis.words, ","));
        if (!axis.columns.empty()) hdf5::write_attribute(dataset, "columns", join(axis.columns, ","));
    }
}

void write_points(hid_t file, const SweepHeader& header) {
    const hdf5::Group points = hdf5::create_group(file, "points");
    for (std::size_t i = 0; i < header.point_values.size(); ++i) {
        const auto& record = header.point_values[i];
        std::vector<std::size_t> shape{header.points};
        if (record.width > 1 || record.values.size() != header.points) shape.push_back(record.width);
        const auto dataset = hdf5::write_doubles(points, record.name, shape, record.values);
        describe(dataset, static_cast<std::int64_t>(i), record.unit, record.description);
        if (!record.words.empty()) hdf5::write_attribute(dataset, "words", join(record.words, ","));
    }
    if (!header.grid_index.empty()) {
        const std::vector<double> places(header.grid_index.begin(), header.grid_index.end());
        describe(hdf5::write_doubles(file, "grid_index", {header.points}, places), 0, "1",
                 "place of each point in the product of the grid axes, last axis fastest");
    }
}

void write_settings(hid_t file, const SweepHeader& header) {
    const hdf5::Group settings = hdf5::create_group(file, "settings");
    for (std::size_t i = 0; i < header.settings.size(); ++i) {
        const auto& setting = header.settings[i];
        const auto dataset = setting.word.empty() ? hdf5::write_doubles(settings, setting.name, {}, {&setting.value, 1})
                                                  : hdf5::write_string(settings, setting.name, setting.word);
        describe(dataset, static_cast<std::int64_t>(i), setting.unit, setting.description);
        if (!setting.word.empty()) {
            hdf5::write_attribute(dataset, "word_index", static_cast<std::int64_t>(setting.value));
        }
        if (!setting.content_hash.empty()) hdf5::write_attribute(dataset, "content_hash", setting.content_hash);
    }
}

void write_code(hid_t file, const SweepHeader& header) {
    if (header.code.empty()) return;
    const hdf5::Group group = hdf5::create_group(file, "code");
    for (std::size_t i = 0; i < header.code.size(); ++i) {
        const auto dataset = hdf5::write_string(group, header.code[i].name, header.code[i].text);
        hdf5::write_attribute(dataset, "index", static_cast<std::int64_t>(i));
        if (!header.code[i].essence.empty()) hdf5::write_attribute(dataset, "essence", header.code[i].essence);
    }
}

void create_tables(hid_t file, const SweepHeader& header) {
    const hdf5::Group replicas = hdf5::create_group(file, "replicas");
    for (std::size_t i = 0; i < header.observables.size(); ++i) {
        const auto& observable = header.observables[i];
        std::vector<std::size_t> shape{header.points, header.replicas};
        shape.insert(shape.end(), observable.shape.begin(), observable.shape.end());
        const auto dataset =
            preallocated(replicas, observable.name, H5T_IEEE_F64LE, shape, H5D_FILL_TIME_NEVER, &not_a_number);
        describe(dataset, static_cast<std::int64_t>(i), observable.unit, observable.description);
        hdf5::write_attribute(dataset, "combine", std::string(combine_words[observable.combine]));
        hdf5::write_attribute(dataset, "error_of", observable.error_of);
        hdf5::write_attribute(dataset, "axes", join(observable.axes, ","));
    }
    const hdf5::Group status = hdf5::create_group(file, "status");
    const std::vector<std::size_t> rows{header.points, header.replicas};
    const auto checksum = preallocated(status, "checksum", H5T_STD_U64LE, rows, H5D_FILL_TIME_NEVER);
    describe(checksum, 0, "1", "0: not done, 1: failed, else hash of (point, replica, observables)");
    describe(preallocated(status, "seconds", H5T_IEEE_F64LE, rows, H5D_FILL_TIME_NEVER, &not_a_number), 1, "s",
             "wall-clock time of the replica");
    describe(preallocated(status, "session", H5T_STD_U32LE, rows, H5D_FILL_TIME_NEVER), 2, "1",
             "row of /sessions that computed it");
    const auto rank = preallocated(status, "rank", H5T_STD_U32LE, rows, H5D_FILL_TIME_NEVER, &rank_unknown);
    describe(rank, 6, "1", "rank that computed it; 4294967295: not known");
    const auto failures =
        preallocated(status, "failures", schema::failure_type(), {schema::failure_capacity}, H5D_FILL_TIME_ALLOC);
    describe(failures, 3, "1", "replicas that threw, with their messages");
    if (header.adaptive.any()) {
        const auto first = static_cast<std::uint32_t>(header.adaptive.first_replicas);
        describe(preallocated(status, "planned", H5T_STD_U32LE, {header.points}, H5D_FILL_TIME_ALLOC, &first), 4, "1",
                 "replicas that a point is to have");
        describe(preallocated(status, "settled", H5T_STD_U32LE, {1}, H5D_FILL_TIME_ALLOC), 5, "1",
                 "1: the sweep needs no more replicas or points than these");
    }
    preallocated(file, "sessions", schema::session_type(), {schema::session_capacity}, H5D_FILL_TIME_ALLOC);
}

void create_state_room(hid_t file, const StateRoom& room) {
    if (!room.any()) return;
    const hdf5::Group group = hdf5::create_group(file, "state");
    hdf5::write_attribute(group, "kept", std::int64_t{room.kept});
    hdf5::write_attribute(group, "lengthened_by", room.lengthened_by);
    describe(preallocated(group, "records", schema::state_type(), {room.places, 2}, H5D_FILL_TIME_NEVER), 0, "1",
             "whose state is in a slot, how far it is, and a hash of all that; sequence 0: none");
    describe(preallocated(group, "bytes", H5T_STD_U8LE, {room.places, 2, room.width}, H5D_FILL_TIME_NEVER), 1, "1",
             "states of replicas under way, two slots each, written in turn");
}

/// A file that HDF5 has open. Unless it was closed, what HDF5 still writes when it closes it goes into memory: on a full
/// disk closing would fail too, and HDF5 crash when MPI ends.
class Unfinished {
  public:
    explicit Unfinished(const hdf5::File& file) {
        void* descriptor = nullptr;
        if (H5Fget_vfd_handle(file, H5P_DEFAULT, &descriptor) >= 0) descriptor_ = *static_cast<const int*>(descriptor);
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;
    ~Unfinished() {
        if (const int memory = descriptor_ >= 0 ? memfd_create("unfinished", MFD_CLOEXEC) : -1; memory >= 0) {
            dup2(memory, descriptor_);
            close(memory);
        }
    }
    void closed() noexcept { descriptor_ = -1; }

  private:
    int descriptor_ = -1;
};

}  // namespace

double sweep_file_bytes(const SweepHeader& header) {
    const auto rows = static_cast<double>(header.rows());
    double numbers = 0;
    for (const auto& axis : header.axes) numbers += static_cast<double>(axis.values.size());
    for (const auto& record : header.point_values) numbers += static_cast<double>(record.values.size());
    for (const auto& code : header.code) numbers += static_cast<double>(code.text.size()) / 8;
    const double states = bytes_of_place(header.state) * static_cast<double>(header.state.places);
    return states + rows * (8.0 * static_cast<double>(header.layout().size()) + 24) + 8 * numbers +
           sizeof(schema::Failure) * schema::failure_capacity + sizeof(schema::Session) * schema::session_capacity + 65536;
}

void create_sweep_file(const std::filesystem::path& path, const SweepHeader& header, const Stop& stop,
                       const std::function<void(SweepWriter& writer)>& fill, std::size_t alignment) {
    remove_left_behind(path);  // it takes room
    std::error_code error;
    require_room(
        path, sweep_file_bytes(header) + static_cast<double>(alignment * (header.observables.size() + 10)),
        std::filesystem::exists(path, error) ? " beside the present file, which stays until the new one is whole" : "");
    TemporaryFile temporary(path);
    const hdf5::PropertyList access_list(hdf5::check(H5Pcreate(H5P_FILE_ACCESS), "cannot create properties"));
    hdf5::check(H5Pset_alignment(access_list, alignment, alignment), "cannot set the alignment");
    std::optional<SweepWriter> writer;
    hdf5::File file = create_hdf5_file(temporary, H5P_DEFAULT, access_list);
    Unfinished unfinished(file);
    write_attributes(file, header);
    write_axes(file, header);
    write_points(file, header);
    write_settings(file, header);
    write_code(file, header);
    create_tables(file, header);
    create_state_room(file, header.state);
    writer.emplace(std::move(file), header);
    if (header.state.any()) writer->states().clear(stop);
    if (fill) {
        fill(*writer);
    } else {
        RowBatch absent =
            absent_rows(0, std::min(header.rows(), rows_of_batch(header.layout().size())), header.layout().size());
        for (; absent.first < header.rows(); absent.first += absent.rows()) {
            stop.check();
            if (header.rows() - absent.first < absent.rows()) {
                absent = absent_rows(absent.first, header.rows() - absent.first, header.layout().size());
            }
            writer->write(absent);
        }
    }
    stop.check();
    writer->flush();
    writer->close();
    unfinished.closed();
    temporary.take_place();
}

}  // namespace gdm
