#pragma once

#include <string>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The inner axis t of the Ornstein–Uhlenbeck process with the other names it may be given under: theta = e^{2t} − 1 of the
/// Brownian process and alpha_bar = e^{−2t} of a DDPM schedule. `zero_allowed`: whether t = 0 is.
[[nodiscard]] Parameter time_axis(const std::string& default_value, bool zero_allowed);

}  // namespace gdm
