#pragma once

#include <string>

namespace gdm {

/// A text that makes an experiment what it is, where that is not part of the program: a user's file, the line of a command.
struct CodeFile {
    std::string name;  ///< without folders: "percolation.py"
    std::string text;
    /// A hash of what the numbers depend on in it, where its loader can tell: texts of one essence are the same code. Empty:
    /// every character counts.
    std::string essence = {};
    bool operator==(const CodeFile&) const = default;
};

}  // namespace gdm
