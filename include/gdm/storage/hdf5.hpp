#pragma once

#include <hdf5.h>

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// HDF5 handles that close themselves, and checked calls whose exception carries the library's own message.
namespace gdm::hdf5 {

/// Throws IoError: `what`, then the innermost message of HDF5's error stack and the system's reason, if there is one.
[[noreturn]] void fail(const std::string& what);
/// The same, with the file and the object before it: "a.h5: /axes/b: cannot read its numbers".
[[noreturn]] void fail(hid_t object, const std::string& what);

template <class Result>
Result check(Result result, const std::string& what) {
    if (result < 0) fail(what);
    return result;
}

/// Owns one HDF5 identifier; move-only. Closing errors are ignored: call the closing function yourself where they matter.
template <herr_t (*close)(hid_t)>
class Handle {
  public:
    Handle() = default;
    explicit Handle(hid_t id) : id_(id) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
    Handle& operator=(Handle&& other) noexcept {
        if (this != &other) {
            reset();
            id_ = std::exchange(other.id_, H5I_INVALID_HID);
        }
        return *this;
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { reset(); }

    [[nodiscard]] hid_t get() const noexcept { return id_; }
    operator hid_t() const noexcept { return id_; }
    [[nodiscard]] hid_t release() noexcept { return std::exchange(id_, H5I_INVALID_HID); }
    void reset() noexcept {
        if (id_ >= 0) close(std::exchange(id_, H5I_INVALID_HID));
    }

  private:
    hid_t id_ = H5I_INVALID_HID;
};

using File = Handle<H5Fclose>;
using Group = Handle<H5Gclose>;
using Dataset = Handle<H5Dclose>;
using Attribute = Handle<H5Aclose>;
using Space = Handle<H5Sclose>;
using Type = Handle<H5Tclose>;
using PropertyList = Handle<H5Pclose>;

/// Turns off HDF5's printing to stderr and its own tidying at exit; errors come as exceptions. Call once, before anything
/// else of HDF5.
void silence();

/// Opens an existing file for reading, whatever other processes do with it at present.
[[nodiscard]] File open_for_reading(const std::filesystem::path& path);
[[nodiscard]] Group create_group(hid_t parent, const std::string& name);
[[nodiscard]] Group open_group(hid_t parent, const std::string& name);
[[nodiscard]] Dataset open_dataset(hid_t parent, const std::string& name);
[[nodiscard]] Space simple_space(const std::vector<std::size_t>& shape);
/// A variable-length UTF-8 string type: the only one that every reader of the reduced file takes.
[[nodiscard]] Type string_type();
[[nodiscard]] bool exists(hid_t parent, const std::string& name);

void write_attribute(hid_t object, const std::string& name, const std::string& value);
void write_attribute(hid_t object, const std::string& name, double value);
void write_attribute(hid_t object, const std::string& name, std::int64_t value);
[[nodiscard]] bool has_attribute(hid_t object, const std::string& name);
/// A dataset of doubles with its values, closed at once unless the result is kept.
Dataset write_doubles(hid_t parent, const std::string& name, const std::vector<std::size_t>& shape,
                      std::span<const double> values);
/// A scalar variable-length string dataset.
Dataset write_string(hid_t parent, const std::string& name, const std::string& value);

// Reading believes nothing: class, rank, extent and size are checked before memory is asked for, and IoError names the file,
// the object and what is wrong with it.

/// "a.h5: /axes/b", for messages.
[[nodiscard]] std::string name_of(hid_t object);
/// Bytes of the file in which an object lies.
[[nodiscard]] std::size_t file_bytes(hid_t object);
/// A group or dataset that lies in the same file as `parent`: links to other places are not followed. `path` may lead
/// through groups.
[[nodiscard]] Group open_own_group(hid_t parent, const std::string& path);
[[nodiscard]] Dataset open_own_dataset(hid_t parent, const std::string& path);
/// Names of the objects of a group, without links to other places, in the order of their integer attribute `index` where
/// they have one.
[[nodiscard]] std::vector<std::string> members(hid_t group);
[[nodiscard]] std::vector<std::size_t> shape_of(hid_t dataset);
/// Throws unless the dataset holds exactly this type (IEEE_F64LE, say).
void require_type(hid_t dataset, hid_t type, const char* type_name);
/// Throws unless all numbers of a dataset can be in its file: a contiguous one is there as a whole, and a compressed one is
/// not larger than any compression makes plausible. `elsewhere`: it may also be of other files (virtual, external).
void require_data(hid_t dataset, bool elsewhere = false);

/// The text of a string attribute of any kind; `missing` if it is not there.
[[nodiscard]] std::string read_text(hid_t object, const std::string& name, const std::string& missing = {});
[[nodiscard]] std::int64_t read_integer(hid_t object, const std::string& name);
/// All numbers of a dataset of doubles.
[[nodiscard]] std::vector<double> read_doubles(hid_t dataset);
/// The text of a dataset that holds one.
[[nodiscard]] std::string read_string(hid_t dataset);
/// What the attribute `format` of a file says of it ("gdm-sweep", "gdm-reduced"); empty for any other file.
[[nodiscard]] std::string format_of(hid_t file);

}  // namespace gdm::hdf5
