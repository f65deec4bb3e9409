#pragma once

#include <string>

#include "gdm/experiment/experiment.hpp"

/// Parameters that the experiments on spin systems share, so that one thing has one name in all of them. J = k_B = 1.
namespace gdm {

/// `T`, or `beta` = 1/T: the temperature, a grid axis of independent chains or the inner axis of a tempered one.
[[nodiscard]] Parameter temperature_parameter(Role role, const std::string& default_value);
/// `L`: sites a side.
[[nodiscard]] Parameter size_parameter(const std::string& default_value, double largest);
/// `samples`: measurements in a replica; what lengthens a chain.
[[nodiscard]] Parameter samples_setting(const std::string& default_value);
/// `interval`: steps of the chain from one measurement to the next.
[[nodiscard]] Parameter interval_setting(const std::string& default_value);
/// `thermalisation`: steps before measuring, at most.
[[nodiscard]] Parameter thermalisation_setting(const std::string& default_value);

}  // namespace gdm
