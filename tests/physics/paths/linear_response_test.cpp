#include "gdm/physics/paths/linear_response.hpp"

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/paths/response_measurement.hpp"
#include "gdm/physics/process/speciation.hpp"

namespace gdm {
namespace {

TEST(LinearResponse, GrowthAtRestIsExactForLines) {
    RandomSequence random(RandomStream(1, 0), Purpose::test);
    std::vector<double> square, growth;
    for (int i = 0; i < 20; ++i) {
        square.push_back(random.uniform());
        growth.push_back(3.5 - 2 * square.back());
    }
    EXPECT_NEAR(growth_at_rest(growth, square), 3.5, 1e-12);
    EXPECT_EQ(growth_at_rest(std::vector{1.0, 2.0}, std::vector{0.5, 0.5}), 1.5);
}

TEST(LinearResponse, WindowWeightsReproduceQuinticsAtTheCentre) {
    for (const std::size_t n : {5u, 6u, 8u, 9u, 32u}) {
        const ResponseWindow window({1, 1, 1}, 0.5, 0.001, n);
        std::vector<double> moments(6, 0.0);
        for (std::size_t k = 0; k < n; ++k) {
            const double s = (static_cast<double>(k) - 0.5 * static_cast<double>(n - 1)) / static_cast<double>(n);
            for (std::size_t power = 0; power < 6; ++power)
                moments[power] += window.weights[k] * std::pow(s, static_cast<double>(power));
        }
        EXPECT_NEAR(moments[0], 1, 1e-13);
        for (std::size_t power = 1; power < 6; ++power) EXPECT_NEAR(moments[power], 0, 1e-13) << n << ' ' << power;
    }
}

/// What one stream gives differs from theory by its noise, about 10⁻⁵ of the part that depends on the state.
TEST(LinearResponse, AgreesWithTheory) {
    for (const double mu : {0.0, 1e-3, 0.03, 0.5, 1.5})
        for (const double sigma2 : {0.05, 0.3, 1.0, 2.1, 4.0})
            for (const double d : {1.0, 16.0})
                for (const double t : {0.0, 0.02, 0.3, 1.0, 2.5}) {
                    const ResponseMeasurement measurement{.mixture = {mu, sigma2, d}};
                    const auto inner = measure_symmetric_response(measurement, t, RandomStream(7, 1));
                    const auto outer = measure_outer_response(measurement, t, RandomStream(7, 1));
                    const double inner_theory = symmetric_response(measurement.mixture, t);
                    const double outer_theory = outer_response(measurement.mixture, t);
                    const double rounding = 5e-11 / measurement.time_unit(t);
                    EXPECT_NEAR(inner.higher, inner_theory, 2e-4 * (inner_theory - outer_theory) + rounding)
                        << mu << ' ' << sigma2 << ' ' << d << ' ' << t;
                    EXPECT_NEAR(outer.higher, outer_theory, rounding) << mu << ' ' << sigma2 << ' ' << d << ' ' << t;
                }
}

/// Long steps, so that what they leave stands out of the noise.
TEST(LinearResponse, ExtrapolationTakesOutTheStep) {
    const ResponseMeasurement measurement{.mixture = {1.5, 0.3, 1}, .pairs = 4096, .step = 0.01};
    const double t = 0.2, theory = symmetric_response(measurement.mixture, t);
    RunningMoments single, lower, higher;
    for (std::uint32_t replica = 0; replica < 64; ++replica) {
        const RandomStream random(11, replica);
        const double h = measurement.step * measurement.time_unit(t);
        const ResponseWindow window(measurement.mixture, t, h, measurement.steps);
        PairAverages pairs(measurement.pairs);
        run_axis_pairs(window, 0, 0.01 * std::sqrt(2 * h), {NoiseKey(random, Purpose::response_noise)}, pairs);
        single.add(growth_at_rest(pairs.growth, pairs.square) / theory - 1);
        const MeasuredResponse measured = measure_symmetric_response(measurement, t, random);
        lower.add(measured.lower / theory - 1);
        higher.add(measured.higher / theory - 1);
    }
    EXPECT_LT(single.mean(), -5e-3);
    EXPECT_NEAR(lower.mean(), 0, 0.05 * std::abs(single.mean()));
    EXPECT_NEAR(higher.mean(), 0, 0.05 * std::abs(higher.mean() - lower.mean()) + 4 * higher.standard_error());
    EXPECT_LT(higher.standard_error(), 0.02 * std::abs(single.mean()));
}

TEST(LinearResponse, ExcursionIsWhatTheExtrapolationRemoves) {
    // With long steps noise carries the pairs away from x = 0, and the plain mean of the growth is visibly too small.
    const GaussianMixture mixture{1, 0.3, 1};
    const double t = 0.3;
    const double h = 0.01 * std::pow(mixture.variance(t), 2) / (mixture.variance(t) + std::pow(mixture.axis_mean(t), 2));
    const ResponseWindow window(mixture, t, h, 8);
    PairAverages pairs(4000);
    run_axis_pairs(window, 0, 0.01 * std::sqrt(2 * h), {NoiseKey(RandomStream(3, 0), Purpose::response_noise)}, pairs);
    const double theory = symmetric_response(mixture, t);
    EXPECT_LT(mean_of(pairs.growth), theory - 0.02 * theory);
    EXPECT_NEAR(growth_at_rest(pairs.growth, pairs.square), theory, 1.5e-2 * theory);
}

TEST(LinearResponse, ZerosAreThoseOfTheClosedForms) {
    const std::vector<double> times = {1.5, 0, 0.1, 0.4, 3};  // any order
    for (const GaussianMixture& mixture : {GaussianMixture{0.5, 0.3, 4}, {0.2, 2.5, 1}, {1, 4, 16}}) {
        const ResponseMeasurement measurement{.mixture = mixture};
        const auto zero = [&](ResponseFunction response) {
            std::vector<MeasuredResponse> values;
            for (const double t : times) values.push_back(response(measurement, t, RandomStream(5, 0)));
            return measure_response_zero(measurement, response, times, values, RandomStream(5, 0));
        };
        const MeasuredResponse inner = zero(measure_symmetric_response);
        EXPECT_NEAR(inner.higher, t_s_potential(mixture), 1e-4);
        EXPECT_NE(inner.higher, t_s_potential(mixture));
        EXPECT_NEAR(inner.lower, inner.higher, 1e-4);
        EXPECT_NEAR(measure_symmetric_response(measurement, inner.higher, RandomStream(5, 0)).higher, 0, 1e-10);
        const MeasuredResponse outer = zero(measure_outer_response);
        if (std::isnan(t_usb(mixture))) {
            EXPECT_TRUE(std::isnan(outer.higher));
        } else {
            EXPECT_NEAR(outer.higher, t_usb(mixture), 1e-10);
        }
    }
}

TEST(LinearResponse, LanesLeaveNoTrace) {
    const ResponseWindow window({0.7, 0.3, 1}, 0.3, 0.001, 8);
    const auto run = [&](std::size_t pairs, std::uint32_t first) {
        PairAverages out(pairs);
        run_axis_pairs(window, 0, 1e-4, {NoiseKey(RandomStream(3, 0), Purpose::response_noise), 1, 0, first}, out);
        out.growth.insert(out.growth.end(), out.square.begin(), out.square.end());
        return out.growth;
    };
    const auto whole = run(45, 0);
    for (std::uint32_t i = 0; i < 45; ++i) {
        const auto alone = run(1, i);
        ASSERT_EQ(alone[0], whole[i]);
        ASSERT_EQ(alone[1], whole[45 + i]);
    }
    for (const std::int64_t target : {HWY_AVX2, HWY_AVX3}) {
        if ((hwy::SupportedTargets() & HWY_TARGETS & target) == 0) GTEST_SKIP() << "needs AVX-512";
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        EXPECT_EQ(run(45, 0), whole);
        hwy::SetSupportedTargetsForTest(0);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
}

TEST(LinearResponse, FullDynamicsGiveTheSame) {
    const GaussianMixture mixture{0.4, 0.3, 4};
    for (const double t : {0.0, 0.4}) {
        ResponseMeasurement measurement{.mixture = mixture, .method = Method::full};
        const double theory = symmetric_response(mixture, t);
        EXPECT_NEAR(measure_symmetric_response(measurement, t, RandomStream(9, 0)).higher, theory, 2e-4 * std::abs(theory));
        EXPECT_NEAR(measure_outer_response(measurement, t, RandomStream(9, 0)).higher, outer_response(mixture, t), 1e-9);
    }
    // In one dimension both methods draw the same numbers.
    ResponseMeasurement measurement{.mixture = {0.7, 0.5, 1}};
    const auto reduced = measure_symmetric_response(measurement, 0.2, RandomStream(9, 1));
    measurement.method = Method::full;
    const auto full = measure_symmetric_response(measurement, 0.2, RandomStream(9, 1));
    EXPECT_NEAR(reduced.higher, full.higher, 1e-8);
    EXPECT_NEAR(reduced.lower, full.lower, 1e-8);
}

}  // namespace
}  // namespace gdm
