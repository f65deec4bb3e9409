#include "gdm/physics/potentials/franz_parisi.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gdm/base/log_bessel.hpp"
#include "gdm/physics/process/forward_process.hpp"

namespace gdm {

namespace {

/// d = 1: f = Σ_± N(±√y; √ℓ, 1)/(2v√y), in the form that does not overflow.
PotentialValue log_density_on_line(double v, double noncentrality, double y) {
    const double root = std::sqrt(y), shift = std::sqrt(noncentrality), x = root * shift;
    const double small = std::exp(-2 * x), tanh_x = (1 - small) / (1 + small);
    const double sech2 = 4 * small / ((1 + small) * (1 + small));
    const double gap = root - shift;
    return {-std::log(2 * v) - 0.5 * std::log(2 * std::numbers::pi * y) - 0.5 * gap * gap + std::log1p(small),
            (-0.5 - 0.5 / y + 0.5 * tanh_x * shift / root) / v, (0.5 + 0.25 * x * (x * sech2 - tanh_x)) / (y * y) / (v * v)};
}

/// ln(1 + e^x) and the logistic function 1/(1 + e^{−x}).
struct Softplus {
    double value;
    double share;
};

Softplus softplus(double x) {
    const double small = std::exp(-std::abs(x));
    return {std::max(x, 0.0) + std::log1p(small), (x > 0 ? 1 : small) / (1 + small)};
}

double rate(double y, double l) {
    const double root = std::sqrt(1 + 4 * l * y);
    return 0.5 * (y + l - root - std::log(2 * y) + std::log1p(root));
}

}  // namespace

PotentialValue log_distance_density(double d, double v, double noncentrality, double q) {
    const double y = q / v;
    if (d == 1) return log_density_on_line(v, noncentrality, y);
    const double nu = 0.5 * d - 1, x = std::sqrt(noncentrality * y);
    const LogBessel bessel = log_bessel_i_with_ratio(nu, x);
    const double power = nu == 0 ? 0 : 0.5 * nu * std::log(y / noncentrality);
    const double gap = std::sqrt(y) - std::sqrt(noncentrality);  // −(y + ℓ)/2 + x = −gap²/2
    // R = I_{ν+1}/I_ν obeys R′ = 1 − R² − (2ν + 1)R/x, and ½R√(ℓ/y) = Rx/2y.
    const double pull = bessel.ratio * x / (2 * y);
    const double bend = x * (1 - bessel.ratio * bessel.ratio) - (2 * nu + 2) * bessel.ratio;
    return {-std::log(2 * v) - 0.5 * gap * gap + power + bessel.log_scaled, (-0.5 + nu / y + pull) / v,
            (-nu + 0.25 * x * bend) / (y * y) / (v * v)};
}

FranzParisi::FranzParisi(const GaussianMixture& mixture, double t)
    : d_(mixture.d),
      lambda_(mixture.lambda(t)),
      v_(mixture.sigma2 * noise_variance(t) / mixture.variance(t)),
      separation_(2 * mixture.axis_mean() * std::sqrt(noise_variance(t) / (mixture.sigma2 * mixture.variance(t)))),
      constant_(0.5 * d_ * (1 + std::log(mixture.variance(t) / noise_variance(t))) + std::numbers::ln2) {}

PotentialValue FranzParisi::operator()(const FranzParisiDraw& draw, double q) const {
    const double other = draw.axis + separation_;
    const PotentialValue same = log_distance_density(d_, v_, draw.axis * draw.axis + draw.across, q);
    const PotentialValue opposite = log_distance_density(d_, v_, other * other + draw.across, q);
    const double u = lambda_ + std::sqrt(lambda_) * draw.state;
    const Softplus mix = softplus(opposite.value - same.value - 2 * u);
    const double p = mix.share, difference = opposite.slope - same.slope;
    return {constant_ - same.value - mix.value, -(1 - p) * same.slope - p * opposite.slope,
            -(1 - p) * same.curvature - p * opposite.curvature - p * (1 - p) * difference * difference};
}

double franz_parisi_large_d(const GaussianMixture& mixture, double t, double q) {
    const FranzParisi law(mixture, t);
    const double d = mixture.d, y = q / (d * law.posterior_variance());
    const double apart = law.separation() * law.separation() / d;
    return 0.5 * d * (1 + std::log(mixture.variance(t) / noise_variance(t))) +
           d * std::min(rate(y, 1), rate(y, 1 + apart) + 2 * law.lambda() / d);
}

}  // namespace gdm
