#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gdm/base/stop.hpp"
#include "gdm/storage/hdf5.hpp"
#include "gdm/sweep/header.hpp"
#include "gdm/sweep/states.hpp"

namespace gdm {

/// A state as it was read, and the slot that holds it.
struct FoundState {
    StateRecord record;
    std::vector<std::byte> bytes;
    std::size_t slot = 0;
};

/// The states of replicas in a sweep file, /state. Every call is of one process alone; two processes never write one place.
class StateSlots {
  public:
    StateSlots() = default;
    /// Throws IoError naming the dataset that is missing or not what it must be.
    StateSlots(hid_t file, const SweepHeader& header);

    /// Whether the file has room for states at all.
    [[nodiscard]] bool any() const noexcept { return places_ > 0; }
    /// The records of all slots, two a place.
    [[nodiscard]] std::vector<StateRecord> records() const;
    /// The newest state in a place that is this replica's and as it was saved, or nothing.
    [[nodiscard]] std::optional<FoundState> find(std::size_t place, std::uint64_t point, std::uint64_t replica) const;
    /// Writes a state and then its record, with sequence number, size and checksum set here, into one slot of a place. The
    /// other slot stays what it is. Throws IoError.
    void write(std::size_t place, std::size_t slot, StateRecord record, std::span<const std::byte> state);
    /// The slot of a place that was written longer ago.
    [[nodiscard]] std::size_t older_slot(std::size_t place) const;
    /// Makes a place that of no replica.
    void forget(std::size_t place);
    /// Makes all of them that, when the file is created. Throws Stopped if `stop` is requested meanwhile.
    void clear(const Stop& stop);
    void close();

  private:
    [[nodiscard]] std::array<StateRecord, 2> records_at(std::size_t place) const;
    void write_record(std::size_t place, std::size_t slot, const StateRecord& record);

    std::size_t places_ = 0, width_ = 0;
    std::string header_hash_;
    hdf5::Dataset records_, bytes_;
};

}  // namespace gdm
