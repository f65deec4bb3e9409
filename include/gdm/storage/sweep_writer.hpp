#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gdm/parallel/communicator.hpp"
#include "gdm/storage/hdf5.hpp"
#include "gdm/storage/state_slots.hpp"
#include "gdm/sweep/header.hpp"
#include "gdm/sweep/rows.hpp"

namespace gdm {

/// Rows ready to be written: consecutive replicas, their checksums and times.
struct RowBatch {
    std::size_t first = 0;       ///< row of the first replica, point · replicas + replica
    std::vector<double> blocks;  ///< a block of observables for each row
    std::vector<std::uint64_t> checksums;
    std::vector<double> seconds;
    std::vector<std::uint32_t> sessions = {};  ///< the runs that computed them; empty: the writer's own
    std::vector<std::uint32_t> ranks = {};     ///< the ranks that computed them; empty: the writer's own
    [[nodiscard]] std::size_t rows() const noexcept { return checksums.size(); }
    void clear() noexcept;
};

/// Hints for MPI-IO, by key, as MPI_File_open takes them; what the library does not know it ignores.
using MpiHints = std::vector<std::pair<std::string, std::string>>;

/// Write access of one rank to a sweep file that all ranks of a communicator have open. Construction and close() are
/// collective; everything else is independent and touches raw data only.
class SweepWriter {
  public:
    SweepWriter(const Communicator& comm, const std::filesystem::path& path, const SweepHeader& header,
                const MpiHints& hints = {});
    /// For one process alone, on a file that it has open for writing.
    SweepWriter(hdf5::File file, const SweepHeader& header);
    SweepWriter(const SweepWriter&) = delete;
    SweepWriter& operator=(const SweepWriter&) = delete;

    /// Number of this run in /status/session and its row in /sessions; the same on all ranks.
    void set_session(std::uint32_t number) { session_ = number; }
    /// Writes values first, checksums last. Throws IoError.
    void write(const RowBatch& batch);
    /// Writes a failure into row `slot` of /status/failures (modulo its capacity).
    void write_failure(std::size_t slot, const FailureRecord& record);
    void write_session(std::uint32_t number, const SessionRecord& record);
    /// For an adaptive sweep, by one process alone: how many replicas each point is to have, and whether that is the last
    /// word.
    void write_plan(std::span<const std::size_t> planned, bool settled);
    /// Room for the states of replicas under way; without any in files of experiments that have none.
    [[nodiscard]] StateSlots& states() noexcept { return states_; }
    /// Write operations issued so far: each is one contiguous piece of the file, and one call of the system.
    [[nodiscard]] std::int64_t writes() const noexcept { return writes_; }
    /// By one process alone: hands everything to the system, so that closing cannot fail for want of room. Throws IoError.
    void flush();
    /// Closes the file; all ranks together. Throws IoError.
    void close();

  private:
    void open_datasets(const SweepHeader& header);
    template <class Element>
    void write_column(const hdf5::Dataset& dataset, const std::vector<std::size_t>& shape, hid_t type, const RowBatch& batch,
                      std::size_t width, const Element* values);

    std::size_t replicas_;
    std::uint32_t rank_number_ = 0;
    Layout layout_;
    std::uint32_t session_ = 0;
    std::int64_t writes_ = 0;
    hdf5::File file_;
    std::vector<hdf5::Dataset> observables_;
    std::vector<std::vector<std::size_t>> shapes_;
    hdf5::Dataset checksum_, seconds_, session_of_, rank_of_, failures_, sessions_;
    std::vector<std::size_t> status_shape_;
    std::vector<double> column_;
    StateSlots states_;
};

/// Writes into an adaptive sweep's file how many replicas each point is to have, and whether that is the last word. By one
/// process, while no other writes. Throws IoError.
void write_plan(const std::filesystem::path& path, std::span<const std::size_t> planned, bool settled);

/// Rows of replicas that are not done: NaN.
[[nodiscard]] RowBatch absent_rows(std::size_t first, std::size_t rows, std::size_t width);

/// How many rows of `width` numbers make a batch of a few MiB.
[[nodiscard]] std::size_t rows_of_batch(std::size_t width);

}  // namespace gdm
