#include "gdm/physics/networks/random_features.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/physics/networks/random_feature_theory.hpp"
#include "gdm/physics/networks/symmetric_spectrum.hpp"

namespace gdm {
namespace {

DenseMatrix normal_matrix(std::size_t rows, std::size_t columns, std::uint32_t sample, double scale = 1) {
    RandomSequence sequence(RandomStream(5, 0), Purpose::test, sample);
    DenseMatrix matrix(rows, columns);
    for (double& value : matrix.values) value = scale * sequence.normal();
    return matrix;
}

double product_entry(const DenseMatrix& a, const DenseMatrix& b, std::size_t i, std::size_t j) {
    double sum = 0;
    for (std::size_t k = 0; k < a.columns; ++k) sum += a(i, k) * b(j, k);
    return sum;
}

TEST(DenseProduct, IsTheSumOfProducts) {
    for (const std::size_t depth : {1u, 7u, 300u}) {
        const DenseMatrix a = normal_matrix(13, depth, 1), b = normal_matrix(35, depth, 2);
        const DenseMatrix c = product_with_transposed(a, b, Stop());
        DenseMatrix lower(35, 35);
        add_product(b, b, lower, Stop(), Wanted::lower);
        for (std::size_t j = 0; j < b.rows; ++j) {
            for (std::size_t i = 0; i < a.rows; ++i) EXPECT_NEAR(c(i, j), product_entry(a, b, i, j), 1e-12);
            for (std::size_t i = j; i < b.rows; ++i) EXPECT_NEAR(lower(i, j), product_entry(b, b, i, j), 1e-12);
        }
    }
}

void expect_spectrum(const DenseMatrix& matrix) {
    const std::size_t n = matrix.rows;
    const SymmetricSpectrum spectrum = symmetric_spectrum(matrix, Stop());
    for (std::size_t k = 0; k < n; ++k) {
        if (k > 0) {
            EXPECT_LE(spectrum.values[k - 1], spectrum.values[k]);
        }
        for (std::size_t i = 0; i < n; ++i) {
            EXPECT_NEAR(product_entry(matrix, spectrum.vectors, i, k), spectrum.values[k] * spectrum.vectors(k, i), 1e-12);
            EXPECT_NEAR(product_entry(spectrum.vectors, spectrum.vectors, i, k), i == k ? 1 : 0, 1e-13);
        }
    }
}

TEST(SymmetricSpectrum, SolvesTheEigenproblem) {
    for (const std::size_t n : {1u, 2u, 3u, 17u, 50u}) {
        const DenseMatrix half = normal_matrix(n, n, 3);
        DenseMatrix matrix(n, n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) matrix(i, j) = half(i, j) + half(j, i);
        expect_spectrum(matrix);
    }
    DenseMatrix equal(20, 20), ones(20, 20);
    for (std::size_t i = 0; i < 20; ++i) equal(i, i) = 2;
    std::fill(ones.values.begin(), ones.values.end(), 1.0);
    const DenseMatrix thin = normal_matrix(40, 3, 11);
    expect_spectrum(product_with_transposed(thin, thin, Stop()));  // of rank 3
    expect_spectrum(equal);
    expect_spectrum(ones);
    equal(3, 4) = equal(4, 3) = std::nan("");
    EXPECT_THROW(symmetric_spectrum(equal, Stop()), std::runtime_error);
}

/// Σ over a grid of standard normal z in three dimensions, by the trapezoidal rule (error far below 1e-10).
void over_normals(const std::function<void(const double (&z)[3], double weight)>& visit) {
    constexpr double step = 0.4;
    constexpr int last = 18;
    double z[3];
    for (int i = -last; i <= last; ++i)
        for (int j = -last; j <= last; ++j)
            for (int k = -last; k <= last; ++k) {
                z[0] = step * i, z[1] = step * j, z[2] = step * k;
                const double square = z[0] * z[0] + z[1] * z[1] + z[2] * z[2];
                visit(z, std::pow(step / std::sqrt(2 * M_PI), 3) * std::exp(-0.5 * square));
            }
}

struct Moments {
    DenseMatrix u, v;
};

/// U and V of points with noise in three dimensions, by quadrature.
Moments by_quadrature(double (*phi)(double), const DenseMatrix& weights, const DenseMatrix& points, double variance) {
    const std::size_t p = weights.rows;
    Moments result{{p, p}, {3, p}};
    std::vector<double> value(p);
    for (std::size_t n = 0; n < points.rows; ++n) {
        over_normals([&](const double(&z)[3], double weight) {
            weight /= static_cast<double>(points.rows);
            for (std::size_t i = 0; i < p; ++i) {
                double h = 0;
                for (std::size_t k = 0; k < 3; ++k) h += weights(i, k) * (points(n, k) + std::sqrt(variance) * z[k]);
                value[i] = phi(h / std::sqrt(3.0));
            }
            for (std::size_t i = 0; i < p; ++i) {
                for (std::size_t j = 0; j < p; ++j) result.u(i, j) += weight * value[i] * value[j];
                for (std::size_t k = 0; k < 3; ++k) result.v(k, i) += weight * value[i] * z[k];
            }
        });
    }
    return result;
}

double phi_erf(double x) { return std::erf(0.5 * std::sqrt(M_PI) * x); }
double phi_tanh(double x) { return std::tanh(x); }
double phi_linear(double x) { return x; }

TEST(FeatureMoments, AgreeWithQuadrature) {
    struct Case {
        Activation activation;
        double (*phi)(double);
    };
    const DenseMatrix weights = normal_matrix(4, 3, 4), points = normal_matrix(2, 3, 5);
    for (const Case& one :
         {Case{Activation::erf, phi_erf}, Case{Activation::tanh, phi_tanh}, Case{Activation::linear, phi_linear}}) {
        for (const double variance : {0.02, 0.9}) {
            const FeatureMoments moments =
                feature_moments(NoisyActivation(one.activation), weights, points, variance, Stop());
            const Moments exact = by_quadrature(one.phi, weights, points, variance);
            for (std::size_t i = 0; i < 4; ++i) {
                for (std::size_t j = 0; j < 4; ++j)
                    EXPECT_NEAR(moments.correlations(i, j), exact.u(i, j), 1e-8) << variance << " " << i << " " << j;
                for (std::size_t k = 0; k < 3; ++k)
                    EXPECT_NEAR(std::sqrt(variance / 3) * moments.slopes[i] * weights(i, k), exact.v(k, i), 1e-8);
            }
        }
    }
}

/// Hermite coefficients of relu by the midpoint rule on either side of the kink, where they are those of a polynomial.
TEST(NoisyActivation, CoefficientsOfRelu) {
    const NoisyActivation relu(Activation::relu);
    std::vector<double> c(7);
    for (const double mean : {-0.7, 0.0, 0.4, 3.0}) {
        for (const double deviation : {0.1, 1.3}) {
            relu.coefficients(mean, deviation, c);
            std::vector<double> expected(c.size(), 0);
            double square = 0;
            constexpr int steps = 200000;
            const double from = std::max(-12.0, -mean / deviation), step = (12 - from) / steps;
            for (int i = 0; i < steps; ++i) {
                const double z = from + (i + 0.5) * step, value = mean + deviation * z;
                const double mass = step * std::exp(-0.5 * z * z) / std::sqrt(2 * M_PI);
                square += mass * value * value;
                double he = 1, last = 0, norm = 1;
                for (std::size_t k = 0; k < c.size(); ++k) {
                    expected[k] += mass * value * he / std::sqrt(norm);
                    const auto order = static_cast<double>(k);
                    const double next = z * he - order * last;
                    last = he;
                    he = next;
                    norm *= order + 1;
                }
            }
            for (std::size_t k = 0; k < c.size(); ++k) EXPECT_NEAR(c[k], expected[k], 1e-7) << mean << " " << k;
            EXPECT_NEAR(relu.square(mean, deviation), square, 1e-7);
        }
    }
}

/// About the origin U of relu is the kernel of arc cosines (Cho and Saul, 2009).
TEST(FeatureMoments, OfReluAreTheArcCosineKernel) {
    const DenseMatrix weights = normal_matrix(6, 3, 4);
    const FeatureMoments moments =
        feature_moments(NoisyActivation(Activation::relu), weights, DenseMatrix(1, 3), 0.7, Stop());
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_NEAR(moments.slopes[i], 0.5, 1e-12);
        for (std::size_t j = 0; j < 6; ++j) {
            const double a = 0.7 / 3 * product_entry(weights, weights, i, i),
                         b = 0.7 / 3 * product_entry(weights, weights, j, j);
            const double c = std::clamp(0.7 / 3 * product_entry(weights, weights, i, j) / std::sqrt(a * b), -1.0, 1.0);
            const double exact = std::sqrt(a * b) / (2 * M_PI) * (std::sqrt(1 - c * c) + c * (M_PI - std::acos(c)));
            EXPECT_NEAR(moments.correlations(i, j), exact, std::abs(c) < 0.9 || i == j ? 1e-8 : 1e-4) << c;
        }
    }
}

/// The loss 1 + [Δ Tr A U Aᵀ/p + 2 √Δ Tr A V/√p]/d of any A.
double loss_of(const DenseMatrix& a, const Moments& moments, double delta) {
    const std::size_t d = a.rows, p = a.columns;
    double quadratic = 0, linear = 0;
    for (std::size_t k = 0; k < d; ++k) {
        for (std::size_t i = 0; i < p; ++i) {
            linear += a(k, i) * moments.v(k, i);
            for (std::size_t j = 0; j < p; ++j) quadratic += a(k, i) * moments.u(i, j) * a(k, j);
        }
    }
    const auto dimension = static_cast<double>(d), features = static_cast<double>(p);
    return 1 + (delta * quadratic / features + 2 * std::sqrt(delta / features) * linear) / dimension;
}

TEST(RandomFeatureTraining, FollowsTheFlow) {
    const double delta = 0.3, variance = 1.1, d = 3, p = 5;
    const DenseMatrix weights = normal_matrix(5, 3, 6), points = normal_matrix(3, 3, 7, std::sqrt(1 - delta));
    const Moments train = by_quadrature(phi_erf, weights, points, delta);
    // Tests on N(0, 1.1): the label is the part of the noise, √Δ ξ = √(Δ/1.1) z + what is independent of x.
    Moments test = by_quadrature(phi_erf, weights, DenseMatrix(1, 3), variance);
    for (double& value : test.v.values) value *= std::sqrt(delta / variance);

    DenseMatrix a(3, 5);
    const auto force = [&](const DenseMatrix& at) {
        DenseMatrix result(3, 5);
        for (std::size_t k = 0; k < 3; ++k)
            for (std::size_t i = 0; i < 5; ++i) {
                double sum = 0;
                for (std::size_t j = 0; j < 5; ++j) sum += at(k, j) * train.u(j, i);
                result(k, i) = -2 * d * (delta * sum / p + std::sqrt(delta / p) * train.v(k, i));
            }
        return result;
    };
    const auto moved = [](DenseMatrix from, const DenseMatrix& along, double step) {
        for (std::size_t i = 0; i < from.values.size(); ++i) from.values[i] += step * along.values[i];
        return from;
    };
    const NoisyActivation activation(Activation::erf);
    const RandomFeatureTraining training(weights, feature_moments(activation, weights, points, delta, Stop()),
                                         feature_moments(activation, weights, DenseMatrix(1, 3), variance, Stop()), delta,
                                         delta, Stop());
    const std::vector<double> times{0, 1, 5, 20};
    const TrainingLosses losses = training.losses(times, Stop());
    double time = 0;
    constexpr double step = 1.0 / 64;
    for (std::size_t t = 0; t < times.size(); ++t) {
        for (; time < times[t]; time += step) {  // Runge and Kutta
            const DenseMatrix k1 = force(a), k2 = force(moved(a, k1, step / 2)), k3 = force(moved(a, k2, step / 2)),
                              k4 = force(moved(a, k3, step));
            a = moved(moved(moved(moved(a, k1, step / 6), k2, step / 3), k3, step / 3), k4, step / 6);
        }
        EXPECT_NEAR(losses.train[t], loss_of(a, train, delta), 1e-8) << times[t];
        EXPECT_NEAR(losses.test[t], loss_of(a, test, delta), 1e-8) << times[t];
    }
    EXPECT_EQ(losses.train[0], 1);
    EXPECT_EQ(losses.test[0], 1);
}

TEST(RandomFeatureTraining, OfLinearFeaturesEndsInRegression) {
    // 1 − (Δ/d) Tr (e^{−2t} XᵀX/n + Δ)^{−1}, p ≥ d.
    const double t = 0.2, delta = 1 - std::exp(-2 * t);
    const DenseMatrix weights = normal_matrix(9, 4, 8), points = normal_matrix(6, 4, 9, std::exp(-t));
    DenseMatrix covariance(4, 4);
    for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t j = 0; j < 4; ++j)
            for (std::size_t n = 0; n < 6; ++n) covariance(i, j) += points(n, i) * points(n, j) / 6;
        covariance(i, i) += delta;
    }
    double expected = 1;
    for (const double value : symmetric_spectrum(covariance, Stop()).values) expected -= delta / (4 * value);
    const NoisyActivation activation(Activation::linear);
    const auto moments = feature_moments(activation, weights, points, delta, Stop());
    const RandomFeatureTraining training(weights, moments, moments, delta, delta, Stop());
    EXPECT_NEAR(training.losses(std::vector{1e7}, Stop()).train[0], expected, 1e-10);
}

TEST(FeatureMoments, OfManyPointsAreThoseOfTheirLaw) {
    const double signal = 0.6, delta = 0.4;
    const DenseMatrix weights = normal_matrix(4, 3, 10);
    const NoisyActivation activation(Activation::erf);
    const FeatureMoments exact = feature_moments(activation, weights, DenseMatrix(1, 3), signal + delta, Stop());
    std::vector<RunningMoments> entries(16);
    for (std::uint32_t batch = 0; batch < 20; ++batch) {
        const DenseMatrix points = normal_matrix(500, 3, 100 + batch, std::sqrt(signal));
        const FeatureMoments moments = feature_moments(activation, weights, points, delta, Stop());
        for (std::size_t i = 0; i < 16; ++i) entries[i].add(moments.correlations.values[i]);
    }
    for (std::size_t i = 0; i < 16; ++i)
        EXPECT_NEAR(entries[i].mean(), exact.correlations.values[i], 4 * entries[i].standard_error());
}

TEST(RandomFeatureTheory, KnownValues) {
    const FeatureCoefficients erf = feature_coefficients(Activation::erf, 1, 0.01);
    EXPECT_NEAR(erf.linear, 0.388985, 1e-6);
    EXPECT_NEAR(erf.noise, 0.00770241, 1e-8);
    EXPECT_NEAR(erf.data, 0.0275217, 1e-7);
    EXPECT_NEAR(erf.residual, 0.00197118, 1e-8);
    const RandomFeatureModel model{erf, 4, 8, 1, 0.01};
    EXPECT_NEAR(resolvent_of_features(model, -0.3).real(), 2.7826, 5e-5);
    EXPECT_NEAR(generalisation_time(model), 64.9, 0.05);
    EXPECT_NEAR(memorisation_time({erf, 64, 64e6, 1, 0.01}) * 2 * 0.0198013 * erf.data / 64, 1, 3e-3);
    EXPECT_TRUE(std::isnan(memorisation_time({feature_coefficients(Activation::linear, 1, 0.01), 4, 8, 1, 0.01})));
}

TEST(RandomFeatureTheory, MassesAreThoseOfTheBulks) {
    // p = 16 d features of n = 4 d points: d modes of the data, n of the points, and inert ones.
    const RandomFeatureModel model{feature_coefficients(Activation::erf, 1, 0.01), 4, 16, 1, 0.01};
    const auto mass = [&](int from, int to) {
        double sum = 0;
        for (int i = from; i < to; ++i) sum += spectral_mass_of_features(model, std::exp(0.1 * i), std::exp(0.1 * (i + 1)));
        return sum;
    };
    EXPECT_NEAR(mass(-65, -60), 11.0 / 16, 1e-6);
    EXPECT_NEAR(mass(-60, 0), 4.0 / 16, 1e-6);
    EXPECT_NEAR(mass(0, 40), 1.0 / 16, 1e-6);
}

}  // namespace
}  // namespace gdm
