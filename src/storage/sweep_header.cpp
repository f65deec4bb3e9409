#include "sweep_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <climits>
#include <cmath>

#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"
#include "gdm/storage/reduced_file.hpp"
#include "gdm/sweep/header_hash.hpp"

namespace gdm {
namespace {

/// The value of an enum that an attribute tells by its word.
template <class Enum, std::size_t count>
Enum read_word(hid_t dataset, const char* attribute, const Words<Enum, count>& words) {
    const std::string text = hdf5::read_text(dataset, attribute);
    if (const auto value = words.find(text)) return *value;
    throw IoError(fmt::format("{}: unknown {} '{}': the file is damaged, or of a newer version", hdf5::name_of(dataset),
                              attribute, text));
}

Role read_role(hid_t dataset) {
    const Role role = read_word(dataset, "role", role_words);
    if (role == Role::setting) throw IoError(hdf5::name_of(dataset) + ": unknown role 'setting' of an axis");
    return role;
}

std::vector<std::string> words_of(hid_t dataset, const std::string& name) {
    const std::string text = hdf5::read_text(dataset, name);
    return text.empty() ? std::vector<std::string>() : split(text, ',');
}

std::size_t count_of(hid_t object, const std::string& name) {
    const std::int64_t value = hdf5::read_integer(object, name);
    if (value < 0) throw IoError(fmt::format("{}: {} cannot be {}", hdf5::name_of(object), name, value));
    return static_cast<std::size_t>(value);
}

std::uint64_t number_from(hid_t file, const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw IoError(fmt::format("{}: '{}' among the seeds and their replicas is no number", hdf5::name_of(file), text));
    }
    return value;
}

/// The attributes `seeds` and `seed_replicas` of a joined file: "1,2" and "16,16".
std::vector<SeedShare> read_seeds(hid_t file) {
    std::vector<SeedShare> shares;
    const auto seeds = words_of(file, "seeds"), replicas = words_of(file, "seed_replicas");
    if (seeds.size() != replicas.size()) {
        throw IoError(hdf5::name_of(file) + ": the attributes seeds and seed_replicas contradict each other");
    }
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        shares.push_back({number_from(file, seeds[i]), number_from(file, replicas[i])});
    }
    return shares;
}

void read_attributes(hid_t file, SweepHeader& header) {
    header.experiment = hdf5::read_text(file, "experiment");
    header.experiment_version = static_cast<int>(std::min<std::size_t>(count_of(file, "experiment_version"), INT_MAX));
    header.job = hdf5::read_text(file, "job");
    header.code_version = hdf5::read_text(file, "code_version");
    header.created = hdf5::read_text(file, "created");
    header.instruction_set = hdf5::read_text(file, "instruction_set");
    header.seed = static_cast<std::uint64_t>(hdf5::read_integer(file, "seed"));
    header.seeds = read_seeds(file);
    header.points = count_of(file, "points");
    header.replicas = count_of(file, "replicas");
    if (!hdf5::has_attribute(file, "target_error")) return;
    header.adaptive = {hdf5::read_text(file, "target_error"), count_of(file, "first_replicas"),
                       count_of(file, "max_replicas"),        hdf5::read_text(file, "refine"),
                       hdf5::read_text(file, "refine_where"), count_of(file, "refine_levels")};
}

void read_points(hid_t file, SweepHeader& header) {
    const hdf5::Group points = hdf5::open_own_group(file, "points");
    for (const auto& name : hdf5::members(points)) {
        const hdf5::Dataset dataset = hdf5::open_own_dataset(points, name);
        const auto shape = hdf5::shape_of(dataset);
        if (shape.empty() || shape.size() > 2 || shape.front() != header.points) {
            throw IoError(fmt::format("{} has not the shape of {} points", hdf5::name_of(dataset), header.points));
        }
        header.point_values.push_back({name, hdf5::read_text(dataset, "unit"), hdf5::read_text(dataset, "long_name"),
                                       shape.size() > 1 ? shape[1] : 1, hdf5::read_doubles(dataset),
                                       words_of(dataset, "words")});
    }
    if (!hdf5::exists(file, "grid_index")) return;
    const hdf5::Dataset dataset = hdf5::open_own_dataset(file, "grid_index");
    for (const double place : hdf5::read_doubles(dataset)) {
        // Beyond 2^53 not every integer is a double.
        if (!(place >= 0 && place <= 9007199254740992.0 && place == std::floor(place))) {
            throw IoError(fmt::format("{} holds {}, which is no place in a grid", hdf5::name_of(dataset), place));
        }
        header.grid_index.push_back(static_cast<std::uint64_t>(place));
    }
}

void read_settings(hid_t file, SweepHeader& header) {
    const hdf5::Group settings = hdf5::open_own_group(file, "settings");
    for (const auto& name : hdf5::members(settings)) {
        const hdf5::Dataset dataset = hdf5::open_own_dataset(settings, name);
        SettingRecord record{name, hdf5::read_text(dataset, "unit"),        hdf5::read_text(dataset, "long_name"), 0,
                             {},   hdf5::read_text(dataset, "content_hash")};
        if (hdf5::has_attribute(dataset, "word_index")) {
            record.word = hdf5::read_string(dataset);
            record.value = static_cast<double>(hdf5::read_integer(dataset, "word_index"));
        } else {
            if (!hdf5::shape_of(dataset).empty()) throw IoError(hdf5::name_of(dataset) + " is no single number");
            record.value = hdf5::read_doubles(dataset).front();
        }
        header.settings.push_back(std::move(record));
    }
}

void read_code(hid_t file, SweepHeader& header) {
    if (!hdf5::exists(file, "code")) return;
    const hdf5::Group group = hdf5::open_own_group(file, "code");
    for (const auto& name : hdf5::members(group)) {
        const hdf5::Dataset dataset = hdf5::open_own_dataset(group, name);
        const bool known = H5Aexists(dataset, "essence") > 0;
        header.code.push_back({name, hdf5::read_string(dataset), known ? hdf5::read_text(dataset, "essence") : ""});
    }
}

void read_observables(hid_t file, SweepHeader& header) {
    const hdf5::Group replicas = hdf5::open_own_group(file, "replicas");
    for (const auto& name : hdf5::members(replicas)) {
        const hdf5::Dataset dataset = hdf5::open_own_dataset(replicas, name);
        auto shape = hdf5::shape_of(dataset);
        if (shape.size() < 2) throw IoError(hdf5::name_of(dataset) + " has not the shape (points, replicas, …)");
        shape.erase(shape.begin(), shape.begin() + 2);
        header.observables.push_back({name, hdf5::read_text(dataset, "unit"), hdf5::read_text(dataset, "long_name"),
                                      read_word(dataset, "combine", combine_words), hdf5::read_text(dataset, "error_of"),
                                      words_of(dataset, "axes"), std::move(shape)});
    }
}

void read_state_room(hid_t file, SweepHeader& header) {
    if (!hdf5::exists(file, "state")) return;
    const hdf5::Group group = hdf5::open_own_group(file, "state");
    const hdf5::Dataset bytes = hdf5::open_own_dataset(group, "bytes");
    const auto shape = hdf5::shape_of(bytes);
    if (shape.size() != 3 || shape[1] != 2) throw IoError(hdf5::name_of(bytes) + " has not the shape (places, 2, bytes)");
    header.state.places = shape[0];
    header.state.width = shape[2];
    header.state.kept = hdf5::read_integer(group, "kept") != 0;
    header.state.lengthened_by = hdf5::read_text(group, "lengthened_by");
}

}  // namespace

SweepHeader read_sweep_header(hid_t file) {
    const std::string path = hdf5::name_of(file);
    const std::string format = hdf5::format_of(file);
    if (format == reduced_format) {
        throw UsageError(
            fmt::format("{0} is a reduced file, made of {1}, and a sweep file is needed; analysis/plot.py {0} draws it",
                        path, hdf5::read_text(file, "sweep_file")));
    }
    if (format != sweep_format) {
        throw UsageError(fmt::format("{}: not a sweep file of gdm-sweep", path));
    }
    if (const auto version = hdf5::read_integer(file, "format_version"); version != sweep_format_version) {
        throw UsageError(
            fmt::format("{}: sweep file format {}, but this program reads format {}", path, version, sweep_format_version));
    }
    SweepHeader header;
    read_attributes(file, header);
    const hdf5::Group axes = hdf5::open_own_group(file, "axes");
    for (const auto& name : hdf5::members(axes)) {
        const hdf5::Dataset dataset = hdf5::open_own_dataset(axes, name);
        if (hdf5::shape_of(dataset).size() != 1) throw IoError(hdf5::name_of(dataset) + " is no list of numbers");
        header.axes.push_back({name, hdf5::read_text(dataset, "unit"), hdf5::read_text(dataset, "long_name"),
                               read_role(dataset), hdf5::read_doubles(dataset), words_of(dataset, "words"),
                               words_of(dataset, "columns")});
    }
    read_points(file, header);
    read_settings(file, header);
    read_code(file, header);
    read_observables(file, header);
    read_state_room(file, header);
    return header;
}

bool has_header_hash(hid_t file) { return hdf5::has_attribute(file, "header_hash"); }

void require_header_hash(hid_t file, const SweepHeader& header) {
    if (!has_header_hash(file) || hdf5::read_text(file, "header_hash") == header_hash(header)) return;
    throw IoError(fmt::format(
        "{}: its header (an attribute, axis, parameter of a point, setting or unit) is not what it was when the file was "
        "made; take a copy of the file, or compute it anew with --overwrite (a change that is meant: delete the attribute "
        "header_hash)",
        hdf5::name_of(file)));
}

}  // namespace gdm
