#include "gdm/experiment/error_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gdm/base/error.hpp"
#include "gdm/base/suggestion.hpp"
#include "gdm/base/text.hpp"

namespace gdm {
namespace {

ErrorTarget parse_target(const std::string& text, const std::vector<std::string>& known) {
    const auto gap = text.find_first_of(" \t");
    ErrorTarget target{text.substr(0, gap)};
    if (std::find(known.begin(), known.end(), target.quantity) == known.end()) {
        throw UsageError(
            fmt::format("'{}' is no quantity with an error; {}", target.quantity, nearest_or_known(target.quantity, known)));
    }
    std::string number(trim(gap == std::string::npos ? "" : text.substr(gap)));
    if (number.ends_with('%')) {
        target.relative = true;
        number = trim(std::string_view(number).substr(0, number.size() - 1));
    }
    const auto value = parse_number(number);
    if (!value || !(*value > 0) || !std::isfinite(*value)) {
        throw UsageError(fmt::format("'{}': say which error is wanted, as '{} 0.01' or '{} 1 %'", text, target.quantity,
                                     target.quantity));
    }
    target.value = target.relative ? *value / 100 : *value;
    return target;
}

}  // namespace

double ErrorTarget::allowed(double quantity_value) const { return relative ? value * std::abs(quantity_value) : value; }

std::vector<std::string> quantities_with_error(const Experiment& experiment, bool scalar) {
    std::vector<std::string> names;
    for (const auto& one : experiment.observables) {
        if (one.combine == Combine::stored || !one.error_of.empty() || (scalar && !combined_axes(one.axes).empty()))
            continue;
        names.push_back(one.name);
    }
    for (const auto& one : experiment.derived) {
        if (!scalar || one.axes.empty()) names.push_back(one.name);
    }
    return names;
}

std::vector<ErrorTarget> parse_error_targets(const Experiment& experiment, const std::string& text) {
    auto known = quantities_with_error(experiment);
    for (const auto& one : experiment.along) known.push_back(one.name);
    std::vector<ErrorTarget> targets;
    for (const auto& item : split(text, ',')) {
        targets.push_back(parse_target(item, known));
        const auto same = [&](const ErrorTarget& one) { return one.quantity == targets.back().quantity; };
        if (std::count_if(targets.begin(), targets.end(), same) > 1) {
            throw UsageError(fmt::format("'{}' is given twice", targets.back().quantity));
        }
    }
    return targets;
}

}  // namespace gdm
