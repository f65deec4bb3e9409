#pragma once

#include <string>

#include "gdm/base/error.hpp"

namespace gdm::test {

/// The message with which `action` refuses bad input, or "" if it does not.
template <class Action>
std::string refusal(Action&& action) {
    try {
        static_cast<void>(action());
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

}  // namespace gdm::test
