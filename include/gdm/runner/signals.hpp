#pragma once

#include <atomic>

namespace gdm {

/// Lets SIGTERM, SIGINT, SIGUSR1 and the end of a time limit set a flag instead of ending the process. A second SIGINT ends
/// it at once. SIGPIPE is ignored, so that a closed terminal or log does not cost the sweep.
void catch_stop_signals();
/// Lets them end the process again, and forgets a time limit, as before; what was requested until then stays so.
void release_stop_signals();
/// Raises the flag after `seconds` of wall-clock time (SIGALRM); 0 or less raises it at once.
void stop_after(double seconds);
/// The flag.
[[nodiscard]] const std::atomic<bool>& stop_flag() noexcept;
/// "SIGTERM", "the time limit", …; empty while nothing asked this process to stop. Where another rank reached the common
/// time limit a moment earlier, it is the time limit too.
[[nodiscard]] const char* stop_reason() noexcept;

}  // namespace gdm
