#pragma once

#include <string>

#include "gdm/experiment.hpp"

namespace gdm {

/// Reads a user's dataset given as `file.h5:/name`: any float or integer type, converted to double. Throws UsageError (no
/// such file, no such dataset with the nearest name, not numeric, empty) or IoError.
[[nodiscard]] Array read_user_dataset(const std::string& source);

/// The shape alone; the same errors.
[[nodiscard]] std::vector<std::size_t> user_dataset_shape(const std::string& source);

}  // namespace gdm
