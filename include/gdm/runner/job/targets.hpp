#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/error_target.hpp"
#include "gdm/runner/job/parameters.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {

/// Where a job refines its grid: the intervals of `axis` across which a scalar quantity passes `level`, or, without a level,
/// changes its value rounded to a whole number or ceases to exist; or, with `along`, in which the crossings (the root) of
/// that name lie.
struct Refinement {
    std::string axis;
    std::string quantity;
    std::optional<double> level;
    std::size_t levels = 0;        ///< how often such intervals are halved
    const Along* along = nullptr;  ///< of the experiment; its quantity is the refined one
};

/// What a job asks of its own results, and the replicas that it begins with.
struct Demands {
    std::size_t replicas = 1;
    /// Decide how many replicas a point gets; none: all get `replicas`.
    std::vector<ErrorTarget> targets;
    std::optional<Refinement> refinement;
    AdaptiveRecord record;  ///< of the file
};

/// `replicas`, `target_error` and `max_replicas`. Throws UsageError.
[[nodiscard]] Demands read_targets(const Experiment& experiment, const JobEntries& entries);

/// Adds `refine`, `refine_where` and `refine_levels` to the demands; `given`: all parameters. Throws UsageError.
void read_refinement(Demands& demands, const Experiment& experiment, const JobEntries& entries,
                     std::span<const GivenParameter> given);

/// The lines of the normalised job that state them; empty without demands.
[[nodiscard]] std::string adaptive_text(const AdaptiveRecord& adaptive);

}  // namespace gdm
