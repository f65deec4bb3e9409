#pragma once

#include <string>

#include "gdm/sweep/header.hpp"

namespace gdm {

/// 16 hex digits over all that a sweep file's header says (format, attributes, axes, points, settings, shapes, observables),
/// the attribute `header_hash` of the file: XXH3 with 64 bits of the fields in the order of SweepHeader. Integers count with
/// 8 bytes, little-endian, doubles with their bits, texts and lists after their length, so that no two headers read alike.
[[nodiscard]] std::string header_hash(const SweepHeader& header);

}  // namespace gdm
