#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/reduction/combiner.hpp"

namespace gdm {

/// One derived quantity at one point. Where the value is NaN, so are its errors.
struct DerivedEstimate {
    std::vector<double> value;
    std::vector<double> error;  ///< statistical and systematic part in quadrature
    std::vector<double> systematic;
    std::string failure = {};  ///< why there is no value: what `compute` threw; empty if it did not
};

/// Runs the function of one quantity at one point. What it throws is the answer (empty if nothing), and all `numbers` are
/// NaN then: one quantity that cannot be computed at one point stops nothing else. std::bad_alloc is passed on.
[[nodiscard]] std::string attempt(const std::function<void()>& compute, std::span<double> numbers);

/// Resamples of a bootstrap: the error of the error is then 5 %.
inline constexpr std::size_t bootstrap_resamples = 200;

/// What the note `method` of an error says.
[[nodiscard]] const char* to_string(ErrorMethod method);

/// Visits the combinations of rows (packed one after the other) on which errors are found: without each row in turn, or
/// bootstrap_resamples draws with replacement, which are a function of `key` and the number of rows alone.
void visit_resamples(const Combiner& combiner, std::span<const double> rows, ErrorMethod method, std::uint64_t key,
                     const std::function<void(std::span<const double> combined)>& visit);

/// Computes derived quantities of a point from its replicas, packed one after the other, and their combination. The
/// statistical error is the one that each quantity declares: by delete-one jackknife the quantity is computed anew without
/// each replica in turn (where some of these are NaN see jackknife_error); by bootstrap it is computed on resamples of the
/// replicas, drawn with replacement, and its error is their standard deviation under the same rule (see bootstrap_error),
/// times √(n/(n − 1)), because n replicas scatter about their own mean too little (for a mean this gives s/√n).
/// The resamples are a function of `key` (see resampling_key) and the number of replicas alone. Errors are NaN for fewer
/// than two replicas. `widths` holds the length of each quantity.
[[nodiscard]] std::vector<DerivedEstimate> derive(const std::vector<Derived>& quantities,
                                                  const std::vector<std::size_t>& widths, const Point& point,
                                                  const Combiner& combiner, std::span<const double> rows,
                                                  std::span<const double> combined, std::uint64_t key = 0);

/// The key of a point's resamples: a hash of its grid parameters by name and value, so that a point has the same errors in
/// every grid, and while its sweep runs.
/// `keyed_alone`: of the keyed ones, the same for all points that share their random numbers.
[[nodiscard]] std::uint64_t resampling_key(const Experiment& experiment, const Point& point, bool keyed_alone = false);

}  // namespace gdm
