#pragma once

#include <optional>
#include <string>
#include <vector>

#include "program.hpp"
#include "status_render.hpp"

namespace gdm {

/// What the command line of gdm-status asks for.
struct StatusRequest {
    std::vector<std::string> files;
    StatusDetail detail;
    bool verify = false, json = false;
    std::optional<std::string> about_itself;  ///< what --help or --version shows
    std::optional<double> watch;              ///< seconds between looks
};

/// gdm-status, or a program of another name.
[[nodiscard]] Program status_program(const std::string& name);

/// Throws UsageError.
[[nodiscard]] StatusRequest read_status_request(const std::vector<std::string>& words, const Program& program);

}  // namespace gdm
