#include "gdm/runner/job/datasets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gdm/base/error.hpp"
#include "gdm/runner/job/keys.hpp"
#include "gdm/storage/user_dataset.hpp"

namespace gdm {

Shapes dataset_shapes(const Experiment& experiment, const JobEntries& entries) {
    Shapes shapes;
    for (const auto& parameter : experiment.parameters) {
        if (parameter.kind != Kind::dataset) continue;
        const auto found = entries.find(parameter.name);
        if (found == entries.end() || found->second.value == "none") continue;
        shapes[parameter.name] =
            parse_entry(parameter.name, found->second, [&] { return user_dataset_shape(found->second.value); });
    }
    return shapes;
}

JobEntries with_implied(const Experiment& experiment, JobEntries entries, const Shapes& shapes) {
    if (shapes.empty() || !experiment.implied) return entries;
    const std::string source = entries.at(shapes.begin()->first).value;
    std::vector<Implied> all;
    try {
        all = experiment.implied(shapes);
    } catch (const UsageError& error) {
        throw UsageError(fmt::format("{}: {}", source, error.what()));
    }
    for (const auto& implied : all) {
        std::vector<std::string> names;
        for (const auto& parameter : experiment.parameters) {
            names = keys_of(parameter);
            if (std::find(names.begin(), names.end(), implied.key) != names.end()) break;
        }
        const auto given =
            std::find_if(names.begin(), names.end(), [&](const auto& name) { return entries.count(name) != 0; });
        if (given == names.end()) {
            entries[implied.key] = {implied.expression, source, true};
        } else if (implied.fixed) {
            refuse_entry(*given, entries.at(*given),
                         implied.expression == "nan"
                             ? fmt::format("{} has no meaning for a dataset; leave it out", *given)
                             : fmt::format("{} is {} for the dataset {}; leave it out", *given, implied.expression, source));
        }
    }
    return entries;
}

}  // namespace gdm
