#pragma once

/// What can be known of the command by which this process was started: itself, or the mpirun that is its parent.
namespace gdm {

/// Whether stderr is seen on a terminal: its own, or that of the mpirun that passes it on.
[[nodiscard]] bool stderr_is_on_terminal();
/// Wall-clock seconds since the command began, to some 10 ms.
[[nodiscard]] double seconds_of_command();

}  // namespace gdm
