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
#include "gdm/sweep/grid_planes.hpp"
#include "gdm/sweep/points.hpp"

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
    if (parameter.kind == Kind::dataset) {
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
    for (const Role role : {Role::grid, Role::inner}) {
        for (const auto& given : job.parameters) {
            if (given.parameter->role == role) job.header.axes.push_back(axis_of(given));
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

/// The points of the job's grid, each of them allowed.
void add_points(Job& job) {
    SweepHeader& header = job.header;
    fill_points(header, job.parameters);
    if (!job.experiment->check) return;
    const Points points(header);
    for (std::size_t p = 0; p < points.size(); ++p) {
        try {
            job.experiment->check(points[p], job.shapes);
        } catch (const UsageError& error) {
            throw UsageError(fmt::format("{} at {}: {}", job.experiment->name, header.point_text(p), error.what()));
        }
    }
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
    std::string text = fmt::format("experiment = {}\n", job.experiment->name);
    for (const auto& given : job.parameters) text += fmt::format("{} = {}\n", given.key, given.entry.value);
    text += fmt::format("replicas = {}\nseed = {}\n", job.replicas, job.seed);
    text += adaptive_text(job.header.adaptive);
    if (text.size() > 60000) throw UsageError("the job is too long; write long lists as linspace or geomspace");
    return text;
}

}  // namespace

Job make_job(const Experiment& experiment, const JobEntries& given) {
    refuse_unknown_keys(experiment, given);
    Job job;
    job.experiment = &experiment;
    job.shapes = dataset_shapes(experiment, given);
    const JobEntries entries = with_implied(experiment, given, job.shapes);
    refuse_large_grid(experiment, entries);
    job.seed = seed_of(entries);
    Demands demands = read_targets(experiment, entries);
    for (const auto& parameter : experiment.parameters) job.parameters.push_back(read_parameter(parameter, entries));
    read_refinement(demands, experiment, entries, job.parameters);
    job.replicas = demands.replicas;
    job.targets = std::move(demands.targets);
    job.refinement = std::move(demands.refinement);

    SweepHeader& header = job.header;
    header.adaptive = std::move(demands.record);
    header.job = normalised_text(job);
    header.experiment = experiment.name;
    header.experiment_version = experiment.version;
    header.seed = job.seed;
    header.replicas = job.replicas;
    add_settings_and_axes(job);
    check_axes_of_demands(job);
    add_points(job);
    add_fixed_axes_and_observables(header, experiment);
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
