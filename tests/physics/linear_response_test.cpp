#include "gdm/physics/linear_response.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gdm/physics/response_measurement.hpp"
#include "gdm/physics/speciation.hpp"

namespace gdm {
namespace {

TEST(LinearResponse, ExtrapolationIsExactForPolynomials) {
    RandomSequence random(RandomStream(1, 0), Purpose::test);
    std::vector<double> square, fourth, growth;
    for (int i = 0; i < 20; ++i) {
        square.push_back(random.uniform());
        fourth.push_back(square.back() * square.back() * (1 + random.uniform()));
        growth.push_back(3.5 - 2 * square.back() + 0.7 * fourth.back());
    }
    EXPECT_NEAR(extrapolate_response(growth, square, fourth).order2, 3.5, 1e-12);
    for (std::size_t i = 0; i < growth.size(); ++i) growth[i] = -1 - 2 * square[i];
    EXPECT_NEAR(extrapolate_response(growth, square, fourth).order1, -1, 1e-12);
    EXPECT_NEAR(extrapolate_response(growth, square, fourth).order2, -1, 1e-12);
}

TEST(LinearResponse, WindowWeightsReproduceParabolasAtTheCentre) {
    for (const std::size_t n : {4u, 5u, 8u, 32u}) {
        const ResponseWindow window({1, 1, 1}, 0.5, 0.001, n);
        double one = 0, first = 0, second = 0;
        for (std::size_t k = 0; k < n; ++k) {
            const double s = static_cast<double>(k) - 0.5 * static_cast<double>(n - 1);
            one += window.weights[k];
            first += window.weights[k] * s;
            second += window.weights[k] * s * s;
        }
        EXPECT_NEAR(one, 1, 1e-13);
        EXPECT_NEAR(first, 0, 1e-12);
        EXPECT_NEAR(second, 0, 1e-10);
    }
}

TEST(LinearResponse, AgreesWithTheoryWithinItsStatedError) {
    for (const double mu : {0.0, 0.03, 0.5, 1.5})
        for (const double sigma2 : {0.05, 0.3, 1.0, 2.1, 4.0})
            for (const double d : {1.0, 16.0})
                for (const double t : {0.0, 0.02, 0.3, 1.0, 2.5}) {
                    const ResponseMeasurement measurement{.mixture = {mu, sigma2, d}};
                    const auto inner = measure_symmetric_response(measurement, t, RandomStream(7, 1), 0);
                    const auto outer = measure_outer_response(measurement, t, RandomStream(7, 1), 0);
                    const auto stated = [](const MeasuredResponse& r) {
                        return std::abs(r.higher - r.lower) + std::abs(r.higher - r.flat) + 1e-9 * (1 + std::abs(r.higher));
                    };
                    const double inner_theory = symmetric_response(measurement.mixture, t);
                    const double outer_theory = outer_response(measurement.mixture, t);
                    // Without statistics over replicas the extrapolation's own noise adds a little.
                    EXPECT_NEAR(inner.higher, inner_theory, stated(inner) + 1e-5 * std::abs(inner_theory))
                        << mu << ' ' << sigma2 << ' ' << d << ' ' << t;
                    EXPECT_NEAR(outer.higher, outer_theory, stated(outer)) << mu << ' ' << sigma2 << ' ' << d << ' ' << t;
                    EXPECT_LT(stated(inner), 2e-3 * (1 + std::abs(inner_theory) + 2 / measurement.mixture.variance(t)));
                }
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
    const ResponseFit fit = extrapolate_response(pairs.growth, pairs.square, pairs.fourth);
    EXPECT_NEAR(fit.order1, theory, 1.5e-2 * theory);
    EXPECT_NEAR(fit.order2, theory, 1e-3 * theory);
}

TEST(LinearResponse, FullDynamicsGiveTheSame) {
    const GaussianMixture mixture{0.4, 0.3, 4};
    for (const double t : {0.0, 0.4}) {
        ResponseMeasurement measurement{.mixture = mixture, .method = Method::full};
        const auto full = measure_symmetric_response(measurement, t, RandomStream(9, 0), 2);
        const auto outer = measure_outer_response(measurement, t, RandomStream(9, 0), 2);
        EXPECT_NEAR(full.higher, symmetric_response(mixture, t),
                    1e-4 * std::abs(full.higher) + std::abs(full.higher - full.lower));
        EXPECT_NEAR(outer.higher, outer_response(mixture, t), std::abs(outer.higher - outer.flat) + 1e-7);
        measurement.method = Method::reduced;
        EXPECT_NEAR(measure_symmetric_response(measurement, t, RandomStream(9, 0), 2).higher, full.higher,
                    1e-4 * std::abs(full.higher));
    }
    // In one dimension both methods draw the same numbers.
    ResponseMeasurement measurement{.mixture = {0.7, 0.5, 1}};
    const auto reduced = measure_symmetric_response(measurement, 0.2, RandomStream(9, 1), 0);
    measurement.method = Method::full;
    const auto full = measure_symmetric_response(measurement, 0.2, RandomStream(9, 1), 0);
    EXPECT_NEAR(reduced.higher, full.higher, 1e-8);
    EXPECT_NEAR(reduced.flat, full.flat, 1e-8);
}

}  // namespace
}  // namespace gdm
