#pragma once

#include <vector>

#include "gdm/storage/hdf5.hpp"
#include "gdm/storage/state_slots.hpp"

namespace gdm {

struct SweepHeader;

/// The datasets of a sweep file that change while it is written, open, and found to be of the type, shape and size that the
/// header asks for.
struct SweepDatasets {
    SweepDatasets() = default;
    /// Throws IoError naming the dataset that is missing or not what it must be.
    SweepDatasets(hid_t file, const SweepHeader& header);

    std::vector<hdf5::Dataset> observables;  ///< in the order of the header
    hdf5::Dataset checksum, seconds, session;
    hdf5::Dataset rank;  ///< not open in files that were begun before ranks were recorded
    hdf5::Dataset failures, sessions;
    hdf5::Dataset planned, settled;  ///< open in those of adaptive sweeps
    StateSlots states;               ///< with room in those of experiments with a state
};

}  // namespace gdm
