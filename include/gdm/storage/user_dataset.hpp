#pragma once

#include <string>

#include "gdm/experiment.hpp"

namespace gdm {

/// Reads a user's dataset given as `file.h5:/name`: any float or integer type, converted to double. Throws UsageError (no
/// such file, no such dataset with the nearest name, not numeric, empty) or IoError.
[[nodiscard]] Array read_user_dataset(const std::string& source);

}  // namespace gdm
