#pragma once

#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/paths/path_averages.hpp"

/// What theory says of e^{−ΔS_tot} along the paths of a point. Everything is computed once for each set of parameters.
namespace gdm {

/// The paths of a point.
[[nodiscard]] PathProblem path_problem_of(const Point& point);

/// Whether a rule (midpoint, unbiased) of the environment entropy applies to the integrator.
[[nodiscard]] bool rule_applies(const Point& point, const std::string& rule);

/// Tail index of e^{−ΔS_tot} and whether its variance is finite (exponential_tail_index); NaN and false where the rule does
/// not apply.
[[nodiscard]] double tail_index_of(const Point& point, const std::string& rule);
[[nodiscard]] bool variance_is_finite(const Point& point, const std::string& rule);

/// Whether the spread of replicas is the error of ⟨e^{−ΔS_tot}⟩ over all `trajectories`: the variance is finite, and 68.3 %
/// of sets of so many would show it within 40 %, that is the standard error within 20 % (WeightLaw).
[[nodiscard]] bool spread_is_error(const Point& point, const std::string& rule, double trajectories);

/// What 68.3 % of averages of e^{−ΔS_tot} over so many trajectories stay within, as |average/expectation − 1|; NaN where it
/// is not known. By the law of the midpoint rule for both rules.
[[nodiscard]] double typical_deviation_of(const Point& point, double trajectories);

/// Of the chain at its dt (path_averages); NaN where the rule does not apply.
[[nodiscard]] PathAverages averages_of(const Point& point, const std::string& rule);

/// Closed forms of the reduced file.
[[nodiscard]] std::vector<Theory> fluctuation_theory();

}  // namespace gdm
