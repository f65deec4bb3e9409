#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "gdm/base/stop.hpp"
#include "gdm/storage/sweep_reader.hpp"

/// Making a sweep file out of the replicas that others hold: growth, reuse, merging.
namespace gdm {

/// What was taken from one source.
struct Takeover {
    std::filesystem::path source;
    std::size_t done = 0;
    std::size_t failed = 0;
    std::size_t repeated = 0;  ///< the same as what an earlier source gave
    std::size_t torn = 0;      ///< found damaged, and left out
    std::size_t begun = 0;     ///< not done, with a state from which they go on
};

/// "65 replicas from a.h5 (1 of them failed; 2 damaged ones left out)"
[[nodiscard]] std::string takeover_text(const Takeover& taken);

/// Throws IoError if a running sweep writes `source`, or may.
void refuse_running(const std::filesystem::path& source);

/// Replicas of `source` that are done, by their checksums as they stand, and have no place in `target`.
struct Loss {
    std::size_t replicas = 0;
    std::string first;  ///< "p = 0.5, replica 3"
};
[[nodiscard]] Loss loss_of(const SweepReader& source, const SweepHeader& target);

/// Puts a file of the header `larger` in the place of `path`, with every replica that the sources at `paths` hold and that
/// verifies: its numbers, time and run, failed ones with their messages; the first source that has it done gives it. The
/// tables of sessions follow one another; of more than the table takes, the last are left out, and their replicas get the
/// number 1024. States of replicas under way come along, the furthest of each, and those of all where the new file keeps
/// them. Of a source whose replicas are shorter (is_lengthened) nothing but states is taken. `path` may be one of the
/// sources, and stays what it is until the new file is safely on disk. `alignment` as in create_sweep_file. Memory is that
/// of a few batches and the points. By one process. Throws UsageError if a source has a reuse_difference or two of them
/// contradict each other, IoError; Stopped if `stop` is requested; nothing is changed then.
std::vector<Takeover> rebuild_sweep_file(const std::filesystem::path& path, const SweepHeader& larger,
                                         std::span<const std::filesystem::path> paths, const Stop& stop = {},
                                         std::size_t alignment = 1);

}  // namespace gdm
