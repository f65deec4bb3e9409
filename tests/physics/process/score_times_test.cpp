#include "gdm/physics/process/score_times.hpp"

#include <gtest/gtest.h>

#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <stdexcept>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/process/gaussian_data.hpp"

namespace gdm {
namespace {

double integral(const ScoreTimes& times, double end) {
    using boost::math::quadrature::gauss_kronrod;
    return gauss_kronrod<double, 61>::integrate([&](double t) { return t > 0 ? times.envelope(t) : 0; }, 1e-12, end, 12,
                                                1e-11);
}

std::vector<ScoreTimes> some(double end) {
    return {ScoreTimes::continuous(end, 0.05), ScoreTimes::continuous(end, 1), ScoreTimes::continuous(end, 1 - 1e-11),
            ScoreTimes::continuous(end, 3),    ScoreTimes::spins(end, 1),      ScoreTimes::spins(end, 100)};
}

TEST(ScoreTimes, EnvelopesHaveTheirIntegrals) {
    for (const double end : {0.3, 2., 6.})
        for (const ScoreTimes& times : some(end)) EXPECT_NEAR(times.envelope_integral(), integral(times, end), 1e-8);
}

/// Each kind of times integrates the same function to the same number; the nodes of Gauss exactly.
TEST(ScoreTimes, AllKindsGiveTheIntegral) {
    for (const double end : {0.3, 2., 6.}) {
        for (const ScoreTimes& times : some(end)) {
            RandomSequence random(RandomStream(1, 0), Purpose::test);
            EXPECT_NEAR(times.envelope_error(times.times(TimeSampling::gauss, 24, random)), 0, 1e-7);
            EXPECT_NEAR(times.envelope_error(times.times(TimeSampling::midpoint, 4000, random)), 0, 1e-4);
            for (const TimeSampling kind : {TimeSampling::uniform, TimeSampling::importance, TimeSampling::stratified}) {
                RunningMoments errors;
                for (int k = 0; k < 2000; ++k) errors.add(times.envelope_error(times.times(kind, 2, random)));
                EXPECT_NEAR(errors.mean(), 0, 4 * errors.standard_error() + 1e-10);
            }
        }
    }
    EXPECT_THROW(ScoreTimes::continuous(1, 0), std::invalid_argument);
    EXPECT_THROW(ScoreTimes::spins(0, 4), std::invalid_argument);
}

TEST(ScoreTimes, GaussLegendreIsExactForPolynomials) {
    for (const std::size_t n : {1, 2, 5, 64}) {
        double sum = 0, power = 0;
        for (const WeightedTime& node : gauss_legendre(n)) {
            sum += node.weight;
            power += node.weight * std::pow(node.t, 2 * static_cast<double>(n) - 1);
        }
        EXPECT_NEAR(sum, 1, 1e-13);
        EXPECT_NEAR(power, 1 / (2 * static_cast<double>(n)), 1e-13);
    }
}

/// The score against differences of the density, and moments of the draws against the covariance.
TEST(GaussianData, ScoreAndDrawsBelongToTheCovariance) {
    const GaussianData data(5, 2);
    const auto element = [&](std::size_t i, std::size_t j) {
        double sum = 0;
        for (std::size_t k = 0; k < 5; ++k)
            sum += data.whole.vectors[i + 5 * k] * data.whole.eigenvalues[k] * data.whole.vectors[j + 5 * k];
        return sum;
    };
    // (e^{−2t} C + Δ I) S = −x
    const std::vector<double> x{0.3, -1, 0.2, 2, 0.5};
    std::vector<double> score(5);
    data.whole.score(x, 0.4, score);
    for (std::size_t i = 0; i < 5; ++i) {
        double sum = -std::expm1(-0.8) * score[i];
        for (std::size_t j = 0; j < 5; ++j) sum += std::exp(-0.8) * element(i, j) * score[j];
        EXPECT_NEAR(sum, -x[i], 1e-12);
    }
    RandomSequence random(RandomStream(4, 0), Purpose::test);
    RunningMoments product;
    std::vector<double> state(5);
    for (int k = 0; k < 20000; ++k) {
        data.draw(random, state);
        product.add(state[0] * state[3]);
    }
    EXPECT_NEAR(product.mean(), element(0, 3), 4 * product.standard_error());
    EXPECT_GT(data.information(), 0);
    EXPECT_EQ(data.first.d, 2u);
    EXPECT_EQ(data.second.d, 3u);
    EXPECT_NEAR(element(0, 0) + element(1, 1), data.first.eigenvalues[0] + data.first.eigenvalues[1], 1e-12);
}

}  // namespace
}  // namespace gdm
