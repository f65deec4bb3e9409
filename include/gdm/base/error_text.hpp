#pragma once

#include <exception>
#include <new>
#include <string>

namespace gdm {

/// What a program tells of an error that is none of its own kinds: the library's words, except that want of memory is called
/// so.
[[nodiscard]] inline std::string error_text(const std::exception& error) {
    return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ? "not enough memory" : error.what();
}

}  // namespace gdm
