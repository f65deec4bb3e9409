#pragma once

#include <filesystem>
#include <random>
#include <set>
#include <utility>

#include "support/process.hpp"

/// Killing sweeps, and looking at what they left.
namespace gdm::test {

enum class Victim { one_rank, mpirun_alone, everything };

/// kill −9; of the ranks a random one.
void strike(const Process& sweep, Victim victim, std::mt19937& random);

/// Waits until no process holds the sweep file: after a kill of mpirun alone its ranks live on for a while. False if they
/// still do after 10 s.
[[nodiscard]] bool wait_until_free(const std::filesystem::path& file);

/// (point, replica)
using Row = std::pair<std::size_t, std::size_t>;

struct RowsFound {
    std::set<Row> done;
    std::size_t wrong = 0;  ///< not the reference's bits, or not what their checksum says
};

/// Reads a sweep file and compares every row that claims to be done with a complete file of the same job, bit for bit.
/// Throws what SweepReader throws.
[[nodiscard]] RowsFound compare_rows(const std::filesystem::path& file, const std::filesystem::path& reference);

/// The rows that claim to be done, also while a sweep runs; none if there is no file.
[[nodiscard]] std::set<Row> rows_done(const std::filesystem::path& file);

}  // namespace gdm::test
