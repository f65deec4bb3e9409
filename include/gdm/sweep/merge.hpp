#pragma once

#include <span>
#include <string>

#include "gdm/sweep/header.hpp"

namespace gdm {

struct NamedHeader {
    std::string name;  ///< for messages: the file
    const SweepHeader* header = nullptr;
};

/// The header of a file with room for all that several files hold: on each grid axis their values (ascending, unless all
/// have the same; words in the order in which they appear), as points those that a file has, as many replicas as the
/// longest. Replicas of different seeds stand side by side (`seeds`). What adaptive sweeps decide stays if all files ask for
/// it, of one seed. Throws UsageError if the files have a content_difference, call an axis differently or place different
/// points at the same place, naming the file. Its instruction set is the first file's; `created` and `code_version` are
/// empty.
[[nodiscard]] SweepHeader merged_header(std::span<const NamedHeader> files);

}  // namespace gdm
