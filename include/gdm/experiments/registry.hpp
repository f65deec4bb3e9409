#pragma once

#include <string_view>
#include <vector>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// All experiments, family by family, in the order of reading. A new one is added to the table in registry.cpp.
[[nodiscard]] const std::vector<Experiment>& experiments();

/// The experiment called `name`. Throws UsageError with the names that may be meant, or the list of all.
[[nodiscard]] const Experiment& find_experiment(std::string_view name);

}  // namespace gdm
