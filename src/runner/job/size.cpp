#include "gdm/runner/job/size.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gdm/base/text.hpp"
#include "gdm/runner/job/expression.hpp"
#include "gdm/runner/job/keys.hpp"
#include "gdm/runner/job/table.hpp"

namespace gdm {

GridSize grid_size(const Experiment& experiment, const JobEntries& entries) {
    GridSize size;
    std::vector<std::string> axes;
    double numbers = 0;
    if (const auto points = entries.find("points"); points != entries.end() && points->second.table != nullptr) {
        const PointTable& table = *points->second.table;
        size.points = static_cast<double>(table.rows());
        axes.push_back(fmt::format("{} rows of {}", table.rows(), table.path));
    }
    for (const auto& parameter : experiment.parameters) {
        if (parameter.role != Role::grid) continue;
        std::string name = parameter.name, expression = parameter.default_value;
        std::shared_ptr<const PointTable> table;
        for (const auto& one : keys_of(parameter)) {
            const auto found = entries.find(one);
            if (found == entries.end()) continue;
            name = one;
            expression = found->second.value;
            table = found->second.table;
        }
        numbers += name == parameter.name ? 1 : 2;
        if (table != nullptr) continue;
        const double count = value_count(expression);
        size.points *= count;
        if (count > 1) axes.push_back(fmt::format("{:.0f} {}", count, name));
    }
    size.text = join(axes, " × ");
    if (const auto given = entries.find("replicas"); given != entries.end()) {
        size.replicas = std::max(parse_number(given->second.value).value_or(1), 1.);
    }
    // Of each point: its parameters, twice while they are gathered, its cost and its plan; of each replica its state.
    size.memory = size.points * (16 * numbers + 64 + 9 * size.replicas);
    return size;
}

}  // namespace gdm
