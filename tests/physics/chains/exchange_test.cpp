#include "gdm/physics/chains/exchange.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "gdm/physics/chains/ladder.hpp"
#include "gdm/physics/chains/parallel_tempering.hpp"
#include "gdm/physics/chains/tempering_averages.hpp"

namespace gdm {
namespace {

const RandomStream stream(71, 3);

/// Energies of oscillators in two dimensions, exponential with mean 1/β, drawn anew at every step: what the theory of
/// round trips assumes. E min(1, exp((β − β')(E − E'))) = 2 β'/(β + β') for β' < β.
struct Oscillators {
    explicit Oscillators(std::vector<double> beta)
        : tempering(beta, std::vector<double>(beta.size())), averages(beta.size()), energies(beta.size()) {}

    void step() {
        tempering.step(
            stream, [](double& energy, double b, RandomSequence random) { energy = -std::log(random.uniform()) / b; },
            [](double energy) { return energy; });
        averages.add(tempering.exchange());
        for (std::size_t i = 0; i < energies.size(); ++i) energies[i].add(tempering.energy(i));
    }
    void save(ByteWriter& bytes) const {
        tempering.save(bytes);
        averages.save(bytes);
    }

    ParallelTempering<double> tempering;
    TemperingAverages averages;
    std::vector<RunningMoments> energies;
};

double acceptance(double beta, double other) { return 2 * std::min(beta, other) / (beta + other); }

std::vector<double> acceptances(const std::vector<double>& beta) {
    std::vector<double> result;
    for (std::size_t i = 0; i + 1 < beta.size(); ++i) result.push_back(acceptance(beta[i], beta[i + 1]));
    return result;
}

/// Mean rounds of a round trip of one walker, whose index process is (place, direction): it goes on with the acceptance of
/// the pair, and turns otherwise. From the balance of first-passage times along the 2n states of a cycle.
double rounds_of_trip(const std::vector<double>& accept) {
    const std::size_t places = accept.size() + 1;
    // E[time from (place, towards cold)] to the return to the hot end, by iteration to convergence.
    std::vector<double> up(places, 0), down(places, 0), after_cold(places, 0), home(places, 0);
    const auto relax = [&](bool visited, std::vector<double>& right, std::vector<double>& left, double at_cold) {
        for (int iteration = 0; iteration < 40000; ++iteration) {
            for (std::size_t i = 0; i < places; ++i) {
                const bool last = i + 1 == places;
                right[i] = last ? 1 + left[i]
                                : 1 + accept[i] * (i + 2 == places && !visited ? at_cold : right[i + 1]) +
                                      (1 - accept[i]) * left[i];
                left[i] = i == 0
                              ? 1 + right[0]
                              : 1 + accept[i - 1] * (i == 1 && visited ? 0 : left[i - 1]) + (1 - accept[i - 1]) * right[i];
            }
        }
    };
    relax(true, after_cold, home, 0);
    relax(false, up, down, 1 + home[places - 1]);  // at the cold end the pair is not tried once, and it turns
    return 1 + up[0];                              // and so at the hot end
}

TEST(Exchange, AcceptsAndLeavesEnergiesInEquilibrium) {
    const std::vector<double> beta{4, 2.5, 1.2, 0.7, 0.2};
    Oscillators run(beta);
    for (int step = 0; step < 40000; ++step) run.step();
    for (std::size_t i = 0; i < beta.size(); ++i) {
        EXPECT_NEAR(run.energies[i].mean(), 1 / beta[i], 4 * run.energies[i].standard_error()) << i;
        if (i + 1 == beta.size()) continue;
        const BinnedMean measured = run.averages.acceptance()[i].binned();
        EXPECT_NEAR(measured.mean, acceptance(beta[i], beta[i + 1]), 4 * measured.error) << i;
        EXPECT_EQ(run.averages.acceptance()[i].count(), 20000u);
    }
}

TEST(Exchange, RoundTripsAreThoseOfTheory) {
    const std::vector<double> beta{8, 4, 2.2, 1, 0.3};
    const auto accept = acceptances(beta);
    const double walkers = static_cast<double>(beta.size());
    EXPECT_NEAR(round_trip_rate(accept), walkers / rounds_of_trip(accept), 1e-9);
    Oscillators run(beta);
    for (int step = 0; step < 40000; ++step) run.step();
    const BinnedMean rate = run.averages.round_trips().binned();
    EXPECT_NEAR(rate.mean, round_trip_rate(accept), 4 * rate.error);
    EXPECT_LT(rate.error, 0.05 * rate.mean);
}

TEST(Exchange, FlowIsThatOfTheory) {
    const std::vector<double> beta{16, 9, 4, 1.7, 1};
    const auto exact = ideal_flow(acceptances(beta));
    Oscillators run(beta);
    for (int step = 0; step < 40000; ++step) run.step();
    for (std::size_t i = 0; i < beta.size(); ++i) {
        const BinnedMean cold = run.averages.from_cold()[i].binned(), labelled = run.averages.labelled()[i].binned();
        const double error = cold.error / labelled.mean;
        EXPECT_NEAR(cold.mean / labelled.mean, exact[i], i % 4 == 0 ? 1e-12 : 4 * error) << i;
    }
}

/// Two walkers on three levels: the pair's law must be the product of two Boltzmann laws.
TEST(Exchange, KeepsTheProductOfBoltzmannLaws) {
    constexpr std::array<double, 3> levels{0, 1, 2.5};
    const std::vector<double> beta{0.3, 1.4};
    ParallelTempering<int> tempering(beta, {0, 0});
    std::array<RunningMoments, 9> counts;
    const auto energy = [&](int state) { return levels[static_cast<std::size_t>(state)]; };
    for (int step = 0; step < 60000; ++step) {
        tempering.step(
            stream,
            [&](int& state, double b, RandomSequence random) {
                const int proposed = static_cast<int>(random.below(3));
                if (random.uniform() < std::exp(-b * (energy(proposed) - energy(state)))) state = proposed;
            },
            energy);
        for (std::size_t pair = 0; pair < 9; ++pair)
            counts[pair].add(tempering.at(0) * 3 + tempering.at(1) == static_cast<int>(pair) ? 1 : 0);
    }
    double whole[2] = {0, 0};
    for (const double level : levels)
        for (std::size_t i = 0; i < 2; ++i) whole[i] += std::exp(-beta[i] * level);
    for (std::size_t pair = 0; pair < 9; ++pair) {
        const double exact = std::exp(-beta[0] * levels[pair / 3] - beta[1] * levels[pair % 3]) / whole[0] / whole[1];
        // The chain forgets within two steps: √3 of the naive error at most.
        EXPECT_NEAR(counts[pair].mean(), exact, 4 * 1.75 * std::sqrt(exact / 60000)) << pair;
    }
}

TEST(Exchange, GoesOnFromItsBytes) {
    Oscillators whole({3, 1, 0.5}), part({3, 1, 0.5});
    for (int step = 0; step < 700; ++step) whole.step();
    for (int step = 0; step < 301; ++step) part.step();
    ByteWriter saved;
    part.save(saved);
    Oscillators rest({3, 1, 0.5});
    ByteReader reader(saved.bytes());
    rest.tempering.load(reader);
    rest.averages.load(reader);
    EXPECT_EQ(reader.left(), 0u);
    for (int step = 301; step < 700; ++step) rest.step();
    ByteWriter expected, found;
    whole.save(expected);
    rest.save(found);
    EXPECT_TRUE(std::equal(expected.bytes().begin(), expected.bytes().end(), found.bytes().begin(), found.bytes().end()));
}

TEST(Exchange, RefusesLaddersThatTurn) {
    EXPECT_THROW(Exchange({1, 2, 1.5}), std::invalid_argument);
    EXPECT_THROW(Exchange({1, 1}), std::invalid_argument);
    EXPECT_THROW(Exchange({}), std::invalid_argument);
    EXPECT_THROW(ParallelTempering<double>({1, 2}, {0}), std::invalid_argument);
    EXPECT_NO_THROW(Exchange({1}));
}

}  // namespace
}  // namespace gdm
