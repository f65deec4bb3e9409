#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/along.hpp"
#include "gdm/reduction/along/method.hpp"

namespace gdm {

/// A point of a plane with what its quantity is on resamples of its rows. A row is what one call of Combiner::pack appends
/// at least once; the same unit is left out at all points of a group together.
struct ResampledPoint {
    std::size_t first = 0, width = 1;       ///< its nodes
    std::uint64_t group = 0;                ///< of points that share their random numbers
    std::vector<std::uint64_t> units = {};  ///< what each row is a part of: a replica, or a block of one
    std::vector<double> resamples = {};  ///< width a resample: jackknife without each row; bootstrap 200 draws of the rows
};

/// A result along an axis in one plane: the numbers of along::Outcome with their errors.
struct AlongEstimate {
    std::vector<double> value, error, systematic;            ///< the systematic part is in the error, in quadrature
    std::vector<std::string> error_missing;                  ///< why a value has no error, number by number
    double chi2 = std::numeric_limits<double>::quiet_NaN();  ///< per degree of freedom, where the points are independent
    double freedom = std::numeric_limits<double>::quiet_NaN();
    std::vector<std::size_t> used;              ///< nodes
    std::string failure;                        ///< why there is no value
    std::map<std::uint64_t, double> variances;  ///< of the first number, by group: what more replicas reduce
};

/// The statistical error adds the variances of all groups: jackknife, (n−1)/n Σ_u (θ_u − θ̄)² over the n units of the group;
/// or bootstrap, the spread over 200 resamples of all points, whose deviations are stretched by √(n/(n−1)). What the errors
/// of the nodes hold beyond the spread of their rows (bounds, a systematic part) is added by ((θ(y+e) − θ(y−e))/2)². Where
/// independent points miss a fit by more than chance allows at the level of 5 %, χ²/dof > 1 + 2√(2/dof), the error is times
/// √(χ²/dof) (Birge 1932). The systematic part is √Σ_o max(0, (θ − θ_o)² − 4 Var(θ − θ_o)) over the other rules o: what two
/// deviations of their difference do not explain.
[[nodiscard]] AlongEstimate estimate_along(const Along& along, const along::Nodes& nodes,
                                           std::span<const ResampledPoint> points, bool by_group = false);

}  // namespace gdm
