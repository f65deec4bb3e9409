#pragma once

#include <cstddef>

#include "gdm/base/error.hpp"

namespace gdm {

/// What the state of a sweep means to scripts: 75 while replicas are missing or more may be planned (`settled` false), 3 if
/// some failed, 0 if all are there.
[[nodiscard]] constexpr ExitCode exit_code(std::size_t missing, std::size_t failed, bool settled) {
    if (missing > 0 || !settled) return ExitCode::resumable;
    return failed > 0 ? ExitCode::replicas_failed : ExitCode::complete;
}

}  // namespace gdm
