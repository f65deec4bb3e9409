#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/chains/tempering_averages.hpp"

/// What an experiment with parallel tempering over an inner axis of temperatures declares and writes of its exchanges.
namespace gdm {

/// swap_acceptance between each value of the axis and the next (missing at the last), from_cold and labelled (see
/// TemperingAverages), round_trips; all over blocks of the chain. Not `over_blocks` where replicas differ by more than their
/// chains (disorder), so that whole replicas alone are resampled.
[[nodiscard]] std::vector<Observable> tempering_observables(const std::string& axis, bool over_blocks = true);

/// flow, the share of walkers that come from the cold end, and flow_ideal beside it; proposed_AXIS, as many temperatures
/// between the same ends at which all neighbours would reject alike; communication_barrier; round_trips_ideal, the rate if
/// configurations forgot between two rounds how they came (see ladder.hpp). The axis holds temperatures, T = 1/β. Errors by
/// bootstrap: a ladder jumps.
[[nodiscard]] std::vector<Derived> tempering_derived(const std::string& axis);

/// The inverse temperatures of the axis.
[[nodiscard]] std::vector<double> ladder_of(const Point& point, const std::string& axis);

/// For Experiment::check: throws UsageError unless the axis has two positive values or more that rise, or fall, throughout.
void check_ladder(const Point& point, const std::string& axis);

/// Writes the observables, averaged over the ladders of a replica.
void set_tempering(const Values& values, std::span<const TemperingAverages> ladders);

}  // namespace gdm
