#pragma once

#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/networks/random_networks.hpp"

/// Parameters of experiments on signals in deep random networks, and what they mean.
namespace gdm {

[[nodiscard]] std::vector<Parameter> signal_parameters();
/// Throws UsageError for what does not go together.
void check_signal(const Point& point, const Shapes& shapes);

[[nodiscard]] RandomLayer random_layer(const Point& point);
[[nodiscard]] bool is_resnet(const Point& point);
/// The squared length of the inputs: q0, or where it is 0 the fixed point; 1 where there is none.
[[nodiscard]] double first_length(const Point& point);
/// The last layer.
[[nodiscard]] double signal_depth(const Point& point);

}  // namespace gdm
