#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gdm/experiment/input.hpp"
#include "gdm/experiment/parameter.hpp"
#include "gdm/parallel/communicator.hpp"

/// What a user hands to an experiment: a dataset (user_dataset.hpp), or a whole file as bytes.
namespace gdm {

/// The shape of a dataset, or the number of bytes of a file. Throws UsageError (no such file, empty) or IoError.
[[nodiscard]] std::vector<std::size_t> input_shape(Kind kind, const std::string& source);

/// Reads it. Collective over `world`: all ranks read a file, the first of each node a dataset. Throws, on all ranks alike,
/// as read_user_dataset does.
[[nodiscard]] Array read_input(const Communicator& world, Kind kind, const std::string& source, int ranks_per_node = 0);

}  // namespace gdm
