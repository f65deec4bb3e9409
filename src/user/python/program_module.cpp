#ifdef GDM_PYTHON_EXPERIMENTS
#include "program_module.hpp"

#include <pybind11/numpy.h>
#include <unistd.h>

#include <span>
#include <stdexcept>
#include <string>

#include "gdm/base/error.hpp"
#include "interpreter.hpp"

namespace py = pybind11;

namespace gdm {
namespace {

StateAccess* present_access = nullptr;
bool is_on_terminal = false;

/// A line on stderr, in one piece. The bar of progress stands where it begins, and is drawn again below it.
void show_line(const py::bytes& line) {
    const std::string text = (is_on_terminal ? "\r\x1b[K" : "") + line.cast<std::string>() + "\n";
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t written = ::write(STDERR_FILENO, text.data() + done, text.size() - done);
        if (written <= 0) return;  // nobody reads it
        done += static_cast<std::size_t>(written);
    }
}

}  // namespace

/// What models reach of StateAccess.
struct StateFunctions {
    using Bytes = py::array_t<std::uint8_t, py::array::c_style>;

    static StateAccess& access() {
        if (present_access == nullptr) throw std::runtime_error("the replica of this state has ended");
        return *present_access;
    }

    static bool is_due() { return access().checkpoint_.due(); }

    static void save(const Bytes& state, double progress) {
        keep([&](Checkpoint& checkpoint) { checkpoint.save(bytes_of(state), progress); });
    }

    static void end(const Bytes& state) {
        keep([&](Checkpoint& checkpoint) { checkpoint.end(bytes_of(state)); });
    }

  private:
    static std::span<const std::byte> bytes_of(const Bytes& state) {
        return std::as_bytes(std::span(state.data(), static_cast<std::size_t>(state.size())));
    }

    template <class Action>
    static void keep(const Action& action) {
        StateAccess& here = access();
        try {
            action(here.checkpoint_);
        } catch (...) {
            here.thrown_ = std::current_exception();
            PyErr_SetNone(stopped_type().ptr());
            throw py::error_already_set();
        }
    }
};

StateAccess::StateAccess(Checkpoint& checkpoint) : checkpoint_(checkpoint) { present_access = this; }

StateAccess::~StateAccess() { present_access = nullptr; }

void show_on_terminal(bool terminal) { is_on_terminal = terminal; }

py::object made_program_module() {
    py::module_ module = py::reinterpret_steal<py::module_>(PyModule_New("_gdm.program"));
    module.attr("stop_requested") = py::cpp_function(&stop_is_requested);
    module.attr("state_is_due") = py::cpp_function(&StateFunctions::is_due);
    module.attr("save_state") = py::cpp_function(&StateFunctions::save);
    module.attr("end_state") = py::cpp_function(&StateFunctions::end);
    module.attr("show") = py::cpp_function(&show_line);
    return module;
}

}  // namespace gdm
#endif
