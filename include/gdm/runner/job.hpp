#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/error_target.hpp"
#include "gdm/experiment/experiment.hpp"
#include "gdm/sweep/header.hpp"

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

/// Where a job refines its grid: the intervals of `axis` across which a scalar quantity passes `level`, or, without a level,
/// changes its value rounded to a whole number or ceases to exist.
struct Refinement {
    std::string axis;
    std::string quantity;
    std::optional<double> level;
    std::size_t levels = 0;  ///< how often such intervals are halved
};

/// A job that is known to be valid: an experiment and its whole grid.
struct Job {
    const Experiment* experiment = nullptr;
    std::uint64_t seed = 1;
    std::size_t replicas = 1;
    /// Datasets to load, by parameter name: `file.h5:/name`.
    std::map<std::string, std::string> datasets;
    /// Demands that decide how many replicas a point gets; none: all get `replicas`.
    std::vector<ErrorTarget> targets;
    std::optional<Refinement> refinement;
    JobEntries entries;  ///< what it was made from
    /// What is fixed for the file; experiment, grid, settings, observables.
    SweepHeader header;
};

/// A key that every job may have beside the experiment's parameters.
struct CommonKey {
    const char* name;
    const char* description;
    const char* default_text;
};
[[nodiscard]] std::span<const CommonKey> common_key_table();
/// Their names.
[[nodiscard]] const std::vector<std::string>& common_keys();

/// Understands the entries of a job. Throws UsageError, one line: place, what is wrong, what is allowed. `places`: the job
/// is of these places of the grid alone (SweepHeader::grid_index); all if there are none.
[[nodiscard]] Job make_job(const Experiment& experiment, const JobEntries& entries,
                           const std::vector<std::uint64_t>& places = {});

/// More points than a job may have.
constexpr double most_grid_points = 1e9;

/// How large the grid is that the entries of a job describe, found without making it.
struct GridSize {
    double points = 1;
    std::string text;  ///< "60 mu × 21 sigma2 × 3 d"
    double replicas = 1;
    double memory = 0;  ///< bytes that a rank takes for it, about
};
[[nodiscard]] GridSize grid_size(const Experiment& experiment, const JobEntries& entries);

/// The job with other values of its refined axis, at some places of the grid that they make.
[[nodiscard]] Job refined_job(const Job& job, std::span<const double> values, const std::vector<std::uint64_t>& places);

/// Key of the random streams of one point: hash of (seed, experiment, version, values of keyed parameters, content of the
/// input files). Does not depend on where the point sits in the grid.
[[nodiscard]] std::uint64_t point_key(const Job& job, const Point& point, const Inputs& inputs);

/// Work of one replica at each of `count` points from `first` on, as the experiment estimates it (all alike if it does not);
/// positive.
[[nodiscard]] std::vector<double> costs_of(const Job& job, std::size_t first, std::size_t count);

}  // namespace gdm
