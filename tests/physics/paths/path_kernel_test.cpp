#include "gdm/physics/paths/path_kernel.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "base/on_target.hpp"
#include "gdm/base/statistics.hpp"

namespace gdm {
namespace {

constexpr Integrator all_integrators[] = {
    Integrator::euler_maruyama, Integrator::heun,      Integrator::exponential, Integrator::exact,
    Integrator::flow_euler,     Integrator::flow_heun, Integrator::flow_rk4,    Integrator::flow_exponential};
constexpr Direction both_directions[] = {Direction::forward, Direction::reverse};

PathSettings settings_of(Direction direction, Integrator integrator, double dt) {
    return {.direction = direction, .integrator = integrator, .grid = TimeGrid::logarithmic, .dt = dt};
}

std::vector<PathStep> path(const GaussianMixture& mixture, const PathSettings& settings, double duration) {
    std::vector<PathStep> steps;
    const bool forward = settings.direction == Direction::forward;
    append_path_steps(mixture, forward ? 0 : duration, forward ? duration : 0, settings, steps);
    return steps;
}

LaneNoise noise_of(const RandomStream& stream, std::uint32_t first_step = 0, std::uint32_t first_sample = 0) {
    return {NoiseKey(stream, Purpose::noise), 3, first_step, first_sample};
}

std::vector<double> start(std::size_t n) {
    std::vector<double> a(n);
    for (std::size_t i = 0; i < n; ++i) a[i] = 2.5 * std::sin(1.7 * static_cast<double>(i) + 0.3);
    return a;
}

/// The number of step s of a sample, from the words, by the C library. Radius words below 2^14 are refined by a further one.
double normal_of(const RandomStream& stream, std::uint32_t s, std::uint32_t sample) {
    const std::array<std::uint32_t, 4> w = stream.block(Purpose::noise, {3, s / 4, sample});
    const std::size_t pair = s % 4 / 2 * 2;
    double place = w[pair] + 0.5;
    if (w[pair] < 1 << 14)
        place = w[pair] + (stream.block(Purpose::noise, {0x40000003u, s / 4, sample})[pair] + 0.5) * 0x1p-32;
    const double r = std::sqrt(-2 * std::log(place * 0x1p-32));
    const double angle = std::numbers::pi * ((w[pair + 1] + 0.5) * 0x1p-32 - 0.5);
    if (s % 2 == 1) return r * std::sin(angle);
    return r * std::cos(angle) * (w[pair + 1] % 2 == 1 ? -1 : 1);
}

double weigh(const DriftWeights& w, double a) { return w.linear * a + w.coupling * std::tanh(w.slope * a); }

double plain_step(double a, const PathStep& step, const PathSettings& settings, double z, double u) {
    const double noise = step.noise * z;
    switch (settings.integrator) {
        case Integrator::exact:
            if (settings.direction == Direction::reverse) {
                const double c = u < 0.5 * (1 + std::tanh(step.start.slope * a)) ? 1 : -1;
                return step.start.linear * a + c * step.start.coupling + noise;
            }
            break;
        case Integrator::heun:
        case Integrator::flow_heun: {
            const double first = weigh(step.start, a);
            return a + 0.5 * (first + weigh(step.end, a + first + noise)) + noise;
        }
        case Integrator::flow_rk4: {
            const double k1 = weigh(step.start, a), k2 = weigh(step.middle, a + k1 / 2), k3 = weigh(step.middle, a + k2 / 2);
            return a + (k1 + 2 * k2 + 2 * k3 + weigh(step.end, a + k3)) / 6;
        }
        default:
            break;
    }
    return a + weigh(step.start, a) + noise;
}

TEST(PathKernel, EqualsPlainScalarCode) {
    const RandomStream stream(21, 2);
    const GaussianMixture mixture{0.9, 0.3, 2};
    for (const Direction direction : both_directions)
        for (const Integrator integrator : all_integrators)
            for (const std::uint32_t first_step : {0u, 5u}) {
                const PathSettings settings = settings_of(direction, integrator, 0.1);
                const auto steps = path(mixture, settings, 1.1);
                std::vector<double> a = start(75), midpoint(75, 0.5), unbiased(75, 0.25);
                const std::vector<double> before = a;
                advance_paths(a, {midpoint, unbiased}, steps, settings, noise_of(stream, first_step, 100));
                for (std::uint32_t i = 0; i < a.size(); ++i) {
                    double x = before[i], mid = 0.5, ratio = 0.25;
                    for (std::uint32_t k = 0; k < steps.size(); ++k) {
                        const std::uint32_t s = first_step + k;
                        const auto w = stream.block(Purpose::noise, {0x80000003u, s / 4, 100 + i});
                        const double y =
                            plain_step(x, steps[k], settings, normal_of(stream, s, 100 + i), (w[s % 4] + 0.5) * 0x1p-32);
                        if (!is_flow(integrator)) mid += (y - x) * weigh(steps[k].midpoint, 0.5 * (x + y));
                        if (has_unbiased_entropy(settings)) {
                            const double f = weigh(steps[k].start, x), b = weigh(steps[k].backward, y);
                            ratio += (2 * (y - x) * (f + b) + b * b - f * f) / (2 * steps[k].noise * steps[k].noise);
                        }
                        x = y;
                    }
                    ASSERT_NEAR(a[i], x, 2e-11) << i;
                    ASSERT_NEAR(midpoint[i], mid, 1e-10) << i;
                    ASSERT_NEAR(unbiased[i], ratio, 1e-10) << i;
                }
            }
}

/// Single precision takes the same random words, so its paths follow those in double until rounding has grown.
TEST(PathKernel, SinglePrecisionFollowsDouble) {
    const RandomStream stream(3, 0);
    const GaussianMixture mixture{1, 0.5, 1};
    for (const Direction direction : both_directions)
        for (const Integrator integrator : all_integrators) {
            const PathSettings settings = settings_of(direction, integrator, 0.02);
            const auto steps = path(mixture, settings, 2);
            std::vector<double> a = start(2000), midpoint(2000), unbiased(2000), single_midpoint(2000),
                                single_unbiased(2000);
            std::vector<float> single(a.begin(), a.end());
            advance_paths(a, {midpoint, unbiased}, steps, settings, noise_of(stream));
            advance_paths(single, {single_midpoint, single_unbiased}, steps, settings, noise_of(stream));
            RunningMoments state, mid, ratio;
            for (std::size_t i = 0; i < a.size(); ++i) {
                // A class drawn for a number that falls between the two precisions parts the paths: rare.
                if (integrator == Integrator::exact && std::abs(a[i] - single[i]) > 0.1) continue;
                state.add(std::abs(a[i] - single[i]));
                mid.add(midpoint[i] - single_midpoint[i]);
                ratio.add(unbiased[i] - single_unbiased[i]);
            }
            EXPECT_GT(state.count(), 1990u);
            EXPECT_LT(state.mean(), 3e-5) << static_cast<int>(integrator);
            EXPECT_LT(std::abs(mid.mean()), 3e-5) << static_cast<int>(integrator);
            EXPECT_LT(std::abs(ratio.mean()), 3e-5) << static_cast<int>(integrator);
        }
}

template <class Real>
void expect_no_trace_of_blocks() {
    const RandomStream stream(5, 0);
    const GaussianMixture mixture{0.4, 0.1, 4};
    for (const Integrator integrator : all_integrators) {
        const PathSettings settings = settings_of(Direction::reverse, integrator, 0.07);
        const auto steps = path(mixture, settings, 1.5);
        const std::vector<double> first = start(301);
        std::vector<Real> whole(first.begin(), first.end());
        std::vector<double> midpoint(301), unbiased(301);
        advance_paths(std::span<Real>(whole), {midpoint, unbiased}, steps, settings, noise_of(stream));
        for (const std::size_t length : {1u, 5u, 16u, 31u, 100u}) {
            std::vector<Real> pieces(first.begin(), first.end());
            std::vector<double> mid(301), ratio(301);
            for (std::size_t i = 0; i < pieces.size(); i += length) {
                const std::size_t n = std::min(length, pieces.size() - i);
                advance_paths(std::span(pieces).subspan(i, n),
                              {std::span(mid).subspan(i, n), std::span(ratio).subspan(i, n)}, steps, settings,
                              noise_of(stream, 0, static_cast<std::uint32_t>(i)));
            }
            EXPECT_EQ(pieces, whole) << length;
            EXPECT_EQ(mid, midpoint) << length;
            EXPECT_EQ(ratio, unbiased) << length;
        }
        // Cut into stretches, and without entropies, the states are the same.
        std::vector<Real> stretches(first.begin(), first.end());
        const std::size_t n = steps.size();
        for (const auto& [from, to] : {std::pair<std::size_t, std::size_t>(0, 3), {3, 4}, {4, 10}, {10, n}})
            advance_paths(std::span(stretches), {}, std::span(steps).subspan(from, to - from), settings,
                          noise_of(stream, static_cast<std::uint32_t>(from)));
        EXPECT_EQ(stretches, whole);
    }
}

TEST(PathKernel, BlocksAndStretchesLeaveNoTraceInDouble) { expect_no_trace_of_blocks<double>(); }
TEST(PathKernel, BlocksAndStretchesLeaveNoTraceInSingle) { expect_no_trace_of_blocks<float>(); }

TEST(PathKernel, TargetsWithFusedMultiplyAddGiveEqualBits) {
    const RandomStream stream(5, 0);
    const GaussianMixture mixture{0.4, 0.1, 4};
    for (const Integrator integrator : all_integrators) {
        const PathSettings settings = settings_of(Direction::reverse, integrator, 0.05);
        const auto steps = path(mixture, settings, 2);
        std::vector<std::vector<double>> results;
        for (const std::int64_t target : {HWY_AVX2, HWY_AVX3}) {
            const OnTarget on(target);
            if (!on.available()) GTEST_SKIP() << "needs AVX-512";
            std::vector<double> a = start(1001), sums(4 * 1001);
            std::vector<float> single(a.begin(), a.end());
            const std::span<double> all(sums);
            advance_paths(a, {all.subspan(0, 1001), all.subspan(1001, 1001)}, steps, settings, noise_of(stream));
            advance_paths(single, {all.subspan(2002, 1001), all.subspan(3003)}, steps, settings, noise_of(stream));
            a.insert(a.end(), single.begin(), single.end());
            a.insert(a.end(), sums.begin(), sums.end());
            results.push_back(a);
        }
        for (std::size_t i = 0; i < results[0].size(); ++i)
            ASSERT_EQ(std::bit_cast<std::uint64_t>(results[0][i]), std::bit_cast<std::uint64_t>(results[1][i])) << i;
    }
}

/// Sample 1582201075 of this stream has the word 0, which once made a radius NaN.
TEST(PathKernel, TheWordZeroMakesALargeNormal) {
    const RandomStream stream(1, 0);
    constexpr std::uint32_t sample = 1582201075;
    const std::array<std::uint32_t, 4> word = stream.block(Purpose::noise, {0, 0, sample});
    ASSERT_EQ(word[2], 0u);
    const std::uint32_t further = stream.block(Purpose::noise, {0x40000000u, 0, sample})[2];
    const double radius = std::sqrt(-2 * std::log((further + 0.5) * 0x1p-64));
    PathStep pure;
    pure.noise = 1;
    for (const std::uint32_t step : {2u, 3u}) {
        std::array<double, 1> z{};
        std::array<float, 1> single{};
        const LaneNoise noise{NoiseKey(stream, Purpose::noise), 0, step, sample};
        advance_paths(std::span<double>(z), {}, std::span(&pure, 1), {.direction = Direction::forward}, noise);
        advance_paths(std::span<float>(single), {}, std::span(&pure, 1), {.direction = Direction::forward}, noise);
        const double angle = std::numbers::pi * ((word[3] + 0.5) * 0x1p-32 - 0.5);
        EXPECT_NEAR(z[0], radius * (step == 3 ? std::sin(angle) : std::cos(angle)), 1e-11);
        EXPECT_NEAR(single[0], z[0], 5e-6);
    }
}

/// A step that is nothing but noise gives the normals themselves.
template <class Real>
void expect_normals() {
    const RandomStream stream(8, 0);
    PathStep pure;
    pure.noise = 1;
    constexpr std::size_t n = 250000;
    std::vector<double> all;
    std::array<std::vector<Real>, 4> z;
    for (std::uint32_t s = 0; s < 4; ++s) {
        z[s].resize(n);
        advance_paths(std::span<Real>(z[s]), {}, std::span(&pure, 1), {.direction = Direction::forward},
                      noise_of(stream, s));
        all.insert(all.end(), z[s].begin(), z[s].end());
    }
    RunningMoments one, two, four;
    for (const double x : all) one.add(x), two.add(x * x), four.add(x * x * x * x);
    const double total = static_cast<double>(all.size());
    EXPECT_LT(std::abs(one.mean()), 4 * std::sqrt(1 / total));
    EXPECT_LT(std::abs(two.mean() - 1), 4 * std::sqrt(2 / total));
    EXPECT_LT(std::abs(four.mean() - 3), 4 * std::sqrt(96 / total));
    EXPECT_LT(ks_distance(all, [](double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }), 1.95 / std::sqrt(total));
    for (std::size_t s = 0; s < 4; ++s)
        for (std::size_t t = 0; t < s; ++t) {
            RunningMoments linear, square;
            for (std::size_t i = 0; i < n; ++i) {
                const double x = z[s][i], y = z[t][i];
                linear.add(x * y), square.add((x * x - 1) * (y * y - 1));
            }
            EXPECT_LT(std::abs(linear.mean()), 4 * linear.standard_error()) << s << t;
            EXPECT_LT(std::abs(square.mean()), 4 * square.standard_error()) << s << t;
        }
}

TEST(PathKernel, NumbersAreIndependentNormalsInDouble) { expect_normals<double>(); }
TEST(PathKernel, NumbersAreIndependentNormalsInSingle) { expect_normals<float>(); }

/// ⟨e^{−ΔS_tot}⟩ = 1 for any backward kernel that is normalised, however long the steps; the midpoint rule misses it.
TEST(PathKernel, UnbiasedRuleObeysTheFluctuationTheoremAtLongSteps) {
    const GaussianMixture mixture{1, 1, 1};
    for (const Direction direction : both_directions)
        for (const Integrator integrator : {Integrator::euler_maruyama, Integrator::exponential}) {
            const PathSettings settings{.direction = direction, .integrator = integrator, .dt = 0.2};
            const auto steps = path(mixture, settings, 3);
            const double from = direction == Direction::forward ? 0 : 3, to = 3 - from;
            std::vector<double> a(200000), midpoint(a.size()), unbiased(a.size());
            start_axis(a, mixture.axis_mean(from), std::sqrt(mixture.variance(from)),
                       {NoiseKey(RandomStream(4, 0), Purpose::initial_state)});
            const std::vector<double> before = a;
            advance_paths(a, {midpoint, unbiased}, steps, settings, noise_of(RandomStream(4, 0)));
            RunningMoments bias, by_ratio;
            for (std::size_t i = 0; i < a.size(); ++i) {
                const double system = std::log(mixture.axis_density(before[i], from) / mixture.axis_density(a[i], to));
                bias.add(std::exp(-system - midpoint[i]) - std::exp(-system - unbiased[i]));
                by_ratio.add(std::exp(-system - unbiased[i]));
                if (direction == Direction::forward) {
                    ASSERT_NEAR(midpoint[i], 0.5 * (before[i] * before[i] - a[i] * a[i]), 1e-12);
                }
            }
            EXPECT_LT(std::abs(by_ratio.mean() - 1), 4 * by_ratio.standard_error());
            if (direction == Direction::reverse) {
                // The same paths by both rules: their difference has little noise.
                EXPECT_GT(std::abs(bias.mean()), 10 * bias.standard_error());
            }
        }
}

}  // namespace
}  // namespace gdm
