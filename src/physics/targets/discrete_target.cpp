#include <algorithm>
#include <cmath>
#include <utility>

#include "gdm/physics/targets/target_law.hpp"

namespace gdm {
namespace {

class Discrete final : public TargetLaw {
  public:
    Discrete(std::vector<double> points, std::size_t d)
        : TargetLaw(d, static_cast<double>(d)), points_(std::move(points)), half_squares_(points_.size() / d, 0.0) {
        for (std::size_t k = 0; k < points_.size(); ++k) half_squares_[k / d] += points_[k] * points_[k] / 2;
    }
    double mean(std::span<const double> x, double theta, std::span<double> mean) const override {
        std::vector<double> weights(half_squares_.size());
        const double log_partition = weigh(x, theta, weights);
        average(weights, mean);
        return log_partition;
    }
    void evaluate(std::span<const double> x, double theta, Posterior& result) const override {
        const std::size_t d = coordinates();
        std::vector<double> weights(half_squares_.size()), shifted(d);
        result.log_partition = weigh(x, theta, weights);
        result.mean.resize(d);
        average(weights, result.mean);
        result.covariance.assign(d * d, 0.0);
        result.across = 0;
        for (std::size_t j = 0; j < weights.size(); ++j) {
            if (weights[j] == 0) continue;
            for (std::size_t k = 0; k < d; ++k) shifted[k] = points_[j * d + k] - result.mean[k];
            for (std::size_t k = 0; k < d; ++k) {
                const double scaled = weights[j] * shifted[k];
                for (std::size_t l = 0; l <= k; ++l) result.covariance[k * d + l] += scaled * shifted[l];
            }
        }
        for (std::size_t k = 0; k < d; ++k)
            for (std::size_t l = 0; l < k; ++l) result.covariance[l * d + k] = result.covariance[k * d + l];
    }
    void draw(std::span<const double> x, double theta, RandomSequence& random, std::span<double> y) const override {
        std::vector<double> weights(half_squares_.size());
        weigh(x, theta, weights);
        double left = random.uniform();
        std::size_t chosen = 0;
        while (chosen + 1 < weights.size() && (left -= weights[chosen]) > 0) ++chosen;
        for (std::size_t k = 0; k < y.size(); ++k) y[k] = points_[chosen * y.size() + k];
    }
    std::vector<double> prior_mean() const override {
        std::vector<double> mean(coordinates());
        average(std::vector<double>(half_squares_.size(), 1 / static_cast<double>(half_squares_.size())), mean);
        return mean;
    }
    std::vector<double> points() const override { return points_; }

  private:
    /// Posterior weights of the points; returns ln Z.
    double weigh(std::span<const double> x, double theta, std::span<double> weights) const {
        const std::size_t d = coordinates();
        double greatest = -HUGE_VAL, sum = 0;
        for (std::size_t j = 0; j < weights.size(); ++j) {
            double product = -half_squares_[j];
            for (std::size_t k = 0; k < d; ++k) product += x[k] * points_[j * d + k];
            weights[j] = product / theta;
            greatest = std::max(greatest, weights[j]);
        }
        for (double& weight : weights) sum += weight = std::exp(weight - greatest);
        for (double& weight : weights) weight /= sum;
        return greatest + std::log(sum / static_cast<double>(weights.size()));
    }
    void average(std::span<const double> weights, std::span<double> mean) const {
        const std::size_t d = mean.size();
        std::fill(mean.begin(), mean.end(), 0.0);
        for (std::size_t j = 0; j < weights.size(); ++j) {
            if (weights[j] == 0) continue;
            for (std::size_t k = 0; k < d; ++k) mean[k] += weights[j] * points_[j * d + k];
        }
    }

    std::vector<double> points_;        ///< row by row
    std::vector<double> half_squares_;  ///< ‖y_j‖²/2
};

}  // namespace

std::unique_ptr<TargetLaw> discrete_target(std::vector<double> points, std::size_t d) {
    return std::make_unique<Discrete>(std::move(points), d);
}

}  // namespace gdm
