#pragma once

#include <cstddef>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/machines/machine_data.hpp"

/// The training set of experiments with Boltzmann machines: parameters of their declarations, and the rows themselves.
namespace gdm {

/// Grid parameters `data` and `size`.
[[nodiscard]] std::vector<Parameter> training_data_grid();
/// Settings `rows`, `data_temperature`, `patterns`, `overlap` and `dataset`.
[[nodiscard]] std::vector<Parameter> training_data_settings();

/// What a user's dataset says of the other parameters. Throws UsageError unless it is a table.
[[nodiscard]] std::vector<Implied> implied_by_training_data(const Shapes& shapes);
/// Throws UsageError where data and size do not go together.
void check_training_data(const Point& point, const Shapes& shapes);
/// The user's dataset as BinaryData. Throws UsageError unless its numbers are 0 and 1.
[[nodiscard]] Context prepare_training_data(const Point& settings, const Inputs& inputs);

[[nodiscard]] std::size_t visible_units(const Point& point);
[[nodiscard]] std::size_t training_rows(const Point& point);
/// The training set of a replica (Purpose::dataset where it is drawn).
[[nodiscard]] BinaryData training_data(const Point& point, const Context& context, const RandomStream& random);

}  // namespace gdm
