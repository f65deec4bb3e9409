#pragma once

#include <span>
#include <vector>

#include "gdm/experiment.hpp"
#include "gdm/reduction/combiner.hpp"

namespace gdm {

/// One derived quantity at one point. Where the value is NaN, so are its errors.
struct DerivedEstimate {
    std::vector<double> value;
    std::vector<double> error;  ///< jackknife and systematic part in quadrature
    std::vector<double> systematic;
};

/// Computes derived quantities of a point from its replicas, packed one after the other, and their combination. The
/// error is the delete-one jackknife: the quantity is computed anew without each replica in turn; where some of these
/// are NaN see jackknife_error. `widths` holds the length of each quantity.
[[nodiscard]] std::vector<DerivedEstimate> derive(const std::vector<Derived>& quantities,
                                                  const std::vector<std::size_t>& widths, const Point& point,
                                                  const Combiner& combiner, std::span<const double> rows,
                                                  std::span<const double> combined);

}  // namespace gdm
