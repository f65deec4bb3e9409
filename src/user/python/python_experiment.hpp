#pragma once
#ifdef GDM_PYTHON_EXPERIMENTS
#include "gdm/experiment/experiment.hpp"
#include "interpreter.hpp"

namespace gdm {

/// The experiment that a loaded model (class Model of model.py) declares. Its functions may be called from any thread, one
/// at a time. Before a sweep they look at `stop`. Throws UsageError.
[[nodiscard]] Experiment python_experiment(const SharedObject& model, const Stop& stop);

}  // namespace gdm
#endif
