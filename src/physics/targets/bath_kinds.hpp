#pragma once

#include "gdm/physics/targets/generative_bath.hpp"

/// Baths of one kind of target each.
namespace gdm {

[[nodiscard]] std::unique_ptr<GenerativeBath> two_deltas_bath(const BathModel& model);
/// Of the points of the model, for four deltas and given points.
[[nodiscard]] std::unique_ptr<GenerativeBath> point_bath(const BathModel& model);
[[nodiscard]] std::unique_ptr<GenerativeBath> sphere_bath(const BathModel& model);

}  // namespace gdm
