#pragma once

#include <cstddef>
#include <string>

#include "gdm/storage/sweep_writer.hpp"

/// How a sweep file lies on a parallel file system, as the command line says it.
namespace gdm {

/// Bytes of "4194304", "512k", "4M" or "1G" (powers of 1024). Throws UsageError unless it is from 1 byte to 1 GiB.
[[nodiscard]] std::size_t parse_alignment(const std::string& text);

/// The pairs of "cb_nodes=4,romio_ds_write=disable". Throws UsageError naming the part that is none.
[[nodiscard]] MpiHints parse_mpi_hints(const std::string& text);

}  // namespace gdm
