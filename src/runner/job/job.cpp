#include "gdm/runner/job/job.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"
#include "gdm/runner/job/datasets.hpp"
#include "gdm/runner/job/keys.hpp"
#include "gdm/runner/job/points.hpp"
#include "gdm/runner/job/size.hpp"
#include "gdm/runner/job/table.hpp"
#include "gdm/sweep/grid_planes.hpp"
#include "gdm/sweep/points.hpp"
#include "gdm/sweep/states.hpp"

namespace gdm {
namespace {

void refuse_large_grid(const Experiment& experiment, const JobEntries& entries) {
    const auto size = grid_size(experiment, entries);
    if (size.points <= most_grid_points) return;
    throw UsageError(
        fmt::format("the grid has {:.3g} points = {}; the limit is {:.0e}", size.points, size.text, most_grid_points));
}

std::uint64_t seed_of(const JobEntries& entries) {
    const auto found = entries.find("seed");
    return found == entries.end() ? 1 : whole_number("seed", found->second, 0, 9007199254740992.0);
}

void add_setting(Job& job, const GivenParameter& given) {
    const Parameter& parameter = *given.parameter;
    SettingRecord record{parameter.name, parameter.unit, parameter.description, given.values.front(), {}};
    if (parameter.kind == Kind::word) record.word = parameter.words[static_cast<std::size_t>(record.value)];
    if (is_input(parameter.kind)) {
        record.word = given.entry.value;
        if (record.word != "none") job.datasets[parameter.name] = record.word;
    }
    job.header.settings.push_back(std::move(record));
}

/// What the header says of the parameters before there are points.
void add_settings_and_axes(Job& job) {
    for (const auto& given : job.parameters) {
        if (given.parameter->role == Role::setting) add_setting(job, given);
    }
    if (job.table != nullptr) job.header.axes.push_back(axis_of_rows(*job.table));
    for (const Role role : {Role::grid, Role::inner}) {
        for (const auto& given : job.parameters) {
            if (given.parameter->role == role && !given.in_table()) job.header.axes.push_back(axis_of(given));
        }
    }
}

void add_fixed_axes_and_observables(SweepHeader& header, const Experiment& experiment) {
    std::map<std::string, std::size_t> lengths;
    for (const auto& axis : header.axes) lengths[axis.name] = axis.values.size();
    for (const auto& axis : experiment.fixed_axes) {
        header.axes.push_back({axis.name, axis.unit, axis.description, Role::fixed, axis.values, {}});
    }
    const Layout layout = make_layout(experiment, lengths);
    for (const auto& observable : experiment.observables) {
        header.observables.push_back({observable.name, observable.unit, observable.description, observable.combine,
                                      observable.error_of, observable.axes, layout.at(observable.name).shape});
    }
}

/// keep_state, and where that is allowed.
bool keeps_state(const Experiment& experiment, const JobEntries& entries, const AdaptiveRecord& adaptive) {
    const auto found = entries.find("keep_state");
    if (found == entries.end() || found->second.value == "no") return false;
    if (found->second.value != "yes") refuse_entry("keep_state", found->second, "takes yes or no");
    if (experiment.lengthened_by.empty()) {
        refuse_entry("keep_state", found->second,
                     fmt::format("replicas of {} cannot be lengthened: leave it out", experiment.name));
    }
    if (adaptive.any()) {
        refuse_entry("keep_state", found->second,
                     "replicas cannot be lengthened where their number depends on results (target_error, refine): leave one "
                     "of them out");
    }
    return true;
}

/// The largest state of a replica at any point.
std::size_t width_of_state(const Experiment& experiment, const SweepHeader& header) {
    std::size_t width = 0;
    if (!experiment.state_size) return width;
    const Points points(header);
    for (std::size_t p = 0; p < points.size(); ++p) width = std::max(width, experiment.state_size(points[p]));
    return width;
}

/// A table is multiplied by what the job says, not by what a default does.
void refuse_default_grids(const Job& job, const JobEntry& points) {
    for (const auto& given : job.parameters) {
        if (given.parameter->role != Role::grid || given.entry.where != "default" || given.values.size() == 1) continue;
        refuse_entry("points", points,
                     fmt::format("the table has no column {} ({}), and its default has {} values; add the column, or a line "
                                 "'{} = …' to the job",
                                 given.name(), given.parameter->description, given.values.size(), given.name()));
    }
}

/// Throws UsageError at the first point that the experiment does not allow.
void check_points(const Job& job) {
    if (!job.experiment->check) return;
    const SweepHeader& header = job.header;
    const Points points(header);
    for (std::size_t p = 0; p < points.size(); ++p) {
        try {
            job.experiment->check(points[p], job.shapes);
        } catch (const UsageError& error) {
            const std::string line = job.table == nullptr ? "" : job.table->where(header.row_of(p)) + ": ";
            throw UsageError(fmt::format("{}{} at {}: {}", line, job.experiment->name, header.point_text(p), error.what()));
        }
    }
}

/// The points of the job's grid, each of them allowed. How large a state is, is asked of allowed points alone.
void add_points(Job& job) {
    fill_points(job.header, job.parameters);
    check_points(job);
    job.header.state.width = width_of_state(*job.experiment, job.header);
}

/// What a job demands of a function along an axis needs its axes.
void check_axes_of_demands(const Job& job) {
    const auto check = [&](const char* key, const Along* along) {
        if (along == nullptr || has_axes(job.header, *along)) return;
        std::vector<std::string> needed, there;
        for (const auto* axis : {&along->axis, &along::size_axis_of(along->kind), &along->needs_axis})
            if (!axis->empty()) needed.push_back(*axis);
        for (const auto& axis : job.header.axes) there.push_back(axis.name);
        throw UsageError(fmt::format("{}: {} is a {} along the axes {}, but the job has {}", key, along->name,
                                     along::name_of(along->kind), join(needed, ", "), join(there, ", ")));
    };
    for (const auto& target : job.targets) check("target_error", find_named(job.experiment->along, target.quantity));
    if (job.refinement) check("refine_where", job.refinement->along);
}

/// The job in full, normalised: what a resume must equal.
std::string normalised_text(const Job& job) {
    std::string text;
    for (const auto& [key, value] : job.experiment->declared_by) text += fmt::format("{} = {}\n", key, value);
    if (text.empty()) text = fmt::format("experiment = {}\n", job.experiment->name);
    if (job.table != nullptr) text += fmt::format("points = {}\n", job.table->path);
    for (const auto& given : job.parameters) {
        if (!given.in_table()) text += fmt::format("{} = {}\n", given.key, given.entry.value);
    }
    text += fmt::format("replicas = {}\nseed = {}\n", job.replicas, job.seed);
    text += adaptive_text(job.header.adaptive);
    if (job.header.state.kept) text += "keep_state = yes\n";
    if (text.size() > 60000) throw UsageError("the job is too long; write long lists as linspace or geomspace");
    return text;
}

}  // namespace

Job make_job(const Experiment& experiment, const JobEntries& lines) {
    refuse_unknown_keys(experiment, lines);
    const JobEntries given = with_table(experiment, lines);
    Job job;
    job.experiment = &experiment;
    job.shapes = dataset_shapes(experiment, given);
    const JobEntries entries = with_implied(experiment, given, job.shapes);
    refuse_large_grid(experiment, entries);
    job.seed = seed_of(entries);
    Demands demands = read_targets(experiment, entries);
    for (const auto& parameter : experiment.parameters) job.parameters.push_back(read_parameter(parameter, entries));
    refuse_foreign_alternatives(job.parameters);
    if (const auto points = entries.find("points"); points != entries.end()) {
        job.table = points->second.table;
        refuse_default_grids(job, points->second);
    }
    read_refinement(demands, experiment, entries, job.parameters);
    job.replicas = demands.replicas;
    job.targets = std::move(demands.targets);
    job.refinement = std::move(demands.refinement);

    SweepHeader& header = job.header;
    header.adaptive = std::move(demands.record);
    header.state.kept = keeps_state(experiment, entries, header.adaptive);
    if (header.state.kept) header.state.lengthened_by = experiment.lengthened_by;
    header.job = normalised_text(job);
    header.experiment = experiment.name;
    header.experiment_version = experiment.version;
    header.code = experiment.code;
    header.seed = job.seed;
    header.replicas = job.replicas;
    add_settings_and_axes(job);
    check_axes_of_demands(job);
    add_points(job);
    add_fixed_axes_and_observables(header, experiment);
    make_state_room(header);
    return job;
}

Job refined_job(const Job& job, std::span<const double> values, const std::vector<std::uint64_t>& places) {
    Job refined = job;
    for (auto& given : refined.parameters) {
        if (given.name() != job.refinement->axis) continue;
        given.entry.where = "refine";
        given = with_values(std::move(given), values);
        for (auto& axis : refined.header.axes) {
            if (axis.name == given.name()) axis.values = given.values;
        }
    }
    refined.header.grid_index = places;
    refined.header.replicas = job.replicas;
    add_points(refined);
    return refined;
}

}  // namespace gdm
