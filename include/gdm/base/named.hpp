#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gdm {

/// The first of several things with a `name` that is called so, or null.
template <class Named>
[[nodiscard]] const Named* find_named(const std::vector<Named>& all, std::string_view name) {
    for (const auto& one : all) {
        if (one.name == name) return &one;
    }
    return nullptr;
}

/// What they are called, in order.
template <class Named>
[[nodiscard]] std::vector<std::string> names_of(const std::vector<Named>& all) {
    std::vector<std::string> names;
    names.reserve(all.size());
    for (const auto& one : all) names.push_back(one.name);
    return names;
}

}  // namespace gdm
