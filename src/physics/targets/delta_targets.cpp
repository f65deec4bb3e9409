#include <cmath>

#include "gdm/base/log_sum.hpp"
#include "gdm/physics/targets/target_law.hpp"

namespace gdm {
namespace {

/// 1 − tanh² without the cancellation.
double squared_sech(double x) {
    const double tail = std::exp(-2 * std::abs(x));
    return 4 * tail / ((1 + tail) * (1 + tail));
}

double draw_sign(double x, RandomSequence& random) { return random.uniform() < 1 / (1 + std::exp(-2 * x)) ? 1 : -1; }

class TwoDeltas final : public TargetLaw {
  public:
    TwoDeltas() : TargetLaw(1, 1) {}
    double mean(std::span<const double> x, double theta, std::span<double> mean) const override {
        mean[0] = std::tanh(x[0] / theta);
        return log_cosh(x[0] / theta) - 0.5 / theta;
    }
    void evaluate(std::span<const double> x, double theta, Posterior& result) const override {
        result.mean.resize(1);
        result.log_partition = mean(x, theta, result.mean);
        result.covariance.assign(1, squared_sech(x[0] / theta));
        result.across = 0;
    }
    void draw(std::span<const double> x, double theta, RandomSequence& random, std::span<double> y) const override {
        y[0] = draw_sign(x[0] / theta, random);
    }
    std::vector<double> points() const override { return {1, -1}; }
};

class FourDeltas final : public TargetLaw {
  public:
    FourDeltas() : TargetLaw(2, 2) {}
    double mean(std::span<const double> x, double theta, std::span<double> mean) const override {
        const double sum = (x[0] + x[1]) / (2 * theta), difference = (x[0] - x[1]) / (2 * theta);
        const double a = std::tanh(sum), b = std::tanh(difference);
        mean[0] = (a + b) / 2;
        mean[1] = (a - b) / 2;
        return log_cosh(sum) + log_cosh(difference) - 0.5 / theta;
    }
    void evaluate(std::span<const double> x, double theta, Posterior& result) const override {
        result.mean.resize(2);
        result.log_partition = mean(x, theta, result.mean);
        const double along = squared_sech((x[0] + x[1]) / (2 * theta)) / 2;
        const double against = squared_sech((x[0] - x[1]) / (2 * theta)) / 2;
        const double same = (along + against) / 2, mixed = (along - against) / 2;
        result.covariance = {same, mixed, mixed, same};
        result.across = 0;
    }
    void draw(std::span<const double> x, double theta, RandomSequence& random, std::span<double> y) const override {
        const double along = draw_sign((x[0] + x[1]) / (2 * theta), random);
        const double against = draw_sign((x[0] - x[1]) / (2 * theta), random);
        y[0] = (along + against) / 2;
        y[1] = (along - against) / 2;
    }
    std::vector<double> points() const override { return {1, 0, 0, 1, -1, 0, 0, -1}; }
};

}  // namespace

std::unique_ptr<TargetLaw> two_deltas_target() { return std::make_unique<TwoDeltas>(); }
std::unique_ptr<TargetLaw> four_deltas_target() { return std::make_unique<FourDeltas>(); }

}  // namespace gdm
