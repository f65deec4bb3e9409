#ifdef GDM_PYTHON_EXPERIMENTS
#include "functions.hpp"

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "gdm/base/named.hpp"
#include "gdm/base/suggestion.hpp"
#include "program_module.hpp"

namespace py = pybind11;

namespace gdm {
namespace {

bool is_nan(const py::handle& value) { return PyFloat_Check(value.ptr()) && std::isnan(PyFloat_AS_DOUBLE(value.ptr())); }

/// Calls what is no part of a replica: what goes wrong in it is the user's to mend.
template <class Action>
auto ask_beside(const SharedObject& model, const Stop* stop, const Action& action) {
    try {
        return ask(model, stop, action);
    } catch (const std::runtime_error& error) {
        throw UsageError(error.what());
    }
}

}  // namespace

Functions::Functions(SharedObject model, const Experiment& experiment, const Stop& stop)
    : model_(std::move(model)), convert_(experiment), stop_(stop), file_(experiment.name + ".py") {
    names_ = names_of(experiment.observables);
    for (const auto& observable : experiment.observables) axes_.push_back(observable.axes);
}

void Functions::run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                    Values& values) const {
    ask(model_, &stop, [&](const py::object& model) { replica(model, point, context, random, py::none(), values); });
}

void Functions::run_from(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                         Checkpoint& checkpoint, Values& values) const {
    std::exception_ptr thrown;
    const auto action = [&](const py::object& model) {
        const StateAccess access(checkpoint);
        try {
            const auto bytes = checkpoint.saved();
            const py::object saved = bytes.empty()
                                         ? py::object(py::none())
                                         : py::memoryview::from_memory(bytes.data(), static_cast<py::ssize_t>(bytes.size()));
            replica(model, point, context, random, saved, values);
        } catch (...) {
            thrown = access.thrown();
            throw;
        }
        thrown = access.thrown();
    };
    // A state is saved where the model has a place for it, for which it is given some of the time that it has to end.
    const double patience = stop_grace() / 2;
    try {
        ask(model_, &stop, action, patience);
    } catch (...) {
        if (thrown) std::rethrow_exception(thrown);
        throw;
    }
    if (thrown) std::rethrow_exception(thrown);
}

std::size_t Functions::state_size(const Point& point) const {
    return ask_beside(model_, &stop_, [&](const py::object& model) {
        return model.attr("state_size")(convert_.values(point)).cast<std::size_t>();
    });
}

void Functions::replica(const py::object& model, const Point& point, const Context& context, const RandomStream& random,
                        const py::object& saved, Values& values) const {
    const auto* shared = std::any_cast<SharedObject>(&context);
    const py::dict result = model.attr("replica")(convert_.values(point), random.key(), random.high_word(Purpose::python),
                                                  shared == nullptr ? py::none() : **shared, saved);
    for (const auto& [key, value] : result) store(point, py::str(key).cast<std::string>(), value, values);
    for (const auto& name : names_) {
        if (!result.contains(name)) throw std::runtime_error(fmt::format("{}: run() returned no '{}'", file_, name));
    }
    if (was_interrupted()) throw Stopped();
}

void Functions::store(const Point& point, const std::string& name, const py::handle& value, Values& values) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) {
        throw std::runtime_error(
            fmt::format("{}: run() returned '{}', which is no observable{}", file_, name, did_you_mean(name, names_, "; ")));
    }
    const auto& axes = axes_[static_cast<std::size_t>(found - names_.begin())];
    fill(values[name], value, convert_.shape(point, axes), file_ + ": run()", fmt::format("for '{}' ", name));
}

void Functions::evaluate(std::size_t declaration, const std::vector<std::string>& axes, const Point& point,
                         const Combined* combined, std::span<double> value, std::span<double> systematic) const {
    ask_beside(model_, nullptr, [&](const py::object& model) {
        const py::object declared = model.attr("declarations")[py::int_(declaration)];
        const py::object means = combined == nullptr ? py::none() : py::object(convert_.means(point, *combined));
        const py::tuple result = model.attr("value")(declared, convert_.values(point), means);
        const std::string giver = fmt::format("{}: {}()", file_, declared.attr("name").cast<std::string>());
        if (is_nan(result[0])) return std::fill(value.begin(), value.end(), std::nan(""));
        fill(value, result[0], convert_.shape(point, axes), giver);
        if (!result[1].is_none()) fill(systematic, result[1], convert_.shape(point, axes), giver, "as its error ");
    });
}

double Functions::of_value(std::size_t declaration, const char* keyword, const Point& point, double value) const {
    return ask_beside(model_, nullptr, [&](const py::object& model) {
        const py::object declared = model.attr("declarations")[py::int_(declaration)];
        const py::object function = declared.attr("said")["functions"][keyword];
        double result = 0;
        fill(std::span(&result, 1), model.attr("of_value")(function, convert_.values(point), value), {},
             fmt::format("{}: {} of '{}'", file_, keyword, declared.attr("name").cast<std::string>()));
        return result;
    });
}

void Functions::check(const Point& point) const {
    const ModelCall call(&stop_);
    try {
        model_->attr("of_point")(model_->attr("check"), convert_.values(point));
    } catch (const py::error_already_set& error) {
        if (was_interrupted()) throw Stopped();
        if (error.matches(PyExc_ValueError)) throw UsageError(py::str(error.value()).cast<std::string>());
        throw UsageError(text_of(*model_, error));
    }
}

Context Functions::prepare(const Point& settings, const Inputs& inputs) const {
    try {
        return ask_beside(model_, &stop_, [&](const py::object& model) {
            return Context(share(model.attr("prepared")(convert_.values(settings, true), arrays(inputs))));
        });
    } catch (const Stopped&) {
        throw Error(ExitCode::resumable,
                    "stopped in prepare(), before the first replica; the same command starts the sweep");
    }
}

double Functions::cost(const Point& point) const {
    return ask_beside(model_, nullptr, [&](const py::object& model) {
        const py::object seconds = model.attr("of_point")(model.attr("cost"), convert_.values(point));
        return 1e9 * std::max(py::float_(seconds).cast<double>(), 1e-9);
    });
}

}  // namespace gdm
#endif
