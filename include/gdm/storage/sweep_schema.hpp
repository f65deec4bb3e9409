#pragma once

#include <cstdint>

#include "gdm/storage/hdf5.hpp"
#include "gdm/sweep/header.hpp"
#include "gdm/sweep/rows.hpp"
#include "gdm/sweep/states.hpp"

/// The record types and sizes that reader and writer of the sweep file share.
namespace gdm::schema {

inline constexpr std::size_t failure_capacity = 4096;
inline constexpr std::size_t session_capacity = 1024;

struct Failure {
    std::uint64_t used;  ///< 1 if the row holds a failure
    std::uint64_t point;
    std::uint64_t replica;
    char message[232];
};

struct Session {
    char start[24];
    char end[24];
    char host[64];
    char code_version[64];
    char instruction_set[32];
    char mpi[64];
    char hdf5[32];
    char command_line[512];
    std::uint64_t ranks;
};

[[nodiscard]] hdf5::Type failure_type();
[[nodiscard]] hdf5::Type session_type();
/// Of StateRecord as it lies in memory.
[[nodiscard]] hdf5::Type state_type();
[[nodiscard]] Failure pack(const FailureRecord& record);
[[nodiscard]] FailureRecord unpack(const Failure& row);
[[nodiscard]] Session pack(const SessionRecord& record);
[[nodiscard]] SessionRecord unpack(const Session& row);

/// Selects a box of rows of a dataset (P, R, …) and gives the file and memory spaces for contiguous memory.
void select_box(hid_t file_space, const std::vector<std::size_t>& dataset_shape, std::size_t point, std::size_t points,
                std::size_t replica, std::size_t replicas);

}  // namespace gdm::schema
