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
/// Names of the links of a group, in the order of their integer attribute `index` where they have one.
[[nodiscard]] std::vector<std::string> members(hid_t group);
[[nodiscard]] std::vector<std::size_t> shape_of(hid_t dataset);

void write_attribute(hid_t object, const std::string& name, const std::string& value);
void write_attribute(hid_t object, const std::string& name, double value);
void write_attribute(hid_t object, const std::string& name, std::int64_t value);
[[nodiscard]] bool has_attribute(hid_t object, const std::string& name);
/// The text of a string attribute of any kind; `missing` if it is not there.
[[nodiscard]] std::string read_text(hid_t object, const std::string& name, const std::string& missing = {});
[[nodiscard]] std::int64_t read_integer(hid_t object, const std::string& name);

/// A dataset of doubles with its values, closed at once unless the result is kept.
Dataset write_doubles(hid_t parent, const std::string& name, const std::vector<std::size_t>& shape,
                      std::span<const double> values);
/// A scalar variable-length string dataset.
Dataset write_string(hid_t parent, const std::string& name, const std::string& value);
[[nodiscard]] std::vector<double> read_doubles(hid_t dataset);
[[nodiscard]] std::string read_string(hid_t dataset);

}  // namespace gdm::hdf5
