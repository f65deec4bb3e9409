#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The random hierarchy model by density evolution: the belief in the root of a tree whose nodes all have rules of their
/// own, from level to level.
[[nodiscard]] Experiment hierarchy_population();

}  // namespace gdm
