#pragma once

#include <string>

#include "gdm/sweep/header.hpp"

namespace gdm {

/// Throws IoError if what a header says cannot be true together: numbers of points, replicas and values, gaps of the grid,
/// words, shapes, seeds. `path` is for the message.
void validate_header(const SweepHeader& header, const std::string& path);

}  // namespace gdm
