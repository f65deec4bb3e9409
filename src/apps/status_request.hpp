#pragma once

#include <optional>
#include <string>
#include <vector>

#include "status_render.hpp"

namespace gdm {

/// What the command line of gdm-status asks for.
struct StatusRequest {
    std::vector<std::string> files;
    StatusDetail detail;
    bool verify = false, json = false, help = false, version = false;
    std::optional<double> watch;  ///< seconds between looks
};

/// Throws UsageError.
[[nodiscard]] StatusRequest read_status_request(int argc, char** argv);
[[nodiscard]] std::string status_help();

}  // namespace gdm
