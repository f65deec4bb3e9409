#ifdef GDM_PYTHON_EXPERIMENTS
#include "interpreter.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include "program_module.hpp"
#include "python_texts.hpp"

namespace py = pybind11;

namespace gdm {
namespace {

/// The thread that raises Stopped in model code which does not return soon after a stop.
class Interrupter {
  public:
    static Interrupter& get() {
        static auto* one = new Interrupter;  // its thread outlives main()
        return *one;
    }

    /// Both under the interpreter's lock, by the thread that calls models.
    void begin(const Stop* stop, std::chrono::duration<double> patience) {
        const std::lock_guard guard(mutex_);
        stop_ = stop;
        patience_ = patience;
        ++call_;
        if (stop != nullptr && !watching_) watch();
    }
    void end() {
        const std::lock_guard guard(mutex_);
        stop_ = nullptr;
        ++call_;
        if (raised_) PyThreadState_SetAsyncExc(caller_, nullptr);
        raised_ = false;
    }
    [[nodiscard]] bool was_raised() {
        const std::lock_guard guard(mutex_);
        return raised_;
    }
    [[nodiscard]] bool requested() const noexcept { return stop_ != nullptr && stop_->requested(); }

  private:
    static constexpr std::chrono::milliseconds interval{100};

    void watch() {
        watching_ = true;
        caller_ = PyThread_get_thread_ident();
        // Signals are for the thread that waits for them.
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        std::thread([this] { run(); }).detach();
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

    [[noreturn]] void run() {
        std::uint64_t seen = 0;
        auto since = std::chrono::steady_clock::now();
        while (true) {
            std::this_thread::sleep_for(interval);
            const auto now = std::chrono::steady_clock::now();
            std::uint64_t call = 0;
            bool patient = true;
            {
                const std::lock_guard guard(mutex_);
                if (!requested()) continue;
                call = call_;
                if (call != seen) since = now;
                patient = now - since < patience_;
            }
            // What looks at stop now and then is left some time to do so.
            if (call == seen && !patient) raise_in(call);
            seen = call;
        }
    }

    void raise_in(std::uint64_t call) {
        const py::gil_scoped_acquire lock;
        const std::lock_guard guard(mutex_);
        if (call != call_) return;
        PyThreadState_SetAsyncExc(caller_, stopped_type().ptr());
        raised_ = true;
    }

    std::mutex mutex_;
    const Stop* stop_ = nullptr;
    std::chrono::duration<double> patience_{};
    std::uint64_t call_ = 0;
    bool watching_ = false, raised_ = false;
    unsigned long caller_ = 0;
};

/// The program whose place tells Python where its modules are.
std::string python_program() {
    const char* environment = std::getenv("VIRTUAL_ENV");
    if (environment != nullptr) {
        const std::filesystem::path folder(environment);
        std::error_code error;
        const auto library = folder / fmt::format("lib/python{}.{}", PY_MAJOR_VERSION, PY_MINOR_VERSION);
        if (std::filesystem::exists(library, error)) return (folder / "bin/python3").string();
    }
    return GDM_PYTHON_PROGRAM;
}

void start() {
    // One thread a rank, unless the user knows better: ranks share the cores, and the bytes of a sum depend on its threads.
    for (const char* threads : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"}) setenv(threads, "1", 0);
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    config.parse_argv = 0;
    config.install_signal_handlers = 0;
    config.use_hash_seed = 1;
    config.hash_seed = 0;
    config.write_bytecode = 0;
    PyStatus status = PyConfig_SetBytesString(&config, &config.program_name, python_program().c_str());
    if (PyStatus_Exception(status) == 0) status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status) != 0) {
        throw UsageError(
            fmt::format("Python does not start: {} (is PYTHONHOME that of Python {}.{}, for which this program was built?)",
                        status.err_msg != nullptr ? status.err_msg : "", PY_MAJOR_VERSION, PY_MINOR_VERSION));
    }
}

py::object made_module(const char* name, const char* text) {
    py::module_ module = py::reinterpret_steal<py::module_>(PyModule_New(name));
    module.attr("__builtins__") = py::module_::import("builtins");
    py::module_::import("sys").attr("modules")[name] = module;
    const py::object code = py::module_::import("builtins").attr("compile")(text, fmt::format("<{}>", name), "exec");
    py::module_::import("builtins").attr("exec")(code, module.attr("__dict__"));
    return module;
}

/// `gdmsweep.experiment`, which models import (a package `gdmsweep` that is installed keeps its other modules), and `_gdm`,
/// which is for this room alone. Returns the last of it, model.py.
py::object provide_modules() {
    const py::object sys = py::module_::import("sys");
    const py::object found =
        py::module_::import("importlib.machinery").attr("PathFinder").attr("find_spec")("gdmsweep", sys.attr("path"));
    const auto package = [&](const char* name, const py::list& path) {
        py::module_ made = py::reinterpret_steal<py::module_>(PyModule_New(name));
        made.attr("__path__") = path;
        sys.attr("modules")[name] = made;
        return made;
    };
    const py::object users =
        package("gdmsweep", found.is_none() ? py::list() : py::list(found.attr("submodule_search_locations")));
    const py::object own = package("_gdm", py::list());
    own.attr("program") = made_program_module();
    sys.attr("modules")["_gdm.program"] = own.attr("program");
    py::object last;
    for (const auto& [name, text] : python_texts()) {
        last = made_module(name, text);
        const std::string_view whole(name);
        const py::object& parent = whole.starts_with("_gdm.") ? own : users;
        parent.attr(std::string(whole.substr(whole.find('.') + 1)).c_str()) = last;
    }
    return last;
}

py::handle started_module() {
    start();
    py::object model;
    try {
        try {
            py::module_::import("numpy");
        } catch (const py::error_already_set& error) {
            throw UsageError(fmt::format(
                "Python {}.{} ({}) has no NumPy, which experiments in Python need ({}): apt install python3-numpy, or "
                "activate "
                "a virtual environment of this Python that has it",
                PY_MAJOR_VERSION, PY_MINOR_VERSION, python_program(), py::str(error.value()).cast<std::string>()));
        }
        model = provide_modules();
        model.attr("prepare_interpreter")();
    } catch (const py::error_already_set& error) {
        throw std::logic_error(error.what());
    }
    PyEval_SaveThread();  // from here on whoever calls takes the lock
    return model.release();
}

/// The folder that the program was started in.
int working_folder() {
    static const int folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return folder;
}

}  // namespace

SharedObject share(py::object object) {
    return {new py::object(std::move(object)), [](py::object* shared) {
                const py::gil_scoped_acquire lock;
                delete shared;
            }};
}

py::handle model_module() {
    static const py::handle module = started_module();
    return module;
}

ModelCall::ModelCall(const Stop* stop, double patience) : process_(getpid()) {
    (void)working_folder();
    Interrupter::get().begin(stop, std::chrono::duration<double>(patience));
}

ModelCall::~ModelCall() {
    if (getpid() != process_) _exit(0);
    Interrupter::get().end();
    if (fchdir(working_folder()) != 0) _exit(static_cast<int>(ExitCode::input_output));
}

std::string text_of(const py::object& model, const py::error_already_set& error) {
    if (error.trace()) PyException_SetTraceback(error.value().ptr(), error.trace().ptr());
    return model.attr("files").attr("text_of")(error.value()).cast<std::string>();
}

bool was_interrupted() { return Interrupter::get().was_raised(); }

py::object stopped_type() { return py::module_::import("gdmsweep.experiment").attr("Stopped"); }

bool is_stopped(const py::error_already_set& error) { return error.matches(stopped_type()); }

bool stop_is_requested() { return Interrupter::get().requested(); }

double stop_grace() {
    const char* seconds = std::getenv("GDM_STOP_GRACE");
    return seconds != nullptr ? std::atof(seconds) : 10;
}

}  // namespace gdm
#endif
