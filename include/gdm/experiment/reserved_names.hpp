#pragma once

#include <span>
#include <string>
#include <string_view>

/// The one list of names that no experiment may declare, because jobs, the program and its files have them already.
namespace gdm {

/// What a name is declared for.
enum class Declared { parameter, fixed_axis, observable, derived, theory, along };

/// The keys that every job may have.
[[nodiscard]] std::span<const std::string_view> reserved_job_keys();
/// The options of gdm-sweep, without dashes; every parameter is an option beside them.
[[nodiscard]] std::span<const std::string_view> reserved_options();
/// Variables and attributes of reduced files, where a parameter or quantity would stand beside them.
[[nodiscard]] std::span<const std::string_view> reserved_file_names();

/// Why a name may not be declared: it is no [A-Za-z][A-Za-z0-9_]*, is in one of the lists, or ends as the reduction lets the
/// names of errors (NAME_stderr) and the like end. Empty if it may.
[[nodiscard]] std::string why_not_declared(std::string_view name, Declared what);

}  // namespace gdm
