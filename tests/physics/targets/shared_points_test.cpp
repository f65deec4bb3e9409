#include "gdm/physics/targets/shared_points.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/targets/point_sets.hpp"

namespace gdm {
namespace {

/// Averages of p_θ(x)^K by the sum over how many of K copies are at each point: given the counts, x is Gaussian around
/// ȳ = Σ k_j y_j/K with variance θ/K, and of two copies, drawn independently given x, y¹·y² averages ‖⟨y⟩_x‖².
class CountSums {
  public:
    CountSums(const std::vector<double>& points, std::size_t n, double theta, unsigned K)
        : points_(points), n_(n), theta_(theta), K_(K), counts_(points.size() / n, 0) {
        place(0, K);
    }
    [[nodiscard]] SharedStateMoments moments() const {
        const double axis = (squares_[0] - pairs_[0]) / total_;  // ⟨C₁₁⟩
        double mean = 0, pair = 0;
        for (std::size_t k = 0; k < n_; ++k) mean += means_[k] / total_, pair += pairs_[k] / total_;
        return {mean + static_cast<double>(n_) * theta_ / K_, pair, 1 / (1 - axis / theta_)};
    }

  private:
    void place(std::size_t point, unsigned left) {
        if (point + 1 == counts_.size()) {
            counts_[point] = left;
            add();
            return;
        }
        for (counts_[point] = 0; counts_[point] <= left; ++counts_[point]) place(point + 1, left - counts_[point]);
    }
    void add() {
        double exponent = std::lgamma(K_ + 1.);
        std::vector<double> mean(n_, 0.0), square(n_, 0.0);
        for (std::size_t j = 0; j < counts_.size(); ++j) {
            exponent -= std::lgamma(counts_[j] + 1.);
            for (std::size_t k = 0; k < n_; ++k) {
                const double y = points_[j * n_ + k];
                mean[k] += counts_[j] * y / K_;
                square[k] += counts_[j] * y * y / K_;
            }
        }
        for (std::size_t k = 0; k < n_; ++k) exponent += K_ * (mean[k] * mean[k] - square[k]) / (2 * theta_);
        const double weight = std::exp(exponent - K_ * std::log(static_cast<double>(counts_.size())));
        total_ += weight;
        for (std::size_t k = 0; k < n_; ++k) {
            means_[k] += weight * mean[k] * mean[k];
            squares_[k] += weight * square[k];
            pairs_[k] += weight * (K_ * mean[k] * mean[k] - square[k]) / (K_ - 1.);
        }
    }

    const std::vector<double>& points_;
    std::size_t n_;
    double theta_, total_ = 0;
    unsigned K_;
    std::vector<unsigned> counts_;
    double means_[8]{}, squares_[8]{}, pairs_[8]{};
};

TEST(SharedPoints, QuadratureIsTheSumOverCounts) {
    for (const PointLaw of : {PointLaw::sphere, PointLaw::gaussian}) {
        for (const auto& [N, d] : {std::pair{5, 1}, {3, 2}, {4, 2}, {3, 7}, {2, 5}}) {
            const auto points = about_their_mean(random_points(N, d, of, RandomStream(3, 0)), d);
            const std::size_t n = points.size() / N;
            const auto law = discrete_target(points, n);
            for (const unsigned K : {2u, 9u, 24u}) {
                for (const double theta : {0.3, 1.5}) {
                    const SharedStateMoments sums = CountSums(points, n, theta, K).moments(),
                                             plane = shared_state_moments_in_plane(*law, theta, K);
                    EXPECT_NEAR(plane.state_squared, sums.state_squared, 1e-9) << N << d << K << theta;
                    EXPECT_NEAR(plane.magnetisation_squared, sums.magnetisation_squared, 1e-9) << N << d << K << theta;
                    EXPECT_NEAR(plane.relaxation_time / sums.relaxation_time, 1, 1e-8) << N << d << K << theta;
                }
            }
        }
    }
}

TEST(SharedPoints, TwoPointsAreTwoDeltas) {
    const auto law = discrete_target(about_their_mean({3, 1, 3, -1}, 2), 1);
    for (const double K : {1., 64., 1e5}) {
        const SharedStateMoments plane = shared_state_moments_in_plane(*law, 1.02, K),
                                 exact = shared_state_moments(1, 1.02, K);
        EXPECT_NEAR(plane.state_squared, exact.state_squared, 1e-7);
        EXPECT_NEAR(plane.magnetisation_squared, exact.magnetisation_squared, 1e-7);
        EXPECT_NEAR(plane.relaxation_time / exact.relaxation_time, 1, 1e-6);
    }
    EXPECT_TRUE(std::isnan(shared_state_moments_in_plane(*law, 1, 1e16).state_squared));
}

TEST(SharedPoints, AboutTheirMeanDistancesStay) {
    for (const auto& [N, d] : {std::pair{6, 3}, {4, 9}, {2, 1}}) {
        const auto points = random_points(N, d, PointLaw::gaussian, RandomStream(4, 1));
        const auto turned = about_their_mean(points, d);
        const std::size_t n = coordinates_about_mean(N, d), rows = N;
        ASSERT_EQ(turned.size(), rows * n);
        std::vector<double> mean(n, 0.0), covariance(n * n, 0.0);
        for (std::size_t i = 0; i < rows; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                double before = 0, after = 0;
                for (std::size_t k = 0; k < static_cast<std::size_t>(d); ++k)
                    before += std::pow(points[i * d + k] - points[j * d + k], 2);
                for (std::size_t k = 0; k < n; ++k) after += std::pow(turned[i * n + k] - turned[j * n + k], 2);
                EXPECT_NEAR(after, before, 1e-12);
            }
            for (std::size_t k = 0; k < n; ++k) {
                mean[k] += turned[i * n + k];
                for (std::size_t l = 0; l < n; ++l) covariance[k * n + l] += turned[i * n + k] * turned[i * n + l];
            }
        }
        for (std::size_t k = 0; k < n; ++k) {
            EXPECT_NEAR(mean[k], 0, 1e-12);
            EXPECT_LE(covariance[k * n + k], covariance[0] + 1e-12);
            EXPECT_NEAR(covariance[k], k == 0 ? covariance[0] : 0, 1e-12);  // the first axis is an eigenvector
        }
    }
}

/// In three dimensions, where nothing but the sum over counts is exact; with long steps, as Euler's law would be too wide.
TEST(SharedPoints, ChainHasTheLawOfTheSum) {
    const double theta = 0.35;
    const unsigned K = 6;
    const auto points = about_their_mean(random_points(5, 3, PointLaw::gaussian, RandomStream(5, 0)), 3);
    const auto law = discrete_target(points, 3);
    const FramedTarget target(*law);
    const SharedStateMoments exact = CountSums(points, 3, theta, K).moments();
    RunningMoments state, magnetisation, force;
    for (std::uint32_t sample = 0; sample < 60; ++sample) {
        SharedStateChain chain(target, theta, K, 0.4, std::vector<double>(3, 0.0));
        chain.advance(0, 100, RandomStream(6, 0), sample);
        double square = 0, mean = 0, pull = 0;
        for (std::uint64_t record = 0; record < 300; ++record) {
            chain.advance(100 + 2 * record, 2, RandomStream(6, 0), sample);
            square += chain.state_squared() / 300;
            mean += chain.magnetisation_squared() / 300;
            pull += chain.force() * chain.force() / 300;
        }
        state.add(square);
        magnetisation.add(mean);
        force.add(pull);
    }
    EXPECT_NEAR(state.mean(), exact.state_squared, 4 * state.standard_error());
    EXPECT_NEAR(magnetisation.mean(), exact.magnetisation_squared, 4 * magnetisation.standard_error());
    EXPECT_NEAR(force.mean(), theta / K / exact.relaxation_time, 4 * force.standard_error());
    EXPECT_LT(force.standard_error(), 0.03 * force.mean());
}

}  // namespace
}  // namespace gdm
