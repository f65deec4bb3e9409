#include "gdm/runner/job/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gdm/base/error.hpp"
#include "gdm/base/suggestion.hpp"
#include "gdm/base/text.hpp"

namespace gdm {
namespace {

constexpr double most_values = 1e7;

std::size_t count_of(double n, std::string_view item) {
    if (n < 1 || n != std::floor(n) || n > most_values) {
        throw UsageError(fmt::format("'{}': the number of values must be a whole number from 1 to 10000000", item));
    }
    return static_cast<std::size_t>(n);
}

double number(std::string_view text, std::string_view item) {
    if (const auto value = parse_number(text)) return *value;
    throw UsageError(fmt::format("'{}': '{}' is no number", item, text));
}

std::vector<double> linspace(double first, double last, std::size_t n) {
    std::vector<double> values(n, first);
    for (std::size_t i = 1; i < n; ++i) {
        const double fraction = static_cast<double>(i) / static_cast<double>(n - 1);
        values[i] = i + 1 == n ? last : first + (last - first) * fraction;
    }
    return values;
}

std::vector<double> call(std::string_view item) {
    const auto open = item.find('(');
    const std::string name(trim(item.substr(0, open)));
    if (item.back() != ')') throw UsageError(fmt::format("'{}': the closing parenthesis is missing", item));
    const auto arguments = split(item.substr(open + 1, item.size() - open - 2), ',');
    std::vector<double> a;
    for (const auto& argument : arguments) {
        a.push_back(number(argument, item));
        if (!std::isfinite(a.back())) throw UsageError(fmt::format("'{}': needs finite numbers", item));
    }
    if (name == "linspace" || name == "geomspace") {
        if (a.size() != 3) {
            throw UsageError(
                fmt::format("'{}': {} takes (first, last, number of values), as {}(0.1, 2, 20)", item, name, name));
        }
        const std::size_t n = count_of(a[2], item);
        if (name == "linspace") return linspace(a[0], a[1], n);
        if (!(a[0] * a[1] > 0)) {
            throw UsageError(fmt::format("'{}': geomspace needs two ends of the same sign, neither of them 0", item));
        }
        auto values = linspace(std::log(std::abs(a[0])), std::log(std::abs(a[1])), n);
        for (double& value : values) value = std::copysign(std::exp(value), a[0]);
        values.front() = a[0];
        if (n > 1) values.back() = a[1];
        return values;
    }
    if (name == "arange") {
        if (a.size() != 2 && a.size() != 3) {
            throw UsageError(fmt::format("'{}': arange takes (first, end[, step]); the end itself is left out", item));
        }
        const double step = a.size() == 3 ? a[2] : 1;
        const double n = std::ceil((a[1] - a[0]) / step - 1e-9);
        if (step == 0 || !(n >= 1)) throw UsageError(fmt::format("'{}': gives no value", item));
        std::vector<double> values(count_of(n, item));
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = a[0] + static_cast<double>(i) * step;
        return values;
    }
    throw UsageError(fmt::format("'{}': unknown function '{}'; known are linspace, geomspace and arange{}", item, name,
                                 did_you_mean(name, {"linspace", "geomspace", "arange"}, "; ")));
}

void refuse_repetition(std::span<const double> values, const std::vector<std::string>& words) {
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice == sorted.end()) return;
    throw UsageError(fmt::format("{} is given twice (values are compared to 12 digits)",
                                 words.empty() ? number_text(*twice) : words[static_cast<std::size_t>(*twice)]));
}

void refuse_outside(std::span<const double> values, const Range& range, const std::string& name,
                    const std::string& description) {
    for (const double value : values) {
        if (range.contains(value)) continue;
        throw UsageError(fmt::format("{} is not allowed; {} ({}) must be {}{}", number_text(value), name, description,
                                     range.text(), std::isfinite(value) ? "" : ", and finite"));
    }
}

}  // namespace

std::vector<double> parse_values(std::string_view expression) {
    std::vector<double> values;
    if (trim(expression).empty()) throw UsageError("no value is given");
    for (const auto& item : split(expression, ',')) {
        if (item.empty()) throw UsageError(fmt::format("'{}': a value is missing beside a comma", trim(expression)));
        if (item.find('(') != std::string::npos) {
            const auto more = call(item);
            values.insert(values.end(), more.begin(), more.end());
        } else {
            const auto value = parse_number(item);
            if (!value) {
                throw UsageError(fmt::format(
                    "'{}' is no number; allowed are numbers and linspace(a, b, n), geomspace(a, b, n), arange(a, b, step)",
                    item));
            }
            values.push_back(*value);
        }
    }
    for (double& value : values) value = round_to_12_digits(value);
    return values;
}

double value_count(std::string_view expression) {
    double count = 0;
    for (const auto& item : split(expression, ',')) {
        const auto open = item.find('(');
        if (open == std::string::npos || item.back() != ')') {
            count += 1;
            continue;
        }
        const std::string name(trim(std::string_view(item).substr(0, open)));
        std::vector<double> a;
        for (const auto& argument : split(std::string_view(item).substr(open + 1, item.size() - open - 2), ',')) {
            a.push_back(parse_number(argument).value_or(0));
        }
        const bool arange = name == "arange" && a.size() >= 2;
        const double n = arange ? std::ceil((a[1] - a[0]) / (a.size() > 2 ? a[2] : 1) - 1e-9) : a.size() > 2 ? a[2] : 1;
        count += n >= 1 ? n : 1;
    }
    return std::max(count, 1.);
}

void require_allowed(const Parameter& parameter, std::span<const double> values) {
    if (parameter.kind != Kind::word) {
        refuse_outside(values, parameter.range, parameter.name, parameter.description);
        for (const double value : values) {
            if (parameter.kind == Kind::integer && std::isfinite(value) && value != std::floor(value)) {
                throw UsageError(fmt::format("{} is not allowed; {} ({}) takes whole numbers", number_text(value),
                                             parameter.name, parameter.description));
            }
        }
    }
    if (parameter.role == Role::setting && values.size() != 1) {
        throw UsageError(fmt::format("{} takes one value, not {}", parameter.name, values.size()));
    }
    refuse_repetition(values, parameter.words);
}

void require_allowed(const Alternative& alternative, std::span<const double> values) {
    refuse_outside(values, alternative.range, alternative.name, alternative.description);
    refuse_repetition(values, {});
}

double parse_word(const Parameter& parameter, std::string_view word) {
    const auto found = std::find(parameter.words.begin(), parameter.words.end(), word);
    if (found == parameter.words.end()) {
        throw UsageError(fmt::format("'{}' is not allowed; {} is one of {}{}", word, parameter.name,
                                     join(parameter.words, ", "), did_you_mean(word, parameter.words, "; ")));
    }
    return static_cast<double>(found - parameter.words.begin());
}

std::vector<double> parse_parameter(const Parameter& parameter, std::string_view expression) {
    std::vector<double> values;
    if (parameter.kind == Kind::word) {
        for (const auto& word : split(expression, ',')) values.push_back(parse_word(parameter, word));
    } else {
        values = parse_values(expression);
    }
    require_allowed(parameter, values);
    return values;
}

std::vector<double> parse_alternative(const Alternative& alternative, std::string_view expression) {
    auto values = parse_values(expression);
    require_allowed(alternative, values);
    return values;
}

}  // namespace gdm
