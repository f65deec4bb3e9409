#pragma once

namespace gdm {

/// The text of jobs/phase_diagram.ini, which `gdm-sweep` runs when it is given no job.
[[nodiscard]] const char* built_in_job();

}  // namespace gdm
