#pragma once

#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gdm/experiment/code_file.hpp"
#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Makes experiments that are not in a program's table: of a user's file, or of lines of the job itself.
struct ExperimentLoader {
    struct Key {
        std::string name;
        std::string description;
    };
    /// "FILE.py": what stands in the place of an experiment's name, for --help and messages; empty if keys alone call it.
    std::string placeholder;
    std::string description;  ///< half a sentence, without a full stop
    /// Keys of a job that are for this loader alone; each is an option of the command line too.
    std::vector<Key> keys = {};
    /// The experiment that the entries of a job declare, or nothing if they are not for this loader. The experiment keeps
    /// its `code`, and in `declared_by` the entries that a later job must repeat. `folder` is that of the job file, where
    /// files are sought that are not in the present one. Throws UsageError, in one line.
    std::function<std::optional<Experiment>(const std::map<std::string, std::string>& job,
                                            const std::filesystem::path& folder)>
        load;
    /// The experiment of a sweep file from the code that the file keeps, for its derived quantities and theory; nothing if
    /// it is not this loader's. Throws UsageError.
    std::function<std::optional<Experiment>(const std::string& name, const std::vector<CodeFile>& code)> restore = {};
    /// Seconds within which load() returns after a stop, of which it throws Stopped; then the program ends without it.
    double grace = std::numeric_limits<double>::infinity();
};

/// The experiment that one of the loaders makes of the entries of a job, checked like those of the program; nothing if none
/// is for them. Throws UsageError, also for a declaration that contradicts itself.
[[nodiscard]] std::optional<Experiment> load_experiment(const std::vector<ExperimentLoader>& loaders,
                                                        const std::map<std::string, std::string>& job,
                                                        const std::filesystem::path& folder);

/// The same from the code that a sweep file keeps.
[[nodiscard]] std::optional<Experiment> restore_experiment(const std::vector<ExperimentLoader>& loaders,
                                                           const std::string& name, const std::vector<CodeFile>& code);

}  // namespace gdm
