#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/error_target.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {

/// Estimates single quantities of one point from some of its replicas, while a sweep runs: what the reduction does for
/// all quantities and points of a finished one.
class PointEstimator {
  public:
    /// `quantities`: names of observables or derived quantities of the experiment. The experiment must outlive it.
    PointEstimator(const Experiment& experiment, const SweepHeader& header, const std::vector<std::string>& quantities);
    ~PointEstimator();

    struct Estimate {
        std::vector<double> value;
        std::vector<double> error;               ///< NaN where the spread of replicas gives none
        std::vector<std::string> error_missing;  ///< why there is none, number by number
    };
    /// One estimate for each quantity, from whole blocks of replicas one after the other.
    [[nodiscard]] std::vector<Estimate> estimate(const Point& point, std::span<const double> blocks) const;
    /// The values alone, which is far cheaper.
    [[nodiscard]] std::vector<std::vector<double>> values(const Point& point, std::span<const double> blocks) const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// The rule by which a sweep with `target_error` gives replicas to a point, from its first `asked` replicas alone (of which
/// failed ones may be missing in `blocks`): `asked` if the targets are met, otherwise how many to have before it is asked
/// again, from 9/8 to 2 times as many: asked · (u/target)² where that lies between, u being the largest error in units of
/// its target.
///
/// u is the upper end of the estimated error, s (1 + 1/√(2(n − 1))) for n replicas, because a sweep that stops at the first
/// favourable estimate stops too soon: with u = s itself, 10 % of points with normal replicas end with a true error more
/// than 1.1 times the target, with this u 3 %. What remains: errors given are too small by a few per cent, and the mean of a
/// skewed quantity (γ = 2) is off by 0.1 of its error, towards values with small spread. Numbers without a value or
/// without an error (a transition that does not exist, infinite variance) demand nothing; a spread of exactly zero meets
/// every target, unless the observable has bounds (Observable::bounds).
[[nodiscard]] std::size_t replicas_wanted(const PointEstimator& estimator, const std::vector<ErrorTarget>& targets,
                                          const Point& point, std::span<const double> blocks, std::size_t asked);

}  // namespace gdm
