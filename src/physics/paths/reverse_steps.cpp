#include "gdm/physics/paths/reverse_steps.hpp"

#include <algorithm>
#include <cmath>

#include "gdm/physics/process/forward_process.hpp"

namespace gdm {

ReverseStep reverse_step(const GaussianMixture& mixture, double t, double u, Scheme scheme, StepVariable variable) {
    const double h = t - u;
    const double gamma = mixture.variance(t);
    const double gamma_end = mixture.variance(u);
    ReverseStep step;
    step.slope = mixture.axis_mean(t) / gamma;
    if (scheme == Scheme::exact) {
        step.linear = gamma_end * std::exp(-h) / gamma;
        step.coupling = mixture.axis_mean(u) - step.linear * mixture.axis_mean(t);
        step.noise = std::sqrt(gamma_end * noise_variance(h) / gamma);
        return step;
    }
    const double advance = variable == StepVariable::clock ? mixture.clock(t) - mixture.clock(u) : 0;
    const double weight = variable == StepVariable::clock ? gamma * advance : h;
    const double end_weight = variable == StepVariable::clock ? gamma_end * advance : h;
    step.linear = weight * (1 - 2 / gamma);
    step.coupling = 2 * weight * step.slope;
    step.end_slope = mixture.axis_mean(u) / gamma_end;
    step.end_linear = end_weight * (1 - 2 / gamma_end);
    step.end_coupling = 2 * end_weight * step.end_slope;
    step.noise = std::sqrt(2 * h);
    return step;
}

void append_reverse_steps(const GaussianMixture& mixture, double t, double u, Scheme scheme, double dt,
                          std::vector<ReverseStep>& steps) {
    const double start = mixture.clock(t);
    const double end = mixture.clock(u);
    // The small margin keeps a length of exactly k dt at k steps in spite of rounding.
    const double count = scheme == Scheme::exact ? 1 : std::max(1.0, std::ceil((start - end) / dt - 1e-9));
    const StepVariable variable = mixture.sigma2 < 1 ? StepVariable::clock : StepVariable::time;
    double now = t;
    for (double k = 1; k <= count; ++k) {
        const double next = k == count ? u : mixture.time_of_clock(start + (end - start) * k / count);
        steps.push_back(reverse_step(mixture, now, next, scheme, variable));
        now = next;
    }
}

TransverseStep transverse_step(const ReverseStep& step, Scheme scheme) {
    switch (scheme) {
        case Scheme::euler_maruyama:
            return {1 + step.linear, step.noise};
        case Scheme::heun:
            return {1 + 0.5 * (step.linear + step.end_linear * (1 + step.linear)), step.noise * (1 + 0.5 * step.end_linear)};
        case Scheme::exact:
            break;
    }
    return {step.linear, step.noise};
}

double transverse_variance(double start, std::span<const ReverseStep> steps, Scheme scheme) {
    double variance = start;
    for (const ReverseStep& step : steps) {
        const TransverseStep linear = transverse_step(step, scheme);
        variance = linear.gain * linear.gain * variance + linear.noise * linear.noise;
    }
    return variance;
}

}  // namespace gdm
