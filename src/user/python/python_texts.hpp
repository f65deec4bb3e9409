#pragma once

namespace gdm {

/// src/user/python/experiment.py and model.py, which the program holds.
[[nodiscard]] const char* experiment_module_text();
[[nodiscard]] const char* model_module_text();

}  // namespace gdm
