#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "gdm/base/words.hpp"
#include "gdm/experiment/point.hpp"
#include "gdm/experiment/values.hpp"

namespace gdm {

/// An axis of observables that is no parameter: a coordinate index, the bins of a histogram.
struct FixedAxis {
    std::string name;
    std::string unit = "1";
    std::string description;
    std::vector<double> values;
};

/// The fixed axis over which a replica that is a Markov chain gives its averages: the means (sums, …) of that many
/// consecutive parts of the chain. They are what the reduction resamples, so that derived quantities of one long chain have
/// errors; in reduced files the axis does not appear. It is the last axis of an observable.
inline constexpr const char* block_axis = "block";
/// That axis, as long as ChainAverage has blocks.
[[nodiscard]] FixedAxis chain_blocks();
/// The axes that a quantity has when its replicas and blocks are combined.
[[nodiscard]] std::vector<std::string> combined_axes(const std::vector<std::string>& axes);

/// How replicas combine. mean and sum as they say; log_mean_exp: ln of the mean of exp; stored: kept in the sweep file only.
enum class Combine { mean, sum, log_mean_exp, stored };
inline constexpr Words combine_words{std::array{Word{Combine::mean, "mean"}, Word{Combine::sum, "sum"},
                                                Word{Combine::log_mean_exp, "log_mean_exp"},
                                                Word{Combine::stored, "stored"}}};

/// Where an observable does not exist, so that its numbers may be NaN.
struct Missing {
    std::string when = {};                            ///< in words: `d = 1`, `where no root exists`; empty: nowhere
    std::function<bool(const Point& point)> at = {};  ///< the points where that may be; empty: all
};

/// The values that one independent sample of an observable can take. Rare states that none of n samples met may shift a mean
/// by range/n and more, so the reduction adds that to the error, in quadrature: √(s² + (range/n)²). Where the samples are
/// counts of a rare state, k of n, this is √(k + 1)/n, the deviation of its probability given k (uniform prior).
struct Bounds {
    double min = -std::numeric_limits<double>::infinity();  ///< infinite: nothing is added
    double max = std::numeric_limits<double>::infinity();
    double samples = 0;   ///< independent samples in a replica; 0: the setting `samples`, or 1 without one
    double relative = 0;  ///< what the method leaves of the value (a truncation, a quadrature), in quadrature too
    /// What n samples of all `replicas` at a point cannot exclude: (max − min)/n, 0 without bounds.
    [[nodiscard]] double unseen(const Point& point, std::size_t replicas) const;
};
/// The same bounds at every point.
[[nodiscard]] std::function<Bounds(const Point&)> between(double min, double max, double samples = 0);

struct Observable {
    std::string name;
    std::string unit = "1";
    std::string description;
    std::vector<std::string> axes = {};  ///< inner parameters and fixed axes, slowest first; none: a scalar
    Combine combine = Combine::mean;
    /// Where numbers may be NaN; nowhere by default. Infinity is never a result, but for ln 0 = -inf of log_mean_exp. See
    /// not_allowed.
    Missing may_be_missing = {};
    /// For an observable that is the binned error of a Markov chain average: the observable whose error it is.
    std::string error_of = {};
    /// Whether the spread of replicas is the error of their mean at this point: false where a single value has no finite
    /// variance, and the reduction then gives NaN for the error. `combined` holds all observables of the point (an estimated
    /// tail index, say). Empty: always.
    std::function<bool(const Point& point, const Combined& combined)> spread_is_error = {};
    /// For a mean over samples that lie between bounds: `between(0, 1)` for a probability. Empty, or infinite at a point
    /// where the estimator measures rare states by itself: the spread of replicas is the whole error.
    std::function<Bounds(const Point& point)> bounds = {};
    std::string error_missing = "no finite variance";  ///< why there is no error where spread_is_error is false
    /// For the integrated autocorrelation time of a Markov chain average, in steps: the observable whose it is, and the
    /// setting that tells how many steps are averaged. The reduction warns where these are fewer than 50 τ, and takes no
    /// blocks shorter than 10 τ.
    std::string tau_of = {};
    std::string chain_length = "samples";
    /// For the difference of two chains from opposite starts (or of two halves of one), in units of its error: the
    /// observable that they were to agree on. The reduction warns where they do not.
    std::string starts_of = {};
};

/// The first number of a replica's block that is not finite although its observable does not allow it, as
/// `V[3, 17] is not finite (nan)` with its place along the axes, counted from 0; empty if there is none.
[[nodiscard]] std::string not_allowed(const std::vector<Observable>& observables, const Layout& layout, const Point& point,
                                      std::span<const double> block);

}  // namespace gdm
