#include "gdm/runner/job/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gdm/base/error.hpp"
#include "gdm/base/suggestion.hpp"

namespace gdm {

std::span<const CommonKey> common_key_table() {
    static constexpr CommonKey table[] = {
        {"experiment", "which one it is", "phase_diagram, with its built-in job"},
        {"points", "FILE.csv: a table of points, one column a grid parameter, named in its first line", "none"},
        {"replicas", "independent repetitions of each point; errors come from their spread",
         "1, without errors; 8 with target_error"},
        {"seed", "the same seed gives the same numbers", "1"},
        {"target_error", "QUANTITY ERROR, ...: replicas are added until these errors are reached", "none"},
        {"max_replicas", "with target_error: after these a point gets no more", "1024, or replicas if more"},
        {"refine", "grid axis that is halved where a quantity changes", "none"},
        {"refine_where", "with refine: the quantity, and the number that it passes", "none"},
        {"refine_levels", "with refine: how many times over", "3"},
        {"keep_state", "yes: states stay when chains are done, so that --grow can lengthen them", "no"}};
    return table;
}

const std::vector<std::string>& common_keys() {
    static const std::vector<std::string> keys = [] {
        std::vector<std::string> names;
        for (const auto& key : common_key_table()) names.emplace_back(key.name);
        return names;
    }();
    return keys;
}

std::vector<std::string> keys_of(const Parameter& parameter) {
    std::vector<std::string> names{parameter.name};
    for (const auto& alternative : parameter.alternatives) names.push_back(alternative.name);
    return names;
}

void refuse_unknown_keys(const Experiment& experiment, const JobEntries& entries) {
    std::vector<std::string> keys = common_keys();
    for (const auto& parameter : experiment.parameters) {
        for (auto& name : keys_of(parameter)) keys.push_back(std::move(name));
    }
    for (const auto& [key, value] : experiment.declared_by)
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    for (const auto& [key, entry] : entries) {
        if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
        if (const Parameter* renamed = experiment.find_renamed(key); renamed != nullptr) {
            throw UsageError(fmt::format("{}: '{}' is now called '{}'; its values: --describe {}", entry.where, key,
                                         renamed->name, experiment.name));
        }
        if (const auto& by = experiment.declared_by;
            std::ranges::find(by, "command", &std::pair<std::string, std::string>::first) != by.end()) {
            throw UsageError(fmt::format("{}: parameter '{}' does not appear in the command; {}", entry.where, key,
                                         nearest_or_known(key, keys)));
        }
        throw UsageError(fmt::format("{}: '{}' is no key of the experiment {}; {}", entry.where, key, experiment.name,
                                     nearest_or_known(key, keys)));
    }
}

JobEntries overridden(const Experiment& experiment, JobEntries file, const JobEntries& command_line) {
    for (const auto& parameter : experiment.parameters) {
        const auto names = keys_of(parameter);
        if (std::none_of(names.begin(), names.end(), [&](const auto& name) { return command_line.count(name) != 0; }))
            continue;
        for (const auto& name : names) file.erase(name);
    }
    for (const auto& [key, entry] : command_line) file[key] = entry;
    return file;
}

}  // namespace gdm
