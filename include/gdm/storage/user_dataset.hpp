#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/parallel/communicator.hpp"

namespace gdm {

/// The shape of a user's dataset given as `file.h5:/name`, without reading its numbers; `/replicas/configurations` of a
/// sweep file, with [T = 2.3, L = 16] behind it, are the rows of ConfigurationRows. Throws UsageError (no such file, no such
/// dataset with the nearest name, not numeric, a single number, empty) or IoError.
[[nodiscard]] std::vector<std::size_t> user_dataset_shape(const std::string& source);

/// The command that makes a dataset of an array in another format: "analysis/make_dataset.py a.npy a.h5 makes a.h5:/x of
/// it"; empty if the name has no ending of one.
[[nodiscard]] std::string dataset_command(const std::string& path);

/// Reads a user's dataset in a process alone, without MPI. Throws as below.
[[nodiscard]] Array read_user_dataset(const std::string& source);

/// Reads a user's dataset, of any float or integer type, converted to double. Collective over `world`: the first rank of
/// each node reads it into memory that all ranks of the node share, and hashes it. The array keeps the memory alive, and
/// frees it collectively, so the last copy of it must go on all ranks, before MPI ends. Throws, on all ranks alike, what
/// user_dataset_shape throws, and UsageError naming the first row that holds NaN or infinity. `ranks_per_node` > 0 treats
/// one machine as several nodes (tests).
[[nodiscard]] Array read_user_dataset(const Communicator& world, const std::string& source, int ranks_per_node = 0);

}  // namespace gdm
