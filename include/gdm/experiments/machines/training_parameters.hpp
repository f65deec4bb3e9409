#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"

/// What experiments that train Boltzmann machines have in common beside their data.
namespace gdm {

/// Grid parameters `k`, `rate`, `batch`, `decay`, `T` and the inner axis `update`.
[[nodiscard]] std::vector<Parameter> training_parameters();
/// Their values, and that of the parameter `chains`, into the settings of a training.
template <class Settings>
void set_training(Settings& settings, const Point& point) {
    const auto whole = [&](const char* name) { return static_cast<std::size_t>(point.integer(name)); };
    settings.steps = whole("k");
    settings.rate = point["rate"];
    settings.batch = whole("batch");
    settings.decay = point["decay"];
    settings.temperature = point["T"];
    settings.chains = whole("chains");
}
/// Settings `annealing` (large: "where " + `large`), `annealing_steps` and `annealing_runs`.
[[nodiscard]] std::vector<Parameter> annealing_settings(const std::string& large);

/// Throws UsageError unless updates rise, their Gibbs steps can be numbered, and a batch is no more than the rows.
void check_training(const Point& point);
/// Throws UsageError unless the axis is 0 alone or counts at least `units` units from 0.
void check_stored_units(const Point& point, const char* axis, std::size_t units);

}  // namespace gdm
