#include "gdm/physics/networks/random_networks.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/networks/finite_width.hpp"

namespace gdm {
namespace {

struct Last {
    double length, rho, growth;
};

/// The same network with its weights drawn one by one. Lengths and correlations are those that the last layer but one
/// makes expected, as in RandomNetworks, in an mlp; those of the units in a resnet.
Last explicit_network(const RandomLayer& law, Architecture architecture, std::size_t width, int depth, double q0,
                      double rho0, RandomSequence& random) {
    using Row = std::vector<double>;
    Row u(width), d(width), t(width);
    const double aligned = -std::sqrt(q0) * rho0, rest = std::sqrt(q0 * rho0 * (2 - rho0));
    for (std::size_t i = 0; i < width; ++i) {
        const double z = random.normal();
        u[i] = std::sqrt(q0) * z;
        d[i] = aligned * z + rest * random.normal();
        t[i] = random.normal();
    }
    Last last{};
    const bool residual = architecture == Architecture::resnet;
    const auto square = [](const Row& x) {
        double sum = 0;
        for (const double one : x) sum += one * one;
        return sum;
    };
    const double start = residual ? square(t) : static_cast<double>(width);
    for (int layer = 0; layer < depth; ++layer) {
        Row a(width), b(width), c(width);
        double sum[3] = {};
        for (std::size_t i = 0; i < width; ++i) {
            a[i] = activate(law.activation, u[i]);
            b[i] = activation_difference(law.activation, u[i], d[i]);
            c[i] = activation_slope(law.activation, u[i]) * t[i];
            sum[0] += a[i] * a[i];
            sum[1] += a[i] * b[i];
            sum[2] += b[i] * b[i];
        }
        const double share = law.weight_variance / static_cast<double>(width);
        for (std::size_t i = 0; i < width; ++i) {
            double next[3] = {std::sqrt(law.bias_variance) * random.normal(), 0, 0};
            for (std::size_t j = 0; j < width; ++j) {
                const double weight = std::sqrt(share) * random.normal();
                next[0] += weight * a[j];
                next[1] += weight * b[j];
                next[2] += weight * c[j];
            }
            u[i] = next[0] + (residual ? u[i] : 0);
            d[i] = next[1] + (residual ? d[i] : 0);
            t[i] = next[2] + (residual ? t[i] : 0);
        }
        double q = share * sum[0] + law.bias_variance, g = share * sum[1], gap = share * sum[2];
        if (residual) {
            q = square(u) / static_cast<double>(width);
            gap = square(d) / static_cast<double>(width);
            g = 0;
            for (std::size_t i = 0; i < width; ++i) g += u[i] * d[i] / static_cast<double>(width);
        }
        last = {q, 1 - (q + g) / std::sqrt(q * (q + 2 * g + gap)), std::log(square(t) / start)};
    }
    return last;
}

void expect_equal(const RunningMoments& a, const RunningMoments& b, const char* what) {
    const auto variance = [](const RunningMoments& x) { return x.variance() / static_cast<double>(x.count()); };
    EXPECT_NEAR(a.mean(), b.mean(), 4 * std::sqrt(variance(a) + variance(b))) << what;
}

TEST(RandomNetworks, HaveTheLawOfExplicitWeights) {
    constexpr std::size_t width = 16, count = 1024;
    constexpr int depth = 9;
    for (const Architecture architecture : {Architecture::mlp, Architecture::resnet})
        for (const Activation activation : {Activation::tanh, Activation::erf, Activation::relu}) {
            const RandomLayer law{activation, 1.9, 0.1};
            RandomNetworks networks(law, architecture, 1, width, count, 0.8, 0.6);
            for (int layer = 0; layer < depth; ++layer) networks.advance(RandomStream(5, 0));
            RunningMoments exact[3], drawn[3];
            RandomSequence random(RandomStream(6, 0), Purpose::test);
            for (std::size_t i = 0; i < count; ++i) {
                const Last last = explicit_network(law, architecture, width, depth, 0.8, 0.6, random);
                drawn[0].add(last.length);
                drawn[1].add(last.rho);
                exact[0].add(networks.length(i));
                exact[1].add(std::exp(networks.log_rho(i)));
                exact[2].add(networks.log_growth(i));
                drawn[2].add(last.growth);
            }
            expect_equal(drawn[0], exact[0], "length");
            expect_equal(drawn[1], exact[1], "rho");
            // Explicit tangents are those of the units, of which the last ones add the noise of χ²_N/N.
            if (architecture == Architecture::mlp) {
                RunningMoments chi;
                for (int i = 0; i < 20000; ++i) chi.add(std::log(random.chi_squared(width) / width));
                EXPECT_NEAR(drawn[2].mean() - chi.mean(), exact[2].mean(),
                            4 * std::sqrt((drawn[2].variance() + exact[2].variance()) / count));
            } else {
                expect_equal(drawn[2], exact[2], "growth");
            }
        }
}

TEST(RandomNetworks, DoNotDependOnHowManyThereAreNorOnBeingSaved) {
    for (const Architecture architecture : {Architecture::mlp, Architecture::resnet}) {
        const RandomLayer law{Activation::tanh, 1.9, 0.1};
        const RandomStream random(3, 1);
        RandomNetworks few(law, architecture, 1, 33, 3, 1, 0.5), many(law, architecture, 1, 33, 40, 1, 0.5);
        for (int layer = 0; layer < 5; ++layer) {
            few.advance(random);
            many.advance(random);
        }
        ByteWriter writer;
        many.save(writer);
        EXPECT_EQ(writer.bytes().size(), RandomNetworks::bytes(architecture, 33, 40));
        RandomNetworks again(law, architecture, 1, 33, 40, 1, 0.5);
        ByteReader reader(writer.bytes());
        again.load(reader);
        again.advance(random);
        few.advance(random);
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_EQ(few.length(i), again.length(i));
            EXPECT_EQ(few.log_rho(i), again.log_rho(i));
            EXPECT_EQ(few.log_growth(i), again.log_growth(i));
        }
    }
}

TEST(RandomNetworks, SmallDifferencesDoNotUnderflow) {
    RandomNetworks networks({Activation::tanh, 0.5, 0.3}, Architecture::mlp, 1, 64, 16, 0.5, 0.5);
    const RandomStream random(3, 1);
    for (int layer = 0; layer < 200; ++layer) networks.advance(random);
    const double rho = networks.log_rho(0), growth = networks.log_growth(0);
    for (int layer = 0; layer < 2000; ++layer) networks.advance(random);
    EXPECT_LT(networks.log_rho(0), -1000);
    EXPECT_NEAR((networks.log_rho(0) - rho) / (networks.log_growth(0) - growth), 1, 0.05);
}

// Units of opposite sign, each at an end of tanh.
TEST(RandomNetworks, AreFiniteWhereUnitsAreSaturated) {
    for (const Activation activation : {Activation::tanh, Activation::erf, Activation::relu}) {
        RandomNetworks networks({activation, 100, 0}, Architecture::mlp, 1, 64, 64, 1e3, 1.5);
        for (int layer = 0; layer < 3; ++layer) networks.advance(RandomStream(3, 1));
        for (std::size_t i = 0; i < 64; ++i) EXPECT_TRUE(std::isfinite(networks.log_rho(i)));
    }
}

TEST(FiniteWidth, FirstOrderIsThatOfNetworks) {
    const CriticalPoint point = critical_point(Activation::tanh, 0.1);
    const FiniteWidth first = finite_width({Activation::tanh, point.weight_variance, 0.1});
    EXPECT_NEAR(first.length_variance, 0.4300, 1e-4);
    EXPECT_NEAR(first.length_shift, -0.184, 1e-3);
    EXPECT_NEAR(first.lyapunov_shift, -0.945, 0.02);
    RandomNetworks networks({Activation::tanh, point.weight_variance, 0.1}, Architecture::mlp, 1, 64, 64, point.length, 0.5);
    const RandomStream random(8, 1);
    for (int layer = 0; layer < 32; ++layer) networks.advance(random);
    std::vector<double> start;
    for (std::size_t i = 0; i < 64; ++i) start.push_back(networks.log_growth(i));
    constexpr int depth = 1024;
    for (int layer = 0; layer < depth; ++layer) networks.advance(random);
    RunningMoments growth;
    for (std::size_t i = 0; i < 64; ++i) growth.add(64 * (networks.log_growth(i) - start[i]) / depth);
    EXPECT_NEAR(growth.mean() / 2, first.lyapunov_shift, 4 * std::sqrt(growth.variance() / 64) / 2);
    EXPECT_NEAR(growth.variance() * depth / 64, first.growth_diffusion, 4 * first.growth_diffusion * std::sqrt(2. / 63));
}

// d E ln y/ds = m − ½f″ E y, and E 1/y = ½f″ ∫ e^{(σ²/2 − m)s} ds, which bounds the harmonic mean.
TEST(DiffusedGap, MomentsObeyTheirEquation) {
    const double curvature = 0.5, drift = -1.9, variance = 4.3;
    std::vector<double> times;
    for (int k = 0; k <= 400; ++k) times.push_back(0.1 + 0.005 * k);
    const auto gaps = diffused_gap(curvature, drift, variance, times);
    double area = 0;
    for (int k = 1; k <= 400; ++k) area += 0.005 * (gaps[k].mean + gaps[k - 1].mean) / 2;
    EXPECT_NEAR(gaps.back().mean_log - gaps.front().mean_log, drift * 2 - curvature / 2 * area, 0.02);
    // Without noise y = 2/(f″s).
    const auto still = diffused_gap(curvature, 0, 1e-3, times);
    EXPECT_NEAR(still.back().mean * curvature * times.back() / 2, 1, 0.02);
}

}  // namespace
}  // namespace gdm
