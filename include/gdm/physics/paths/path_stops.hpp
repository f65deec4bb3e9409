#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <vector>

#include "gdm/physics/paths/path_plan.hpp"
#include "gdm/physics/paths/path_rates.hpp"

/// What is noted where paths stop, and the rates made of it: the same for sums over trajectories and for expectations.
namespace gdm {

/// Terms of the axis coordinate at time t: of the rates of production and flux, and of the log density
/// −(a² + M²)/2Γ + ln cosh(Ma/Γ) − ½ ln 2πΓ.
class AxisTerms {
  public:
    struct Terms {
        double production, flux, log_density;
    };
    AxisTerms(const GaussianMixture& mixture, double t, Direction direction)
        : gamma_(mixture.variance(t)),
          mean_(mixture.axis_mean(t)),
          drift_scores_(direction == Direction::reverse ? 2 : 0),
          log_norm_(0.5 * std::log(2 * std::numbers::pi * gamma_) + std::numbers::ln2) {}
    [[nodiscard]] Terms operator()(double a) const {
        const double log_odds = std::abs(mean_ * a / gamma_);
        const double tail = std::exp(-2 * log_odds);
        const double class_mean = std::copysign((1 - tail) / (1 + tail), a);
        const double score = (mean_ * class_mean - a) / gamma_;
        const double current = a + score;
        return {current * current, (a + drift_scores_ * score) * current,
                log_odds + std::log1p(tail) - 0.5 * (a * a + mean_ * mean_) / gamma_ - log_norm_};
    }

  private:
    double gamma_, mean_, drift_scores_, log_norm_;
};

/// Sums over trajectories where the path stops: at its start, at each of the times in the order of travel, at its end.
struct PathStops {
    PathStops(const PathPlan& plan, std::span<const double> times);
    [[nodiscard]] std::size_t size() const { return time.size(); }
    /// Adds all transverse coordinates, of which there are `freedom`, from the sum of their squares and their heat so far.
    void add_transverse(const GaussianMixture& mixture, double squares, double freedom, double heat_so_far,
                        Direction direction, std::size_t stop);
    /// What the sums make per trajectory.
    [[nodiscard]] PathRates rates(const PathPlan& plan, Direction direction, double trajectories) const;

    std::vector<std::size_t> reached;
    std::vector<double> time;
    std::vector<double> production, flux, log_density, heat;  ///< heat since the start
};

}  // namespace gdm
