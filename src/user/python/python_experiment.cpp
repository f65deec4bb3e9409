#ifdef GDM_PYTHON_EXPERIMENTS
#include "python_experiment.hpp"

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <utility>

#include "conversion.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/suggestion.hpp"
#include "gdm/base/text.hpp"

namespace py = pybind11;

namespace gdm {
namespace {

/// What a declaration says under a keyword.
std::string text(const py::handle& said, const char* key) { return py::str(said[key]).cast<std::string>(); }
double number(const py::handle& said, const char* key) { return said[key].cast<double>(); }

template <class Enum, std::size_t count>
Enum word(const Words<Enum, count>& words, const std::string& given, const std::string& where) {
    if (const auto found = words.find(given)) return *found;
    throw UsageError(fmt::format("{}: '{}' is unknown; there are {}", where, given, join(words.list(), ", ")));
}

Kind kind_of(const std::string& name) {
    return name == "dataset" ? Kind::dataset : name == "word" ? Kind::word : name == "integer" ? Kind::integer : Kind::real;
}

Parameter parameter_of(const std::string& name, const std::string& role, const py::handle& said) {
    Parameter parameter{.name = name,
                        .unit = text(said, "unit"),
                        .description = text(said, "description"),
                        .role = role_words.at(role),
                        .kind = kind_of(text(said, "kind")),
                        .default_value = text(said, "default")};
    const py::dict range = said["range"];
    if (range.size() > 0) {
        parameter.range = {number(range, "min"), number(range, "max"), range["open_min"].cast<bool>(),
                           range["open_max"].cast<bool>(), range["or_infinity"].cast<bool>()};
    }
    parameter.words = said["words"].cast<std::vector<std::string>>();
    parameter.keyed = said["keyed"].cast<bool>();
    return parameter;
}

Observable observable_of(const std::string& name, const py::handle& said) {
    Observable observable{.name = name,
                          .unit = text(said, "unit"),
                          .description = text(said, "description"),
                          .axes = said["axes"].cast<std::vector<std::string>>(),
                          .combine = word(combine_words, text(said, "combine"), name + ": combine")};
    if (py::bool_(said["may_be_missing"])) observable.may_be_missing.when = text(said, "may_be_missing");
    if (!said["bounds"].is_none()) {
        const auto [low, high] = said["bounds"].cast<std::pair<double, double>>();
        observable.bounds = between(low, high, number(said, "samples"));
    }
    return observable;
}

/// The functions of a model as the program calls them.
class Functions {
  public:
    Functions(SharedObject model, const Experiment& experiment)
        : model_(std::move(model)), convert_(std::make_shared<Conversion>(experiment)), name_(experiment.name + ".py") {
        names_ = names_of(experiment.observables);
        axes_ = [&] {
            std::vector<std::vector<std::string>> all;
            for (const auto& observable : experiment.observables) all.push_back(observable.axes);
            return all;
        }();
    }

    void run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
             Values& values) const {
        ask(model_, &stop, [&](const py::object& model) {
            const auto* shared = std::any_cast<SharedObject>(&context);
            const py::dict result =
                model.attr("replica")(convert_->values(point), random.key(), random.high_word(Purpose::python),
                                      shared == nullptr ? py::none() : **shared);
            for (const auto& [key, value] : result) store(point, py::str(key).cast<std::string>(), value, values);
            for (const auto& name : names_) {
                if (!result.contains(name)) throw std::runtime_error(fmt::format("{}: run() returned no '{}'", name_, name));
            }
            if (was_interrupted()) throw Stopped();
        });
    }

    /// `declaration` is the place among the model's declarations; without `combined` a theory.
    void evaluate(std::size_t declaration, const std::vector<std::string>& axes, const Point& point,
                  const Combined* combined, std::span<double> value, std::span<double> systematic) const {
        try {
            ask(model_, nullptr, [&](const py::object& model) {
                const py::object declared = model.attr("declarations")[py::int_(declaration)];
                const py::object means = combined == nullptr ? py::none() : py::object(convert_->means(point, *combined));
                const py::tuple result = model.attr("value")(declared, convert_->values(point), means);
                const std::string what = fmt::format("{}: {}", name_, text_of_name(declared));
                if (is_nan(result[0])) return std::fill(value.begin(), value.end(), std::nan(""));
                fill(value, result[0], convert_->shape(point, axes), what);
                if (!result[1].is_none()) fill(systematic, result[1], convert_->shape(point, axes), what + " (its error)");
            });
        } catch (const std::runtime_error& error) {
            throw UsageError(error.what());
        }
    }

    void check(const Point& point) const {
        const ModelCall call;
        try {
            model_->attr("of_point")(model_->attr("check"), convert_->values(point));
        } catch (const py::error_already_set& error) {
            if (error.matches(PyExc_ValueError)) throw UsageError(py::str(error.value()).cast<std::string>());
            throw UsageError(text_of(*model_, error));
        }
    }

    [[nodiscard]] Context prepare(const Point& settings, const Inputs& inputs) const {
        try {
            return ask(model_, nullptr, [&](const py::object& model) {
                return Context(share(model.attr("prepared")(convert_->values(settings, true), arrays(inputs))));
            });
        } catch (const std::runtime_error& error) {
            throw UsageError(error.what());
        }
    }

    [[nodiscard]] double cost(const Point& point) const {
        try {
            return ask(model_, nullptr, [&](const py::object& model) {
                const py::object seconds = model.attr("of_point")(model.attr("cost"), convert_->values(point));
                return 1e9 * std::max(py::float_(seconds).cast<double>(), 1e-9);
            });
        } catch (const std::runtime_error& error) {
            throw UsageError(error.what());
        }
    }

  private:
    static std::string text_of_name(const py::object& declared) { return declared.attr("name").cast<std::string>(); }
    static bool is_nan(const py::handle& value) {
        return PyFloat_Check(value.ptr()) && std::isnan(PyFloat_AS_DOUBLE(value.ptr()));
    }

    void store(const Point& point, const std::string& name, const py::handle& value, Values& values) const {
        const auto found = std::find(names_.begin(), names_.end(), name);
        if (found == names_.end()) {
            throw std::runtime_error(fmt::format("{}: run() returned '{}', which is no observable{}", name_, name,
                                                 did_you_mean(name, names_, "; ")));
        }
        const auto& axes = axes_[static_cast<std::size_t>(found - names_.begin())];
        fill(values[name], value, convert_->shape(point, axes), fmt::format("{}: {}", name_, name));
    }

    SharedObject model_;
    std::shared_ptr<const Conversion> convert_;
    std::string name_;
    std::vector<std::string> names_;
    std::vector<std::vector<std::string>> axes_;
};

/// Parameters, axes and observables; functions are bound when all of these are known.
void add_data(Experiment& experiment, const py::object& model) {
    for (const py::handle& one : model.attr("declarations")) {
        const auto name = one.attr("name").cast<std::string>(), role = one.attr("role").cast<std::string>();
        const py::dict said = one.attr("said");
        if (role == "axis") {
            experiment.fixed_axes.push_back({name, text(said, "unit"), text(said, "description"),
                                             one.attr("values").attr("tolist")().cast<std::vector<double>>()});
        } else if (role == "observable") {
            experiment.observables.push_back(observable_of(name, said));
        } else if (role_words.find(role)) {
            experiment.parameters.push_back(parameter_of(name, role, said));
        }
    }
}

void add_functions(Experiment& experiment, const SharedObject& model) {
    const auto functions = std::make_shared<const Functions>(model, experiment);
    const py::list declarations = model->attr("declarations");
    for (std::size_t i = 0; i < declarations.size(); ++i) {
        const py::object one = declarations[i];
        const auto name = one.attr("name").cast<std::string>(), role = one.attr("role").cast<std::string>();
        const py::dict said = one.attr("said");
        if (role != "derived" && role != "theory") continue;
        const auto axes = said["axes"].cast<std::vector<std::string>>();
        if (role == "theory") {
            experiment.theory.push_back({name, text(said, "unit"), text(said, "description"), axes,
                                         [functions, i, axes](const Point& point, std::span<double> value) {
                                             functions->evaluate(i, axes, point, nullptr, value, {});
                                         }});
            continue;
        }
        constexpr Words error_words{
            std::array{Word{ErrorMethod::jackknife, "jackknife"}, Word{ErrorMethod::bootstrap, "bootstrap"}}};
        experiment.derived.push_back({name, text(said, "unit"), text(said, "description"), axes,
                                      word(error_words, text(said, "error"), name + ": error"),
                                      [functions, i, axes](const Point& point, const Combined& combined,
                                                           std::span<double> value, std::span<double> systematic) {
                                          functions->evaluate(i, axes, point, &combined, value, systematic);
                                      }});
    }
    experiment.run = [functions](const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                                 Values& values) { functions->run(point, context, random, stop, values); };
    const auto has = [&](const char* name) { return !model->attr(name).is_none(); };
    if (has("check")) experiment.check = [functions](const Point& point, const Shapes&) { functions->check(point); };
    if (has("cost")) experiment.cost = [functions](const Point& point) { return functions->cost(point); };
    if (has("prepare")) {
        experiment.prepare = [functions](const Point& settings, const Inputs& inputs) {
            return functions->prepare(settings, inputs);
        };
    }
}

}  // namespace

Experiment python_experiment(const SharedObject& model) {
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
        const char* grace = std::getenv("GDM_STOP_GRACE");
        experiment.grace = grace != nullptr ? std::atof(grace) : 10;
        add_data(experiment, *model);
        add_functions(experiment, model);
    } catch (const py::cast_error&) {
        throw UsageError(fmt::format("{}.py: a keyword of a declaration is of the wrong type", experiment.name));
    } catch (const py::error_already_set& error) {
        throw UsageError(text_of(*model, error));
    }
    return experiment;
}

}  // namespace gdm
#endif
