#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The reduced file (docs/files.md): netCDF-4 as HDF5, so that xarray, h5py, ncview and MATLAB open it as it
/// is.
namespace gdm {

inline constexpr const char* reduced_format = "gdm-reduced";
inline constexpr int reduced_format_version = 1;

/// A dimension and its coordinate variable of the same name: numbers, or words.
struct ReducedDimension {
    std::string name = {};
    std::string unit = "1";
    std::string description = {};
    std::vector<double> values = {};
    std::vector<std::string> words = {};  ///< if not empty, the labels that stand in place of `values`
    [[nodiscard]] std::size_t size() const noexcept { return words.empty() ? values.size() : words.size(); }
};

/// An array over dimensions, slowest first; without dimensions a single number.
struct ReducedVariable {
    std::string name = {};
    std::string unit = "1";
    std::string description = {};
    std::vector<std::string> dimensions = {};
    std::vector<double> values = {};
    bool coordinate = false;  ///< it labels the points rather than measures something (N where the axis is ln N/d)
    bool integer = false;     ///< a count: stored as a 64-bit integer, never missing
    std::vector<std::string> words = {};  ///< if not empty, `values` are places among these labels, which stand in the file
    std::vector<std::pair<std::string, std::string>> notes = {};  ///< further text attributes
    /// The label of a value; empty for NaN.
    [[nodiscard]] const std::string& word(double value) const;
};

using ReducedAttribute = std::variant<std::string, double, std::int64_t>;

struct ReducedFile {
    std::vector<std::pair<std::string, ReducedAttribute>> attributes;
    std::vector<ReducedDimension> dimensions;
    std::vector<ReducedVariable> variables;

    [[nodiscard]] const ReducedVariable* find(std::string_view name) const;
    [[nodiscard]] const ReducedAttribute* find_attribute(std::string_view name) const;
};

/// Whether `path` is a file that write_reduced_file made.
[[nodiscard]] bool is_reduced_file(const std::filesystem::path& path);

/// Writes under a temporary name in the same folder and renames: `path` is the old file or the new one, never a part.
/// Every dimension is attached as a dimension scale, strings are of variable length (fixed ones crash xarray's default
/// engine in Debian 12), `_FillValue` is NaN, and the unit words that xarray takes for time differences are abbreviated.
/// Throws IoError, with nothing left behind; std::logic_error if an array does not fit its dimensions.
void write_reduced_file(const std::filesystem::path& path, const ReducedFile& content);

}  // namespace gdm
