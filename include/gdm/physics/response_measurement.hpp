#pragma once

#include <cstddef>
#include <cstdint>

#include "gdm/physics/linear_response.hpp"
#include "gdm/physics/reverse_trajectories.hpp"

namespace gdm {

/// Measures the linear response of the reverse SDE at the symmetric state, and far outside both classes, by pairs of
/// trajectories with common noise in a short window of Euler–Maruyama steps around t. The closed form of the response
/// (symmetric_response) does not enter; Γ_t and M_t set scales only.
struct ResponseMeasurement {
    GaussianMixture mixture;
    Method method = Method::reduced;
    std::size_t pairs = 64;
    std::size_t steps = 8;  ///< of the window; steps · step < ½ keeps it where Γ > 0, also at t = 0
    /// Length h of a step in units of Γ²/(Γ + M_t²): so short that noise moves the state by little against Γ/M_t, the width
    /// of the boundary between the classes.
    double step = 0.002;
    double separation = 0.01;  ///< half the initial distance of a pair, in units of √(2h), the noise of one step
    double distance = 1000;    ///< where the outer response is measured, in units of M_t + √Γ
};

/// A response with what tells its systematic error.
struct MeasuredResponse {
    double lower;   ///< by the extrapolation of lower order, or nearer in
    double higher;  ///< the result
    double flat;    ///< as `higher`, but the plain mean over the window instead of the quadratic fit at its centre
};

/// Growth rate of pairs around x = 0, extrapolated to zero excursion: lower by order 1, higher by order 2 (see
/// extrapolate_response). `draw` separates measurements of one stream.
[[nodiscard]] MeasuredResponse measure_symmetric_response(const ResponseMeasurement& measurement, double t,
                                                          const RandomStream& random, std::uint32_t draw);

/// Growth rate of pairs at `distance` (lower) and twice that (higher, flat). One pair: so far out all are alike.
[[nodiscard]] MeasuredResponse measure_outer_response(const ResponseMeasurement& measurement, double t,
                                                      const RandomStream& random, std::uint32_t draw);

}  // namespace gdm
