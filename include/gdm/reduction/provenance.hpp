#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/storage/reduced_file.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {

/// Global attributes of a reduced file: what was asked, the settings by name, and where the numbers come
/// from. `experiment` may be null; then its question and source are unknown.
[[nodiscard]] std::vector<std::pair<std::string, ReducedAttribute>> provenance(const SweepHeader& header,
                                                                               const Experiment* experiment,
                                                                               const std::string& sweep_file);

}  // namespace gdm
