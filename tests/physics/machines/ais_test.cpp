#include "gdm/physics/machines/ais.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "gdm/base/log_sum.hpp"
#include "gdm/base/statistics.hpp"

namespace gdm {
namespace {

Rbm cosine_machine(std::size_t visible, std::size_t hidden, double scale) {
    Rbm machine{visible, hidden, {}, {}, {}};
    for (std::size_t i = 1; i <= visible; ++i) {
        const auto row = static_cast<double>(i);
        machine.visible_bias.push_back(0.3 * std::sin(row));
        for (std::size_t j = 1; j <= hidden; ++j) {
            const auto column = static_cast<double>(j);
            machine.weights.push_back(scale * std::cos(row * row + 2 * column * column + 3 * row * column));
        }
    }
    for (std::size_t j = 1; j <= hidden; ++j) machine.hidden_bias.push_back(-0.2 * std::cos(2 * static_cast<double>(j)));
    return machine;
}

/// ln p*_β(v), written without the code that is tested.
double log_weight(const Rbm& m, const std::vector<double>& base, double beta, std::size_t v) {
    double sum = 0;
    for (std::size_t i = 0; i < m.visible; ++i)
        if (v >> i & 1) sum += (1 - beta) * base[i] + beta * m.visible_bias[i];
    for (std::size_t j = 0; j < m.hidden; ++j) {
        double field = m.hidden_bias[j];
        for (std::size_t i = 0; i < m.visible; ++i)
            if (v >> i & 1) field += m.weights[i * m.hidden + j];
        sum += std::log1p(std::exp(beta * field));
    }
    return sum;
}

/// The law after a Gibbs step at β from the (unnormalised) law of v.
std::vector<double> pushed(const Rbm& m, const std::vector<double>& base, double beta, const std::vector<double>& law) {
    std::vector<double> result(law.size(), 0);
    for (std::size_t h = 0; h < std::size_t{1} << m.hidden; ++h) {
        double mass = 0;
        for (std::size_t v = 0; v < law.size(); ++v) {
            double share = law[v];
            for (std::size_t j = 0; j < m.hidden; ++j) {
                double field = m.hidden_bias[j];
                for (std::size_t i = 0; i < m.visible; ++i)
                    if (v >> i & 1) field += m.weights[i * m.hidden + j];
                share /= 1 + std::exp((h >> j & 1) ? -beta * field : beta * field);
            }
            mass += share;
        }
        for (std::size_t v = 0; v < law.size(); ++v) {
            double share = mass;
            for (std::size_t i = 0; i < m.visible; ++i) {
                double field = m.visible_bias[i];
                for (std::size_t j = 0; j < m.hidden; ++j)
                    if (h >> j & 1) field += m.weights[i * m.hidden + j];
                field = (1 - beta) * base[i] + beta * field;
                share /= 1 + std::exp((v >> i & 1) ? -field : field);
            }
            result[v] += share;
        }
    }
    return result;
}

/// E[w^power] by pushing the law of v through all steps.
double exact_moment(const Rbm& m, const std::vector<double>& base, std::size_t steps, int power) {
    std::vector<double> law(std::size_t{1} << m.visible);
    double total = 0;
    for (std::size_t v = 0; v < law.size(); ++v) total += law[v] = std::exp(log_weight(m, base, 0, v));
    for (double& p : law) p /= total;
    const auto beta = [&](std::size_t k) { return static_cast<double>(k) / static_cast<double>(steps); };
    for (std::size_t k = 1; k <= steps; ++k) {
        for (std::size_t v = 0; v < law.size(); ++v)
            law[v] *= std::exp(power * (log_weight(m, base, beta(k), v) - log_weight(m, base, beta(k - 1), v)));
        if (k < steps) law = pushed(m, base, beta(k), law);
    }
    double sum = 0;
    for (const double p : law) sum += p;
    return sum;
}

TEST(Ais, FirstAndSecondMomentsOfTheWeightsAreThoseOfTheTransitionMatrices) {
    struct Case {
        std::vector<double> base;
        double temperature;
    };
    for (const auto& [base, temperature] :
         {Case{std::vector<double>(6, 0), 1}, Case{{0.5, -1, 0.2, 0, -0.3, 1}, 1}, Case{std::vector<double>(6, 0), 2}}) {
        const Rbm machine = cosine_machine(6, 4, 2), cooled = at_temperature(machine, temperature);
        const double first = exact_moment(cooled, base, 10, 1), second = exact_moment(cooled, base, 10, 2);
        EXPECT_NEAR(std::log(first) + base_log_partition(machine, base), exact_log_partition(machine, temperature), 1e-10);
        if (base[0] == 0 && temperature == 1) {
            EXPECT_NEAR(second / (first * first) - 1, 0.170298, 1e-6);
        }
        const std::size_t runs = 40000;
        const auto log_weights =
            annealed_log_weights(machine, temperature, {.steps = 10, .runs = runs, .base = base}, RandomStream(3, 0));
        RunningMoments once, squared;
        for (const double x : log_weights) {
            once.add(std::exp(x));
            squared.add(std::exp(2 * x));
        }
        EXPECT_NEAR(once.mean(), first, 4 * once.standard_error());
        EXPECT_NEAR(squared.mean(), second, 4 * squared.standard_error());
        const auto estimate = annealed_estimate(log_weights, base_log_partition(machine, base));
        EXPECT_NEAR(estimate.error, std::sqrt((second / (first * first) - 1) / runs), 0.05 * estimate.error);
        EXPECT_LT(estimate.lower_bound, estimate.log_partition);
        EXPECT_NEAR(estimate.effective, runs / (second / (first * first)), 0.02 * runs);
    }
}

TEST(Ais, TheBiasOfTheLogarithmIsHalfItsVariance) {
    const Rbm machine = cosine_machine(6, 4, 2);
    const double exact = exact_log_partition(machine), base = base_log_partition(machine);
    // 20 000 estimates of R = 8 runs each: the bias −0.0106 stands out of an error 0.001.
    const auto all = annealed_log_weights(machine, 1, {.steps = 10, .runs = 160000}, RandomStream(5, 0));
    RunningMoments estimates;
    for (std::size_t k = 0; k < all.size(); k += 8)
        estimates.add(annealed_estimate(std::span(all).subspan(k, 8), base).log_partition);
    // The next order in 1/R is below 4 standard errors.
    EXPECT_NEAR(estimates.mean() - exact, -0.170298 / 16, 4 * estimates.standard_error());
    EXPECT_LT(estimates.mean() - exact, -4 * estimates.standard_error());
}

TEST(Ais, MachinesWithoutWeightsAreExact) {
    Rbm machine = cosine_machine(700, 3, 0);  // ln Z is the base's but for biases
    const double exact = exact_log_partition(machine);
    const auto estimate = annealed_estimate(
        annealed_log_weights(machine, 1, {.steps = 3, .runs = 40, .base = machine.visible_bias}, RandomStream(1, 0)),
        base_log_partition(machine, machine.visible_bias));
    EXPECT_NEAR(estimate.log_partition, exact, 1e-6);
    EXPECT_NEAR(estimate.effective, 40, 1e-6);
    EXPECT_THROW((void)annealed_log_weights(machine, 1, {.steps = 0}, RandomStream(1, 0)), std::invalid_argument);
    EXPECT_THROW((void)annealed_log_weights(machine, 1, {.base = {1}}, RandomStream(1, 0)), std::invalid_argument);
}

/// ±1 visible and N(0, 1) hidden units, Z = Σ_s ∫Dλ e^{√(β/N) Σ λ_μ ξ^μ·s}: that of the Hopfield network without a diagonal,
/// times e^{βP/2}. The integral over λ is done by the trapezoidal rule, unit by unit.
TEST(Ais, GaussianHiddenUnitsMakeAHopfieldNetwork) {
    const std::size_t n = 7, patterns = 3;
    const double beta = 1.4;
    const auto pattern = [](std::size_t mu, std::size_t i) {
        return std::cos(double((mu + 2) * (i + 1) * (i + 3))) > 0 ? 1 : -1;
    };
    LogSum machine, network;
    for (std::size_t state = 0; state < std::size_t{1} << n; ++state) {
        const auto spin = [&](std::size_t i) { return (state >> i & 1) ? 1 : -1; };
        double log_integral = 0, energy = 0;
        for (std::size_t mu = 0; mu < patterns; ++mu) {
            int overlap = 0;
            for (std::size_t i = 0; i < n; ++i) overlap += pattern(mu, i) * spin(i);
            double integral = 0;
            const double step = 0.05;
            for (double x = -14; x <= 14; x += step)
                integral += step * std::exp(-x * x / 2 + std::sqrt(beta / n) * x * overlap) / std::sqrt(2 * M_PI);
            log_integral += std::log(integral);
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < i; ++j)
                    energy -= pattern(mu, i) * pattern(mu, j) * spin(i) * spin(j) / static_cast<double>(n);
        }
        machine.add(log_integral);
        network.add(-beta * energy);
    }
    EXPECT_NEAR(machine.log(), network.log() + beta * patterns / 2, 1e-10);
}

}  // namespace
}  // namespace gdm
