#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "gdm/experiment.hpp"
#include "gdm/storage/sweep_file.hpp"

namespace gdm {

/// One `key = value` of a job and where it stands ("jobs/a.ini:7", "--mu", "default").
struct JobEntry {
    std::string value;
    std::string where;
    bool implied = false;  ///< said by a dataset, not by the job; may be "nan"
};

/// The keys of a job before they are understood.
using JobEntries = std::map<std::string, JobEntry>;

/// Reads a job file: `key = value` lines, comments from `#` on. Every line is checked here, with its number, because
/// Boost.Program_options would not name it. Throws UsageError (no such file, no `=`, a key given twice, a section).
[[nodiscard]] JobEntries read_job_file(const std::filesystem::path& path);
/// The same for a text; `name` stands for the file in messages.
[[nodiscard]] JobEntries read_job_text(const std::string& text, const std::string& name);

/// The entries of a file with those of the command line in their place: a parameter given there, under any of its names,
/// replaces whatever the file says of it.
[[nodiscard]] JobEntries overridden(const Experiment& experiment, JobEntries file, const JobEntries& command_line);

/// A job that is known to be valid: an experiment and its whole grid.
struct Job {
    const Experiment* experiment = nullptr;
    std::uint64_t seed = 1;
    std::size_t replicas = 1;
    /// Datasets to load, by parameter name: `file.h5:/name`.
    std::map<std::string, std::string> datasets;
    /// What is fixed for the file; experiment, grid, settings, observables.
    SweepHeader header;
};

/// Understands the entries of a job. Throws UsageError, one line: place, what is wrong, what is allowed.
[[nodiscard]] Job make_job(const Experiment& experiment, const JobEntries& entries);

/// Key of the random streams of one point: hash of (seed, experiment, version, values of keyed parameters, content of the
/// input files). Does not depend on where the point sits in the grid.
[[nodiscard]] std::uint64_t point_key(const Job& job, const Point& point, const Inputs& inputs);

/// Work of one replica at each of `count` points from `first` on, as the experiment estimates it (all alike if it does not);
/// positive.
[[nodiscard]] std::vector<double> costs_of(const Job& job, std::size_t first, std::size_t count);

/// What differs first between the job in a file and another, in words; empty if nothing does.
[[nodiscard]] std::string first_difference(const SweepHeader& file, const SweepHeader& job);

}  // namespace gdm
