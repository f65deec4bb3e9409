#pragma once

#include <boost/program_options.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gdm/base/clock.hpp"
#include "gdm/base/error.hpp"
#include "gdm/experiment/experiment.hpp"
#include "gdm/experiment/loader.hpp"
#include "gdm/runner/job/entry.hpp"
#include "gdm/runner/job/job.hpp"
#include "gdm/runner/sweep_options.hpp"
#include "program.hpp"

namespace gdm {

/// What the command line of gdm-sweep asks for, before the job is understood.
struct SweepRequest {
    boost::program_options::variables_map options;
    JobEntries file;  ///< of the job file, or the built-in job
    JobEntries command_line;
    std::string job_name;                      ///< what the default output is named after
    std::shared_ptr<const Experiment> loaded;  ///< the job's experiment where it is not in the table
    bool built_in = false;                     ///< no job was named at all
    Clock::time_point begun = Clock::now();    ///< from which a time limit counts
    [[nodiscard]] bool has(const char* option) const { return options.count(option) != 0; }
    [[nodiscard]] std::string text(const char* option) const { return options[option].as<std::string>(); }
};

/// Throws UsageError; and an Error that is resumable where a stop ended the loading of a user's code.
[[nodiscard]] SweepRequest read_sweep_request(const std::vector<std::string>& words, const Program& program,
                                              const std::vector<Experiment>& experiments, const std::string& built_in_job,
                                              const std::vector<ExperimentLoader>& loaders);

/// The job that the file and the command line describe together. Only one rank speaks `aloud`. Throws UsageError.
[[nodiscard]] Job read_job(const SweepRequest& request, const std::vector<Experiment>& experiments,
                           const std::string& program, bool aloud);

/// What the command line says of the run itself. Throws UsageError.
[[nodiscard]] SweepOptions sweep_options(const SweepRequest& request, int argc, char** argv);
/// Seconds that `--time-limit` leaves from now on.
[[nodiscard]] std::optional<double> time_left(const SweepRequest& request);
/// What is said of a stop before there is anything to go on with.
[[nodiscard]] Error stopped_before_sweep();

}  // namespace gdm
