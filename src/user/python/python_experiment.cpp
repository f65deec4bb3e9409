#ifdef GDM_PYTHON_EXPERIMENTS
#include "python_experiment.hpp"

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <memory>
#include <tuple>
#include <utility>

#include "declarations.hpp"
#include "functions.hpp"
#include "gdm/base/named.hpp"

namespace py = pybind11;

namespace gdm {
namespace {

/// Parameters, axes and observables; functions are bound when all of these are known.
void add_data(Experiment& experiment, const py::object& model) {
    for (const py::handle& one : model.attr("declarations")) {
        const auto name = one.attr("name").cast<std::string>(), role = one.attr("role").cast<std::string>();
        const py::dict said = one.attr("said");
        if (role == "axis") {
            experiment.fixed_axes.push_back({name, said_text(said, "unit"), said_text(said, "description"),
                                             one.attr("values").attr("tolist")().cast<std::vector<double>>()});
        } else if (role == "observable") {
            experiment.observables.push_back(observable_of(name, said));
        } else if (role_words.find(role)) {
            experiment.parameters.push_back(parameter_of(name, role, said));
        }
    }
}

using SharedFunctions = std::shared_ptr<const Functions>;

Derived derived_of(const std::string& name, const py::dict& said, const SharedFunctions& functions, std::size_t place) {
    const auto axes = said["axes"].cast<std::vector<std::string>>();
    return {name,
            said_text(said, "unit"),
            said_text(said, "description"),
            axes,
            error_method_of(name, said),
            [functions, place, axes](const Point& point, const Combined& combined, std::span<double> value,
                                     std::span<double> systematic) {
                functions->evaluate(place, axes, point, &combined, value, systematic);
            }};
}

Along along_of_model(const std::string& name, const py::dict& said, const SharedFunctions& functions, std::size_t place) {
    const py::dict given = said["functions"];
    return along_of(name, said, [&](const char* keyword) -> along::Abscissa {
        if (!given.contains(keyword)) return {};
        return [functions, place, keyword](const Point& point, double value) {
            return functions->of_value(place, keyword, point, value);
        };
    });
}

/// A closed form beside a quantity of points, or beside a result along an axis, of which it is a part.
void add_theory(Experiment& experiment, const std::string& name, const py::dict& said, const SharedFunctions& functions,
                std::size_t place) {
    const auto axes = said["axes"].cast<std::vector<std::string>>();
    for (auto& one : experiment.along) {
        for (const auto& part : along::parts_of(one.kind)) {
            if (one.name + part.suffix + "_theory" == name)
                throw UsageError(
                    fmt::format("'{}': a closed form stands beside '{}' itself, not beside a part of it", name, one.name));
        }
        if (one.name + "_pairs_theory" == name)
            throw UsageError(
                fmt::format("'{}': a closed form stands beside '{}' itself, not beside its pairs", name, one.name));
        if (one.name + "_theory" != name) continue;
        if (!axes.empty())
            throw UsageError(fmt::format("'{}' stands beside '{}', a result along an axis: it is one number, without axes",
                                         name, one.name));
        one.theory = [functions, place](const Point& point) {
            double value = 0;
            functions->evaluate(place, {}, point, nullptr, std::span(&value, 1), {});
            return value;
        };
        return;
    }
    experiment.theory.push_back({name, said_text(said, "unit"), said_text(said, "description"), axes,
                                 [functions, place, axes](const Point& point, std::span<double> value) {
                                     functions->evaluate(place, axes, point, nullptr, value, {});
                                 }});
}

/// What is made of replicas: theories last, as they stand beside all others.
void add_results(Experiment& experiment, const py::object& model, const SharedFunctions& functions) {
    const py::list declarations = model.attr("declarations");
    const auto each = [&](const char* wanted, const auto& add) {
        for (std::size_t place = 0; place < declarations.size(); ++place) {
            const py::object one = declarations[place];
            if (one.attr("role").cast<std::string>() != wanted) continue;
            add(one.attr("name").cast<std::string>(), py::dict(one.attr("said")), place);
        }
    };
    each("derived", [&](const std::string& name, const py::dict& said, std::size_t place) {
        experiment.derived.push_back(derived_of(name, said, functions, place));
    });
    each("along", [&](const std::string& name, const py::dict& said, std::size_t place) {
        experiment.along.push_back(along_of_model(name, said, functions, place));
    });
    each("theory", [&](const std::string& name, const py::dict& said, std::size_t place) {
        add_theory(experiment, name, said, functions, place);
    });
}

void add_functions(Experiment& experiment, const py::object& model, const SharedFunctions& functions) {
    const auto has = [&](const char* name) { return !model.attr(name).is_none(); };
    if (has("begin")) {
        experiment.state_size = [functions](const Point& point) { return functions->state_size(point); };
        experiment.run_from = [functions](const Point& point, const Context& context, const RandomStream& random,
                                          const Stop& stop, Checkpoint& checkpoint, Values& values) {
            functions->run_from(point, context, random, stop, checkpoint, values);
        };
        experiment.lengthened_by = model.attr("lengthened_by").cast<std::string>();
    } else {
        experiment.run = [functions](const Point& point, const Context& context, const RandomStream& random,
                                     const Stop& stop,
                                     Values& values) { functions->run(point, context, random, stop, values); };
    }
    if (has("check")) experiment.check = [functions](const Point& point, const Shapes&) { functions->check(point); };
    if (has("cost")) experiment.cost = [functions](const Point& point) { return functions->cost(point); };
    if (has("prepare")) {
        experiment.prepare = [functions](const Point& settings, const Inputs& inputs) {
            return functions->prepare(settings, inputs);
        };
    }
}

}  // namespace

Experiment python_experiment(const SharedObject& model, const Stop& stop) {
    const ModelCall call;
    Experiment experiment;
    try {
        experiment.name = model->attr("name").cast<std::string>();
        experiment.question = model->attr("question").cast<std::string>();
        experiment.source = model->attr("source").cast<std::string>();
        experiment.version = model->attr("version").cast<int>();
        for (const py::handle& one : model->attr("code")()) {
            const auto [name, content, essence] = one.cast<std::tuple<std::string, std::string, std::string>>();
            experiment.code.push_back({name, content, essence});
        }
        experiment.grace = stop_grace();
        add_data(experiment, *model);
        const auto functions = std::make_shared<const Functions>(model, experiment, stop);
        add_results(experiment, *model, functions);
        add_functions(experiment, *model, functions);
    } catch (const py::cast_error&) {
        throw UsageError(fmt::format("{}.py: a keyword of a declaration is of the wrong type", experiment.name));
    } catch (const py::error_already_set& error) {
        throw UsageError(text_of(*model, error));
    }
    return experiment;
}

}  // namespace gdm
#endif
