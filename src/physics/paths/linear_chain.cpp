#include "gdm/physics/paths/linear_chain.hpp"

#include <cmath>
#include <limits>

namespace gdm {

LinearChain transverse_chain(std::span<const PathStep> steps, const PathSettings& settings, double start_variance) {
    LinearChain chain{start_variance, {}};
    chain.steps.reserve(steps.size());
    for (const PathStep& step : steps) chain.steps.push_back(transverse_gain(step, settings));
    return chain;
}

ChainForm environment_form(std::span<const PathStep> steps, EntropyRule rule) {
    ChainForm form{std::vector<double>(steps.size() + 1), std::vector<double>(steps.size())};
    for (std::size_t n = 0; n < steps.size(); ++n) {
        const PathStep& step = steps[n];
        if (rule == EntropyRule::midpoint) {
            form.square[n] -= 0.5 * step.midpoint.linear;
            form.square[n + 1] += 0.5 * step.midpoint.linear;
        } else {
            const double f = step.start.linear, b = step.backward.linear;
            form.square[n] -= step.half_inverse_variance * f * (2 + f);
            form.square[n + 1] += step.half_inverse_variance * b * (2 + b);
            form.product[n] = step.half_inverse_variance * (f - b);
        }
    }
    return form;
}

ChainForm total_form(std::span<const PathStep> steps, EntropyRule rule, double start_variance, double end_variance) {
    ChainForm form = environment_form(steps, rule);
    form.square.front() -= 0.5 / start_variance;
    form.square.back() += 0.5 / end_variance;
    return form;
}

double log_exp_average(const LinearChain& chain, const ChainForm& form, double k) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    double logarithm = 0;
    // E[e^{−k (the part of Q from n on)} | x_n] ∝ e^{−u x_n²/2}.
    double u = 2 * k * form.square.back();
    for (std::size_t n = chain.steps.size(); n-- > 0;) {
        const auto& [gain, noise] = chain.steps[n];
        const double variance = noise * noise, cross = k * form.product[n];
        const double scale = 1 + u * variance;
        if (!(scale > 0)) return infinity;
        logarithm -= 0.5 * std::log(scale);
        u = (gain * gain * u + 4 * cross * (gain - cross * variance)) / scale + 2 * k * form.square[n];
    }
    const double scale = 1 + u * chain.start_variance;
    return scale > 0 ? logarithm - 0.5 * std::log(scale) : infinity;
}

double critical_exponent(const LinearChain& chain, const ChainForm& form) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr double largest = 1e6;
    double low = 0, high = 1;
    // E e^{−kQ} exists on an interval of k.
    while (std::isfinite(log_exp_average(chain, form, high))) {
        low = high;
        high *= 2;
        if (high > largest) return infinity;
    }
    while (high - low > 1e-12 * high) {
        const double middle = 0.5 * (low + high);
        if (middle <= low || middle >= high) break;
        (std::isfinite(log_exp_average(chain, form, middle)) ? low : high) = middle;
    }
    return high;
}

}  // namespace gdm
