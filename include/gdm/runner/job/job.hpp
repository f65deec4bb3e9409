#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/runner/job/entry.hpp"
#include "gdm/runner/job/parameters.hpp"
#include "gdm/runner/job/targets.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {

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
    std::vector<GivenParameter> parameters;   ///< in the order of their declaration
    Shapes shapes;                            ///< of the datasets
    std::shared_ptr<const PointTable> table;  ///< that gives some of the parameters, or null
    /// What is fixed for the file; experiment, grid, settings, observables.
    SweepHeader header;
};

/// Understands the lines of a job. Throws UsageError, one line: place, what is wrong, what is allowed.
[[nodiscard]] Job make_job(const Experiment& experiment, const JobEntries& lines);

/// The job with other values of its refined axis, at some places of the grid that they make (SweepHeader::grid_index).
/// Throws UsageError if they are not allowed.
[[nodiscard]] Job refined_job(const Job& job, std::span<const double> values, const std::vector<std::uint64_t>& places);

}  // namespace gdm
