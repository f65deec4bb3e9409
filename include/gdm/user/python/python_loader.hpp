#pragma once

#include "gdm/experiment/loader.hpp"

namespace gdm {

/// Experiments that users write in Python: `experiment = FILE.py` in a job, or the file in the place of a job. What such a
/// file declares is said in src/user/python/experiment.py and docs/your_own_model.md. One interpreter a process, started
/// with the first file. Built without Python, the loader refuses such files in one line.
[[nodiscard]] ExperimentLoader python_loader();

}  // namespace gdm
