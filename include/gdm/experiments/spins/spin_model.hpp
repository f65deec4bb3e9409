#pragma once

#include <string>

#include "gdm/base/words.hpp"
#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Spins ±1, or directions in the plane.
enum class SpinModel { ising, xy };
inline constexpr Words spin_model_words{std::array{Word{SpinModel::ising, "ising"}, Word{SpinModel::xy, "xy"}}};

/// `model`: ising, xy; a grid axis.
[[nodiscard]] Parameter model_parameter(const std::string& default_value);
[[nodiscard]] SpinModel model_of(const Point& point);
/// ln 2 or ln 2π: the entropy of a free spin, which all have at T = ∞.
[[nodiscard]] double free_entropy(SpinModel model);

}  // namespace gdm
