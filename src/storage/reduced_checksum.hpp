#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gdm/storage/reduced_file.hpp"

namespace gdm {

/// The text attributes of a variable or dimension, as they stand in the file.
using TextAttributes = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] TextAttributes text_attributes(const ReducedDimension& dimension);
[[nodiscard]] TextAttributes text_attributes(const ReducedVariable& variable, const ReducedFile& content);

/// The attribute `content_crc32` of a reduced file: CRC-32 (as zlib's, which Python has) of the global attributes and then
/// of all variables and dimensions, each by name: attributes, names of the dimensions, shape, values. Names and texts count
/// with a zero byte behind them, numbers with 8 bytes, little-endian. analysis/gdmsweep/integrity.py computes the
/// same from the file.
[[nodiscard]] std::uint32_t content_crc32(const ReducedFile& content);

}  // namespace gdm
