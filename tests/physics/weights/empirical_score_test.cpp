#include "gdm/physics/weights/empirical_score.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/process/speciation.hpp"

namespace gdm {
namespace {

double response(const AxisDataset& data, double t) {
    std::vector<double> scratch(data.axis.size());
    return empirical_response(data, t, scratch);
}

/// ∂_i ln p_t^emp at x, straight from the sum over data points.
std::vector<double> empirical_score(const std::vector<std::vector<double>>& points, const std::vector<double>& x, double t) {
    const double delta = noise_variance(t);
    std::vector<double> score(x.size(), 0.0);
    double total = 0;
    for (const auto& y : points) {
        double square = 0;
        for (std::size_t i = 0; i < x.size(); ++i) square += std::pow(x[i] - std::exp(-t) * y[i], 2);
        const double weight = std::exp(-0.5 * square / delta);
        total += weight;
        for (std::size_t i = 0; i < x.size(); ++i) score[i] += weight * (std::exp(-t) * y[i] - x[i]) / delta;
    }
    for (double& value : score) value /= total;
    return score;
}

TEST(EmpiricalScore, ResponseIsTheJacobianByFiniteDifferences) {
    RandomSequence random(RandomStream(1, 0), Purpose::test);
    std::vector<std::vector<double>> points;
    AxisDataset data;
    for (int j = 0; j < 12; ++j) {
        const double c = j % 2 == 0 ? 1 : -1;
        points.push_back({});
        double sum = 0, square = 0;
        for (int i = 0; i < 3; ++i) {
            const double y = 0.5 * c + 0.7 * random.normal();
            points.back().push_back(y);
            sum += y, square += y * y;
        }
        data.axis.push_back(sum / std::sqrt(3.0));
        data.square_norm.push_back(square);
    }
    for (const double t : {0.1, 0.3, 1.0, 2.5}) {
        const double h = 1e-4;
        const auto axis_score = [&](double s) {
            const auto score = empirical_score(points, std::vector<double>(3, s / std::sqrt(3.0)), t);
            return (score[0] + score[1] + score[2]) / std::sqrt(3.0);
        };
        const double slope = (axis_score(-2 * h) - 8 * axis_score(-h) + 8 * axis_score(h) - axis_score(2 * h)) / (12 * h);
        EXPECT_NEAR(response(data, t), 1 + 2 * slope, 1e-6 * (1 + std::abs(slope))) << t;
    }
}

TEST(EmpiricalScore, ManyPointsGiveTheExactScore) {
    for (const GaussianMixture mixture :
         {GaussianMixture{0.5, 0.4, 4}, GaussianMixture{0.3, 2.5, 2}, GaussianMixture{1, 0.5, 1}})
        for (const double t : {0.3, 1.0, 2.0}) {
            RunningMoments moments;
            for (std::uint32_t r = 0; r < 40; ++r)
                moments.add(response(sample_axis_dataset(mixture, 20000, RandomStream(2, r)), t));
            EXPECT_NEAR(moments.mean(), symmetric_response(mixture, t), 4 * moments.standard_error() + 1e-3)
                << mixture.sigma2;
            EXPECT_LT(moments.standard_error(), 0.03);
        }
}

TEST(EmpiricalScore, ReducedAndFullDatasetsAgreeInLaw) {
    const GaussianMixture mixture{0.4, 0.5, 6};
    RunningMoments norms[2], squares[2], products[2], responses[2];
    for (std::uint32_t r = 0; r < 200; ++r)
        for (const int full : {0, 1}) {
            const RandomStream stream(full == 1 ? 3 : 4, r);
            const auto data =
                full == 1 ? sample_full_dataset(mixture, 50, stream) : sample_axis_dataset(mixture, 50, stream);
            for (std::size_t j = 0; j < 50; ++j) {
                norms[full].add(data.square_norm[j]);
                squares[full].add(data.square_norm[j] * data.square_norm[j]);
                products[full].add(data.axis[j] * data.axis[j] * data.square_norm[j]);
            }
            responses[full].add(response(data, 0.4));
        }
    for (const auto* pair : {norms, squares, products, responses})
        EXPECT_NEAR(pair[0].mean(), pair[1].mean(), 4 * std::hypot(pair[0].standard_error(), pair[1].standard_error()));
    EXPECT_NEAR(norms[0].mean(), 6 * (0.16 + 0.5), 4 * norms[0].standard_error());
}

TEST(EmpiricalScore, LargestZeroIsFound) {
    const std::vector<double> times = {0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.2};
    std::vector<double> scratch(400);
    for (const double mu : {0.3, 0.8, 4.0}) {  // for μ = 4 the zero lies beyond the last time
        const auto data = sample_axis_dataset({mu, 0.3, 4}, 400, RandomStream(5, 0));
        const double zero = empirical_t_s(data, times, scratch);
        EXPECT_NEAR(response(data, zero), 0, 1e-8);
        for (double t = zero + 0.01; t < zero + 2; t += 0.01) EXPECT_LT(response(data, t), 0);
        EXPECT_NEAR(zero, t_s_potential({mu, 0.3, 4}), 0.15);
    }
}

TEST(EmpiricalScore, ASinglePointNeverBreaksTheSymmetry) {
    const AxisDataset one{{0.7, 0.7}, {0.49, 0.49}};
    std::vector<double> scratch(2);
    EXPECT_TRUE(std::isnan(empirical_t_s(one, std::vector<double>{0.01, 0.1, 1}, scratch)));
    // Two points at ±y, equal weights: 1 − 2/Δ + 2 e^{−2t} y²/Δ² = 0, the two deltas of a sum of Gaussians of width Δ.
    const AxisDataset two{{0.7, -0.7}, {0.49, 0.49}};
    const double t = 0.3;
    const double delta = noise_variance(t);
    EXPECT_NEAR(empirical_response(two, t, scratch), 1 - 2 / delta + 2 * std::exp(-2 * t) * 0.49 / (delta * delta), 1e-12);
}

TEST(EmpiricalScore, FarAwayPointsDoNotOverflow) {
    const AxisDataset data{{1e3, -2e3, 1.5e3}, {1e6, 4e6, 2.25e6}};
    EXPECT_NEAR(response(data, 1e-4), 1 - 2 / noise_variance(1e-4), 1e-6);  // one point has all the weight
    EXPECT_TRUE(std::isfinite(response(data, 1e-10)));
}

}  // namespace
}  // namespace gdm
