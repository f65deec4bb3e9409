#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gdm/sweep/header.hpp"

/// States of replicas that outlast a run: where a sweep file keeps them. A *place* has two slots, which are written in turn,
/// so that a write that is cut off leaves the state before it.
namespace gdm {

/// What a slot says of the state in it; all zero: there was none yet. Point and replica come before the sequence number, so
/// that a record that was written in part belongs to its new owner or is not the newest.
struct StateRecord {
    std::uint64_t point = 0;
    std::uint64_t replica = 0;
    std::uint64_t sequence = 0;  ///< of what was saved in this place, from 1
    std::uint64_t bytes = 0;
    double progress = 0;         ///< share of the replica's work that is done
    double seconds = 0;          ///< that it took, over all runs
    std::uint64_t checksum = 0;  ///< as state_checksum says
};

/// Hash of a state, of all that its record says, and of the header_hash of its file: a state means nothing in another sweep.
[[nodiscard]] std::uint64_t state_checksum(const std::string& header_hash, const StateRecord& record,
                                           std::span<const std::byte> state);

/// Bytes of a place: two slots with their records.
[[nodiscard]] double bytes_of_place(const StateRoom& room);

/// Sets how many places a file has, by its rows. One for each row where states are kept, or where that takes no more than
/// 64 MiB or the results; then row and place are the same number. Otherwise 64, or four times room.at_once: replicas under
/// way are continued before others begin, so that only those of more ranks than that would find no place.
void make_state_room(SweepHeader& header);

/// A replica under way (or done, where states are kept) by what the records say; whether the bytes are right is found when
/// they are read.
struct SavedState {
    std::uint64_t row = 0;
    std::uint64_t place = 0;
    double progress = 0;
    double seconds = 0;
};
/// Of each place the newest, if it can be true, in the order of rows; of several of one row the one that is further.
[[nodiscard]] std::vector<SavedState> saved_states(const SweepHeader& header, std::span<const StateRecord> records);

/// Whether replicas of `file` that are done go on in `job`: its setting lengthened_by alone is greater, and the file has
/// kept their states.
[[nodiscard]] bool is_lengthened(const SweepHeader& file, const SweepHeader& job);
/// The header of `file` if its replicas were as long as those of `job`, where is_lengthened; else as it is.
[[nodiscard]] SweepHeader as_long_as(const SweepHeader& file, const SweepHeader& job);

}  // namespace gdm
