#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The numbers that a job's expression stands for: numbers and numpy's linspace(a, b, n), geomspace(a, b, n),
/// arange(a, b[, step]) in any order, separated by commas; each rounded to 12 significant digits.
/// Throws UsageError that says what is wrong and what is allowed, without naming the place.
[[nodiscard]] std::vector<double> parse_values(std::string_view expression);

/// How many values an expression stands for, without making them; of what parse_values refuses, 1.
[[nodiscard]] double value_count(std::string_view expression);

/// Values of one parameter as a job gives them: numbers, or places in `parameter.words`.
/// Throws UsageError if one is outside the range, no integer, an unknown word, or given twice.
[[nodiscard]] std::vector<double> parse_parameter(const Parameter& parameter, std::string_view expression);
[[nodiscard]] std::vector<double> parse_alternative(const Alternative& alternative, std::string_view expression);

/// The place of a word in the parameter's list. Throws UsageError with the nearest one if it is none.
[[nodiscard]] double parse_word(const Parameter& parameter, std::string_view word);

/// Throws UsageError if one of the values (numbers, or places in the list of words) is outside the range, no integer, or
/// there twice, or if a setting has several.
void require_allowed(const Parameter& parameter, std::span<const double> values);
void require_allowed(const Alternative& alternative, std::span<const double> values);

}  // namespace gdm
