#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/targets/covariance_modes.hpp"
#include "gdm/physics/targets/enumerated_ising.hpp"
#include "gdm/physics/targets/posterior_chain.hpp"

namespace gdm {
namespace {

IsingCouplings glass(std::size_t n, double uniform, std::uint32_t replica = 0) {
    return {{n, sherrington_kirkpatrick(n, CouplingLaw::gaussian, RandomStream(3, replica))}, uniform};
}

std::vector<double> normals(std::size_t n, double scale, std::uint32_t sample) {
    RandomSequence random(RandomStream(5, 0), Purpose::test, sample);
    std::vector<double> all(n);
    for (double& one : all) one = scale * random.normal();
    return all;
}

/// By the definition: E = −½ Σ_{j≠k} W_jk y_j y_k of every state, added up.
TEST(EnumeratedIsing, IsTheSumOverStates) {
    constexpr std::size_t n = 6;
    const IsingCouplings couplings = glass(n, 0.3);
    const auto fields = normals(n, 0.8, 1);
    constexpr double T = 0.7;
    double whole = 0, energy = 0, first[n] = {}, second[n][n] = {};
    for (unsigned state = 0; state < 1u << n; ++state) {
        int y[n];
        for (std::size_t i = 0; i < n; ++i) y[i] = (state >> i) & 1 ? 1 : -1;
        double e = 0, h = 0;
        for (const Coupling& one : couplings.pairs.couplings()) e -= (one.value + 0.3) * y[one.a] * y[one.b];
        for (std::size_t i = 0; i < n; ++i) h += fields[i] * y[i];
        const double weight = std::exp(-e / T + h);
        whole += weight;
        energy += weight * e;
        for (std::size_t i = 0; i < n; ++i) {
            first[i] += weight * y[i];
            for (std::size_t j = 0; j < n; ++j) second[i][j] += weight * y[i] * y[j];
        }
    }
    const EnumeratedIsing all(couplings);
    EnumeratedIsing::Law law;
    all.law(T, fields, law);
    EXPECT_NEAR(law.log_partition, std::log(whole), 1e-12);
    EXPECT_NEAR(law.energy, energy / whole, 1e-12);
    const auto moments = all.moments(law);
    for (std::size_t i = 0; i < n; ++i) {
        EXPECT_NEAR(moments.means[i], first[i] / whole, 1e-12);
        for (std::size_t j = 0; j < n; ++j)
            EXPECT_NEAR(moments.covariance[i * n + j], second[i][j] / whole - first[i] * first[j] / whole / whole, 1e-12);
    }
    EXPECT_THROW(EnumeratedIsing(curie_weiss_couplings(21)), std::invalid_argument);
}

/// The score (m(x) − x)/θ has the Jacobian −1/θ + C/θ².
TEST(EnumeratedIsing, CovarianceIsTheResponse) {
    constexpr std::size_t n = 9;
    const EnumeratedIsing all(glass(n, 0));
    auto fields = normals(n, 1, 2);
    EnumeratedIsing::Law law;
    all.law(0.6, fields, law);
    const auto here = all.moments(law);
    constexpr double step = 1e-5;
    fields[4] += step;
    all.law(0.6, fields, law);
    const double above = law.log_partition;
    const auto up = all.moments(law);
    fields[4] -= 2 * step;
    all.law(0.6, fields, law);
    const auto down = all.moments(law);
    EXPECT_NEAR((above - law.log_partition) / (2 * step), here.means[4], 1e-8);
    for (std::size_t i = 0; i < n; ++i)
        EXPECT_NEAR((up.means[i] - down.means[i]) / (2 * step), here.covariance[i * n + 4], 1e-8);
}

/// Means of a long chain against all states, in errors from its blocks.
TEST(PosteriorChain, SeesWhatAllStatesSay) {
    constexpr std::size_t n = 10;
    for (const double uniform : {0.0, 0.15}) {
        const IsingCouplings couplings = glass(n, uniform, 4);
        const EnumeratedIsing all(couplings);
        for (const double T : {0.5, 1.2}) {
            const auto fields = normals(n, 0.4, 7);
            EnumeratedIsing::Law law;
            all.law(T, fields, law);
            const auto exact = all.moments(law);
            PosteriorChain chain(couplings);
            const std::vector<std::int8_t> up(n, 1);
            chain.begin(T, fields, up);
            RandomSequence random(RandomStream(11, 0), Purpose::test);
            for (int k = 0; k < 200; ++k) chain.sweep(random, {});
            std::vector<RunningMoments> means(n), product(n);
            for (int block = 0; block < 100; ++block) {
                std::vector<double> sums(n), pairs(n);
                for (int k = 0; k < 200; ++k) {
                    chain.sweep(random, sums);
                    for (std::size_t i = 0; i < n; ++i) pairs[i] += chain.spins()[i] * chain.spins()[(i + 3) % n];
                }
                for (std::size_t i = 0; i < n; ++i) {
                    means[i].add(sums[i] / 200);
                    product[i].add(pairs[i] / 200);
                }
            }
            for (std::size_t i = 0; i < n; ++i) {
                const std::size_t j = (i + 3) % n;
                EXPECT_NEAR(means[i].mean(), exact.means[i], 4 * means[i].standard_error()) << T;
                EXPECT_NEAR(product[i].mean(), exact.covariance[i * n + j] + exact.means[i] * exact.means[j],
                            4 * product[i].standard_error())
                    << T;
                EXPECT_LT(means[i].standard_error(), 0.02);
            }
        }
    }
}

/// Spins that all couple alike in random fields, by a Gaussian integral: e^{β M²/2n} = ∫ e^{−nφ²/(2β)+φM} dφ, and then
/// ⟨y_i⟩ is the mean of tanh(φ + h_i) under e^{−nφ²/(2β)} Π 2 cosh(φ + h_i).
TEST(PosteriorChain, SeesWhatTheGaussianIntegralSays) {
    constexpr std::size_t n = 60;
    constexpr double T = 0.8;
    const auto fields = normals(n, 0.3, 8);
    std::vector<double> exact(n);
    double whole = 0;
    for (double phi = -4; phi <= 4; phi += 1e-3) {
        double log_weight = -static_cast<double>(n) * phi * phi * T / 2;
        for (const double h : fields) log_weight += std::log(std::cosh(phi + h));
        const double weight = std::exp(log_weight);
        whole += weight;
        for (std::size_t i = 0; i < n; ++i) exact[i] += weight * std::tanh(phi + fields[i]);
    }
    const IsingCouplings couplings = curie_weiss_couplings(n);
    PosteriorChain chain(couplings);
    chain.begin(T, fields, std::vector<std::int8_t>(n, -1));
    RandomSequence random(RandomStream(12, 0), Purpose::test);
    for (int k = 0; k < 500; ++k) chain.sweep(random, {});
    std::vector<RunningMoments> means(n);
    for (int block = 0; block < 50; ++block) {
        std::vector<double> sums(n);
        for (int k = 0; k < 200; ++k) chain.sweep(random, sums);
        for (std::size_t i = 0; i < n; ++i) means[i].add(sums[i] / 200);
    }
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(means[i].mean(), exact[i] / whole, 4 * means[i].standard_error()) << i;
}

TEST(IsingCouplings, AreThoseOfAMatrix) {
    const IsingCouplings one = glass(5, 0);
    std::vector<double> matrix(25, 0);
    for (const Coupling& pair : one.pairs.couplings())
        matrix[pair.a * 5 + pair.b] = matrix[pair.b * 5 + pair.a] = pair.value;
    const std::vector<std::int8_t> spins{1, -1, 1, 1, -1};
    double sum = 0;
    for (std::size_t j = 0; j < 5; ++j)
        for (std::size_t k = 0; k < 5; ++k) sum -= matrix[j * 5 + k] * spins[j] * spins[k] / 2;
    EXPECT_NEAR(one.energy(spins), sum, 1e-14);
    EXPECT_NEAR(matrix_couplings(matrix, 5).energy(spins), sum, 1e-14);
    EXPECT_NEAR(curie_weiss_couplings(5).energy(spins), 2. / 5, 1e-14);  // M = 1: (n − M²)/(2n)
}

/// Samples of a covariance diag(4, 2, 1, 1, …): its greatest eigenvalue lies between both estimates, and the combined one
/// misses it by much less than either.
TEST(CovarianceModes, BracketTheGreatestEigenvalue) {
    constexpr std::size_t n = 24, count = 120;
    RunningMoments upper, lower, combined;
    for (std::uint32_t repeat = 0; repeat < 200; ++repeat) {
        auto samples = normals(n * count, 1, 100 + repeat);
        for (std::size_t k = 0; k < count; ++k) {
            samples[k * n] *= 2;
            samples[k * n + 1] *= std::sqrt(2.);
        }
        const auto bracket = bracket_of_samples(samples, n);
        upper.add(bracket.upper);
        lower.add(bracket.lower);
        combined.add(bracket.combined());
    }
    EXPECT_GT(upper.mean() - 4, 5 * upper.standard_error());
    EXPECT_GT(4 - lower.mean(), 5 * lower.standard_error());
    EXPECT_LT(std::abs(combined.mean() - 4), 0.25 * std::min(upper.mean() - 4, 4 - lower.mean()));
    const std::vector<double> matrix{2, 1, 0, 1, 2, 0, 0, 0, 1};
    const auto mode = leading_mode(matrix, 3);
    EXPECT_NEAR(mode.eigenvalue, 3, 1e-12);
    EXPECT_NEAR(mode.vector[0], std::sqrt(0.5), 1e-12);
    EXPECT_NEAR(quadratic_form(matrix, mode.vector), 3, 1e-12);
    EXPECT_NEAR(eigenvalues_of(matrix, 3)[1], 1, 1e-12);
}

}  // namespace
}  // namespace gdm
