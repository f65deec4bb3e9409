#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The error of generation against score evaluations, for each integrator and placing of the steps, beside what entropy
/// production bounds.
[[nodiscard]] Experiment speed_accuracy();

}  // namespace gdm
