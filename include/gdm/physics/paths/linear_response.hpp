#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/physics/paths/path_kernel.hpp"

/// Linear response of the reverse SDE, measured: pairs of trajectories that start a little apart and share their noise. The
/// drift is only ever run, never differentiated.
namespace gdm {

/// A short window of equal Euler–Maruyama steps of length h, centred on time t: step k starts at t + ((n−1)/2 − k) h.
struct ResponseWindow {
    double h = 0;
    std::vector<PathStep> steps;
    std::vector<double>
        weights;  ///< of the steps: value of the least-squares quartic at the centre (Savitzky and Golay 1964)

    /// n ≥ 5 steps. The window may reach slightly below t = 0, into the analytic continuation of the drift.
    ResponseWindow(const GaussianMixture& mixture, double t, double h, std::size_t n);
};

/// What pairs tell, one entry each: averages over the steps of a window, with weights w_k,
///   growth = Σ w_k (δ_{k+1}/δ_k − 1)/h,  square = Σ w_k ⟨x²⟩_k,
/// δ the separation along the axis and ⟨·⟩_k the average over the interval between the two at the start of step k.
struct PairAverages {
    std::vector<double> growth, square;

    explicit PairAverages(std::size_t pairs);
};

/// Runs all pairs from start ± epsilon on the axis. Random numbers as in path_kernel.hpp, in double precision alone: two
/// trajectories so close are told apart by their last digits, and tanh is that of lanes-inl.hpp for the same reason.
void run_axis_pairs(const ResponseWindow& window, double start, double epsilon, const LaneNoise& noise, PairAverages& out);

/// The same with all d coordinates, started at start·m̂ ± epsilon·m̂; transverse coordinates start at 0.
void run_full_pairs(const ResponseWindow& window, std::size_t d, double start, double epsilon, const LaneNoise& noise,
                    PairAverages& out);

/// The least-squares line of growth against the excursion `square`, at zero excursion; the mean of growth if the excursions
/// do not differ. For short steps its error is of order h².
[[nodiscard]] double growth_at_rest(std::span<const double> growth, std::span<const double> square);

/// Mean over pairs, in order.
[[nodiscard]] double mean_of(std::span<const double> values);

}  // namespace gdm
