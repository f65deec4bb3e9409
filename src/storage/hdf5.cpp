#include "gdm/storage/hdf5.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "gdm/base/error.hpp"
#include "gdm/storage/disk.hpp"

namespace gdm::hdf5 {

namespace {
/// Why the last call failed, in one line; empty if nobody says.
std::string reason_of_failure() {
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
    return reason.substr(0, reason.find('\n'));
}

[[noreturn]] void throw_error(const std::string& what, const std::string& reason) {
    throw IoError(reason.empty() ? what : fmt::format("{} (HDF5: {})", what, reason));
}
}  // namespace

void fail(const std::string& what) { throw_error(what, reason_of_failure()); }

void fail(hid_t object, const std::string& what) {
    const std::string reason = reason_of_failure();  // asking for a name makes HDF5 forget it
    throw_error(fmt::format("{}: {}", name_of(object), what), reason);
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
    Group group(H5Gopen2(parent, name.c_str(), H5P_DEFAULT));
    if (group < 0) fail(parent, fmt::format("cannot open group '{}'", name));
    return group;
}

Dataset open_dataset(hid_t parent, const std::string& name) {
    Dataset dataset(H5Dopen2(parent, name.c_str(), H5P_DEFAULT));
    if (dataset < 0) fail(parent, fmt::format("cannot open dataset '{}'", name));
    return dataset;
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

namespace {
void write_attribute(hid_t object, const std::string& name, hid_t type, const void* value) {
    const Space space = simple_space({});
    const Attribute attribute(check(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT),
                                    fmt::format("cannot create attribute '{}'", name)));
    check(H5Awrite(attribute, type, value), fmt::format("cannot write attribute '{}'", name));
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

}  // namespace gdm::hdf5
