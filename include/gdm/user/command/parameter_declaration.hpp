#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gdm/experiment/parameter.hpp"

namespace gdm {

/// Reads "beta [1/J] inverse temperature, method (fast, slow) of integration", the line `parameters` of a job: names with
/// the words that they may be, units in brackets, and what they are. Throws UsageError.
[[nodiscard]] std::vector<Parameter> parse_parameter_declaration(std::string_view line);

/// The line that declares the same: `parse_parameter_declaration` reads it.
[[nodiscard]] std::string declaration_text(const std::vector<Parameter>& parameters);

/// The words of a list such as "fast, slow"; none if anything in it is a number or no word.
[[nodiscard]] std::vector<std::string> listed_words(std::string_view values);

}  // namespace gdm
