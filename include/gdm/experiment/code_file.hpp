#pragma once

#include <string>

namespace gdm {

/// A text that makes an experiment what it is, where that is not part of the program: a user's file, the line of a command.
struct CodeFile {
    std::string name;  ///< without folders: "percolation.py"
    std::string text;
    bool operator==(const CodeFile&) const = default;
};

}  // namespace gdm
