#include "gdm/physics/paths/full_path.hpp"

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/paths/path_law.hpp"

namespace gdm {
namespace {

constexpr Integrator all_integrators[] = {
    Integrator::euler_maruyama, Integrator::heun,      Integrator::exponential, Integrator::exact,
    Integrator::flow_euler,     Integrator::flow_heun, Integrator::flow_rk4,    Integrator::flow_exponential};
constexpr double start_time = 1.5;

std::vector<PathStep> path(const GaussianMixture& mixture, const PathSettings& settings) {
    std::vector<PathStep> steps;
    const bool forward = settings.direction == Direction::forward;
    append_path_steps(mixture, forward ? 0 : start_time, forward ? start_time : 0, settings, steps);
    return steps;
}

PathSettings settings_of(Integrator integrator, Direction direction = Direction::reverse) {
    return {.direction = direction, .integrator = integrator, .grid = TimeGrid::clock, .dt = 0.15};
}

LaneNoise noise_of(const RandomStream& stream, std::uint32_t first_step = 0, std::uint32_t first_sample = 0) {
    return {NoiseKey(stream, Purpose::noise), 3, first_step, first_sample};
}

std::vector<double> start(const GaussianMixture& mixture, std::size_t n, const RandomStream& stream) {
    std::vector<double> x(static_cast<std::size_t>(mixture.d) * n);
    start_full(x, n, mixture.mu * std::exp(-start_time), std::sqrt(mixture.variance(start_time)),
               {NoiseKey(stream, Purpose::initial_state)});
    return x;
}

// The same by plain loops over one trajectory, with the C library's functions.

double normal_of(const RandomStream& stream, std::uint32_t block, std::uint32_t place, std::uint32_t sample) {
    const std::array<std::uint32_t, 4> w = stream.block(Purpose::noise, {3, block, sample});
    const std::size_t pair = place / 2 * 2;
    const double r = std::sqrt(-2 * std::log((w[pair] + 0.5) * 0x1p-32));
    const double angle = std::numbers::pi * ((w[pair + 1] + 0.5) * 0x1p-32 - 0.5);
    return place % 2 == 1 ? r * std::sin(angle) : r * std::cos(angle) * (w[pair + 1] % 2 == 1 ? -1 : 1);
}

using State = std::vector<double>;

double axis_of(const State& x) {
    return std::accumulate(x.begin(), x.end(), 0.0) / std::sqrt(static_cast<double>(x.size()));
}

/// (linear x + coupling tanh(slope m̂·x) m̂)_j.
State increment(const State& x, const DriftWeights& w) {
    const double pull = w.coupling * std::tanh(w.slope * axis_of(x)) / std::sqrt(static_cast<double>(x.size()));
    State result;
    for (const double value : x) result.push_back(w.linear * value + pull);
    return result;
}

State moved(const State& x, double factor, const State& by) {
    State result = x;
    for (std::size_t j = 0; j < x.size(); ++j) result[j] += factor * by[j];
    return result;
}

State plain_step(const State& x, const PathStep& step, const PathSettings& settings, const State& z, double u) {
    const State first = increment(x, step.start);
    switch (settings.integrator) {
        case Integrator::exact:
            if (settings.direction == Direction::reverse) {
                const double c = u < 0.5 * (1 + std::tanh(step.start.slope * axis_of(x))) ? 1 : -1;
                State after;
                for (std::size_t j = 0; j < x.size(); ++j)
                    after.push_back(step.start.linear * x[j] +
                                    c * step.start.coupling / std::sqrt(static_cast<double>(x.size())) + step.noise * z[j]);
                return after;
            }
            break;
        case Integrator::heun:
        case Integrator::flow_heun: {
            const State kicked = moved(x, step.noise, z);
            return moved(moved(kicked, 0.5, first), 0.5, increment(moved(kicked, 1, first), step.end));
        }
        case Integrator::flow_rk4: {
            const State second = increment(moved(x, 0.5, first), step.middle);
            const State third = increment(moved(x, 0.5, second), step.middle);
            const State fourth = increment(moved(x, 1, third), step.end);
            return moved(moved(moved(moved(x, 1.0 / 6, first), 1.0 / 3, second), 1.0 / 3, third), 1.0 / 6, fourth);
        }
        default:
            break;
    }
    return moved(moved(x, 1, first), step.noise, z);
}

TEST(FullPath, EqualsPlainLoops) {
    constexpr std::size_t n = 43, d = 3;
    const GaussianMixture mixture{0.6, 0.4, d};
    const RandomStream stream(21, 2);
    for (const Direction direction : {Direction::forward, Direction::reverse})
        for (const Integrator integrator : all_integrators)
            for (const std::uint32_t first_step : {0u, 5u}) {
                const PathSettings settings = settings_of(integrator, direction);
                const auto steps = path(mixture, settings);
                std::vector<double> x = start(mixture, n, stream), midpoint(n, 0.5), unbiased(n, 0.25);
                const std::vector<double> before = x;
                advance_full(x, n, {midpoint, unbiased}, steps, settings, noise_of(stream, first_step, 100));
                for (std::uint32_t i = 0; i < n; ++i) {
                    State state;
                    for (std::size_t j = 0; j < d; ++j) state.push_back(before[j * n + i]);
                    double mid = 0.5, ratio = 0.25;
                    for (std::uint32_t k = 0; k < steps.size(); ++k) {
                        const std::uint32_t s = first_step + k, word = s / 4 * static_cast<std::uint32_t>(d);
                        State z;
                        for (std::uint32_t j = 0; j < d; ++j) z.push_back(normal_of(stream, word + j, s % 4, 100 + i));
                        const auto w = stream.block(Purpose::noise, {0x80000003u, word, 100 + i});
                        const State after = plain_step(state, steps[k], settings, z, (w[s % 4] + 0.5) * 0x1p-32);
                        const State f = increment(state, steps[k].start), b = increment(after, steps[k].backward);
                        const State drift = increment(moved(moved(state, -0.5, state), 0.5, after), steps[k].midpoint);
                        for (std::size_t j = 0; j < d; ++j) {
                            const double change = after[j] - state[j];
                            if (!is_flow(integrator)) mid += change * drift[j];
                            if (has_unbiased_entropy(settings))
                                ratio += steps[k].half_inverse_variance *
                                         (std::pow(change + b[j], 2) - std::pow(change - f[j], 2));
                        }
                        state = after;
                    }
                    for (std::size_t j = 0; j < d; ++j) ASSERT_NEAR(x[j * n + i], state[j], 1e-10) << int(integrator);
                    ASSERT_NEAR(midpoint[i], mid, 1e-9) << int(integrator);
                    ASSERT_NEAR(unbiased[i], ratio, 1e-9) << int(integrator);
                }
            }
}

TEST(FullPath, OneDimensionIsTheAxisCoordinate) {
    constexpr std::size_t n = 53;
    const GaussianMixture mixture{0.8, 0.4, 1};
    for (const Integrator integrator : all_integrators) {
        const PathSettings settings = settings_of(integrator);
        const RandomStream stream(3, 3);
        std::vector<double> x = start(mixture, n, stream), a(n), midpoint(n), unbiased(n), mid(n), ratio(n);
        start_axis(a, mixture.axis_mean(start_time), std::sqrt(mixture.variance(start_time)),
                   {NoiseKey(stream, Purpose::initial_state)});
        EXPECT_EQ(x, a);
        advance_full(x, n, {midpoint, unbiased}, path(mixture, settings), settings, noise_of(stream));
        advance_paths(a, {mid, ratio}, path(mixture, settings), settings, noise_of(stream));
        for (std::size_t i = 0; i < n; ++i) {
            ASSERT_NEAR(x[i], a[i], 1e-12);
            ASSERT_NEAR(midpoint[i], mid[i], 1e-11);
            ASSERT_NEAR(unbiased[i], ratio[i], 1e-11);
        }
    }
}

TEST(FullPath, FourDimensionsAgreeWithTheAxisCoordinate) {
    const GaussianMixture mixture{0.35, 0.4, 4};
    constexpr std::size_t n = 100000;
    for (const Integrator integrator :
         {Integrator::euler_maruyama, Integrator::heun, Integrator::exponential, Integrator::exact}) {
        const PathSettings settings = settings_of(integrator);
        const auto steps = path(mixture, settings);
        std::vector<double> x = start(mixture, n, RandomStream(5, 0)), reduced(n), a(n), squares(n);
        advance_full(x, n, {}, steps, settings, noise_of(RandomStream(5, 0)));
        start_axis(reduced, mixture.axis_mean(start_time), std::sqrt(mixture.variance(start_time)),
                   {NoiseKey(RandomStream(6, 0), Purpose::initial_state)});
        advance_paths(reduced, {}, steps, settings, noise_of(RandomStream(6, 0)));
        axis_projection(x, n, a);
        transverse_squares(x, n, a, squares);
        RunningMoments full_2, reduced_2, full_abs, reduced_abs, across, product;
        for (std::size_t i = 0; i < n; ++i) {
            full_2.add(a[i] * a[i]);
            reduced_2.add(reduced[i] * reduced[i]);
            full_abs.add(std::abs(a[i]));
            reduced_abs.add(std::abs(reduced[i]));
            across.add(squares[i] / 3);
            product.add((a[i] * a[i] - mixture.axis_2(0)) * (squares[i] / 3 - mixture.sigma2));
        }
        EXPECT_NEAR(full_2.mean(), reduced_2.mean(), 4 * std::hypot(full_2.standard_error(), reduced_2.standard_error()));
        EXPECT_NEAR(full_abs.mean(), reduced_abs.mean(),
                    4 * std::hypot(full_abs.standard_error(), reduced_abs.standard_error()));
        const double expected = path_transverse_variance(mixture.variance(start_time), steps, settings);
        EXPECT_NEAR(across.mean(), expected, 4 * across.standard_error());
        // χ²_3/3 has variance 2/3 of the squared mean.
        EXPECT_NEAR(across.variance(), 2.0 / 3 * expected * expected, 0.03 * expected * expected);
        const double bias = (full_2.mean() - mixture.axis_2(0)) * (across.mean() - mixture.sigma2);
        EXPECT_NEAR(product.mean(), bias, 4 * product.standard_error());  // axis and transverse parts are independent
    }
}

template <class Real>
void expect_no_trace_of_blocks() {
    const GaussianMixture mixture{0.3, 0.2, 3};
    constexpr std::size_t n = 41;
    for (const Integrator integrator : all_integrators) {
        const PathSettings settings = settings_of(integrator);
        const RandomStream stream(8, 1);
        const auto steps = path(mixture, settings);
        const std::vector<double> from = start(mixture, n, stream);
        std::vector<Real> whole(from.begin(), from.end());
        std::vector<double> midpoint(n), unbiased(n);
        advance_full(std::span<Real>(whole), n, {midpoint, unbiased}, steps, settings, noise_of(stream));
        for (std::size_t first = 0; first < n; first += 7) {
            const std::size_t count = std::min<std::size_t>(7, n - first);
            std::vector<Real> part(3 * count);
            std::vector<double> mid(count), ratio(count);
            for (std::size_t j = 0; j < 3; ++j)
                for (std::size_t i = 0; i < count; ++i) part[j * count + i] = static_cast<Real>(from[j * n + first + i]);
            for (std::size_t k = 0; k < steps.size(); ++k)
                advance_full(std::span<Real>(part), count, {mid, ratio}, std::span(steps).subspan(k, 1), settings,
                             noise_of(stream, static_cast<std::uint32_t>(k), static_cast<std::uint32_t>(first)));
            for (std::size_t i = 0; i < count; ++i) {
                for (std::size_t j = 0; j < 3; ++j) ASSERT_EQ(part[j * count + i], whole[j * n + first + i]);
                ASSERT_EQ(mid[i], midpoint[first + i]);
                ASSERT_EQ(ratio[i], unbiased[first + i]);
            }
        }
    }
}

TEST(FullPath, BlocksAndStretchesLeaveNoTraceInDouble) { expect_no_trace_of_blocks<double>(); }
TEST(FullPath, BlocksAndStretchesLeaveNoTraceInSingle) { expect_no_trace_of_blocks<float>(); }

TEST(FullPath, SinglePrecisionFollowsDouble) {
    constexpr std::size_t n = 500;
    const GaussianMixture mixture{0.5, 0.5, 4};
    const RandomStream stream(3, 0);
    for (const Integrator integrator : all_integrators) {
        const PathSettings settings = settings_of(integrator);
        const auto steps = path(mixture, settings);
        std::vector<double> x = start(mixture, n, stream), midpoint(n), unbiased(n), mid(n), ratio(n);
        std::vector<float> single(x.begin(), x.end());
        advance_full(x, n, {midpoint, unbiased}, steps, settings, noise_of(stream));
        advance_full(single, n, {mid, ratio}, steps, settings, noise_of(stream));
        RunningMoments state, entropy;
        for (std::size_t k = 0; k < x.size(); ++k) {
            // A class drawn for a number that falls between the two precisions parts the paths: rare.
            if (integrator == Integrator::exact && std::abs(x[k] - single[k]) > 0.1) continue;
            state.add(std::abs(x[k] - single[k]));
        }
        for (std::size_t i = 0; i < n; ++i) entropy.add(midpoint[i] - mid[i] + unbiased[i] - ratio[i]);
        EXPECT_GT(state.count(), x.size() - 20);
        EXPECT_LT(state.mean(), 3e-6) << int(integrator);
        EXPECT_LT(std::abs(entropy.mean()), 3e-5) << int(integrator);
    }
}

TEST(FullPath, TargetsWithFusedMultiplyAddGiveEqualBits) {
    constexpr std::size_t n = 101;
    const GaussianMixture mixture{0.4, 0.1, 3};
    const RandomStream stream(5, 0);
    for (const Integrator integrator : all_integrators) {
        const PathSettings settings = settings_of(integrator);
        std::vector<std::vector<double>> results;
        for (const std::int64_t target : {HWY_AVX2, HWY_AVX3}) {
            if ((hwy::SupportedTargets() & HWY_TARGETS & target) == 0) GTEST_SKIP() << "needs AVX-512";
            hwy::SetSupportedTargetsForTest(target);
            hwy::GetChosenTarget().Update(hwy::SupportedTargets());
            std::vector<double> x = start(mixture, n, stream), sums(4 * n);
            std::vector<float> single(x.begin(), x.end());
            const std::span<double> all(sums);
            const auto steps = path(mixture, settings);
            advance_full(x, n, {all.subspan(0, n), all.subspan(n, n)}, steps, settings, noise_of(stream));
            advance_full(single, n, {all.subspan(2 * n, n), all.subspan(3 * n)}, steps, settings, noise_of(stream));
            x.insert(x.end(), single.begin(), single.end());
            x.insert(x.end(), sums.begin(), sums.end());
            results.push_back(x);
            hwy::SetSupportedTargetsForTest(0);
            hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        }
        for (std::size_t i = 0; i < results[0].size(); ++i)
            ASSERT_EQ(std::bit_cast<std::uint64_t>(results[0][i]), std::bit_cast<std::uint64_t>(results[1][i])) << i;
    }
}

}  // namespace
}  // namespace gdm
