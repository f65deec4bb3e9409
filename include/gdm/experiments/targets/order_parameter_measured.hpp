#pragma once

#include <cstddef>

#include "gdm/experiment/values.hpp"
#include "gdm/experiments/targets/order_parameter_model.hpp"

/// What is measured of a model of `order_parameter`, and written into the values of a replica.
namespace gdm {

/// Branches, ground state and responses at (θ, h), to the number `place` of all such places.
void measure_place(const OrderParameterModel& model, double theta, double h, std::size_t place, const Stop& stop,
                   const Values& values);

/// θ at which the branch of a point ends in the field h; NaN where it does not. θ is looked for in units of `unit_theta`.
[[nodiscard]] double measured_end(const OrderParameterModel& model, std::size_t pattern, double h, double unit_theta,
                                  const Stop& stop);

/// Magnetisation and susceptibility below and above θ_c, and at θ_c in a field, at the distance number k.
void measure_transition(const OrderParameterModel& model, double theta_c, std::size_t k, const Stop& stop,
                        const Values& values);

/// The free energy over the plane of both axes, with the branches, at θ/θ_c number `ratio`.
void measure_landscape(const OrderParameterModel& model, double theta_c, std::size_t ratio, const Stop& stop,
                       const Values& values);

}  // namespace gdm
