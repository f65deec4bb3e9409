#include "gdm/physics/process/entropy_rates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace gdm {
namespace {

const std::vector<GaussianMixture> mixtures = {{1, 1, 1}, {1, 0.1, 1}, {0.7, 3, 5}, {0, 0.5, 4}, {2, 0.4, 64}};
constexpr double times[] = {0, 0.05, 0.4, 1.5, 6};

/// Averages over p_t of functions of the axis coordinate, by the trapezoidal rule over the density of its definition.
template <class Function>
double axis_mean(const GaussianMixture& mixture, double t, Function function) {
    const double gamma = mixture.variance(t), mean = mixture.axis_mean(t), reach = mean + 14 * std::sqrt(gamma);
    constexpr int points = 40000;
    const double step = 2 * reach / points;
    double sum = 0;
    for (int i = 0; i <= points; ++i) {
        const double a = -reach + i * step;
        const double up = std::exp(-0.5 * (a - mean) * (a - mean) / gamma);
        const double down = std::exp(-0.5 * (a + mean) * (a + mean) / gamma);
        const double density = (up + down) / 2 / std::sqrt(2 * std::numbers::pi * gamma);
        // The score as a mean over the classes, not by its formula.
        const double score = density > 0 ? (up * (mean - a) - down * (mean + a)) / (gamma * (up + down)) : 0;
        if (density > 0) sum += density * function(a, density, score) * step;
    }
    return sum;
}

TEST(EntropyRates, AreTheAveragesOfTheirDefinitions) {
    for (const auto& mixture : mixtures) {
        for (const double t : times) {
            const double gamma = mixture.variance(t), others = mixture.d - 1;
            const double place = mixture.d + t;
            const double s = axis_mean(mixture, t, [](double, double p, double) { return -std::log(p); }) +
                             0.5 * others * std::log(2 * std::numbers::pi * std::numbers::e * gamma);
            EXPECT_NEAR(entropy(mixture, t), s, 1e-10 * (1 + std::abs(s))) << place;
            const double fisher = axis_mean(mixture, t, [](double, double, double v) { return v * v; }) + others / gamma;
            EXPECT_NEAR(fisher_information(mixture, t), fisher, 1e-10 * fisher) << place;
            // A transverse coordinate has the score −x/Γ, so ⟨(x + S)²⟩ = (1 − 1/Γ)²Γ and ⟨x (x + S)⟩ = Γ − 1.
            const double production = axis_mean(mixture, t, [](double a, double, double v) { return (a + v) * (a + v); }) +
                                      others * std::pow(1 - 1 / gamma, 2) * gamma;
            EXPECT_NEAR(entropy_production_rate(mixture, t), production, 1e-10 * (1e-3 + production)) << place;
            const double flux =
                axis_mean(mixture, t, [](double a, double, double v) { return a * (a + v); }) + others * (gamma - 1);
            EXPECT_NEAR(entropy_flux(mixture, t), flux, 1e-10 * (1 + std::abs(flux))) << place;
            // In reverse: the drift x + 2S against the mean velocity x + S.
            const double reverse = axis_mean(mixture, t, [](double a, double, double v) { return (a + 2 * v) * (a + v); }) +
                                   others * (1 - 2 / gamma) * (1 - 1 / gamma) * gamma;
            EXPECT_NEAR(reverse_entropy_flux(mixture, t), reverse, 1e-10 * (1 + std::abs(reverse))) << place;
        }
    }
}

TEST(EntropyRates, BalanceAndSlope) {
    for (const auto& mixture : mixtures) {
        for (const double t : {0.1, 0.7, 3.0}) {
            const double rate = entropy_rate(mixture, t), h = 1e-4;
            EXPECT_NEAR(rate, entropy_production_rate(mixture, t) - entropy_flux(mixture, t), 1e-12 * (1 + std::abs(rate)));
            EXPECT_NEAR(-rate, entropy_production_rate(mixture, t) - reverse_entropy_flux(mixture, t),
                        1e-12 * (1 + std::abs(rate)));
            const double slope = (entropy(mixture, t + h) - entropy(mixture, t - h)) / (2 * h);
            EXPECT_NEAR(rate, slope, 2e-5 * (1 + std::abs(rate)));
        }
    }
}

TEST(EntropyRates, ProductionIsTheIntegralOfItsRate) {
    for (const auto& mixture : mixtures) {
        for (const auto& [from, to] : {std::pair{0.0, 2.0}, {0.3, 0.9}}) {
            constexpr int intervals = 2000;  // Simpson
            double sum = 0;
            for (int i = 0; i <= intervals; ++i) {
                const double weight = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
                sum += weight * entropy_production_rate(mixture, from + (to - from) * i / intervals);
            }
            const double integral = sum * (to - from) / intervals / 3;
            EXPECT_NEAR(entropy_production(mixture, from, to), integral, 1e-8 * (1 + integral));
            EXPECT_EQ(entropy_production(mixture, from, to), entropy_production(mixture, to, from));
        }
    }
}

}  // namespace
}  // namespace gdm
