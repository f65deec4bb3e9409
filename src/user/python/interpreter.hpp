#pragma once
#ifdef GDM_PYTHON_EXPERIMENTS
#include <pybind11/embed.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>

#include "gdm/base/error.hpp"
#include "gdm/base/stop.hpp"

namespace gdm {

/// An object of Python that C++ may copy and drop without holding the interpreter's lock.
using SharedObject = std::shared_ptr<pybind11::object>;
[[nodiscard]] SharedObject share(pybind11::object object);

/// Starts the interpreter of this process if it does not run, and returns src/user/python/model.py. It never ends: threads
/// of the model may still be in it. It installs no signal handlers, hashes alike in all processes, and is that of the active
/// virtual environment, if that one has the Python which the program was built with. Throws UsageError, also without NumPy.
[[nodiscard]] pybind11::handle model_module();

/// Surrounds each call of a model: holds the interpreter's lock, lets model code see `stop`, raises Stopped in code that
/// does not look for `patience` seconds (though not within a call of a library), and mends what the model changed of the
/// process: its working folder. A forked copy of the process ends here.
class ModelCall {
  public:
    explicit ModelCall(const Stop* stop = nullptr, double patience = 0.1);
    ~ModelCall();
    ModelCall(const ModelCall&) = delete;
    ModelCall& operator=(const ModelCall&) = delete;

  private:
    pybind11::gil_scoped_acquire lock_;
    pid_t process_;
};

/// The last line of a traceback with its place in the model: "percolation.py:17: ValueError: …".
[[nodiscard]] std::string text_of(const pybind11::object& model, const pybind11::error_already_set& error);
/// Whether model code was stopped, and did not fail.
[[nodiscard]] bool is_stopped(const pybind11::error_already_set& error);

/// gdmsweep.experiment.Stopped.
[[nodiscard]] pybind11::object stopped_type();
/// Whether the present call of a model is asked to stop.
[[nodiscard]] bool stop_is_requested();
/// Seconds within which a model returns after a stop; then its process ends without it (GDM_STOP_GRACE).
[[nodiscard]] double stop_grace();

/// Whether Stopped was raised in the present call of a model: what that returns or throws then is not to be believed, as it
/// may have caught the exception anywhere.
[[nodiscard]] bool was_interrupted();

/// Calls model code. Its exceptions become std::runtime_error with text_of; that of a stop that was requested, Stopped.
template <class Action>
auto ask(const SharedObject& model, const Stop* stop, const Action& action, double patience = 0.1) {
    const ModelCall call(stop, patience);
    try {
        return action(*model);
    } catch (const pybind11::error_already_set& error) {
        if (was_interrupted() || (stop != nullptr && stop->requested() && is_stopped(error))) throw Stopped();
        throw std::runtime_error(text_of(*model, error));
    } catch (const std::runtime_error&) {
        if (was_interrupted()) throw Stopped();
        throw;
    }
}

}  // namespace gdm
#endif
