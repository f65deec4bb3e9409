#include "gdm/physics/process/entropy_times.hpp"

#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>

#include "gdm/physics/process/entropy_rates.hpp"
#include "gdm/physics/process/forward_process.hpp"

namespace gdm {

namespace {

/// The largest zero of a rate, sought downwards. All of the physics happens within a few units of the time at which the
/// classes merge, ½ ln M²; far above it the rates fall as e^{−2t} with a fixed sign.
template <class Rate>
double largest_zero(const GaussianMixture& mixture, Rate rate) {
    const double merge = std::log(mixture.axis_mean());
    const double latest = 8 + std::fmax(merge, 0);
    constexpr double step = 0.02;
    double above = latest, value_above = rate(latest);
    while (above > 0) {
        const double below = std::fmax(above - step, 0), value_below = rate(below);
        if (value_below == 0) return below > 0 ? below : nan_time;
        if (value_above * value_below < 0) {
            std::uintmax_t iterations = 200;
            const auto close = [](double a, double b) { return std::abs(a - b) <= 1e-13; };
            const auto bracket =
                boost::math::tools::toms748_solve(rate, below, above, value_below, value_above, close, iterations);
            return 0.5 * (bracket.first + bracket.second);
        }
        above = below, value_above = value_below;
    }
    return nan_time;
}

}  // namespace

// The factor e^{2t} keeps the products of values above from underflow and the zeros where they are.

double flux_reversal_time(const GaussianMixture& mixture) {
    return largest_zero(mixture, [&](double t) { return std::exp(2 * t) * reverse_entropy_flux(mixture, t); });
}

double entropy_extremum_time(const GaussianMixture& mixture) {
    return largest_zero(mixture, [&](double t) { return std::exp(2 * t) * entropy_rate(mixture, t); });
}

}  // namespace gdm
