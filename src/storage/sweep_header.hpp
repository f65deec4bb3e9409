#pragma once

#include "gdm/storage/hdf5.hpp"
#include "gdm/storage/sweep_reader.hpp"

/// What SweepReader does when it opens a file, step by step.
namespace gdm {

/// Everything that is fixed when a file is created. Throws UsageError if it is no sweep file of a known format, IoError
/// naming the object if an attribute or dataset is missing or of another class, rank or size.
[[nodiscard]] SweepHeader read_sweep_header(hid_t file);

/// Whether the header is protected; files of older versions have no hash.
[[nodiscard]] bool has_header_hash(hid_t file);
/// Throws IoError if the header is not the one of which the file holds the hash.
void require_header_hash(hid_t file, const SweepHeader& header);

}  // namespace gdm
