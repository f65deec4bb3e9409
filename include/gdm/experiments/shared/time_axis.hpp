#pragma once

#include <string>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The noise theta of the Brownian process, a grid or an inner axis, with the other names it may be given under: the time
/// t = ½ ln(1 + theta) of the Ornstein–Uhlenbeck process and alpha_bar = 1/(1 + theta) of a DDPM schedule.
[[nodiscard]] Parameter noise_parameter(const std::string& description, Role role, const std::string& default_value,
                                        Range range);

/// The inner axis t of the Ornstein–Uhlenbeck process with the other names it may be given under: theta = e^{2t} − 1 of the
/// Brownian process and alpha_bar = e^{−2t} of a DDPM schedule. `zero_allowed`: whether t = 0 is.
[[nodiscard]] Parameter time_axis(const std::string& default_value, bool zero_allowed);

}  // namespace gdm
