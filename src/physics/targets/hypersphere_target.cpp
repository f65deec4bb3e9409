#include <cmath>

#include "gdm/base/log_bessel.hpp"
#include "gdm/physics/targets/target_law.hpp"

namespace gdm {

SphereOverlap sphere_overlap(double d, double kappa) {
    const double u = kappa * kappa / (d * (d + 2));
    // The power series, whose next terms are u² beside 1.
    if (u < 1e-8) return {kappa * kappa / (2 * d) * (1 - u / 2), kappa / d * (1 - u), (1 - 3 * u) / d, (1 - u) / d};
    const double nu = d / 2 - 1;
    const LogBessel bessel = log_bessel_i_with_ratio(nu, kappa);
    const double ratio = bessel.ratio, next = log_bessel_i_with_ratio(nu + 1, kappa).ratio;
    return {.log_average = std::lgamma(d / 2) + nu * std::log(2 / kappa) + bessel.log_scaled + kappa,
            .mean = ratio,
            // The slope of I_{ν+1}/I_ν by the recurrences; 1 − m² − (d − 1) m/κ would cancel where d is large.
            .variance = ratio * (1 / kappa - (ratio - next)),
            .across = ratio / kappa};
}

double draw_sphere_overlap(double d, double kappa, RandomSequence& random) {
    if (d < 2) return random.uniform() < 1 / (1 + std::exp(-2 * kappa)) ? 1 : -1;
    const double m = d - 1;
    const double b = m / (2 * kappa + std::hypot(2 * kappa, m));
    const double best = (1 - b) / (1 + b);
    const double bound = kappa * best + m * std::log1p(-best * best);
    while (true) {
        const double first = random.gamma(m / 2), second = random.gamma(m / 2), beta = first / (first + second);
        const double c = (1 - (1 + b) * beta) / (1 - (1 - b) * beta);
        if (kappa * c + m * std::log1p(-best * c) - bound >= std::log(random.uniform())) return c;
    }
}

namespace {

class Hypersphere final : public TargetLaw {
  public:
    explicit Hypersphere(double d) : TargetLaw(1, d) {}
    double mean(std::span<const double> x, double theta, std::span<double> mean) const override {
        const SphereOverlap overlap = sphere_overlap(dimension(), std::abs(x[0]) / theta);
        mean[0] = std::copysign(overlap.mean, x[0]);
        return overlap.log_average - 0.5 / theta;
    }
    void evaluate(std::span<const double> x, double theta, Posterior& result) const override {
        const SphereOverlap overlap = sphere_overlap(dimension(), std::abs(x[0]) / theta);
        result.log_partition = overlap.log_average - 0.5 / theta;
        result.mean.assign(1, std::copysign(overlap.mean, x[0]));
        result.covariance.assign(1, overlap.variance);
        result.across = overlap.across;
    }
    void draw(std::span<const double> x, double theta, RandomSequence& random, std::span<double> y) const override {
        const double overlap = draw_sphere_overlap(dimension(), std::abs(x[0]) / theta, random);
        y[0] = x[0] < 0 ? -overlap : overlap;
    }
    std::vector<double> points() const override { return {1, -1}; }
};

}  // namespace

std::unique_ptr<TargetLaw> hypersphere_target(double d) { return std::make_unique<Hypersphere>(d); }

}  // namespace gdm
