#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "gdm/physics/paths/linear_response.hpp"
#include "gdm/physics/paths/path_block.hpp"

namespace gdm {

/// Measures the linear response of the reverse SDE at the symmetric state, and far outside both classes, by pairs of
/// trajectories with common noise in a short window of Euler–Maruyama steps around t. The closed form of the response
/// (symmetric_response) does not enter; Γ_t and M_t set scales only.
struct ResponseMeasurement {
    GaussianMixture mixture;
    Method method = Method::reduced;
    std::size_t pairs = 16;  ///< more help little: the few that go far decide
    std::size_t steps = 8;   ///< of the window; steps · step < ½ keeps it where Γ > 0, also at t = 0
    /// Length h of a step in units of Γ²/(Γ + M_t²): so short that noise moves the state by little against Γ/M_t, the width
    /// of the boundary between the classes.
    double step = 0.002;
    double separation = 0.01;  ///< half the initial distance of a pair, in units of √(2h), the noise of one step
    double distance = 1000;    ///< where the outer response is measured, in units of M_t + √Γ, or further out

    /// The unit of `step` at time t, Γ²/(Γ + M_t²).
    [[nodiscard]] double time_unit(double t) const;
};

/// A response, or the time at which it vanishes, extrapolated to steps of length zero.
struct MeasuredResponse {
    double lower;   ///< by the extrapolation of one order less, for its systematic error
    double higher;  ///< the result
};

/// Growth rate of pairs at x = 0 (see growth_at_rest) from steps h, h/2 and h/4 with noise of their own, extrapolated to
/// h = 0: higher = (32 g_{h/4} − 12 g_{h/2} + g_h)/21 has no error of order h² and h³, lower = (4 g_{h/4} − g_{h/2})/3 none
/// of order h². The noise is the same at all t, so that a stream gives one smooth function of t.
[[nodiscard]] MeasuredResponse measure_symmetric_response(const ResponseMeasurement& measurement, double t,
                                                          const RandomStream& random);

/// Growth rate of a pair where both classes are on the same side: without noise but for rounding, since the drift is linear
/// there. The window's error is of order h⁶: higher = (64 g_{h/2} − g_h)/63, lower = g_{h/2}.
[[nodiscard]] MeasuredResponse measure_outer_response(const ResponseMeasurement& measurement, double t,
                                                      const RandomStream& random);

using ResponseFunction = MeasuredResponse (*)(const ResponseMeasurement&, double, const RandomStream&);

/// The largest time at which `response` vanishes, to rounding: sign changes are looked for between `times`, where its
/// `values` are known, and a little beyond their ends (1/50 time unit, much more than the noise of the zero), so that zeros
/// near an end have the same law as others. NaN if there is none.
[[nodiscard]] MeasuredResponse measure_response_zero(const ResponseMeasurement& measurement, ResponseFunction response,
                                                     std::span<const double> times, std::span<const MeasuredResponse> values,
                                                     const RandomStream& random);

}  // namespace gdm
