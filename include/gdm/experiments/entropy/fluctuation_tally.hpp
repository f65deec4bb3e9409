#pragma once

#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"

/// Statistics of entropies over the trajectories of one replica, and the observables into which they are written.
namespace gdm {

/// Fixed axes `entropy` and `weight` (centres of histogram bins) and `n` (numbers of trajectories of a running average).
[[nodiscard]] std::vector<FixedAxis> fluctuation_axes();

/// Why averages of e^{−ΔS_tot} have no error where they have none.
extern const char* const no_error;

/// The observables of ΔS and, by each rule, of ΔS_E, ΔS_tot and e^{−ΔS_tot}. `spread_is_error` tells for a rule (midpoint,
/// unbiased) whether the spread of e^{−ΔS_tot} over so many trajectories is the error of its mean at a point.
using SpreadIsError = std::function<bool(const Point& point, const std::string& rule, double trajectories)>;
[[nodiscard]] std::vector<Observable> fluctuation_observables(const SpreadIsError& spread_is_error);

/// Mean, mean square and density over the axis `entropy` of values that come one by one.
class EntropyTally {
  public:
    EntropyTally();
    void add(double entropy);
    void write(const std::string& name, const Values& values) const;  ///< NAME, NAME_2, NAME_density

  private:
    double sum_ = 0, sum_of_squares_ = 0, count_ = 0;
    std::vector<double> bins_;
};

/// ΔS_E, ΔS_tot and e^{−ΔS_tot} by one rule.
class FluctuationTally {
  public:
    explicit FluctuationTally(std::string rule) : rule_(std::move(rule)) {}
    void add(std::span<const double> system, std::span<const double> environment);
    void write(const Values& values) const;

  private:
    std::string rule_;
    EntropyTally environment_, total_;
    std::vector<double> log_weights_;  ///< −ΔS_tot in the order of the trajectories
};

/// Largest values of e^{−ΔS_tot} that Hill's estimator uses of n: one in a hundred, at least 10.
[[nodiscard]] std::size_t tail_size(std::size_t n);

}  // namespace gdm
