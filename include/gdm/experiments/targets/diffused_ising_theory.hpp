#pragma once

#include <cmath>
#include <vector>

#include "gdm/experiment/experiment.hpp"

/// What is known of `diffused_ising` without a measurement.
namespace gdm {

/// By what power of n θ_c grows at the transition of the data, and its temperature; NaN where there is none.
struct Transition {
    double power = std::nan(""), temperature = std::nan("");
};
[[nodiscard]] Transition transition_of(const Point& point);

[[nodiscard]] std::vector<Theory> diffused_ising_theory();

}  // namespace gdm
