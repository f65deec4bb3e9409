#pragma once

#include <span>

namespace gdm {

/// Where a share that falls from 1 to 0 is ½, and how fast.
struct HalfPoint {
    double place;       ///< NaN where the share does not pass ½
    double width;       ///< w; 0 where no share lies between 0 and 1
    double systematic;  ///< what another form of the curve would change; half the gap where w = 0
};

/// Fits share_k = 1/(1 + e^{(x_k − place)/w}) by maximum likelihood, all k with the same weight; `systematic` is the
/// difference to the normal integral in its place. x ascending or not, shares in [0, 1].
[[nodiscard]] HalfPoint half_point(std::span<const double> x, std::span<const double> share);

}  // namespace gdm
