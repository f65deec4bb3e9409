#include "gdm/experiment/reserved_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gdm {
namespace {

constexpr std::array<std::string_view, 10> job_keys = {"experiment",    "points",       "replicas", "seed",
                                                       "target_error",  "max_replicas", "refine",   "refine_where",
                                                       "refine_levels", "keep_state"};

constexpr std::array<std::string_view, 18> options = {
    "help",      "version",   "list",         "describe",     "dry-run", "output",
    "overwrite", "grow",      "reuse",        "retry-failed", "job",     "time-limit",
    "quiet",     "alignment", "mpi-io-hints", "log-interval", "trace",   "allow-other-instruction-set"};

/// Keys by which a job declares an experiment itself.
constexpr std::array<std::string_view, 3> declaring_keys = {"command", "observables", "parameters"};

constexpr std::array<std::string_view, 24> file_names = {
    "format",          "format_version", "experiment_version", "question",        "source",         "points",
    "seeds",           "sweep_file",     "sweep_created",      "code_version",    "created",        "instruction_set",
    "reduced_by",      "warnings",       "error_missing",      "points_complete", "points_partial", "replicas_done",
    "replicas_failed", "replicas_torn",  "content_crc32",      "table_row",       "Conventions",    "shares_random_numbers"};

/// How names end that the reduction makes of others, and who else may end so.
struct Suffix {
    std::string_view text;
    std::string_view use;
    std::array<Declared, 2> allowed;
    std::size_t count;
};
constexpr std::array<Suffix, 7> suffixes = {
    Suffix{"_stderr", "standard errors", {}, 0},
    Suffix{"_systematic", "systematic errors", {}, 0},
    Suffix{"_chi2", "fits along an axis", {}, 0},
    Suffix{"_dof", "fits along an axis", {}, 0},
    Suffix{"_at_point", "coordinates that differ by point", {}, 0},
    Suffix{"_theory", "closed forms", {Declared::theory}, 1},
    Suffix{"_limit", "limits and their closed forms", {Declared::theory, Declared::along}, 2},
};

bool is_letter(char one) { return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z'); }
bool is_name_character(char one) { return is_letter(one) || (one >= '0' && one <= '9') || one == '_'; }

bool contains(std::span<const std::string_view> names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::span<const std::string_view> reserved_job_keys() { return job_keys; }
std::span<const std::string_view> reserved_options() { return options; }
std::span<const std::string_view> reserved_file_names() { return file_names; }

std::string why_not_declared(std::string_view name, Declared what) {
    if (name.empty() || !is_letter(name.front()) || !std::all_of(name.begin(), name.end(), is_name_character)) {
        return fmt::format("'{}' is no name: a letter, then letters, digits and underscores", name);
    }
    if (contains(job_keys, name)) return fmt::format("'{}' is a key of every job", name);
    if (contains(options, name)) return fmt::format("'{}' is an option of gdm-sweep", name);
    if (contains(declaring_keys, name)) return fmt::format("'{}' is the key of an external command", name);
    if (contains(file_names, name)) return fmt::format("'{}' is a name in every file", name);
    for (const auto& suffix : suffixes) {
        const auto allowed = std::span(suffix.allowed).first(suffix.count);
        if (!name.ends_with(suffix.text) || std::find(allowed.begin(), allowed.end(), what) != allowed.end()) continue;
        return fmt::format("'{}' ends in {}, which is for {}", name, suffix.text, suffix.use);
    }
    return {};
}

}  // namespace gdm
