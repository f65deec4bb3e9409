#include <algorithm>
#include <map>
#include <regex>

#include "gdm/status/census.hpp"

namespace gdm {
namespace {

/// A message with its numbers taken out: "no root below #".
std::string without_numbers(const std::string& message) {
    static const std::regex number(R"(([-+]?\d+(\.\d+)?(e[-+]?\d+)?))");
    return std::regex_replace(message, number, "#");
}

}  // namespace

std::vector<FailureGroup> grouped(const std::vector<FailureRecord>& failures) {
    std::vector<FailureGroup> groups;
    std::map<std::string, std::size_t> place;
    for (const auto& failure : failures) {
        const auto [known, is_new] = place.insert({without_numbers(failure.message), groups.size()});
        if (is_new) groups.push_back({0, failure});
        ++groups[known->second].count;
    }
    std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
    return groups;
}

}  // namespace gdm
