#pragma once

#include <filesystem>
#include <functional>

#include "gdm/base/stop.hpp"
#include "gdm/storage/sweep_writer.hpp"

namespace gdm {

/// Bytes that a sweep file of this header takes on disk, to about a per cent.
[[nodiscard]] double sweep_file_bytes(const SweepHeader& header);

/// Creates the file at full size as a TemporaryFile, which takes the name `path` when it is safely on disk: `path` is what
/// it was before, or the new file, whole. `fill` writes every row once, those not done as absent_rows; without it all are
/// absent. Datasets of `alignment` bytes or more begin at multiples of it. By one process. Throws IoError (no space, no
/// permission), or what `fill` throws, with nothing left behind; Stopped if `stop` is requested meanwhile.
void create_sweep_file(const std::filesystem::path& path, const SweepHeader& header, const Stop& stop = {},
                       const std::function<void(SweepWriter& writer)>& fill = {}, std::size_t alignment = 1);

}  // namespace gdm
