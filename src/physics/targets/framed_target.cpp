#include "gdm/physics/targets/framed_target.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace gdm {

FramedTarget::FramedTarget(const TargetLaw& law)
    : law_(&law), isotropic_(law.dimension() > static_cast<double>(law.coordinates())) {
    if (!isotropic_) return;
    if (law.coordinates() != 1) throw std::logic_error("a target by several coordinates of more dimensions has no frame");
    radius_ = std::abs(law.points().front());
}

double FramedTarget::mean(std::span<const double> x, double theta, std::span<double> mean) const {
    if (!isotropic_) return law_->mean(x, theta, mean);
    const double length = std::sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]);
    double along = 0;
    const double log_partition = law_->mean({&length, 1}, theta, {&along, 1});
    const double gain = length > 0 ? along / length : 0;
    for (std::size_t i = 0; i < 3; ++i) mean[i] = gain * x[i];
    return log_partition;
}

void FramedTarget::start(double theta, RandomSequence& random, std::span<double> x) const {
    std::fill(x.begin(), x.end(), 0.0);
    if (isotropic_) {
        x[0] = radius_;
    } else {
        constexpr double forgotten = 1e30;  // at this θ the posterior is the target itself
        law_->draw(x, forgotten, random, x);
    }
    add_noise(theta, random, x);
    fold(x);
}

void FramedTarget::draw(std::span<double> x, double theta, RandomSequence& random, std::span<double> y) const {
    if (!isotropic_) {
        law_->draw(x, theta, random, y);
        return;
    }
    x[0] = std::hypot(x[0], x[1]);
    x[1] = x[2] = 0;
    law_->draw(x.first(1), theta, random, y.first(1));
    y[1] = std::sqrt(std::max(0.0, radius_ * radius_ - y[0] * y[0]));
    y[2] = 0;
}

void FramedTarget::add_noise(double variance, RandomSequence& random, std::span<double> x) const {
    const double deviation = std::sqrt(variance);
    if (!isotropic_) {
        for (double& one : x) one += deviation * random.normal();
        return;
    }
    x[0] += deviation * random.normal();
    x[1] += deviation * random.normal();
    if (dimension() > 2) x[2] = deviation * std::sqrt(random.chi_squared(dimension() - 2));
}

void FramedTarget::fold(std::span<double> x) const {
    if (!isotropic_) return;
    x[1] = std::hypot(x[1], x[2]);
    x[2] = 0;
}

double FramedTarget::overlap(std::span<const double> y1, std::span<const double> y2) const {
    return isotropic_ ? y1[0] * y2[0] : std::inner_product(y1.begin(), y1.end(), y2.begin(), 0.0);
}

}  // namespace gdm
