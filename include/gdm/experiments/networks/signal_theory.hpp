#pragma once

#include <vector>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// What stands beside the measurements of signal_propagation: `…_limit`, of infinite width; `…_first_order`, with the
/// correction of order 1/width; `…_diffusion`, of layers of order width.
[[nodiscard]] std::vector<Theory> signal_theory();

/// σ_w² of the critical line of infinite width at the point's activation and sb2; NaN for resnets, which have none.
[[nodiscard]] double critical_weight_variance(const Point& point);
/// Whether ρ decays along the layers with a universal exponent at the transition: not for relu, nor without biases, nor in a
/// resnet.
[[nodiscard]] bool has_universal_decay(const Point& point);

}  // namespace gdm
