#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/sweep/header.hpp"

namespace gdm {

/// The rows of several tables of the same columns as one: each once, in the order in which they appear.
struct JoinedRows {
    std::size_t count = 0;
    std::vector<std::vector<std::size_t>> rows;  ///< by table and row: which of the joined ones it is
};
[[nodiscard]] JoinedRows join_table_rows(std::span<const SweepHeader* const> tables);

}  // namespace gdm
