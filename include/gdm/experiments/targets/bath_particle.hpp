#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The Brownian particle that a generative bath of two deltas drives (Ambrogioni 36–38): dx/ds = F − x, with F the mean of H
/// of its K microstates, while θ falls by e in a unit of s. Does it end as samples of the ordinary generative process do,
/// and how does that depend on K and on how often the microstates are drawn again?
[[nodiscard]] Experiment bath_particle();

}  // namespace gdm
