#pragma once

#include <span>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/weights/empirical_weights.hpp"
#include "gdm/physics/weights/weight_averages.hpp"

/// The observables of the weights of training points, which several experiments measure.
namespace gdm {

inline constexpr std::size_t participation_bins = 20;

/// Bins of Y over [0, 1], the axis of its histogram.
[[nodiscard]] FixedAxis participation_axis();
[[nodiscard]] std::vector<Observable> weight_observables();

/// Replaces the means over states of Y, Y², w_a and P(nearest), and S_w where ⟨1 − Y⟩ is small, by averages over the levels
/// (average_weights) at fewer states, which have the smaller error.
void record_averages(std::span<const WeightAverages> averages, StateKind kind, double d, Values& values);

/// Whether the points are those of a dataset, beside which mu has no meaning.
[[nodiscard]] bool has_dataset(const Point& point);

/// What is known of the points behind a set of weights.
struct WeightOrigin {
    StateKind kind = StateKind::planted;
    double d = 1;
    bool gaussian = true;       ///< drawn from the mixture: ‖g‖² has mean d, and points have classes
    bool nearest_known = true;  ///< WeightSums::nearest tells which point it is
};

/// Writes the observables: means over states. The excess entropy is that of −⟨ln p^emp⟩, by S_w for planted states, with
/// ‖z‖², g·z and ‖g‖² as control variates (with x − m_t = e^{−t}σg + √Δ z they span ‖z‖² and ‖x − m_t‖²).
void record_weights(const EmpiricalWeights& weights, const WeightOrigin& origin, std::span<const double> times,
                    Values& values);

}  // namespace gdm
