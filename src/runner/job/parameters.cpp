#include "gdm/runner/job/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"
#include "gdm/runner/job/expression.hpp"
#include "gdm/runner/job/table.hpp"

namespace gdm {

double parameter_value(const GivenParameter& given, std::size_t i, const Point& point) {
    const Parameter& parameter = *given.parameter;
    const double raw = given.values[i];
    double value = round_to_12_digits(given.alternative->to_parameter(raw, point));
    if (parameter.kind == Kind::integer) value = std::round(value);
    if (!parameter.range.contains(value)) {
        const JobEntry cell{number_text(raw), given.in_table() ? given.entry.table->where(i) : ""};
        refuse_entry(
            given.name(), given.in_table() ? cell : given.entry,
            fmt::format("{} = {} means {} = {}, but {} ({}) must be {}", given.name(), number_text(raw), parameter.name,
                        number_text(value), parameter.name, parameter.description, parameter.range.text()));
    }
    return value;
}

GivenParameter read_parameter(const Parameter& parameter, const JobEntries& entries) {
    GivenParameter given{&parameter, nullptr, {parameter.default_value, "default"}, {}, {}};
    int times = 0;
    std::string first_place;
    const auto consider = [&](const std::string& name, const Alternative* alternative) {
        const auto found = entries.find(name);
        if (found == entries.end()) return;
        if (++times > 1) {
            refuse_entry(name, found->second,
                         fmt::format("'{}' already gives this ({}); keep one of them", given.name(), first_place));
        }
        first_place = found->second.where;
        given.alternative = alternative;
        given.entry = found->second;
    };
    consider(parameter.name, nullptr);
    for (const auto& alternative : parameter.alternatives) consider(alternative.name, &alternative);
    if (times == 0 && parameter.default_value.empty()) {
        throw UsageError(fmt::format("the job gives no value for '{}' ({})", parameter.name, parameter.description));
    }
    if (given.in_table()) {
        given.values = given.entry.table->column(given.name()).values;
    } else if (is_input(parameter.kind)) {
        given.values = {0};
    } else if (given.entry.implied && given.entry.value == "nan") {
        given.values = {std::numeric_limits<double>::quiet_NaN()};
    } else {
        given.values = parse_entry(given.name(), given.entry, [&] {
            return given.alternative != nullptr ? parse_alternative(*given.alternative, given.entry.value)
                                                : parse_parameter(parameter, given.entry.value);
        });
    }
    given.key = given.name();
    if (given.alternative != nullptr && parameter.role != Role::grid) {
        // An inner axis or a setting does not depend on the point: it is stored as the parameter itself.
        for (std::size_t i = 0; i < given.values.size(); ++i) given.values[i] = parameter_value(given, i, {});
        given.alternative = nullptr;
    }
    return given;
}

void refuse_foreign_alternatives(std::span<const GivenParameter> parameters) {
    for (const auto& given : parameters) {
        const Alternative* alternative = find_named(given.parameter->alternatives, given.key);
        if (alternative == nullptr || alternative->only_with.parameter.empty()) continue;
        const OnlyWith& with = alternative->only_with;
        const auto other = std::ranges::find_if(
            parameters, [&](const GivenParameter& one) { return one.parameter->name == with.parameter; });
        for (const double value : other->values) {
            const std::string& word = other->parameter->words[static_cast<std::size_t>(value)];
            if (std::ranges::find(with.words, word) != with.words.end()) continue;
            refuse_entry(given.key, given.entry,
                         fmt::format("{} ({}) belongs to {}, but the job has {} = {} ({}); change one of them, or give {}",
                                     given.key, alternative->description, with.text(), with.parameter, word,
                                     other->entry.where, given.parameter->name));
        }
    }
}

GivenParameter with_values(GivenParameter given, std::span<const double> values) {
    given.values.assign(values.begin(), values.end());
    parse_entry(given.name(), given.entry, [&] {
        if (given.alternative != nullptr) {
            require_allowed(*given.alternative, given.values);
        } else {
            require_allowed(*given.parameter, given.values);
        }
    });
    return given;
}

}  // namespace gdm
