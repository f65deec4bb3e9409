#pragma once

#include <vector>

#include "gdm/base/stop.hpp"
#include "gdm/physics/targets/self_consistency.hpp"

namespace gdm {

/// Where a branch of m = ⟨y⟩_{m+h} ends.
struct TurningPoint {
    double theta = 0;       ///< NaN: it goes on to the noisiest state that was asked for
    std::vector<double> m;  ///< the state there
};

/// Follows the branch that stands near `start` at `theta` towards more noise by pseudo-arclength continuation (Keller 1977)
/// in (m, ln θ) until θ no longer rises along it: a saddle-node, or, on a branch that ends in a symmetric state, a
/// pitchfork. The turning point is refined to 1e-10 relative (near pitchforks where several directions turn at once, too).
/// `highest`: the θ up to which it is followed. `start`: a stable state; nothing is known if Newton's method does not stay
/// with it (θ NaN, m empty).
[[nodiscard]] TurningPoint turning_point(const FieldedTarget& target, double theta, std::span<const double> start,
                                         double highest, const Stop& stop);

/// The greatest θ at which a symmetric state `m` that is a branch at every θ loses its stability: λ_max(C) = θ, between the
/// two given.
[[nodiscard]] double stability_limit(const FieldedTarget& target, std::span<const double> m, double lowest, double highest);

/// Where the state of one of N orthonormal points ends, as random points in many dimensions nearly are: with s the first
/// weight less each other one, θ = s/ln((1 + (N − 1)s)/(1 − s)) along the branch (the N-state Potts model in mean field),
/// greatest at the end. ½ for N = 2.
[[nodiscard]] double orthogonal_points_theta_c(double N);

}  // namespace gdm
