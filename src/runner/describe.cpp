#include "gdm/runner/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "gdm/base/text.hpp"
#include "gdm/runner/job/keys.hpp"

namespace gdm {
namespace {

std::string unit_text(const std::string& unit) { return unit == "1" || unit.empty() ? "" : fmt::format(" [{}]", unit); }

std::string axes_text(const std::vector<std::string>& axes) {
    return axes.empty() ? "" : fmt::format("({})", join(axes, ", "));
}

std::string allowed_text(const Parameter& parameter) {
    if (parameter.kind == Kind::word) return "one of " + join(parameter.words, ", ");
    if (parameter.kind == Kind::dataset) return "FILE.h5:/NAME";
    if (parameter.kind == Kind::file) return "FILE";
    return (parameter.kind == Kind::integer ? "whole, " : "") + parameter.range.text();
}

template <class Item>
std::string missing_text(const Item&) {
    return {};
}
std::string missing_text(const Observable& observable) {
    return observable.may_be_missing.when.empty() ? "" : fmt::format("; missing: {}", observable.may_be_missing.when);
}

/// What it is a function of: the axis that it lies along, and that of the sizes.
std::string along_text(const Along& one) {
    const auto& sizes = along::size_axis_of(one.kind);
    return fmt::format("; {} of {} along {}", along::name_of(one.kind), one.quantity,
                       sizes.empty() ? one.axis : fmt::format("{} and {}", one.axis, sizes));
}

void add_along(std::string& text, const std::vector<Along>& all) {
    if (all.empty()) return;
    text += "\nAlong an axis in the reduction, with errors\n";
    for (const auto& one : all)
        text += fmt::format("  {:<28} {}{}{}\n", one.name, one.description, unit_text(one.unit), along_text(one));
}

template <class Items>
void add_quantities(std::string& text, const char* title, const Items& items) {
    if (items.empty()) return;
    text += fmt::format("\n{}\n", title);
    for (const auto& item : items) {
        text += fmt::format("  {:<28} {}{}{}\n", item.name + axes_text(item.axes), item.description, unit_text(item.unit),
                            missing_text(item));
    }
}

}  // namespace

bool has_no_errors(const Job& job) {
    const auto& observables = job.experiment->observables;
    return job.header.replicas == 1 && !job.header.adaptive.any() &&
           std::any_of(observables.begin(), observables.end(),
                       [](const auto& one) { return one.combine != Combine::stored; });
}

std::string list_text(const std::vector<Experiment>& experiments) {
    std::size_t longest = 0;
    for (const auto& experiment : experiments) longest = std::max(longest, experiment.name.size());
    std::string text, family;
    for (const auto& experiment : experiments) {
        if (experiment.family != family) {
            family = experiment.family;
            text += fmt::format("{}{}\n", text.empty() ? "" : "\n", family);
        }
        text += fmt::format("{}{:<{}}  {}\n", family.empty() ? "" : "  ", experiment.name, longest, experiment.question);
    }
    return text;
}

std::string describe_text(const Experiment& experiment) {
    std::string text = fmt::format("{} (version {})\n{}\nSource: {}\n", experiment.name, experiment.version,
                                   experiment.question, experiment.source);
    const auto add_parameters = [&](Role role, const char* title) {
        bool first = true;
        for (const auto& parameter : experiment.parameters) {
            if (parameter.role != role) continue;
            if (std::exchange(first, false)) text += fmt::format("\n{}\n", title);
            text += fmt::format("  {:<28} {}{}; {}; default {}\n", parameter.name, parameter.description,
                                unit_text(parameter.unit), allowed_text(parameter),
                                parameter.default_value.empty() ? "none" : parameter.default_value);
            for (const auto& other : parameter.alternatives) {
                text += fmt::format("    or {:<23} {}{}; {}{}\n", other.name, other.description, unit_text(other.unit),
                                    other.range.text(),
                                    other.only_with.parameter.empty() ? "" : "; with " + other.only_with.text());
            }
        }
    };
    add_parameters(Role::grid, "Grid parameters (scattered over ranks)");
    add_parameters(Role::inner, "Inner axes (evaluated inside each replica)");
    add_parameters(Role::setting, "Settings (one value)");
    text += "\nKeys of every job\n";
    for (const auto& key : common_key_table()) {
        text += fmt::format("  {:<28} {}; default {}\n", key.name, key.description, key.default_text);
    }
    text += fmt::format("  {:<28} {}; default {}\n", "--output (no key of a file)", "the sweep file",
                        "results/NAME.h5, NAME as the job file");
    add_quantities(text, "Observables (measured by each replica)", experiment.observables);
    add_quantities(text, "Derived in the reduction, with errors", experiment.derived);
    add_along(text, experiment.along);
    add_quantities(text, "Theory beside them", experiment.theory);
    return text;
}

}  // namespace gdm
