#pragma once

#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/networks/hierarchy_noise.hpp"
#include "gdm/physics/networks/hierarchy_rules.hpp"

/// What the experiments on the random hierarchy model share.
namespace gdm {

/// The grid parameters v, m and s.
[[nodiscard]] std::vector<Parameter> hierarchy_parameters();
/// The setting `noise` and the inner axes `strength` (snr, t, mask, epsilon) and `level`.
[[nodiscard]] std::vector<Parameter> hierarchy_noise_parameters(const std::string& strengths, const std::string& levels,
                                                                const std::string& level_description);

/// The shape of a point; L = 1 where it has none.
[[nodiscard]] HierarchyShape hierarchy_shape(const Point& point);
[[nodiscard]] LeafNoise hierarchy_noise(const Point& point);
/// Throws UsageError where there are not m v tuples, or too many to draw from, or where a strength is no probability.
void check_hierarchy(const Point& point);

/// leaf_agreement over `strength`, the belief in the true symbol from its own leaf alone, over so many independent leaves of
/// a replica, and its exact mean.
[[nodiscard]] Observable leaf_agreement(double (*leaves)(const Point& point));
[[nodiscard]] Theory leaf_agreement_theory();
/// strength_mean_field, fixed_point and its slopes: mean-field theory of a point.
[[nodiscard]] std::vector<Theory> hierarchy_mean_field_theory();
/// The mean leaf belief at each strength after `levels` steps of the mean-field map.
[[nodiscard]] std::vector<double> mean_field_beliefs(const Point& point, std::size_t levels);

}  // namespace gdm
