#pragma once

#include <span>

namespace gdm {

/// A file of src/user/python, which the program holds, and the name under which it is imported.
struct PythonText {
    const char* module;
    const char* text;
};

/// All of them, each behind those that it imports.
[[nodiscard]] std::span<const PythonText> python_texts();

}  // namespace gdm
