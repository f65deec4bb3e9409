#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gdm/experiment/observable.hpp"
#include "gdm/experiment/values.hpp"

namespace gdm {

/// How a command gives back its results: a JSON object {name: number or nested lists}, one array (.npy), or several (.npz).
enum class ResultFormat { json, npy, npz };

/// Takes the observables from a JSON object; null and Python's NaN and Infinity are NaN, members that were not declared are
/// passed over. Where text stands before the object, it is the last line. Throws std::runtime_error in one short line: no
/// object, a name that is missing, another shape, no number.
void read_json_result(std::string_view text, const std::vector<Observable>& observables, const Layout& layout,
                      const Values& values);

/// The same from a file of a format. One array (.npy) is the single observable. Arrays of NumPy are numbers of any size,
/// little-endian, in C or Fortran order.
void read_result_file(const std::filesystem::path& path, ResultFormat format, const std::vector<Observable>& observables,
                      const Layout& layout, const Values& values);

/// Whether .npz can be read: with libzip.
[[nodiscard]] bool reads_npz() noexcept;

}  // namespace gdm
