#include "gdm/user/python/python_loader.hpp"

#include <fmt/format.h>

#include <limits>

#include "gdm/base/error.hpp"
#include "program_module.hpp"
#include "python_experiment.hpp"

namespace gdm {
namespace {

bool is_python(std::string_view name) { return name.size() > 3 && name.ends_with(".py"); }

#ifdef GDM_PYTHON_EXPERIMENTS
namespace py = pybind11;

/// The experiment of what `load` or `restore` of model.py make of their argument.
template <class Argument>
Experiment made_by(const char* function, const Argument& argument, const PythonSurroundings& surroundings) {
    const py::handle module = model_module();
    show_on_terminal(surroundings.stderr_on_terminal);
    const ModelCall call(&surroundings.stop);
    try {
        const SharedObject model = share(module.attr(function)(argument()));
        if (was_interrupted()) throw Stopped();
        return python_experiment(model, surroundings.stop);
    } catch (const py::error_already_set& error) {
        if (was_interrupted()) throw Stopped();
        throw UsageError(py::str(error.value()).cast<std::string>());
    }
}

std::filesystem::path place_of(const std::string& name, const std::filesystem::path& folder) {
    for (const auto& path : {std::filesystem::path(name), folder / name}) {
        std::error_code error;
        if (std::filesystem::is_regular_file(path, error)) return path;
    }
    throw UsageError(fmt::format("there is no file {}{}", name,
                                 folder.empty() ? "" : fmt::format(", neither here nor in {}", folder.string())));
}

Experiment loaded(const std::string& name, const std::filesystem::path& folder, const PythonSurroundings& surroundings) {
    const auto path = place_of(name, folder);
    return made_by(
        "load", [&] { return path.string(); }, surroundings);
}

Experiment restored(const std::vector<CodeFile>& code, const PythonSurroundings& surroundings) {
    const auto texts = [&] {
        py::dict all;
        for (const auto& file : code) all[file.name.c_str()] = file.text;
        return all;
    };
    return made_by("restore", texts, surroundings);
}
#else
double stop_grace() { return std::numeric_limits<double>::infinity(); }
[[noreturn]] void refuse(const std::string& name) {
    throw UsageError(fmt::format("{}: this program was built without Python (GDM_PYTHON_EXPERIMENTS)", name));
}
Experiment loaded(const std::string& name, const std::filesystem::path&, const PythonSurroundings&) { refuse(name); }
Experiment restored(const std::vector<CodeFile>& code, const PythonSurroundings&) { refuse(code.front().name); }
#endif

}  // namespace

ExperimentLoader python_loader(const PythonSurroundings& surroundings) {
    ExperimentLoader loader;
    loader.grace = stop_grace();
    loader.placeholder = "FILE.py";
    loader.description = "your own experiment in Python (docs/your_own_model.md)";
    loader.load = [surroundings](const std::map<std::string, std::string>& job,
                                 const std::filesystem::path& folder) -> std::optional<Experiment> {
        const auto named = job.find("experiment");
        if (named == job.end() || !is_python(named->second)) return std::nullopt;
        Experiment experiment = loaded(named->second, folder, surroundings);
        experiment.declared_by = {{"experiment", std::filesystem::path(named->second).filename().string()}};
        return experiment;
    };
    loader.restore = [surroundings](const std::string&, const std::vector<CodeFile>& code) -> std::optional<Experiment> {
        if (code.empty() || !is_python(code.front().name)) return std::nullopt;
        return restored(code, surroundings);
    };
    return loader;
}

}  // namespace gdm
