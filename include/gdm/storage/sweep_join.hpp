#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "gdm/base/stop.hpp"
#include "gdm/storage/sweep_file.hpp"

/// Making a sweep file out of the replicas that others hold: growth, reuse, merging.
namespace gdm {

/// Which rows of one file become which rows of another: where all grid parameters (words by text, NaN equal to NaN), the
/// scaled inner axes and the seed are the same, and the replica's number too. The two must have no content_difference.
class RowMap {
  public:
    static constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();
    RowMap(const SweepHeader& source, const SweepHeader& target);

    /// Points that are equal within the source are told one after the other: as many layers as the most of them.
    [[nodiscard]] std::size_t layers() const noexcept { return source_points_.size(); }
    /// The row of the source that stands for a row of the target, or `nowhere`.
    [[nodiscard]] std::size_t source_row(std::size_t layer, std::size_t target_row) const;
    /// Whether the target has a place for a row of the source.
    [[nodiscard]] bool contains(std::size_t source_row) const;

  private:
    std::size_t source_replicas_per_point_, target_replicas_per_point_;
    std::vector<std::vector<std::size_t>> source_points_;  ///< by layer and point of the target
    std::vector<bool> point_is_contained_;                 ///< by point of the source
    std::vector<std::size_t> source_replicas_;             ///< by replica of the target
    std::vector<bool> replica_is_contained_;               ///< by replica of the source
};

/// What was taken from one source.
struct Takeover {
    std::filesystem::path source;
    std::size_t done = 0;
    std::size_t failed = 0;
    std::size_t repeated = 0;  ///< the same as what an earlier source gave
    std::size_t torn = 0;      ///< found damaged, and left out
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

/// Puts a file of the header `larger` in the place of `path`, with every replica that the sources hold and that verifies:
/// its numbers, time and run, failed ones with their messages; the first source that has it done gives it. The tables of
/// sessions follow one another; of more than the table takes, the last are left out, and their replicas get the number 1024.
/// `path` may be one of the sources, and stays what it is until the new file is safely on disk. `alignment` as in
/// create_sweep_file. Memory is that of a few batches and the points. By one process. Throws UsageError if a source has a
/// reuse_difference or two of them contradict each other, IoError; Stopped if `stop` is requested; nothing is changed then.
std::vector<Takeover> rebuild_sweep_file(const std::filesystem::path& path, const SweepHeader& larger,
                                         std::span<const std::filesystem::path> sources, const Stop& stop = {},
                                         std::size_t alignment = 1);

}  // namespace gdm
