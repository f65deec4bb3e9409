#include "gdm/reduction/parameter_mismatch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gdm/base/named.hpp"

namespace gdm {
namespace {

bool is_allowed(const Parameter& parameter, double value) {
    if (std::isnan(value)) return true;
    if (parameter.kind == Kind::integer && std::isfinite(value) && value != std::floor(value)) return false;
    return parameter.range.contains(value);
}

bool are_allowed(const Parameter& parameter, const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [&](double value) { return is_allowed(parameter, value); });
}

bool is_allowed(const Parameter& parameter, const SettingRecord& setting) {
    if (is_input(parameter.kind)) return !setting.word.empty();
    if (parameter.kind != Kind::word) return setting.word.empty() && is_allowed(parameter, setting.value);
    const auto word = std::find(parameter.words.begin(), parameter.words.end(), setting.word);
    return word != parameter.words.end() && setting.value == static_cast<double>(word - parameter.words.begin());
}

/// Whether the file holds `parameter` as the experiment expects to find it at every point.
bool holds(const SweepHeader& header, const Parameter& parameter) {
    if (parameter.role == Role::setting) {
        const SettingRecord* setting = find_named(header.settings, parameter.name);
        return setting != nullptr && is_allowed(parameter, *setting);
    }
    if (parameter.role == Role::inner) {
        const AxisRecord* axis = header.find_axis(parameter.name);
        // Scaled values are in other units, which have no range.
        return axis != nullptr && axis->role == Role::inner &&
               (header.has_point_values(parameter.name) || are_allowed(parameter, axis->values));
    }
    const PointRecord* record = find_named(header.point_values, parameter.name);
    if (record == nullptr || record->width != 1) return false;
    if (parameter.kind == Kind::word) return record->words == parameter.words;
    return record->words.empty() && are_allowed(parameter, record->values);
}

bool has_axes(const SweepHeader& header, const std::vector<std::string>& axes) {
    return std::all_of(axes.begin(), axes.end(), [&](const std::string& name) {
        const AxisRecord* axis = header.find_axis(name);
        return axis != nullptr && axis->role != Role::grid;
    });
}

}  // namespace

std::string parameter_mismatch(const SweepHeader& header, const Experiment& experiment) {
    for (const auto& parameter : experiment.parameters) {
        if (holds(header, parameter)) continue;
        return fmt::format("the file's {} is not what '{}' allows", parameter.name, experiment.name);
    }
    for (const auto& fixed : experiment.fixed_axes) {
        const AxisRecord* axis = header.find_axis(fixed.name);
        if (axis == nullptr || axis->values.size() != fixed.values.size()) {
            return fmt::format("the file's axis {} is not that of '{}'", fixed.name, experiment.name);
        }
    }
    for (std::size_t i = 0; i < std::min(header.observables.size(), experiment.observables.size()); ++i) {
        if (header.observables[i].error_of == experiment.observables[i].error_of) continue;
        return fmt::format("the file's {} is not what '{}' computes", header.observables[i].name, experiment.name);
    }
    const auto fits = [&](const auto& one) { return has_axes(header, one.axes); };
    const bool all = std::all_of(experiment.derived.begin(), experiment.derived.end(), fits) &&
                     std::all_of(experiment.theory.begin(), experiment.theory.end(), fits);
    return all ? "" : fmt::format("the file lacks axes that '{}' needs", experiment.name);
}

std::string experiment_mismatch(const SweepHeader& header, const Experiment* experiment) {
    if (experiment == nullptr) {
        if (header.code.empty()) return fmt::format("this program has no experiment '{}'", header.experiment);
        const std::string& file = header.code.front().name;
        return fmt::format("this program does not run {}, which declares '{}'{}", file, header.experiment,
                           file.ends_with(".py") ? " (a gdm-reduce that is built with Python does)" : "");
    }
    if (experiment->version != header.experiment_version) {
        return fmt::format("the file holds version {} of '{}', this program has version {}", header.experiment_version,
                           header.experiment, experiment->version);
    }
    const auto same = [](const ObservableRecord& record, const Observable& observable) {
        return record.name == observable.name && record.axes == observable.axes && record.combine == observable.combine;
    };
    if (!std::equal(header.observables.begin(), header.observables.end(), experiment->observables.begin(),
                    experiment->observables.end(), same)) {
        return fmt::format("the file's observables are not those of '{}' in this program", header.experiment);
    }
    return parameter_mismatch(header, *experiment);
}

}  // namespace gdm
