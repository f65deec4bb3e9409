#include "gdm/experiment/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <span>

#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/suggestion.hpp"
#include "gdm/base/text.hpp"
#include "gdm/base/version.hpp"

namespace gdm {
namespace {

/// Of a replica that is computed in one go and kept nowhere, as the trial of a dry run: it can be stopped all the same.
class Unsaved : public Checkpoint {
  public:
    explicit Unsaved(const Stop& stop) : stop_(stop) {}

    [[nodiscard]] std::span<const std::byte> saved() const override { return {}; }
    [[nodiscard]] bool due() override { return stop_.requested(); }
    void save(std::span<const std::byte>, double) override { stop_.check(); }

  private:
    const Stop& stop_;
};

}  // namespace

const Parameter* Experiment::find_parameter(std::string_view parameter_name) const {
    return find_named(parameters, parameter_name);
}

const Parameter* Experiment::find_renamed(std::string_view former_name) const {
    const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const Parameter& parameter) {
        const auto& names = parameter.former_names;
        return std::find(names.begin(), names.end(), former_name) != names.end();
    });
    return found == parameters.end() ? nullptr : &*found;
}

const FixedAxis* Experiment::find_fixed_axis(std::string_view axis_name) const { return find_named(fixed_axes, axis_name); }

void Experiment::compute(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                         Values& values) const {
    if (run) {
        run(point, context, random, stop, values);
        return;
    }
    Unsaved unsaved(stop);
    run_from(point, context, random, stop, unsaved, values);
}

const Experiment& find_experiment(const std::vector<Experiment>& experiments, std::string_view name) {
    if (const Experiment* found = find_named(experiments, name); found != nullptr) return *found;
    for (const Experiment& one : experiments) {
        if (const FormerExperiment* former = find_named(one.former, name); former != nullptr)
            throw UsageError(fmt::format("experiment '{}' is now part of {}: {}", name, one.name, former->how));
    }
    const auto names = names_of(experiments);
    const std::string meant = did_you_mean(name, names, "; ");
    throw UsageError(
        fmt::format("unknown experiment '{}'{}", name, meant.empty() ? "; there are: " + join(names, ", ") : meant));
}

std::string code_version_of(const Experiment& experiment) {
    return experiment.build.empty() ? code_version() : fmt::format("{}, {}", code_version(), experiment.build);
}

Layout make_layout(const Experiment& experiment, const std::map<std::string, std::size_t>& inner_lengths) {
    std::vector<Layout::Entry> entries;
    for (const auto& observable : experiment.observables) {
        Layout::Entry entry{observable.name, {}, 0, 1};
        for (const auto& axis : observable.axes) {
            const FixedAxis* fixed = experiment.find_fixed_axis(axis);
            entry.shape.push_back(fixed != nullptr ? fixed->values.size() : inner_lengths.at(axis));
        }
        entries.push_back(std::move(entry));
    }
    return Layout(std::move(entries));
}

}  // namespace gdm
