#pragma once

#include <cstddef>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/spins/spin_posterior.hpp"
#include "gdm/physics/spins/spin_strip.hpp"

/// What the experiments on scores of Ising strips share.
namespace gdm {

/// Grid parameters `L` (sites of a column), `length` (columns; 0: as many), `boundary` and `T`.
[[nodiscard]] std::vector<Parameter> strip_parameters(const std::string& size, const std::string& boundary,
                                                      const std::string& temperature);
/// Settings `score`, `samples`, and of the chains of score = monte_carlo `steps`, `thermalisation` and `interval`.
[[nodiscard]] std::vector<Parameter> score_settings(const std::string& samples);

[[nodiscard]] SpinStrip strip_of(const Point& point);
[[nodiscard]] SpinPosteriorSettings posterior_settings_of(const Point& point);
/// Throws UsageError where the score is exact and its transfer matrix too large.
void check_strip(const Point& point);
/// Nanoseconds of one posterior mean.
[[nodiscard]] double posterior_cost(const Point& point);

/// Entropy of all spins, and mutual information of the columns before length/2 and the others, in nats; NaN where
/// neither transfer matrices reach nor, for the entropy of a torus, Kaufman's formula. Computed once for each strip.
struct ExactStrip {
    double entropy, information;
};
[[nodiscard]] ExactStrip exact_strip(const SpinStrip& strip);
/// Whether a transfer matrix of this strip has no more than 2^24 numbers, and 8 sites on a torus, 16 otherwise.
[[nodiscard]] bool is_exact(const SpinStrip& strip);

}  // namespace gdm
