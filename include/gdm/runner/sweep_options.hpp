#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "gdm/runner/adaptive.hpp"
#include "gdm/storage/sweep_writer.hpp"

namespace gdm {

struct SweepOptions {
    std::string program = "gdm-sweep";  ///< what it calls itself in messages
    std::filesystem::path output;
    bool overwrite = false;                         ///< start the file anew
    bool grow = false;                              ///< enlarge a file of another grid of the same job
    std::vector<std::filesystem::path> reuse = {};  ///< files whose replicas a new file takes over
    bool retry_failed = false;                      ///< compute failed replicas again
    bool other_instruction_set = false;             ///< resume a file that was begun with another instruction set
    bool quiet = false;                             ///< no progress
    double log_interval = 0;                        ///< seconds between lines of progress in a log; 0: as Progress chooses
    std::filesystem::path trace;                    ///< Chrome trace to write; empty: none
    std::string command_line;                       ///< for /sessions
    double flush_interval = 1;                      ///< seconds that finished replicas may wait to be written
    double save_interval = -1;                      ///< seconds from save to save of a replica's state; < 0: as measured
    int ranks_per_node = 0;                         ///< > 0: treat one machine as several nodes (tests)
    int nodes_per_group = 0;                        ///< > 0: so many nodes share a stock of work (0: as NodeTree chooses)
    std::size_t alignment = 1;                      ///< bytes at whose multiples the large datasets of a new file begin
    MpiHints mpi_hints = {};                        ///< for opening the file with MPI-IO
    Judge judge = {};                               ///< the statistics that an adaptive job needs
    std::function<void()> on_start = {};  ///< called on rank 0 when the file is ready and there is something to compute
    std::function<void(const std::string& line)> on_note = {};  ///< called on rank 0 with what the user should know
};

}  // namespace gdm
