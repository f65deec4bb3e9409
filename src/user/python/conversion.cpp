#ifdef GDM_PYTHON_EXPERIMENTS
#include "conversion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace py = pybind11;

namespace gdm {
namespace {

py::array read_only(py::array array) {
    array.attr("flags").attr("writeable") = false;
    return array;
}

bool is_real(const py::array& array) {
    return std::string_view("fiub").find(array.dtype().kind()) != std::string_view::npos;
}

/// What is allowed: "a real number", "an array of 3 × 2 real numbers".
std::string allowed_text(const Conversion::Shape& shape) {
    return shape.empty() ? "a real number" : fmt::format("an array of {} real numbers", fmt::join(shape, " × "));
}

/// What came: "nothing", "text", "a complex number", "an array of 3 × 2 real numbers".
std::string came_text(py::handle value, const py::array& array) {
    if (value.is_none()) return "nothing";
    const char kind = array.dtype().kind();
    const Conversion::Shape shape(array.shape(), array.shape() + array.ndim());
    if (is_real(array)) return allowed_text(shape);
    if (kind == 'U' || kind == 'S') return shape.empty() ? "text" : "an array of texts";
    if (kind == 'c')
        return shape.empty() ? "a complex number" : fmt::format("an array of {} complex numbers", fmt::join(shape, " × "));
    if (shape.empty()) return fmt::format("a {}", py::str(py::type::of(value).attr("__name__")).cast<std::string>());
    return fmt::format("an array of {} values of type {}", fmt::join(shape, " × "),
                       py::str(array.dtype()).cast<std::string>());
}

}  // namespace

Conversion::Conversion(const Experiment& experiment)
    : parameters_(experiment.parameters), observables_(experiment.observables) {
    for (const auto& axis : experiment.fixed_axes) fixed_[axis.name] = axis.values.size();
}

Conversion::Shape Conversion::shape(const Point& point, const std::vector<std::string>& axes) const {
    Shape lengths;
    for (const auto& axis : axes) {
        const auto fixed = fixed_.find(axis);
        lengths.push_back(static_cast<py::ssize_t>(fixed != fixed_.end() ? fixed->second : point.axis(axis).size()));
    }
    return lengths;
}

py::dict Conversion::values(const Point& point, bool settings) const {
    py::dict all;
    for (const auto& parameter : parameters_) {
        const char* name = parameter.name.c_str();
        if (is_input(parameter.kind) || (settings && parameter.role == Role::grid)) continue;
        if (parameter.role == Role::inner) {
            const auto axis = point.axis(name);
            all[name] = read_only(py::array_t<double>(static_cast<py::ssize_t>(axis.size()), axis.data()));
        } else if (parameter.kind == Kind::word) {
            all[name] = point.word(name);
        } else if (parameter.kind == Kind::integer) {
            all[name] = point.integer(name);
        } else {
            all[name] = point[name];
        }
    }
    return all;
}

py::dict Conversion::means(const Point& point, const Combined& combined) const {
    py::dict all;
    for (const auto& observable : observables_) {
        if (observable.combine == Combine::stored) continue;
        const auto numbers = combined[observable.name];
        const py::array_t<double> array(shape(point, observable.axes), numbers.data());
        all[observable.name.c_str()] = array[py::tuple()];  // a scalar of NumPy, whose arithmetic gives NaN where it must
    }
    return all;
}

void fill(std::span<double> out, py::handle value, const Conversion::Shape& shape, const std::string& giver,
          const std::string& role) {
    if (shape.empty() && PyFloat_Check(value.ptr())) {
        out.front() = PyFloat_AS_DOUBLE(value.ptr());
        return;
    }
    const auto refuse = [&](const std::string& came) {
        throw std::runtime_error(
            fmt::format("{} returned {}{}, where {} is needed", giver, role, came, allowed_text(shape)));
    };
    py::array array;
    try {
        array = py::module_::import("numpy").attr("asarray")(value);
    } catch (const py::error_already_set&) {
        refuse("what is no array");
    }
    if (!is_real(array) || Conversion::Shape(array.shape(), array.shape() + array.ndim()) != shape)
        refuse(came_text(value, array));
    const py::array_t<double, py::array::c_style | py::array::forcecast> numbers(array);
    std::copy_n(numbers.data(), out.size(), out.begin());
}

py::dict arrays(const Inputs& inputs) {
    py::dict all;
    for (const auto& [name, input] : inputs) {
        auto* owner = new std::shared_ptr<const double[]>(input.values);
        const py::capsule keeper(owner, [](void* held) { delete static_cast<std::shared_ptr<const double[]>*>(held); });
        const Conversion::Shape shape(input.shape.begin(), input.shape.end());
        all[name.c_str()] = read_only(py::array_t<double>(shape, input.values.get(), keeper));
    }
    return all;
}

}  // namespace gdm
#endif
