#pragma once
#ifdef GDM_PYTHON_EXPERIMENTS
#include <pybind11/embed.h>

#include <functional>
#include <string>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// What a model's declaration (class Declaration of experiment.py) says by its keywords, in `said`. Under the interpreter's
/// lock. All of them throw UsageError for a word that is unknown, and pybind11::cast_error for another type.
[[nodiscard]] Parameter parameter_of(const std::string& name, const std::string& role, const pybind11::handle& said);
[[nodiscard]] Observable observable_of(const std::string& name, const pybind11::handle& said);
[[nodiscard]] ErrorMethod error_method_of(const std::string& name, const pybind11::handle& said);

/// A function (point, value) that a declaration along an axis says under this keyword; empty if it says none.
using FunctionOfValue = std::function<along::Abscissa(const char* keyword)>;
/// Without its theory.
[[nodiscard]] Along along_of(const std::string& name, const pybind11::handle& said, const FunctionOfValue& function);

/// What is said under a keyword, as text.
[[nodiscard]] std::string said_text(const pybind11::handle& said, const char* keyword);

}  // namespace gdm
#endif
