#ifdef GDM_PYTHON_EXPERIMENTS
#include "declarations.hpp"

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <array>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"

namespace py = pybind11;

namespace gdm {
namespace {

double number(const py::handle& said, const char* key) { return said[key].cast<double>(); }

template <class Enum, std::size_t count>
Enum word(const Words<Enum, count>& words, const std::string& given, const std::string& where) {
    if (const auto found = words.find(given)) return *found;
    throw UsageError(fmt::format("{}: '{}' is unknown; there are {}", where, given, join(words.list(), ", ")));
}

Kind kind_of(const std::string& name) {
    return name == "dataset" ? Kind::dataset : name == "word" ? Kind::word : name == "integer" ? Kind::integer : Kind::real;
}

along::Range range_of(const py::handle& said, const char* key) {
    const auto [from, to] = said[key].cast<std::pair<double, double>>();
    return {from, to};
}

std::size_t points_of(const py::handle& said) { return said["points"].cast<std::size_t>(); }
int order_of(const py::handle& said) { return said["order"].cast<int>(); }

along::Kind along_kind_of(const std::string& kind, const py::handle& said, const FunctionOfValue& function) {
    if (kind == "limit") return along::Limit{function("abscissa"), order_of(said), range_of(said, "exponent")};
    if (kind == "integral") {
        along::Integral integral{.abscissa = function("abscissa"), .from = number(said, "start"), .to = number(said, "end")};
        integral.weight = function("weight");
        if (const auto offset = function("offset"))
            integral.offset = [offset](const Point& point) { return offset(point, 0); };
        return integral;
    }
    if (kind == "root") return along::Root{number(said, "level"), points_of(said), order_of(said)};
    if (kind == "extremum") return along::Extremum{said["minimum"].cast<bool>(), points_of(said)};
    if (kind == "crossing") {
        return along::Crossing{said_text(said, "sizes"), number(said, "drift"), points_of(said), order_of(said)};
    }
    return along::Collapse{.size_axis = said_text(said, "sizes"),
                           .nu = range_of(said, "nu"),
                           .critical = range_of(said, "critical"),
                           .scaling = range_of(said, "scaling"),
                           .order = order_of(said),
                           .width = number(said, "width")};
}

}  // namespace

std::string said_text(const py::handle& said, const char* keyword) { return py::str(said[keyword]).cast<std::string>(); }

Parameter parameter_of(const std::string& name, const std::string& role, const py::handle& said) {
    Parameter parameter{.name = name,
                        .unit = said_text(said, "unit"),
                        .description = said_text(said, "description"),
                        .role = role_words.at(role),
                        .kind = kind_of(said_text(said, "kind")),
                        .default_value = said_text(said, "default")};
    const py::dict range = said["range"];
    if (!range.empty()) {
        parameter.range = {number(range, "min"), number(range, "max"), range["open_min"].cast<bool>(),
                           range["open_max"].cast<bool>(), range["or_infinity"].cast<bool>()};
    }
    parameter.words = said["words"].cast<std::vector<std::string>>();
    parameter.keyed = said["keyed"].cast<bool>();
    return parameter;
}

Observable observable_of(const std::string& name, const py::handle& said) {
    Observable observable{.name = name,
                          .unit = said_text(said, "unit"),
                          .description = said_text(said, "description"),
                          .axes = said["axes"].cast<std::vector<std::string>>(),
                          .combine = word(combine_words, said_text(said, "combine"), name + ": combine")};
    if (py::bool_(said["may_be_missing"])) observable.may_be_missing.when = said_text(said, "may_be_missing");
    if (!said["bounds"].is_none()) {
        const auto [low, high] = said["bounds"].cast<std::pair<double, double>>();
        observable.bounds = between(low, high, number(said, "samples"));
    }
    return observable;
}

ErrorMethod error_method_of(const std::string& name, const py::handle& said) {
    constexpr Words error_words{
        std::array{Word{ErrorMethod::jackknife, "jackknife"}, Word{ErrorMethod::bootstrap, "bootstrap"}}};
    return word(error_words, said_text(said, "error"), name + ": error");
}

Along along_of(const std::string& name, const py::handle& said, const FunctionOfValue& function) {
    return {.name = name,
            .unit = said_text(said, "unit"),
            .description = said_text(said, "description"),
            .quantity = said_text(said, "quantity"),
            .axis = said_text(said, "axis"),
            .kind = along_kind_of(said_text(said, "kind"), said, function),
            .error = error_method_of(name, said)};
}

}  // namespace gdm
#endif
