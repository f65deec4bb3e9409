#pragma once

#include <stdexcept>
#include <string>

#include "gdm/base/error.hpp"
#include "gdm/experiment/experiment.hpp"

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

/// What an experiment's declaration says against itself, or "".
inline std::string contradiction(const Experiment& experiment) {
    try {
        experiment.validate();
    } catch (const std::logic_error& error) {
        return error.what();
    }
    return "";
}

}  // namespace gdm::test
