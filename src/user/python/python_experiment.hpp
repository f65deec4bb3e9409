#pragma once
#ifdef GDM_PYTHON_EXPERIMENTS
#include "gdm/experiment/experiment.hpp"
#include "interpreter.hpp"

namespace gdm {

/// The experiment that a loaded model (class Model of model.py) declares. Its functions may be called from any thread, one
/// at a time. Throws UsageError.
[[nodiscard]] Experiment python_experiment(const SharedObject& model);

}  // namespace gdm
#endif
