#pragma once

#include "gdm/experiment/loader.hpp"

namespace gdm {

/// Experiments that are the line of a program of the user's: one process a replica, whose arguments hold the point and a
/// seed, and whose result is a JSON object or NumPy file (docs/external_commands.md):
///
///     command     = ./simulate --beta {beta} --L {L} --seed {seed} --out {out}
///     observables = energy [J], magnetisation, correlation(16)
[[nodiscard]] ExperimentLoader command_loader();

}  // namespace gdm
