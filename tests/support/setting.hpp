#pragma once

#include <string>

#include "gdm/experiment/parameter.hpp"

namespace gdm::test {

/// A whole number that is the same for all points.
inline Parameter setting(const std::string& name, const std::string& description, const std::string& value,
                         Range range = {.min = 0}) {
    return {.name = name,
            .description = description,
            .role = Role::setting,
            .kind = Kind::integer,
            .default_value = value,
            .range = range};
}

}  // namespace gdm::test
