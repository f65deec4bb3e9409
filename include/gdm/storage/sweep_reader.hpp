#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "gdm/storage/hdf5.hpp"
#include "gdm/storage/sweep_datasets.hpp"
#include "gdm/sweep/header.hpp"
#include "gdm/sweep/row_boxes.hpp"
#include "gdm/sweep/rows.hpp"

/// The sweep file, format 1 (docs/files.md): created at full size before the first replica runs; afterwards only raw data is
/// written, values before their checksum, so that it survives the death of any process at any moment.
namespace gdm {

/// What is told of a file without header_is_protected().
inline constexpr const char* unprotected_header_note =
    "the file has no hash of its header (an older version made it): damage to its axes, points and settings would not be "
    "seen";

/// Whether `path` is a sweep file, of any version and in any state.
[[nodiscard]] bool is_sweep_file(const std::filesystem::path& path);

/// Read access for any process, without MPI, also while a sweep runs. Nothing in the file is believed: class, rank and
/// extent of everything are checked when it is opened, and the header by its hash.
class SweepReader {
  public:
    /// Throws IoError if the file is missing, unreadable or damaged, naming the object, UsageError if it is no sweep file of
    /// a known format.
    explicit SweepReader(const std::filesystem::path& path);
    /// The same for a file whose header is known: that is not read again, which for many points and ranks takes long.
    SweepReader(const std::filesystem::path& path, SweepHeader header);

    [[nodiscard]] const SweepHeader& header() const noexcept { return header_; }
    [[nodiscard]] const Layout& layout() const noexcept { return layout_; }
    /// Whether the file holds a hash of its header, with which the header was compared; those of older versions do not.
    [[nodiscard]] bool header_is_protected() const;
    /// Replica blocks of rows [first, first + count), row = point · replicas + replica, in declared order of observables.
    [[nodiscard]] std::vector<double> read_rows(std::size_t first, std::size_t count) const;
    /// Those of the first `replicas` replicas of `points` points from `point` on.
    [[nodiscard]] std::vector<double> read_first_replicas(std::size_t point, std::size_t points, std::size_t replicas) const;
    [[nodiscard]] std::vector<std::uint64_t> read_checksums(std::size_t first, std::size_t count) const;
    [[nodiscard]] std::vector<double> read_seconds(std::size_t first, std::size_t count) const;
    /// The number of the run that computed each row.
    [[nodiscard]] std::vector<std::uint32_t> read_session_numbers(std::size_t first, std::size_t count) const;
    /// The rank that computed each; rank_unknown where not done, and throughout files that do not tell.
    [[nodiscard]] std::vector<std::uint32_t> read_ranks(std::size_t first, std::size_t count) const;
    /// States of rows [first, first + count); verifying reads the values and recomputes their checksums.
    [[nodiscard]] std::vector<RowState> states(std::size_t first, std::size_t count, bool verify) const;
    /// How many replicas each point is to have, as far as that is decided; all of them unless the sweep is adaptive.
    [[nodiscard]] std::vector<std::size_t> planned() const;
    /// Whether an adaptive sweep has decided that nothing more is needed; true for others.
    [[nodiscard]] bool settled() const;
    /// The replicas that are failed at present, each with its latest message.
    [[nodiscard]] std::vector<FailureRecord> failures() const;
    /// Used rows of /status/failures.
    [[nodiscard]] std::size_t failure_rows() const;
    [[nodiscard]] std::vector<SessionRecord> sessions() const;
    /// The states of replicas; no room for any in files of experiments that have none.
    [[nodiscard]] const StateSlots& states_of_replicas() const noexcept { return datasets_.states; }

  private:
    [[nodiscard]] std::vector<double> read_boxes(const std::vector<RowBox>& boxes) const;

    hdf5::File file_;
    SweepHeader header_;
    Layout layout_;
    SweepDatasets datasets_;
};

}  // namespace gdm
