#include "gdm/runner/job/datasets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gdm/base/error.hpp"
#include "gdm/runner/job/keys.hpp"
#include "gdm/runner/job/parameters.hpp"
#include "gdm/storage/user_input.hpp"

namespace gdm {

Shapes dataset_shapes(const Experiment& experiment, const JobEntries& entries) {
    Shapes shapes;
    for (const auto& parameter : experiment.parameters) {
        if (!is_input(parameter.kind)) continue;
        const auto found = entries.find(parameter.name);
        if (found == entries.end() || found->second.value == "none") continue;
        shapes[parameter.name] =
            parse_entry(parameter.name, found->second, [&] { return input_shape(parameter.kind, found->second.value); });
    }
    return shapes;
}

Shapes given_numbers(const Experiment& experiment, const JobEntries& entries) {
    Shapes numbers;
    for (const auto& parameter : experiment.parameters) {
        const bool counts = parameter.kind == Kind::integer || parameter.kind == Kind::word;
        if (!counts || parameter.role == Role::inner) continue;
        const GivenParameter given = read_parameter(parameter, entries);
        constexpr double most = 9007199254740992.0;
        const auto is_count = [](double value) { return value >= 0 && value <= most; };
        if (given.alternative != nullptr || !std::all_of(given.values.begin(), given.values.end(), is_count)) continue;
        for (const double value : given.values) numbers[parameter.name].push_back(static_cast<std::size_t>(value));
    }
    return numbers;
}

JobEntries with_implied(const Experiment& experiment, JobEntries entries, const Shapes& shapes) {
    const bool takes_datasets = std::any_of(experiment.parameters.begin(), experiment.parameters.end(),
                                            [](const auto& one) { return is_input(one.kind); });
    if (!experiment.implied || (takes_datasets && shapes.empty())) return entries;
    Shapes known = given_numbers(experiment, entries);
    known.insert(shapes.begin(), shapes.end());
    const std::string source = shapes.empty() ? "the rest of the job" : entries.at(shapes.begin()->first).value;
    std::vector<Implied> all;
    try {
        all = experiment.implied(known);
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
            const std::string of = shapes.empty() ? "by the rest of the job" : fmt::format("for the dataset {}", source);
            refuse_entry(*given, entries.at(*given),
                         implied.expression == "nan"
                             ? fmt::format("{} has no meaning for a dataset; leave it out", *given)
                             : fmt::format("{} is {} {}; leave it out", *given, implied.expression, of));
        }
    }
    return entries;
}

}  // namespace gdm
