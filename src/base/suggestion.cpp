#include "gdm/base/suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "gdm/base/text.hpp"

namespace gdm {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0u);
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
    std::string best;
    std::size_t best_distance = 2 + name.size() / 3;
    for (const auto& candidate : candidates) {
        const std::size_t distance = edit_distance(name, candidate);
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates, std::string_view before) {
    std::vector<std::string> meant;
    for (const auto& candidate : candidates) {
        if (name.size() >= 2 && candidate.starts_with(name)) meant.push_back("'" + candidate + "'");
    }
    constexpr std::size_t most = 4;
    if (meant.empty() || meant.size() > most) {
        const std::string nearest = nearest_name(name, candidates);
        if (nearest.empty()) return {};
        meant = {"'" + nearest + "'"};
    }
    return fmt::format("{}did you mean {}?", before, join(meant, " or "));
}

std::string nearest_or_known(std::string_view name, const std::vector<std::string>& candidates) {
    const std::string nearest = did_you_mean(name, candidates);
    return nearest.empty() ? "known are " + join(candidates, ", ") : nearest;
}

}  // namespace gdm
