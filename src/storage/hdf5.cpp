#include "gdm/storage/hdf5.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "gdm/base/error.hpp"
#include "gdm/storage/disk.hpp"

namespace gdm::hdf5 {

void fail(const std::string& what) {
    const int system_error = errno;
    std::string reason;
    const auto innermost = [](unsigned n, const H5E_error2_t* error, void* data) -> herr_t {
        if (n == 0 && error->desc != nullptr) *static_cast<std::string*>(data) = error->desc;
        return 0;
    };
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, &reason);
    H5Eclear2(H5E_DEFAULT);
    // HDF5's own text already names the system's reason where a system call failed.
    if (reason.find("error message") == std::string::npos &&
        (system_error == ENOSPC || system_error == EDQUOT || system_error == EACCES || system_error == EROFS)) {
        reason += fmt::format("{}{}", reason.empty() ? "" : "; ", std::strerror(system_error));
    }
    // Texts of failed system calls run over several lines, with times and addresses; a message is one line, the reason.
    if (const auto quoted = reason.find("error message = '"); quoted != std::string::npos) {
        const auto first = quoted + std::strlen("error message = '");
        reason = reason.substr(first, reason.find('\'', first) - first);
    }
    reason = reason.substr(0, reason.find('\n'));
    throw IoError(reason.empty() ? what : fmt::format("{} (HDF5: {})", what, reason));
}

void silence() {
    // Before HDF5 looks at it: its locks would meet our own, and fail where the file system has none.
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1);
    H5dont_atexit();  // after a failed write HDF5 would crash when it tidies up at exit
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

File open_for_reading(const std::filesystem::path& path) {
    // A running sweep may hold a lock of HDF5's own; reading beside it is safe by the file's design.
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);
    require_regular_file(path);
    if (H5Fis_hdf5(path.c_str()) <= 0) {
        H5Eclear2(H5E_DEFAULT);
        throw IoError(fmt::format("{}: not an HDF5 file, or not readable", path.string()));
    }
    return File(check(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), fmt::format("cannot open {}", path.string())));
}

Group create_group(hid_t parent, const std::string& name) {
    return Group(check(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                       fmt::format("cannot create group '{}'", name)));
}

Group open_group(hid_t parent, const std::string& name) {
    return Group(check(H5Gopen2(parent, name.c_str(), H5P_DEFAULT), fmt::format("cannot open group '{}'", name)));
}

Dataset open_dataset(hid_t parent, const std::string& name) {
    return Dataset(check(H5Dopen2(parent, name.c_str(), H5P_DEFAULT), fmt::format("cannot open dataset '{}'", name)));
}

Space simple_space(const std::vector<std::size_t>& shape) {
    if (shape.empty()) return Space(check(H5Screate(H5S_SCALAR), "cannot create a dataspace"));
    const std::vector<hsize_t> extent(shape.begin(), shape.end());
    return Space(
        check(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), "cannot create a dataspace"));
}

Type string_type() {
    Type type(check(H5Tcopy(H5T_C_S1), "cannot create a string type"));
    check(H5Tset_size(type, H5T_VARIABLE), "cannot create a string type");
    check(H5Tset_cset(type, H5T_CSET_UTF8), "cannot create a string type");
    return type;
}

bool exists(hid_t parent, const std::string& name) { return H5Lexists(parent, name.c_str(), H5P_DEFAULT) > 0; }

std::vector<std::string> members(hid_t group) {
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* data) -> herr_t {
        static_cast<std::vector<std::string>*>(data)->emplace_back(name);
        return 0;
    };
    check(H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, collect, &names), "cannot list a group");
    std::vector<std::pair<std::int64_t, std::string>> ordered;
    for (const auto& name : names) {
        const Handle<H5Oclose> object(check(H5Oopen(group, name.c_str(), H5P_DEFAULT), "cannot open '" + name + "'"));
        ordered.emplace_back(has_attribute(object, "index") ? read_integer(object, "index") : 0, name);
    }
    std::sort(ordered.begin(), ordered.end());
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = ordered[i].second;
    return names;
}

std::vector<std::size_t> shape_of(hid_t dataset) {
    const Space space(check(H5Dget_space(dataset), "cannot read a dataspace"));
    std::vector<hsize_t> extent(static_cast<std::size_t>(check(H5Sget_simple_extent_ndims(space), "cannot read a rank")));
    check(H5Sget_simple_extent_dims(space, extent.data(), nullptr), "cannot read an extent");
    return {extent.begin(), extent.end()};
}

namespace {
void write_attribute(hid_t object, const std::string& name, hid_t type, const void* value) {
    const Space space = simple_space({});
    const Attribute attribute(check(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT),
                                    fmt::format("cannot create attribute '{}'", name)));
    check(H5Awrite(attribute, type, value), fmt::format("cannot write attribute '{}'", name));
}

Attribute open_attribute(hid_t object, const std::string& name) {
    return Attribute(check(H5Aopen(object, name.c_str(), H5P_DEFAULT), fmt::format("the attribute '{}' is missing", name)));
}

/// The text of one string element of a file type, read by `read` into memory of that type.
template <class Read>
std::string text_of(const Type& type, Read&& read) {
    if (H5Tis_variable_str(type) > 0) {
        char* raw = nullptr;
        read(&raw);
        std::string text = raw == nullptr ? "" : raw;
        H5free_memory(raw);
        return text;
    }
    std::string text(H5Tget_size(type), '\0');
    read(text.data());
    text.resize(std::strlen(text.c_str()));
    return text;
}
}  // namespace

void write_attribute(hid_t object, const std::string& name, const std::string& value) {
    const Type type = string_type();
    const char* text = value.c_str();
    write_attribute(object, name, type, &text);
}

void write_attribute(hid_t object, const std::string& name, double value) {
    write_attribute(object, name, H5T_NATIVE_DOUBLE, &value);
}

void write_attribute(hid_t object, const std::string& name, std::int64_t value) {
    write_attribute(object, name, H5T_NATIVE_INT64, &value);
}

bool has_attribute(hid_t object, const std::string& name) { return H5Aexists(object, name.c_str()) > 0; }

std::string read_text(hid_t object, const std::string& name, const std::string& missing) {
    if (!has_attribute(object, name)) return missing;
    const Attribute attribute = open_attribute(object, name);
    const Type type(check(H5Aget_type(attribute), "cannot read an attribute's type"));
    if (H5Tget_class(type) != H5T_STRING) return missing;
    return text_of(type, [&](void* memory) {
        check(H5Aread(attribute, type, memory), fmt::format("cannot read attribute '{}'", name));
    });
}

std::int64_t read_integer(hid_t object, const std::string& name) {
    const Attribute attribute = open_attribute(object, name);
    std::int64_t value = 0;
    check(H5Aread(attribute, H5T_NATIVE_INT64, &value), fmt::format("cannot read attribute '{}'", name));
    return value;
}

Dataset write_doubles(hid_t parent, const std::string& name, const std::vector<std::size_t>& shape,
                      std::span<const double> values) {
    const Space space = simple_space(shape);
    Dataset dataset(check(H5Dcreate2(parent, name.c_str(), H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                          fmt::format("cannot create dataset '{}'", name)));
    check(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
          fmt::format("cannot write dataset '{}'", name));
    return dataset;
}

Dataset write_string(hid_t parent, const std::string& name, const std::string& value) {
    const Space space = simple_space({});
    const Type type = string_type();
    const char* text = value.c_str();
    Dataset dataset(check(H5Dcreate2(parent, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                          fmt::format("cannot create dataset '{}'", name)));
    check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &text), fmt::format("cannot write dataset '{}'", name));
    return dataset;
}

std::vector<double> read_doubles(hid_t dataset) {
    std::size_t size = 1;
    for (const std::size_t n : shape_of(dataset)) size *= n;
    std::vector<double> values(size);
    check(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "cannot read a dataset");
    return values;
}

std::string read_string(hid_t dataset) {
    const Type type(check(H5Dget_type(dataset), "cannot read a dataset's type"));
    return text_of(type, [&](void* memory) {
        check(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, memory), "cannot read a string");
    });
}

}  // namespace gdm::hdf5
