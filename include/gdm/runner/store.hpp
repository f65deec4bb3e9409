#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "gdm/parallel/communicator.hpp"
#include "gdm/runner/job/job.hpp"
#include "gdm/runner/sweep_options.hpp"
#include "gdm/storage/file_lock.hpp"

namespace gdm {

/// The file that a symbolic link stands for, so that renaming a new file into place does not replace the link.
[[nodiscard]] std::filesystem::path without_links(std::filesystem::path path);

/// Claims a file that is to be written, making its folder if there is none, and runs `make`. Unless that comes off, the
/// claim is given up and a folder that was made is gone again. Throws what `make` throws; for Stopped an Error with exit
/// code 75.
[[nodiscard]] FileLock claim_and_make(const std::filesystem::path& path, const std::function<void()>& make);

/// On the first rank: the file of the sweep exists afterwards and belongs to this job, new, enlarged (`grow`) or as it was;
/// a new or an enlarged one holds what the files of `reuse` have of it. The job takes over what an adaptive sweep has grown
/// to; `fresh` tells whether it was made now and holds nothing yet. Returns the claim on the file. Throws UsageError if it
/// is of another job or of no sweep at all, or would lose something; IoError if it is in use or cannot be made; Error with
/// exit code 75 if a stop is requested meanwhile. Nothing is changed then.
[[nodiscard]] FileLock prepare_file(Job& job, const SweepOptions& options, bool& fresh);

/// The job takes over what room a file has for states of replicas: that of the program that made it.
void adopt_state_room(Job& job, const SweepHeader& file);

/// What the file of this header holds, row by row (RowState); collective, the same on every rank. The ranks verify a part
/// each, if the parts are worth opening the file; without `verify` they go by the checksums as they stand.
[[nodiscard]] std::vector<std::uint8_t> read_states(const Communicator& world, const std::filesystem::path& path,
                                                    const SweepHeader& header, bool verify = true);

}  // namespace gdm
