#include "gdm/physics/potentials/franz_parisi.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <cmath>
#include <numbers>
#include <random>
#include <tuple>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/potentials/franz_parisi_theory.hpp"

namespace gdm {
namespace {

double normal_density(double x, double variance) {
    return std::exp(-0.5 * x * x / variance) / std::sqrt(2 * std::numbers::pi * variance);
}

/// V(q, t) in one dimension from Yu and Huang's eqs. 75–78 as they stand: the two images x_0′ ± √q in e^{−H}, averaged over
/// x_0′ of class +1 (by symmetry) and the noise by the trapezoidal rule.
double potential_on_line(double mu, double sigma2, double t, double q) {
    const double delta = 1 - std::exp(-2 * t), sigma = std::sqrt(sigma2);
    const auto boltzmann = [&](double x0, double xt) {  // e^{−H}, eq. 73
        const double gap = xt - x0 * std::exp(-t);
        const double prior = 0.5 * normal_density(x0 - mu, sigma2) + 0.5 * normal_density(x0 + mu, sigma2);
        return -0.5 * gap * gap / delta + std::log(prior);
    };
    double sum = 0;
    constexpr double step = 0.02;
    for (double a = -8.5; a <= 8.5; a += step) {
        const double reference = mu + sigma * a;
        for (double b = -8.5; b <= 8.5; b += step) {
            const double xt = std::exp(-t) * reference + std::sqrt(delta) * b;
            const double plus = boltzmann(reference + std::sqrt(q), xt), minus = boltzmann(reference - std::sqrt(q), xt);
            const double top = std::max(plus, minus);
            const double ln_z = top + std::log1p(std::exp(-std::abs(plus - minus))) - std::log(2 * std::sqrt(q));
            sum -= normal_density(a, 1) * normal_density(b, 1) * step * step * ln_z;
        }
    }
    return sum;
}

TEST(FranzParisi, DistanceDensityIsNoncentralChiSquared) {
    for (const double d : {1., 2., 3., 10., 100.})
        for (const double noncentrality : {0.3, 4., 60.})
            for (const double q : {0.2, 3., 40.}) {
                const double v = 0.7;
                const boost::math::non_central_chi_squared law(d, noncentrality);
                const double expected = std::log(pdf(law, q / v) / v);
                EXPECT_NEAR(log_distance_density(d, v, noncentrality, q).value, expected, 1e-9 * (1 + std::abs(expected)))
                    << d << ' ' << noncentrality << ' ' << q;
            }
}

TEST(FranzParisi, DerivativesAreThoseOfThePotential) {
    for (const double d : {1., 2., 3., 17., 1e4})
        for (const double t : {0.01, 0.42, 2.})
            for (const double q_per_d : {0.05, 0.9, 4.}) {
                const FranzParisi law({1, 0.1, d}, t);
                const FranzParisiDraw draw{-0.4, 0.7, d > 1 ? 1.1 * (d - 1) : 0};
                const double q = q_per_d * d, h = 1e-4 * q / std::sqrt(d) * std::sqrt(law.posterior_variance());
                const PotentialValue here = law(draw, q), up = law(draw, q + h), down = law(draw, q - h);
                const double slope_scale = std::abs(here.slope) + std::sqrt(d) / q;
                EXPECT_NEAR((up.value - down.value) / (2 * h), here.slope, 1e-5 * slope_scale) << d << ' ' << t << ' ' << q;
                EXPECT_NEAR((up.slope - down.slope) / (2 * h), here.curvature,
                            1e-5 * (std::abs(here.curvature) + slope_scale * std::sqrt(d) / q))
                    << d << ' ' << t << ' ' << q;
            }
}

TEST(FranzParisi, QuadratureIsThePapersOneDimensionalForm) {
    EXPECT_NEAR(FranzParisiQuadrature({1, 0.1, 1}, 0.42)(1).value, 4.3577074986, 1e-10);
    for (const auto& [mu, sigma2, t, q] : {std::tuple{1.0, 0.1, 0.42, 1.0}, {1.0, 0.1, 0.015, 0.3}, {0.5, 2.0, 0.3, 4.0}})
        EXPECT_NEAR(FranzParisiQuadrature({mu, sigma2, 1}, t)(q).value, potential_on_line(mu, sigma2, t, q), 1e-9);
}

TEST(FranzParisi, QuadratureHasItsOwnDerivativesAndConverges) {
    for (const double d : {1., 2., 3., 40., 1e4})
        for (const double t : {0.05, 0.42}) {
            const GaussianMixture mixture{1, 0.1, d};
            const FranzParisiQuadrature potential(mixture, t), finer(mixture, t, 1.6);
            const double q = 1.3 * d, h = 1e-3 * q / d;
            const PotentialValue here = potential(q), up = potential(q + h), down = potential(q - h);
            EXPECT_NEAR((up.value - down.value) / (2 * h), here.slope, 1e-5 * std::abs(here.slope)) << d;
            EXPECT_NEAR((up.slope - down.slope) / (2 * h), here.curvature, 1e-4 * std::abs(here.curvature) + 1e-9) << d;
            EXPECT_NEAR(here.value, finer(q).value, (d == 1 ? 1e-9 : 1e-6) * here.value) << d;
        }
}

TEST(FranzParisi, AveragedSoftplusAndItsDerivatives) {
    for (const double lambda : {0., 0.1, 0.3, 5., 400.}) {
        const AveragedSoftplus mix(lambda);
        const double b = 2 * std::sqrt(lambda);
        for (const double k : {-3.1, -0.2, 0.77, 2.9}) {
            const double x = 2 * lambda + k * (1 + b);
            double value = 0, slope = 0, curvature = 0;
            const double step = 0.1 / (1 + b);
            for (double z = -9; z <= 9; z += step) {
                const double e = x - 2 * lambda - b * z, weight = step * normal_density(z, 1), p = 1 / (1 + std::exp(-e));
                value += weight * (e > 30 ? e : std::log1p(std::exp(e)));
                slope += weight * p;
                curvature += weight * p * (1 - p);
            }
            const PotentialValue here = mix(x);
            EXPECT_NEAR(here.value, value, 1e-9 * (1 + value)) << lambda << ' ' << k;
            EXPECT_NEAR(here.slope, slope, 1e-9) << lambda << ' ' << k;
            EXPECT_NEAR(here.curvature, curvature, 1e-7) << lambda << ' ' << k;
        }
        EXPECT_EQ(mix(2 * lambda - 1000 * (1 + b)).value, 0);
        EXPECT_EQ(mix(2 * lambda + 1000 * (1 + b)).slope, 1);
    }
}

/// p(q | x_t, x_0′) = Σ_± w_± f_± against samples x_0 ~ p_0 weighted by the likelihood of x_t, d = 3, with vectors.
TEST(FranzParisi, PosteriorOfDistancesIsThatOfWeightedSamples) {
    const double mu = 0.6, sigma2 = 0.4, t = 0.3;
    const GaussianMixture mixture{mu, sigma2, 3};
    const double shrink = std::exp(-t), delta = 1 - shrink * shrink, gamma = mixture.variance(t), v = sigma2 * delta / gamma;
    const double xt[3] = {0.5, -0.1, 0.2}, reference[3] = {0.9, 0.1, 0.4};
    double u = 0, noncentrality[2] = {0, 0};
    for (int k = 0; k < 3; ++k) {
        u += mu * shrink * xt[k] / gamma;
        for (int c = 0; c < 2; ++c) {
            const double centre = ((c == 0 ? mu : -mu) * delta + sigma2 * shrink * xt[k]) / gamma;
            noncentrality[c] += (centre - reference[k]) * (centre - reference[k]) / v;
        }
    }
    constexpr int bins = 10, samples = 400000;
    constexpr double width = 0.5;
    std::mt19937_64 engine(1);
    std::normal_distribution<double> normal;
    double total = 0, total_2 = 0, weight_in[bins] = {}, weight_2_in[bins] = {};
    for (int i = 0; i < samples; ++i) {
        const double c = engine() % 2 == 0 ? mu : -mu;
        double likelihood = 0, q = 0;
        for (int k = 0; k < 3; ++k) {
            const double x0 = c + std::sqrt(sigma2) * normal(engine), gap = xt[k] - shrink * x0;
            likelihood -= 0.5 * gap * gap / delta;
            q += (x0 - reference[k]) * (x0 - reference[k]);
        }
        const double weight = std::exp(likelihood);
        total += weight;
        total_2 += weight * weight;
        const auto bin = static_cast<int>(q / width);
        if (bin < bins) {
            weight_in[bin] += weight;
            weight_2_in[bin] += weight * weight;
        }
    }
    for (int bin = 0; bin < bins; ++bin) {
        double expected = 0;
        constexpr int parts = 200;
        for (int i = 0; i < parts; ++i) {
            const double q = width * (bin + (i + 0.5) / parts);
            for (int c = 0; c < 2; ++c)
                expected += width / parts / (1 + std::exp(c == 0 ? -2 * u : 2 * u)) *
                            std::exp(log_distance_density(3, v, noncentrality[c], q).value);
        }
        const double share = weight_in[bin] / total;
        const double error = std::sqrt(weight_2_in[bin] * (1 - 2 * share) + share * share * total_2) / total;
        EXPECT_NEAR(share, expected, 4 * error) << bin;
    }
}

/// The average with vectors drawn as the definition says, x_0′ ~ p_0 and x_t from it, with ln p_t(x_t) of each sample.
TEST(FranzParisi, AverageOverPairsIsThatOfVectors) {
    const double mu = 0.6, sigma2 = 0.4;
    std::mt19937_64 engine(2);
    std::normal_distribution<double> normal;
    for (const int d : {1, 3}) {
        for (const double t : {0.1, 0.8}) {
            const GaussianMixture mixture{mu, sigma2, static_cast<double>(d)};
            const double shrink = std::exp(-t), delta = 1 - shrink * shrink, gamma = mixture.variance(t);
            const double v = sigma2 * delta / gamma, q = 1.1 * d;
            RunningMoments moments;
            std::vector<double> xt(static_cast<std::size_t>(d));
            for (int i = 0; i < 40000; ++i) {
                const double c = engine() % 2 == 0 ? mu : -mu;
                double u = 0, noncentrality[2] = {0, 0};
                for (double& x : xt) {
                    const double reference = c + std::sqrt(sigma2) * normal(engine);
                    x = shrink * reference + std::sqrt(delta) * normal(engine);
                    u += mu * shrink * x / gamma;
                    for (int k = 0; k < 2; ++k) {
                        const double centre = ((k == 0 ? mu : -mu) * delta + sigma2 * shrink * x) / gamma;
                        noncentrality[k] += (centre - reference) * (centre - reference) / v;
                    }
                }
                double density = 0;
                for (int k = 0; k < 2; ++k)
                    density += std::exp(log_distance_density(d, v, noncentrality[k], q).value) /
                               (1 + std::exp(k == 0 ? -2 * u : 2 * u));
                moments.add(-0.5 * d * std::log(2 * std::numbers::pi * delta) - mixture.log_density(xt, t) -
                            std::log(density));
            }
            EXPECT_NEAR(FranzParisiQuadrature(mixture, t)(q).value, moments.mean(), 4 * moments.standard_error()) << d;
        }
    }
}

TEST(FranzParisi, LargeDimensionsTendToTheirLeadingOrder) {
    for (const double t : {0.1, 0.42, 2.})
        for (const double q : {0.1, 1., 4., 8.}) {
            double before = 0;
            for (const double d : {1e3, 1e5, 1e7}) {
                const GaussianMixture mixture{1, 0.1, d};
                const double gap = FranzParisiQuadrature(mixture, t)(q * d).value - franz_parisi_large_d(mixture, t, q * d);
                EXPECT_LT(std::abs(gap), 2 * std::log(d)) << d << ' ' << t << ' ' << q;
                if (before != 0) {
                    EXPECT_NEAR(gap - before, std::log(10.), 0.05) << d;  // a Gaussian of variance ∝ d: ½ ln d
                }
                before = gap;
            }
        }
}

}  // namespace
}  // namespace gdm
