#include "gdm/physics/process/speciation.hpp"

#include <cmath>

#include "gdm/physics/process/forward_process.hpp"

namespace gdm {

namespace {

/// t of e^{2t} = 1 + excess.
double positive_time(double excess) { return excess > 0 ? 0.5 * std::log1p(excess) : nan_time; }

}  // namespace

double symmetric_response(const GaussianMixture& mixture, double t) { return 1 + 2 * mixture.axis_score_slope(0, t); }

double outer_response(const GaussianMixture& mixture, double t) { return 1 - 2 / mixture.variance(t); }

double t_s_potential(const GaussianMixture& mixture) {
    const double mean2 = mixture.axis_mean() * mixture.axis_mean();
    return positive_time(mean2 + std::hypot(mean2, mixture.sigma2 - 1) - 1);
}

double t_usb(const GaussianMixture& mixture) { return positive_time(mixture.sigma2 - 2); }

double t_b(const GaussianMixture& mixture) {
    return positive_time(mixture.axis_mean() * mixture.axis_mean() - mixture.sigma2);
}

BreakingPhase breaking_phase(const GaussianMixture& mixture) {
    if (mixture.sigma2 > 2) return BreakingPhase::unstable_breaking;
    return t_s_potential(mixture) > 0 ? BreakingPhase::stable_breaking : BreakingPhase::unbroken;
}

}  // namespace gdm
