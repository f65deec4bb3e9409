#include "gdm/runner/job/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/base/text.hpp"
#include "gdm/runner/job/table.hpp"

namespace gdm {
namespace {

/// Fewer say too little of their own spread to stop on.
constexpr double least_replicas_with_target = 8;
constexpr std::size_t default_max_replicas = 1024;

/// The grid axis that is refined. Throws UsageError if it cannot be.
const GivenParameter& refined_axis(const JobEntry& axis, std::span<const GivenParameter> all) {
    std::vector<std::string> axes;
    const GivenParameter* refined = nullptr;
    for (const auto& given : all) {
        if (given.parameter->role != Role::grid || given.parameter->kind == Kind::word) continue;
        if (given.in_table()) {
            if (given.name() != axis.value) continue;
            refuse_entry(
                "refine", axis,
                fmt::format("{} is a column of the table {}, between whose points there are none; takes a grid axis "
                            "of numbers that the job itself gives",
                            given.name(), given.entry.table->path));
        }
        axes.push_back(given.name());
        if (given.name() == axis.value) refined = &given;
    }
    if (refined == nullptr) {
        refuse_entry("refine", axis,
                     axes.empty() ? "takes a grid axis of numbers, and this job has none"
                                  : fmt::format("takes one grid axis of numbers: {}", join(axes, ", ")));
    }
    if (refined->values.size() < 2 || !std::is_sorted(refined->values.begin(), refined->values.end()) ||
        !std::isfinite(refined->values.back())) {
        refuse_entry("refine", axis,
                     fmt::format("needs at least two finite values of {}, in ascending order", refined->name()));
    }
    return *refined;
}

/// `phase`, or `binder 0.3`: the quantity and the level of a refinement.
void read_where(Refinement& refinement, const Experiment& experiment, const JobEntry& where) {
    const std::string& text = where.value;
    const auto gap = text.find_first_of(" \t");
    refinement.quantity = text.substr(0, gap);
    if (const Along* along = find_named(experiment.along, refinement.quantity); along != nullptr) {
        const bool crosses =
            std::holds_alternative<along::Crossing>(along->kind) || std::holds_alternative<along::Root>(along->kind);
        if (!crosses || along->axis != refinement.axis || gap != std::string::npos) {
            refuse_entry("refine_where", where,
                         fmt::format("'{}' is a {} along {}: name a crossing or a root along {}, without a number",
                                     along->name, along::name_of(along->kind), along->axis, refinement.axis));
        }
        refinement.along = along;
        refinement.quantity = along->quantity;
        return;
    }
    auto known = quantities_with_error(experiment, true);
    if (std::find(known.begin(), known.end(), refinement.quantity) == known.end()) {
        refuse_entry(
            "refine_where", where,
            fmt::format("'{}' is no quantity of one number a point; known are {}", refinement.quantity, join(known, ", ")));
    }
    if (gap == std::string::npos) return;
    refinement.level = parse_number(trim(text.substr(gap)));
    if (!refinement.level || !std::isfinite(*refinement.level)) {
        refuse_entry("refine_where", where, "after the quantity comes the number that it passes");
    }
}

}  // namespace

Demands read_targets(const Experiment& experiment, const JobEntries& entries) {
    Demands demands;
    const auto replicas = entries.find("replicas"), target = entries.find("target_error");
    const auto most = entries.find("max_replicas");
    if (replicas != entries.end()) {
        demands.replicas = whole_number("replicas", replicas->second, 1, RandomStream::max_replicas);
    }
    if (target == entries.end()) {
        if (most != entries.end()) {
            refuse_entry("max_replicas", most->second, "is for a job with target_error; leave it out");
        }
        return demands;
    }
    if (replicas == entries.end()) {
        demands.replicas = static_cast<std::size_t>(least_replicas_with_target);
    } else if (static_cast<double>(demands.replicas) < least_replicas_with_target) {
        refuse_entry("replicas", replicas->second,
                     fmt::format("with target_error it is the number that every point starts with, at least {}",
                                 least_replicas_with_target));
    }
    demands.targets =
        parse_entry("target_error", target->second, [&] { return parse_error_targets(experiment, target->second.value); });
    demands.record.target_error = target->second.value;
    demands.record.first_replicas = demands.replicas;
    demands.record.max_replicas = std::max<std::size_t>(default_max_replicas, demands.replicas);
    if (most != entries.end()) {
        demands.record.max_replicas =
            whole_number("max_replicas", most->second, static_cast<double>(demands.replicas), RandomStream::max_replicas);
    }
    return demands;
}

void read_refinement(Demands& demands, const Experiment& experiment, const JobEntries& entries,
                     std::span<const GivenParameter> given) {
    const auto axis = entries.find("refine"), where = entries.find("refine_where"), levels = entries.find("refine_levels");
    if (axis == entries.end()) {
        for (const auto& [key, entry] : {std::pair{"refine_where", where}, {"refine_levels", levels}}) {
            if (entry != entries.end()) refuse_entry(key, entry->second, "is for a job with refine = AXIS; leave it out");
        }
        return;
    }
    Refinement refinement{refined_axis(axis->second, given).name(), {}, {}, 3};
    if (where == entries.end()) {
        refuse_entry("refine", axis->second,
                     "needs refine_where, the quantity that changes across the transition (as 'phase', or 'binder 0.3')");
    }
    read_where(refinement, experiment, where->second);
    if (levels != entries.end()) refinement.levels = whole_number("refine_levels", levels->second, 1, 20);
    AdaptiveRecord& record = demands.record;
    record.refine = refinement.axis;
    record.refine_where = where->second.value;
    record.refine_levels = refinement.levels;
    if (record.target_error.empty()) record.first_replicas = record.max_replicas = demands.replicas;
    demands.refinement = std::move(refinement);
}

std::string adaptive_text(const AdaptiveRecord& adaptive) {
    std::string text;
    if (!adaptive.target_error.empty()) {
        text += fmt::format("target_error = {}\nmax_replicas = {}\n", adaptive.target_error, adaptive.max_replicas);
    }
    if (!adaptive.refine.empty()) {
        text += fmt::format("refine = {}\nrefine_where = {}\nrefine_levels = {}\n", adaptive.refine, adaptive.refine_where,
                            adaptive.refine_levels);
    }
    return text;
}

}  // namespace gdm
