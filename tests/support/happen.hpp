#pragma once

#include <cstdint>

#include "gdm/base/stop.hpp"

namespace gdm::test {

/// What TOY_WAIT and TOY_EVENT of the environment have in store for replica number `replica` at `p` (test_experiments.hpp).
void happen(double p, std::uint64_t replica, const Stop& stop);

/// Where the environment names a file TOY_LOG, a FinishedReplica more in it.
void log_finished(double p, std::uint32_t replica);

}  // namespace gdm::test
