#pragma once
#ifdef GDM_PYTHON_EXPERIMENTS
#include <pybind11/embed.h>

#include <exception>

#include "gdm/experiment/checkpoint.hpp"

namespace gdm {

/// `_gdm.program`, what the program gives its files in Python: stop_requested, state_is_due, save_state, end_state, show.
[[nodiscard]] pybind11::object made_program_module();

/// Whether what models print meets a bar of progress, from which it clears its line. Until it is said: it does not.
void show_on_terminal(bool terminal);

/// Where the replica that is now computed keeps its state. All of it under the interpreter's lock.
class StateAccess {
  public:
    explicit StateAccess(Checkpoint& checkpoint);
    ~StateAccess();
    StateAccess(const StateAccess&) = delete;
    StateAccess& operator=(const StateAccess&) = delete;

    /// What a save threw (Stopped, trouble with the file), whatever the model made of it.
    [[nodiscard]] std::exception_ptr thrown() const noexcept { return thrown_; }

  private:
    friend struct StateFunctions;
    Checkpoint& checkpoint_;
    std::exception_ptr thrown_;
};

}  // namespace gdm
#endif
