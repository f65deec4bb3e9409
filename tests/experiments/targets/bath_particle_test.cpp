#include "gdm/experiments/targets/bath_particle.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/physics/targets/bath_particle.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point point_of(const std::string& bath, double K, double H, double rate, double end = 0.05) {
    Point point;
    point.set("bath", 0, bath);
    point.set("K", K);
    point.set("H", H);
    point.set("rate", rate);
    point.set("theta_start", 8);
    point.set("theta_end", end);
    point.set("samples", 400);
    point.set_axis("theta", {8, 4, 3, 2, 1.2, 1, 0.5, end});
    return point;
}

/// One microstate is a fair sign at every draw, n draws at distances δ: ⟨x²⟩ = (1 − e^{−δ})² Σ_{k < n} e^{−2kδ}.
TEST(BathParticle, OneMicrostateByHand) {
    const BathParticle particle{.K = 1, .H = 1, .theta_start = 8, .theta_end = 1, .rate = 4};
    const double step = std::log(8.) / static_cast<double>(particle.draws());
    const std::vector<double> thetas{8, 8 * std::exp(-3 * step), 8 * std::exp(-3.5 * step), 1};
    const auto squares = bath_particle_squares(particle, thetas);
    const auto expected = [&](int n) {
        double sum = 0;
        for (int k = 0; k < n; ++k) sum += std::exp(-2 * k * step);
        return std::pow(1 - std::exp(-step), 2) * sum;
    };
    EXPECT_NEAR(squares[0], 0, 1e-12);
    EXPECT_NEAR(squares[1], expected(3), 1e-12);
    EXPECT_NEAR(squares[2], expected(3) * std::exp(-step) + std::pow(1 - std::exp(-step / 2), 2), 1e-12);
    EXPECT_NEAR(squares[3], expected(static_cast<int>(particle.draws())), 1e-12);
}

/// Often drawn, the noise is white, of strength 2τ Var(F) with τ = half the time between draws: ⟨x²⟩ = τ Var(F).
TEST(BathParticle, OftenDrawnTheNoiseIsWhite) {
    const BathParticle particle{.K = 64, .H = 64, .theta_start = 1e6, .theta_end = 1e2, .rate = 500};
    const std::vector<double> thetas{1e2};
    const double square = bath_particle_squares(particle, thetas)[0];
    EXPECT_NEAR(square / (0.5 / 500 / 64), 1, 0.012);  // K⟨ȳ²⟩ = 1/(1 − 1/θ)
}

TEST(BathParticle, SquaresAreTheSumOverDraws) {
    std::uint64_t key = 0;
    for (const auto& [K, H, rate] : {std::tuple{1, 1, 2}, {12, 1, 5}, {12, 12, 5}, {64, 8, 1}}) {
        const Point point = point_of("fresh", K, H, rate);
        const auto replicas = test::run_replicas(bath_particle(), point, 24, ++key);
        const BathParticle particle{.K = K, .H = H, .theta_start = 8, .theta_end = 0.05, .rate = static_cast<double>(rate)};
        const auto exact = bath_particle_squares(particle, point.axis("theta"));
        for (std::size_t i = 1; i < 6; ++i) {
            const RunningMoments measured = replicas.moments("x_squared", i);
            EXPECT_NEAR(measured.mean(), exact[i], 4 * measured.standard_error()) << K << ' ' << H << ' ' << i;
        }
        const RunningMoments positive = replicas.moments("positive");
        EXPECT_NEAR(positive.mean(), 0.5, 4 * positive.standard_error());
    }
}

/// The integral of m/θ² beside Euler's steps of dx/ds = m − x; and a large bath that is often drawn follows it. A chain that
/// is drawn rarely is late: critical slowing keeps it disordered beyond the transition.
TEST(BathParticle, FollowsTheMeanField) {
    for (const double end : {0.7, 0.05, 0.002}) {
        double x = 0;
        constexpr int steps = 200'000;
        const double step = std::log(1 / end) / steps;
        for (int n = 0; n < steps; ++n) x += step * (two_deltas_mean_field(std::exp(-(n + 0.5) * step), 0) - x);
        EXPECT_NEAR((1 - bath_particle_mean_field(end)) / (1 - x), 1, 1e-3) << end;
    }
    EXPECT_EQ(bath_particle_mean_field(1.2), 0);

    const auto at_half = [](const std::string& bath, double rate) {
        return test::run_replicas(bath_particle(), point_of(bath, 2000, 200, rate), 4).moments("x_abs", 6).mean();
    };
    EXPECT_NEAR(at_half("fresh", 64), bath_particle_mean_field(0.5), 0.02);
    EXPECT_LT(at_half("chain", 4), bath_particle_mean_field(0.5) / 2);
}

TEST(BathParticle, RefusesWhatDoesNotGoTogether) {
    const auto refused = [](const Point& point) {
        try {
            bath_particle().check(point, {});
        } catch (const UsageError& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(refused(point_of("fresh", 16, 16, 1)), "");
    EXPECT_NE(refused(point_of("fresh", 16, 17, 1)).find("H = 17"), std::string::npos);
    EXPECT_NE(refused(point_of("fresh", 1e6, 17, 1e3)).find("bath = chain"), std::string::npos);
    EXPECT_NE(refused(point_of("fresh", 16, 16, 1, 0.7)).find("theta"), std::string::npos);
}

}  // namespace
}  // namespace gdm
