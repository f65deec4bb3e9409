#include "gdm/physics/paths/reverse_axis.hpp"

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "gdm/base/statistics.hpp"

namespace gdm {
namespace {

constexpr Scheme all_schemes[] = {Scheme::euler_maruyama, Scheme::heun, Scheme::exact};

std::vector<ReverseStep> steps_between(const GaussianMixture& mixture, double t, double u, Scheme scheme, double dt) {
    std::vector<ReverseStep> steps;
    append_reverse_steps(mixture, t, u, scheme, dt, steps);
    return steps;
}

LaneNoise noise_of(const RandomStream& stream, std::uint32_t first_step = 0, std::uint32_t first_sample = 0) {
    return {NoiseKey(stream, Purpose::noise), 3, first_step, first_sample};
}

std::vector<double> start(const GaussianMixture& mixture, double t, std::size_t n, const RandomStream& stream) {
    std::vector<double> a(n);
    start_axis(a, mixture.axis_mean(t), std::sqrt(mixture.variance(t)), {NoiseKey(stream, Purpose::initial_state)});
    return a;
}

/// The same step in plain scalar code, with the C library's functions.
double plain_step(double a, const ReverseStep& step, Scheme scheme, double z, double u) {
    const auto drift = [](double x, double linear, double coupling, double slope) {
        return linear * x + coupling * std::tanh(slope * x);
    };
    if (scheme == Scheme::exact) {
        const double c = u < 0.5 * (1 + std::tanh(step.slope * a)) ? 1 : -1;
        return step.linear * a + c * step.coupling + step.noise * z;
    }
    const double first = drift(a, step.linear, step.coupling, step.slope);
    if (scheme == Scheme::euler_maruyama) return a + first + step.noise * z;
    const double predicted = a + first + step.noise * z;
    const double second = drift(predicted, step.end_linear, step.end_coupling, step.end_slope);
    return a + 0.5 * (first + second) + step.noise * z;
}

TEST(ReverseAxis, EqualsPlainScalarCode) {
    const RandomStream stream(21, 2);
    const GaussianMixture mixture{0.9, 0.3, 2};
    for (const Scheme scheme : all_schemes)
        for (const std::uint32_t first_step : {0u, 5u}) {
            std::vector<ReverseStep> steps;
            for (int k = 0; k < 7; ++k) steps.push_back(reverse_step(mixture, 1 - 0.1 * k, 0.9 - 0.1 * k, scheme));
            std::vector<double> a = start(mixture, 1, 29, stream);
            const std::vector<double> before = a;
            advance_axis(a, steps, scheme, noise_of(stream, first_step, 100));
            for (std::uint32_t i = 0; i < a.size(); ++i) {
                double expected = before[i];
                for (std::uint32_t k = 0; k < steps.size(); ++k) {
                    const std::uint32_t s = first_step + k;
                    std::array<std::uint32_t, 4> w = stream.block(Purpose::noise, {3, s / 2, 100 + i});
                    const double r = std::sqrt(-2 * std::log(uniform_from_words(w[0], w[1])));
                    const double angle = 2 * M_PI * uniform_from_words(w[2], w[3]);
                    w = stream.block(Purpose::noise, {0x80000003u, s / 2, 100 + i});
                    expected = plain_step(expected, steps[k], scheme, s % 2 == 0 ? r * std::cos(angle) : r * std::sin(angle),
                                          s % 2 == 0 ? uniform_from_words(w[0], w[1]) : uniform_from_words(w[2], w[3]));
                }
                ASSERT_NEAR(a[i], expected, 1e-11) << i;
            }
        }
}

TEST(ReverseAxis, BlocksAndSegmentsLeaveNoTrace) {
    const RandomStream stream(5, 0);
    const GaussianMixture mixture{0.4, 0.1, 4};
    for (const Scheme scheme : all_schemes) {
        std::vector<ReverseStep> steps;
        for (int k = 0; k < 9; ++k) steps.push_back(reverse_step(mixture, 1 - 0.1 * k, 0.9 - 0.1 * k, scheme));
        std::vector<double> whole = start(mixture, 1, 77, stream);
        const std::vector<double> before = whole;
        advance_axis(whole, steps, scheme, noise_of(stream));
        for (const std::size_t length : {1u, 5u, 16u, 31u}) {
            std::vector<double> pieces = before;
            for (std::size_t first = 0; first < pieces.size(); first += length) {
                const std::size_t count = std::min(length, pieces.size() - first);
                // Also the path in three segments, the middle one starting at an odd step.
                for (const auto& [from, to] : {std::pair(0, 3), std::pair(3, 4), std::pair(4, 9)})
                    advance_axis(std::span(pieces).subspan(first, count), std::span(steps).subspan(from, to - from), scheme,
                                 noise_of(stream, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(first)));
            }
            EXPECT_EQ(pieces, whole) << length;
        }
    }
}

TEST(ReverseAxis, TargetsWithFusedMultiplyAddGiveEqualBits) {
    const RandomStream stream(5, 0);
    const GaussianMixture mixture{0.4, 0.1, 4};
    for (const Scheme scheme : all_schemes) {
        std::vector<std::vector<double>> results;
        for (const std::int64_t target : {HWY_AVX2, HWY_AVX3}) {
            if ((hwy::SupportedTargets() & HWY_TARGETS & target) == 0) GTEST_SKIP() << "needs AVX-512";
            hwy::SetSupportedTargetsForTest(target);
            hwy::GetChosenTarget().Update(hwy::SupportedTargets());
            std::vector<double> a = start(mixture, 2, 1001, stream);
            advance_axis(a, steps_between(mixture, 2, 0, scheme, 0.1), scheme, noise_of(stream));
            std::vector<double> p(a.size());
            class_probabilities(a, 2.5, p);
            a.insert(a.end(), p.begin(), p.end());
            results.push_back(a);
            hwy::SetSupportedTargetsForTest(0);
            hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        }
        for (std::size_t i = 0; i < results[0].size(); ++i)
            ASSERT_EQ(std::bit_cast<std::uint64_t>(results[0][i]), std::bit_cast<std::uint64_t>(results[1][i]));
    }
}

TEST(ReverseAxis, StartAndExactKernelSampleTheDensity) {
    constexpr std::size_t n = 100000;
    for (const GaussianMixture mixture :
         {GaussianMixture{1, 0.05, 1}, GaussianMixture{0.3, 3, 4}, GaussianMixture{0.7, 1, 1}}) {
        const RandomStream stream(31, 7);
        std::vector<double> a = start(mixture, 1.5, n, stream);
        const auto p_value = [&](double t) {
            return ks_p_value(ks_distance(a, [&](double x) { return mixture.axis_distribution(x, t); }), n);
        };
        EXPECT_GT(p_value(1.5), 1e-3);
        std::uint32_t step = 0;
        for (const auto& [t, u] : {std::pair(1.5, 0.6), std::pair(0.6, 0.2), std::pair(0.2, 0.0)}) {
            advance_axis(a, steps_between(mixture, t, u, Scheme::exact, 1), Scheme::exact, noise_of(stream, step++));
            EXPECT_GT(p_value(u), 1e-3) << mixture.sigma2 << ' ' << u;
        }
    }
}

TEST(ReverseAxis, OneGaussianFollowsTheLinearRecursion) {
    constexpr std::size_t n = 200000;
    const GaussianMixture mixture{0, 0.3, 1};
    for (const Scheme scheme : all_schemes) {
        const RandomStream stream(37, 1);
        const auto steps = steps_between(mixture, 2, 0, scheme, 0.3);
        std::vector<double> a = start(mixture, 2, n, stream);
        advance_axis(a, steps, scheme, noise_of(stream));
        double second = 0;
        for (const double x : a) second += x * x / n;
        const double expected = transverse_variance(mixture.variance(2), steps, scheme);
        EXPECT_NEAR(second, expected, 4 * expected * std::sqrt(2.0 / n));
    }
}

/// ⟨a⁴⟩ after one step from p_t, minus the exact one: a double midpoint sum over the start and the noise, no sampling.
double one_step_bias(const GaussianMixture& mixture, double t, double h, Scheme scheme, StepVariable variable) {
    constexpr int n = 400;
    const ReverseStep step = reverse_step(mixture, t, t - h, scheme, variable);
    const double far = mixture.axis_mean(t) + 9 * std::sqrt(mixture.variance(t));
    double sum = 0;
    for (int i = 0; i < n; ++i) {
        const double a = -far + (i + 0.5) * 2 * far / n;
        double average = 0;
        for (int k = 0; k < n; ++k) {
            const double z = -9 + (k + 0.5) * 18.0 / n;
            const double next = plain_step(a, step, scheme, z, 0.5);
            average += next * next * next * next * std::exp(-0.5 * z * z);
        }
        sum += mixture.axis_density(a, t) * average;
    }
    return sum * (2 * far / n) * (18.0 / n) / std::sqrt(2 * M_PI) - mixture.axis_4(t - h);
}

TEST(ReverseAxis, OneStepErrorHasTheWeakOrderOfTheScheme) {
    // A scheme of weak order p errs by h^{p+1} in one step. (The scalar step used here is compared with the kernel above.)
    for (const GaussianMixture mixture : {GaussianMixture{1, 0.5, 1}, GaussianMixture{0.6, 2, 1}})
        for (const StepVariable variable : {StepVariable::time, StepVariable::clock}) {
            const auto ratio = [&](Scheme scheme, double h) {
                return one_step_bias(mixture, 0.4, h, scheme, variable) /
                       one_step_bias(mixture, 0.4, h / 2, scheme, variable);
            };
            EXPECT_NEAR(ratio(Scheme::euler_maruyama, 0.02), 4, 0.3);
            EXPECT_NEAR(ratio(Scheme::heun, 0.02), 8, 0.8);
        }
}

TEST(ReverseAxis, HeunReachesTheTargetFromFar) {
    constexpr std::size_t n = 400000;
    for (const GaussianMixture mixture :
         {GaussianMixture{1, 0.5, 1}, GaussianMixture{0.2, 3, 16}, GaussianMixture{0.5, 0.05, 1}}) {
        const RandomStream stream(41, 0);
        std::vector<double> a = start(mixture, 2.5, n, stream);
        advance_axis(a, steps_between(mixture, 2.5, 0, Scheme::heun, 0.05), Scheme::heun, noise_of(stream));
        RunningMoments abs, second, fourth;
        for (const double x : a) {
            abs.add(std::abs(x));
            second.add(x * x);
            fourth.add(x * x * x * x);
        }
        EXPECT_NEAR(abs.mean(), mixture.axis_abs(0), 4 * abs.standard_error() + 1e-3 * mixture.axis_abs(0));
        EXPECT_NEAR(second.mean(), mixture.axis_2(0), 4 * second.standard_error() + 2e-3 * mixture.axis_2(0));
        EXPECT_NEAR(fourth.mean(), mixture.axis_4(0), 4 * fourth.standard_error() + 4e-3 * mixture.axis_4(0));
    }
}

}  // namespace
}  // namespace gdm
