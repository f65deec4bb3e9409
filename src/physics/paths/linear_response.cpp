#include "gdm/physics/paths/linear_response.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/paths/linear_response.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cmath>

#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/paths/reverse_full.hpp"
#include "gdm/physics/paths/reverse_step-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

void run_axis_pairs(const ResponseWindow& window, double start, double epsilon, const LaneNoise& noise, PairAverages& out) {
    const DoubleTag d;
    using Vector = hn::Vec<DoubleTag>;
    const std::size_t pairs = out.growth.size();
    const auto inverse_h = hn::Set(d, 1 / window.h);
    for (std::size_t i = 0; i < pairs; i += hn::Lanes(d)) {
        const auto sample = sample_lanes(d, noise.first_sample + static_cast<std::uint32_t>(i));
        StepNoise<DoubleTag> normals;
        Vector upper = hn::Set(d, start + epsilon);
        Vector lower = hn::Set(d, start - epsilon);
        Vector growth = hn::Zero(d), square = growth;
        for (std::size_t k = 0; k < window.steps.size(); ++k) {
            const auto index = static_cast<std::uint32_t>(k);
            if (k % 2 == 0) normals.draw<Scheme::euler_maruyama>(d, noise.key, noise.draw, index / 2, sample);
            // With c the centre and e half the separation: ⟨x²⟩ = c² + e²/3.
            const auto half = hn::Set(d, 0.5);
            const auto c = hn::Mul(half, hn::Add(upper, lower));
            const auto e = hn::Mul(half, hn::Sub(upper, lower));
            const auto x2 = hn::MulAdd(hn::Set(d, 1.0 / 3), hn::Mul(e, e), hn::Mul(c, c));

            upper = take_step<Scheme::euler_maruyama>(d, upper, window.steps[k], normals.normal[k % 2], hn::Zero(d));
            lower = take_step<Scheme::euler_maruyama>(d, lower, window.steps[k], normals.normal[k % 2], hn::Zero(d));
            const auto gain = hn::Div(hn::Mul(half, hn::Sub(upper, lower)), e);
            const auto rate = hn::Mul(hn::Sub(gain, hn::Set(d, 1.0)), inverse_h);

            const auto weight = hn::Set(d, window.weights[k]);
            growth = hn::MulAdd(weight, rate, growth);
            square = hn::MulAdd(weight, x2, square);
        }
        store_up_to(d, growth, out.growth.data() + i, pairs - i);
        store_up_to(d, square, out.square.data() + i, pairs - i);
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(run_axis_pairs);

ResponseWindow::ResponseWindow(const GaussianMixture& mixture, double t, double step, std::size_t n)
    : h(step), weights(n, 0.0) {
    const double middle = 0.5 * static_cast<double>(n - 1);
    std::vector<double> offset(n);
    for (std::size_t k = 0; k < n; ++k) {
        offset[k] = middle - static_cast<double>(k);
        steps.push_back(reverse_step(mixture, t + offset[k] * h, t + (offset[k] - 1) * h, Scheme::euler_maruyama));
    }
    // With even polynomials p_j that are orthogonal over the offsets s, the fit at the centre is Σ_j p_j(0) ⟨p_j, g⟩/⟨p_j,
    // p_j⟩; over symmetric offsets odd ones do not change it. Recursion: p_{j+1} = (s² − a_j) p_j − b_j p_{j−1}.
    std::vector<double> before(n, 0.0), polynomial(n, 1.0);
    double before_at_centre = 0, at_centre = 1, norm_before = 0;
    for (int order = 0; order <= 4; order += 2) {
        double norm = 0, moment = 0;
        for (std::size_t k = 0; k < n; ++k) {
            norm += polynomial[k] * polynomial[k];
            moment += offset[k] * offset[k] * polynomial[k] * polynomial[k];
        }
        const double a = moment / norm;
        const double b = order == 0 ? 0 : norm / norm_before;
        for (std::size_t k = 0; k < n; ++k) {
            weights[k] += at_centre * polynomial[k] / norm;
            const double next = (offset[k] * offset[k] - a) * polynomial[k] - b * before[k];
            before[k] = polynomial[k];
            polynomial[k] = next;
        }
        const double next_at_centre = -a * at_centre - b * before_at_centre;
        before_at_centre = at_centre;
        at_centre = next_at_centre;
        norm_before = norm;
    }
}

PairAverages::PairAverages(std::size_t pairs) : growth(pairs), square(pairs) {}

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
    for (auto* values : {&out.growth, &out.square}) values->assign(pairs, 0.0);
    axis_projection(upper, pairs, a);
    axis_projection(lower, pairs, b);
    LaneNoise step_noise = noise;
    for (std::size_t k = 0; k < window.steps.size(); ++k) {
        const double weight = window.weights[k];
        for (std::size_t i = 0; i < pairs; ++i) {
            const double c2 = 0.25 * (a[i] + b[i]) * (a[i] + b[i]);
            half_distance[i] = 0.5 * (a[i] - b[i]);
            out.square[i] += weight * (c2 + half_distance[i] * half_distance[i] / 3);
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
        }
    }
}

double mean_of(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

double growth_at_rest(std::span<const double> growth, std::span<const double> square) {
    const double g = mean_of(growth);
    const double s = mean_of(square);
    double ss = 0, sg = 0;
    for (std::size_t i = 0; i < growth.size(); ++i) {
        ss += (square[i] - s) * (square[i] - s);
        sg += (square[i] - s) * (growth[i] - g);
    }
    return ss > 0 ? g - sg / ss * s : g;
}

}  // namespace gdm
#endif
