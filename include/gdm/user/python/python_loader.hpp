#pragma once

#include "gdm/base/stop.hpp"
#include "gdm/experiment/loader.hpp"

namespace gdm {

/// What models in Python meet in a program.
struct PythonSurroundings {
    Stop stop = {};                   ///< asked while a model is loaded, and by its functions that are no part of a replica
    bool stderr_on_terminal = false;  ///< where a bar of progress may stand
};

/// Experiments that users write in Python: `experiment = FILE.py` in a job, or the file in the place of a job. What such a
/// file declares is said in src/user/python/experiment.py and docs/your_own_model.md. One interpreter a process, started
/// with the first file. Built without Python, the loader refuses such files in one line.
[[nodiscard]] ExperimentLoader python_loader(const PythonSurroundings& surroundings = {});

}  // namespace gdm
