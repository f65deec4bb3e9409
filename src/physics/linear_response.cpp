#include "gdm/physics/linear_response.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/linear_response.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cmath>

#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/reverse_full.hpp"
#include "gdm/physics/reverse_step-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

void run_axis_pairs(const ResponseWindow& window, double start, double epsilon, const LaneNoise& noise, PairAverages& out) {
    const DoubleTag d;
    using Vector = hn::Vec<DoubleTag>;
    const std::size_t pairs = out.growth.size();
    const auto inverse_h = hn::Set(d, 1 / window.h);
    const auto flat = hn::Set(d, 1 / static_cast<double>(window.steps.size()));
    for (std::size_t i = 0; i < pairs; i += hn::Lanes(d)) {
        const auto sample = sample_lanes(d, noise.first_sample + static_cast<std::uint32_t>(i));
        StepNoise<DoubleTag> normals;
        Vector upper = hn::Set(d, start + epsilon);
        Vector lower = hn::Set(d, start - epsilon);
        Vector growth = hn::Zero(d), square = growth, fourth = growth;
        Vector flat_growth = growth, flat_square = growth, flat_fourth = growth;
        for (std::size_t k = 0; k < window.steps.size(); ++k) {
            const auto index = static_cast<std::uint32_t>(k);
            if (k % 2 == 0) normals.draw<Scheme::euler_maruyama>(d, noise.key, noise.draw, index / 2, sample);
            // With c the centre and e half the separation: ⟨x²⟩ = c² + e²/3, ⟨x⁴⟩ = c⁴ + 2c²e² + e⁴/5.
            const auto half = hn::Set(d, 0.5);
            const auto c = hn::Mul(half, hn::Add(upper, lower));
            const auto e = hn::Mul(half, hn::Sub(upper, lower));
            const auto c2 = hn::Mul(c, c);
            const auto e2 = hn::Mul(e, e);
            const auto x2 = hn::MulAdd(hn::Set(d, 1.0 / 3), e2, c2);
            const auto x4 = hn::MulAdd(c2, hn::MulAdd(hn::Set(d, 2.0), e2, c2), hn::Mul(hn::Set(d, 0.2), hn::Mul(e2, e2)));

            upper = take_step<Scheme::euler_maruyama>(d, upper, window.steps[k], normals.normal[k % 2], hn::Zero(d));
            lower = take_step<Scheme::euler_maruyama>(d, lower, window.steps[k], normals.normal[k % 2], hn::Zero(d));
            const auto gain = hn::Div(hn::Mul(half, hn::Sub(upper, lower)), e);
            const auto rate = hn::Mul(hn::Sub(gain, hn::Set(d, 1.0)), inverse_h);

            const auto weight = hn::Set(d, window.weights[k]);
            growth = hn::MulAdd(weight, rate, growth);
            square = hn::MulAdd(weight, x2, square);
            fourth = hn::MulAdd(weight, x4, fourth);
            flat_growth = hn::MulAdd(flat, rate, flat_growth);
            flat_square = hn::MulAdd(flat, x2, flat_square);
            flat_fourth = hn::MulAdd(flat, x4, flat_fourth);
        }
        store_up_to(d, growth, out.growth.data() + i, pairs - i);
        store_up_to(d, square, out.square.data() + i, pairs - i);
        store_up_to(d, fourth, out.fourth.data() + i, pairs - i);
        store_up_to(d, flat_growth, out.flat_growth.data() + i, pairs - i);
        store_up_to(d, flat_square, out.flat_square.data() + i, pairs - i);
        store_up_to(d, flat_fourth, out.flat_fourth.data() + i, pairs - i);
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(run_axis_pairs);

ResponseWindow::ResponseWindow(const GaussianMixture& mixture, double t, double step, std::size_t n) : h(step) {
    const double middle = 0.5 * static_cast<double>(n - 1);
    double mean = 0;
    for (std::size_t k = 0; k < n; ++k) {
        const double offset = middle - static_cast<double>(k);
        steps.push_back(reverse_step(mixture, t + offset * h, t + (offset - 1) * h, Scheme::euler_maruyama));
        mean += offset * offset / static_cast<double>(n);
    }
    // The fit a + b s² over symmetric offsets s gives a = ⟨g⟩ − b⟨s²⟩ with b = Σ(s² − ⟨s²⟩) g / Σ(s² − ⟨s²⟩)².
    double spread = 0;
    for (std::size_t k = 0; k < n; ++k) {
        const double offset = middle - static_cast<double>(k);
        spread += (offset * offset - mean) * (offset * offset - mean);
    }
    for (std::size_t k = 0; k < n; ++k) {
        const double offset = middle - static_cast<double>(k);
        weights.push_back(1 / static_cast<double>(n) - mean * (offset * offset - mean) / spread);
    }
}

PairAverages::PairAverages(std::size_t pairs)
    : growth(pairs), square(pairs), fourth(pairs), flat_growth(pairs), flat_square(pairs), flat_fourth(pairs) {}

void run_axis_pairs(const ResponseWindow& window, double start, double epsilon, const LaneNoise& noise, PairAverages& out) {
    HWY_DYNAMIC_DISPATCH(run_axis_pairs)(window, start, epsilon, noise, out);
}

void run_full_pairs(const ResponseWindow& window, std::size_t d, double start, double epsilon, const LaneNoise& noise,
                    PairAverages& out) {
    const std::size_t pairs = out.growth.size();
    const double root = std::sqrt(static_cast<double>(d));
    std::vector<double> upper(d * pairs, (start + epsilon) / root);
    std::vector<double> lower(d * pairs, (start - epsilon) / root);
    std::vector<double> a(pairs), b(pairs), half_distance(pairs);
    for (auto* values : {&out.growth, &out.square, &out.fourth, &out.flat_growth, &out.flat_square, &out.flat_fourth})
        values->assign(pairs, 0.0);
    const double flat = 1 / static_cast<double>(window.steps.size());
    axis_projection(upper, pairs, a);
    axis_projection(lower, pairs, b);
    LaneNoise step_noise = noise;
    for (std::size_t k = 0; k < window.steps.size(); ++k) {
        const double weight = window.weights[k];
        for (std::size_t i = 0; i < pairs; ++i) {
            const double c2 = 0.25 * (a[i] + b[i]) * (a[i] + b[i]);
            half_distance[i] = 0.5 * (a[i] - b[i]);
            const double e2 = half_distance[i] * half_distance[i];
            out.square[i] += weight * (c2 + e2 / 3);
            out.flat_square[i] += flat * (c2 + e2 / 3);
            out.fourth[i] += weight * (c2 * (c2 + 2 * e2) + e2 * e2 / 5);
            out.flat_fourth[i] += flat * (c2 * (c2 + 2 * e2) + e2 * e2 / 5);
        }
        step_noise.first_step = static_cast<std::uint32_t>(k);
        const auto step = std::span(window.steps).subspan(k, 1);
        advance_full(upper, pairs, step, Scheme::euler_maruyama, step_noise);
        advance_full(lower, pairs, step, Scheme::euler_maruyama, step_noise);
        axis_projection(upper, pairs, a);
        axis_projection(lower, pairs, b);
        for (std::size_t i = 0; i < pairs; ++i) {
            const double rate = (0.5 * (a[i] - b[i]) / half_distance[i] - 1) / window.h;
            out.growth[i] += weight * rate;
            out.flat_growth[i] += flat * rate;
        }
    }
}

double mean_of(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

ResponseFit extrapolate_response(std::span<const double> growth, std::span<const double> square,
                                 std::span<const double> fourth) {
    const double g = mean_of(growth);
    const double s = mean_of(square);
    const double f = mean_of(fourth);
    // Gram–Schmidt: fourth is replaced by its part that neither the constant nor square explains.
    double ss = 0, sf = 0, sg = 0;
    for (std::size_t i = 0; i < growth.size(); ++i) {
        ss += (square[i] - s) * (square[i] - s);
        sf += (square[i] - s) * (fourth[i] - f);
        sg += (square[i] - s) * (growth[i] - g);
    }
    if (!(ss > 0)) return {g, g};
    const double slope = sg / ss;
    const double mix = sf / ss;
    double rr = 0, rg = 0;
    for (std::size_t i = 0; i < growth.size(); ++i) {
        const double rest = fourth[i] - f - mix * (square[i] - s);
        rr += rest * rest;
        rg += rest * (growth[i] - g - slope * (square[i] - s));
    }
    const double order1 = g - slope * s;
    if (!(rr > 0)) return {order1, order1};
    return {order1, order1 - rg / rr * (f - mix * s)};
}

}  // namespace gdm
#endif
