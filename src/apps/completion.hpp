#pragma once

#include <string>
#include <string_view>

#include "program.hpp"

/// What the completions of bash and of zsh have in common.
namespace gdm {

/// A word that both shells take as it stands: in quotes, in which a quote is `'\''`.
[[nodiscard]] std::string shell_quoted(std::string_view text);

/// A program's name as part of a function's: gdm_sweep.
[[nodiscard]] std::string function_name(const std::string& program);

/// Whether a value is the name of an experiment.
[[nodiscard]] bool names_experiment(const std::string& value);

/// A command of sed that prints an option for each parameter that a model in Python declares, and `after` it: declarations
/// begin lines of it.
[[nodiscard]] std::string options_of_model(const std::string& after);

/// A line of shell that sets `experiment` to that of `$1`, where $1 is a job file.
inline constexpr const char* experiment_of_job =
    R"(experiment=$(sed -n '/^[[:blank:]]*experiment[[:blank:]]*=[[:blank:]]*/{s///;s/[#[:blank:]].*//;p;q;}' -- "$1"))";

}  // namespace gdm
