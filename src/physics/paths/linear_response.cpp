#include "gdm/physics/paths/linear_response.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/paths/linear_response.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gdm/base/fast_lanes-inl.hpp"
#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/paths/full_path.hpp"
#include "gdm/physics/paths/path_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// Two vectors: as many pairs as are usual, with AVX-512.
struct ResponseLanes {
    using Real = double;
    using Tag = DoubleTag;
    static constexpr std::size_t vectors = 2;
    using Vec = Pack<Tag, vectors>;
};
using ResponsePack = ResponseLanes::Vec;

HWY_INLINE ResponsePack euler_step(const ResponsePack& x, const PathStep& step, const ResponsePack& normal) {
    const auto mean =
        each<DoubleTag, ResponseLanes::vectors>([](auto y) { return tanh(DoubleTag(), y); }, step.start.slope * x);
    const ResponsePack drift = fma(step.start.linear, x, step.start.coupling * mean);
    return fma(step.noise, normal, x + drift);
}

void run_axis_pairs(const ResponseWindow& window, double start, double epsilon, const LaneNoise& noise, PairAverages& out) {
    const DoubleTag d;
    const std::size_t pairs = out.growth.size(), width = ResponseLanes::vectors * hn::Lanes(d);
    const PhiloxKeys keys(noise.key);
    for (std::size_t i = 0; i < pairs; i += width) {
        const PackSamples<ResponseLanes::vectors> samples(d, noise.first_sample + static_cast<std::uint32_t>(i));
        ResponsePack normals[steps_per_block];
        const ResponsePack zero{{hn::Zero(d), hn::Zero(d)}};
        ResponsePack upper = zero + (start + epsilon), lower = zero + (start - epsilon), growth = zero, square = zero;
        for (std::size_t k = 0; k < window.steps.size(); ++k) {
            const auto index = static_cast<std::uint32_t>(k);
            if (k % steps_per_block == 0) block_normals(keys, noise.draw, index / steps_per_block, samples, normals);
            // With c the centre and e half the separation: ⟨x²⟩ = c² + e²/3.
            const ResponsePack c = 0.5 * (upper + lower), e = 0.5 * (upper - lower);
            const ResponsePack x2 = fma(1.0 / 3, e * e, c * c);

            upper = euler_step(upper, window.steps[k], normals[k % steps_per_block]);
            lower = euler_step(lower, window.steps[k], normals[k % steps_per_block]);
            const ResponsePack gain = each<DoubleTag, ResponseLanes::vectors>(
                [](auto after, auto before) { return hn::Div(after, before); }, 0.5 * (upper - lower), e);
            growth = fma(window.weights[k], (1 / window.h) * (gain - 1), growth);
            square = fma(window.weights[k], x2, square);
        }
        store_pack(growth, out.growth.data() + i, std::min(width, pairs - i));
        store_pack(square, out.square.data() + i, std::min(width, pairs - i));
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
        steps.push_back(path_step(mixture, t + offset[k] * h, t + (offset[k] - 1) * h, PathSettings{}));
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
        advance_full(upper, pairs, {}, step, PathSettings{}, step_noise);
        advance_full(lower, pairs, {}, step, PathSettings{}, step_noise);
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
