// Updates of spins per second on one core (`flips` of Ising, `updates` of XY), beside plain C++ and what random bits and
// logic alone would take. `limit_words`: 12 random words for each lane, one way or the other what a decision costs;
// `limit_decisions`: with the comparison. `shared` is the usual multi-spin code, whose 64 systems share their random numbers
// and are NOT independent.

#include <benchmark/benchmark.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "gdm/base/instruction_set.hpp"
#include "gdm/physics/spins/lane_ising.hpp"
#include "gdm/physics/spins/packed_ising.hpp"
#include "gdm/physics/spins/xy_lanes.hpp"
#include "plain_spins.hpp"
#include "spin_limits.hpp"

namespace gdm {
namespace {

const double critical = 0.5 * std::log1p(std::numbers::sqrt2);
constexpr double xy_beta = 1.1;

void report(benchmark::State& state, double updates) {
    state.SetLabel(instruction_set());
    state.counters["per_second"] = benchmark::Counter(updates, benchmark::Counter::kIsIterationInvariantRate);
}

void limit_words(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(draw_words(1000));
    report(state, 1000. * 64 * static_cast<double>(vector_words()));
}

void limit_decisions(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(draw_decisions(1000));
    report(state, 1000. * 64 * static_cast<double>(vector_words()));
}

void plain(benchmark::State& state) {
    const auto size = static_cast<unsigned>(state.range(0));
    std::vector<std::int8_t> spins(size * size, 1);
    Xoshiro random;
    for (int k = 0; k < 10; ++k) plain_ising(spins, size, critical, random);
    for (auto _ : state) plain_ising(spins, size, critical, random);
    report(state, static_cast<double>(spins.size()));
}

void shared(benchmark::State& state) {
    const auto size = static_cast<unsigned>(state.range(0));
    std::vector<std::uint64_t> spins(size * size);
    Xoshiro random;
    for (auto& word : spins) word = random();
    for (int k = 0; k < 10; ++k) shared_ising(spins, size, critical, random);
    for (auto _ : state) shared_ising(spins, size, critical, random);
    report(state, 64 * static_cast<double>(spins.size()));
}

void packed(benchmark::State& state, LatticeKind kind, double beta, LocalUpdate update) {
    PackedIsing ising(kind, static_cast<std::size_t>(state.range(0)));
    const RandomStream random(1, 0);
    ising.set_dynamics(update, beta);
    ising.fill_random(random);
    std::uint32_t step = 0;
    for (; step < 10; ++step) ising.sweep(random, step);
    for (auto _ : state) ising.sweep(random, step++);
    report(state, static_cast<double>(ising.sites()));
}

/// Systems side by side; `glass`: couplings ±1 at random, 64 temperatures.
void lanes(benchmark::State& state, LatticeKind kind, double beta, LocalUpdate update, bool glass) {
    const Lattice lattice(kind, static_cast<std::size_t>(state.range(0)));
    const auto systems = static_cast<std::size_t>(state.range(1));
    LaneIsing ising(lattice, systems);
    const RandomStream random(1, 0);
    std::vector<double> betas(systems, beta), fields(systems);
    if (glass) {
        for (std::size_t i = 0; i < systems; ++i) {
            Xoshiro signs;
            std::vector<std::int8_t> couplings(lattice.bonds());
            for (auto& coupling : couplings) coupling = (signs() >> 40 & 1) != 0 ? 1 : -1;
            ising.set_couplings(i, couplings);
            betas[i] = 0.2 + 0.015 * static_cast<double>(i % 64);
        }
    }
    ising.set_dynamics(update, betas, fields);
    ising.fill_random(random);
    std::uint32_t step = 0;
    for (; step < 10; ++step) ising.sweep(random, step);
    for (auto _ : state) ising.sweep(random, step++);
    report(state, static_cast<double>(lattice.sites() * systems));
}

void energies(benchmark::State& state) {
    const Lattice lattice(LatticeKind::square, static_cast<std::size_t>(state.range(0)));
    LaneIsing ising(lattice, static_cast<std::size_t>(state.range(1)));
    ising.fill_random(RandomStream(1, 0));
    std::vector<std::int64_t> energy(ising.systems());
    for (auto _ : state) ising.bond_energies(energy);
    report(state, static_cast<double>(lattice.sites() * ising.systems()));
}

/// How many independent systems the mean energy of 64 is worth, `systems`: the variance of one over that of the mean.
template <class Sweep, class Energies>
void worth(benchmark::State& state, Sweep sweep, Energies energies) {
    double mean = 0, squares = 0, mean_of_means = 0, squares_of_means = 0;
    std::vector<std::int64_t> energy(64);
    constexpr std::uint32_t burn_in = 20000, sweeps = 40000, interval = 8;
    for (auto _ : state) {
        for (std::uint32_t step = 0; step < burn_in + sweeps; ++step) {
            sweep(step);
            if (step < burn_in || step % interval != 0) continue;
            energies(energy);
            double sum = 0;
            for (const std::int64_t one : energy) {
                const auto e = static_cast<double>(one);
                sum += e / 64;
                mean += e / 64 * interval / sweeps, squares += e * e / 64 * interval / sweeps;
            }
            mean_of_means += sum * interval / sweeps, squares_of_means += sum * sum * interval / sweeps;
        }
    }
    state.counters["systems"] = (squares - mean * mean) / (squares_of_means - mean_of_means * mean_of_means);
}

constexpr unsigned worth_size = 32;

void worth_shared(benchmark::State& state, double beta) {
    std::vector<std::uint64_t> spins(worth_size * worth_size);
    Xoshiro random;
    for (auto& word : spins) word = random();
    worth(
        state, [&](std::uint32_t /*step*/) { shared_ising(spins, worth_size, beta, random); },
        [&](std::vector<std::int64_t>& energy) {
            std::fill(energy.begin(), energy.end(), 0);
            for (unsigned site = 0; site < worth_size * worth_size; ++site) {
                const unsigned x = site % worth_size, row = site - x;
                const std::uint64_t right = spins[site] ^ spins[row + (x + 1) % worth_size],
                                    up = spins[site] ^ spins[(site + worth_size) % (worth_size * worth_size)];
                for (std::size_t i = 0; i < 64; ++i)
                    energy[i] += 2 * static_cast<std::int64_t>((right >> i & 1) + (up >> i & 1)) - 2;
            }
        });
}

void worth_lanes(benchmark::State& state, double beta) {
    LaneIsing ising(Lattice(LatticeKind::square, worth_size), 64);
    const RandomStream random(1, 0);
    ising.set_dynamics(LocalUpdate::metropolis, beta);
    ising.fill_random(random);
    worth(
        state, [&](std::uint32_t step) { ising.sweep(random, step); },
        [&](std::vector<std::int64_t>& energy) { ising.bond_energies(energy); });
}

void plain_xy(benchmark::State& state, bool vectors) {
    const auto size = static_cast<unsigned>(state.range(0));
    std::vector<double> x(size * size, 1), y(size * size, 0);
    Xoshiro random;
    for (auto _ : state) {
        if (vectors) {
            plain_xy_vectors(x, y, size, xy_beta, random);
        } else {
            plain_xy_angles(y, size, xy_beta, random);
        }
    }
    report(state, static_cast<double>(x.size()));
}

enum class Move { metropolis, heat_bath, mirror };
void xy(benchmark::State& state, Move move) {
    XyLanes lanes(Lattice(LatticeKind::square, static_cast<std::size_t>(state.range(0))),
                  static_cast<std::size_t>(state.range(1)));
    lanes.set_beta(std::span(&xy_beta, 1));
    const RandomStream random(1, 0);
    std::uint32_t step = 0;
    for (auto _ : state) {
        if (move == Move::mirror) {
            lanes.over_relax();
        } else {
            lanes.sweep(move == Move::metropolis ? LocalUpdate::metropolis : LocalUpdate::heat_bath, random, step++);
        }
    }
    report(state, static_cast<double>(lanes.sites() * lanes.systems()));
}

constexpr auto metropolis = LocalUpdate::metropolis, heat_bath = LocalUpdate::heat_bath;
constexpr auto square = LatticeKind::square, triangular = LatticeKind::triangular, cubic = LatticeKind::cubic;

BENCHMARK(limit_words);
BENCHMARK(limit_decisions);
BENCHMARK(plain)->Arg(64)->Arg(1024);
BENCHMARK(shared)->Arg(64);
BENCHMARK_CAPTURE(packed, square_metropolis, square, critical, metropolis)->Arg(128)->Arg(1024)->Arg(4096);
BENCHMARK_CAPTURE(packed, square_heat_bath, square, critical, heat_bath)->Arg(1024);
BENCHMARK_CAPTURE(packed, triangular_metropolis, triangular, 0.25 * std::log(3.0), metropolis)->Arg(1024);
BENCHMARK_CAPTURE(packed, cubic_metropolis, cubic, 0.22165, metropolis)->Arg(128);
BENCHMARK_CAPTURE(lanes, square_metropolis, square, critical, metropolis, false)
    ->Args({16, 64})
    ->Args({16, 512})
    ->Args({64, 64})
    ->Args({64, 512});
BENCHMARK_CAPTURE(lanes, square_heat_bath, square, critical, heat_bath, false)->Args({64, 512});
BENCHMARK_CAPTURE(lanes, cubic_glass_metropolis, cubic, 0, metropolis, true)->Args({8, 64})->Args({8, 512});
BENCHMARK(energies)->Args({64, 64})->Args({64, 512});
BENCHMARK_CAPTURE(worth_shared, critical, critical)->Iterations(1);
BENCHMARK_CAPTURE(worth_shared, hot, 1 / 2.6)->Iterations(1);
BENCHMARK_CAPTURE(worth_lanes, critical, critical)->Iterations(1);
BENCHMARK_CAPTURE(worth_lanes, hot, 1 / 2.6)->Iterations(1);
BENCHMARK_CAPTURE(plain_xy, angles, false)->Arg(64);
BENCHMARK_CAPTURE(plain_xy, vectors, true)->Arg(64);
BENCHMARK_CAPTURE(xy, metropolis, Move::metropolis)->Args({64, 1})->Args({64, 8})->Args({16, 64})->Args({512, 1});
BENCHMARK_CAPTURE(xy, heat_bath, Move::heat_bath)->Args({64, 1})->Args({64, 8});
BENCHMARK_CAPTURE(xy, mirror, Move::mirror)->Args({64, 1})->Args({64, 8});

}  // namespace
}  // namespace gdm
