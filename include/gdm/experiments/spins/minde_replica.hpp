#pragma once

#include "gdm/experiment/experiment.hpp"
#include "gdm/experiments/spins/score_target.hpp"

/// A replica of `minde`.
namespace gdm {

[[nodiscard]] bool wants_halves(const Point& point);
[[nodiscard]] TimeSampling minde_sampling(const Point& point);

/// Averages over clean samples, each with the integrals over the times of its noise.
void run_minde(const Point& point, const RandomStream& random, const Stop& stop, const Values& values);

}  // namespace gdm
