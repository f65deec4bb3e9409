#pragma once

#include <cstdint>
#include <span>
#include <string>

/// What a sweep knows of each replica, a row = point · replicas + replica, and of the runs that computed them.
namespace gdm {

/// What /status says of one replica.
inline constexpr std::uint64_t checksum_absent = 0;
inline constexpr std::uint64_t checksum_failed = 1;
/// Hash of (point, replica, all observables in declared order); never 0 or 1.
[[nodiscard]] std::uint64_t row_checksum(std::uint64_t point, std::uint64_t replica, std::span<const double> block);

enum class RowState : std::uint8_t { absent, done, failed, torn };

/// What /status/rank says where the rank that computed a replica is not known.
inline constexpr std::uint32_t rank_unknown = 0xFFFFFFFF;

struct FailureRecord {
    std::uint64_t point = 0;
    std::uint64_t replica = 0;
    std::string message;
};

/// One run of the program on this file.
struct SessionRecord {
    std::string command_line;
    std::string host;
    std::string code_version;
    std::string instruction_set;
    std::string mpi;
    std::string hdf5;
    std::string start;  ///< ISO 8601, UTC
    std::string end;    ///< empty while it runs, or if it was killed
    std::uint64_t ranks = 0;
};

}  // namespace gdm
