/// A Hopfield network in bits beside plain C++ with a matrix of couplings, both from the same patterns, start and order of
/// sites to the same fixed point.

#include <benchmark/benchmark.h>

#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "gdm/physics/memories/hopfield_network.hpp"

namespace gdm {
namespace {

const RandomStream stream(1, 0);

PackedPatterns patterns_of(const benchmark::State& state) {
    const auto n = static_cast<std::size_t>(state.range(0));
    return random_patterns(n, n * static_cast<std::size_t>(state.range(1)) / 1000, 0, stream);
}

/// The first pattern, with the first of its spins turned: range(2) thousandths.
std::vector<std::int8_t> cue(const benchmark::State& state, const PackedPatterns& patterns) {
    std::vector<std::int8_t> spins(patterns.sites());
    const std::size_t turned = spins.size() * static_cast<std::size_t>(state.range(2)) / 1000;
    for (std::size_t i = 0; i < spins.size(); ++i) spins[i] = patterns.up(i, 0) != (i < turned) ? 1 : -1;
    return spins;
}

/// N J_ij, whole numbers that float holds, and so do the sums over a row.
class PlainNetwork {
  public:
    explicit PlainNetwork(const PackedPatterns& patterns) : n_(patterns.sites()), couplings_(n_ * n_), spins_(n_) {
        const std::size_t p = patterns.patterns();
        std::vector<float> signs(n_ * p);
        for (std::size_t i = 0; i < n_; ++i)
            for (std::size_t mu = 0; mu < p; ++mu) signs[i * p + mu] = patterns.up(i, mu) ? 1 : -1;
        for (std::size_t i = 0; i < n_; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                float sum[8] = {};  // so that the compiler may use lanes
                const float *a = &signs[i * p], *b = &signs[j * p];
                std::size_t mu = 0;
                for (; mu + 8 <= p; mu += 8)
                    for (std::size_t k = 0; k < 8; ++k) sum[k] += a[mu + k] * b[mu + k];
                for (; mu < p; ++mu) sum[0] += a[mu] * b[mu];
                couplings_[i * n_ + j] = couplings_[j * n_ + i] = std::accumulate(sum, sum + 8, 0.f);
            }
        }
    }
    void start(const std::vector<std::int8_t>& spins) { spins_.assign(spins.begin(), spins.end()); }
    [[nodiscard]] const std::vector<float>& spins() const { return spins_; }
    [[nodiscard]] float field(std::size_t i) const {
        float sum[8] = {};
        std::size_t j = 0;
        for (; j + 8 <= n_; j += 8)
            for (std::size_t k = 0; k < 8; ++k) sum[k] += couplings_[i * n_ + j + k] * spins_[j + k];
        for (; j < n_; ++j) sum[0] += couplings_[i * n_ + j] * spins_[j];
        return std::accumulate(sum, sum + 8, 0.f);
    }
    /// As HopfieldNetwork::descend; fields anew at each visit, or kept and changed by a row at each flip.
    std::size_t descend(WordSequence& random, bool kept) {
        if (kept) keep_fields();
        std::vector<std::uint32_t> order(n_);
        std::iota(order.begin(), order.end(), 0u);
        std::size_t turned = 0;
        for (std::size_t i = 0; i < n_; ++i) {
            std::swap(order[i], order[i + random.below(static_cast<std::uint32_t>(n_ - i))]);
            const std::size_t site = order[i];
            if (spins_[site] * (kept ? fields_[site] : field(site)) >= 0) continue;
            turn(site, kept);
            ++turned;
        }
        return turned;
    }
    /// As HopfieldNetwork::heat_bath, each spin by one word.
    void heat_bath(double temperature, WordSequence& random, bool kept) {
        if (kept) keep_fields();
        for (std::size_t i = 0; i < n_; ++i) {
            const double h = (kept ? fields_[i] : field(i)) / static_cast<float>(n_);
            const double up = 1 / (1 + std::exp(-2 * h / temperature));
            if ((std::ldexp(random.next(), -32) < up) != (spins_[i] > 0)) turn(i, kept);
        }
    }

  private:
    void keep_fields() {
        if (fields_.empty())
            for (std::size_t i = 0; i < n_; ++i) fields_.push_back(field(i));
    }
    void turn(std::size_t site, bool kept) {
        spins_[site] = -spins_[site];
        if (!kept) return;
        for (std::size_t j = 0; j < n_; ++j) fields_[j] += 2 * spins_[site] * couplings_[site * n_ + j];
    }
    std::size_t n_;
    std::vector<float> couplings_, spins_, fields_;
};

/// Made once for each set of patterns: a second each.
const PlainNetwork& plain_network(const PackedPatterns& patterns) {
    static std::map<std::size_t, PlainNetwork> made;
    return made.try_emplace(patterns.patterns(), patterns).first->second;
}

template <class Descend>
void to_fixed_point(Descend&& descend) {
    for (std::uint32_t sweep = 0;; ++sweep) {
        WordSequence words(stream, Purpose::markov_chain, 0, sweep);
        if (descend(words) == 0) return;
    }
}

double overlap(const PackedPatterns& patterns, const auto& spins) {
    double sum = 0;
    for (std::size_t i = 0; i < spins.size(); ++i) sum += spins[i] * (patterns.up(i, 0) ? 1 : -1);
    return sum / static_cast<double>(spins.size());
}

void bits_run(benchmark::State& state) {
    const auto patterns = patterns_of(state);
    const auto start = cue(state, patterns);
    for (auto _ : state) {
        HopfieldNetwork network(patterns, LearningRule::hebb, start);
        to_fixed_point([&](WordSequence& words) { return network.descend(words); });
        state.counters["m"] = overlap(patterns, network.spins());
    }
}

/// What one run takes where couplings serve for no other, and where they are there already.
void plain_run(benchmark::State& state, bool given, bool kept) {
    const auto patterns = patterns_of(state);
    const auto start = cue(state, patterns);
    const PlainNetwork& ready = plain_network(patterns);
    for (auto _ : state) {
        state.PauseTiming();
        PlainNetwork network = ready;
        state.ResumeTiming();
        if (!given) network = PlainNetwork(patterns);
        network.start(start);
        to_fixed_point([&](WordSequence& words) { return network.descend(words, kept); });
        state.counters["m"] = overlap(patterns, network.spins());
    }
}

/// A sweep of a chain that has forgotten its start; range(3) thousandths are the temperature.
template <class Sweep>
void heat_bath(benchmark::State& state, Sweep&& sweep) {
    const double temperature = static_cast<double>(state.range(3)) / 1000;
    std::uint32_t step = 0;
    const auto one = [&] {
        WordSequence words(stream, Purpose::markov_chain, 0, step++);
        sweep(temperature, words);
    };
    for (int i = 0; i < 20; ++i) one();
    for (auto _ : state) one();
}

void bits_heat_bath(benchmark::State& state) {
    const auto patterns = patterns_of(state);
    HopfieldNetwork network(patterns, LearningRule::hebb, cue(state, patterns));
    heat_bath(state, [&](double temperature, WordSequence& words) { network.heat_bath(temperature, words); });
    state.counters["m"] = overlap(patterns, network.spins());
}

void plain_heat_bath(benchmark::State& state, bool kept) {
    const auto patterns = patterns_of(state);
    PlainNetwork network = plain_network(patterns);
    network.start(cue(state, patterns));
    heat_bath(state, [&](double temperature, WordSequence& words) { network.heat_bath(temperature, words, kept); });
    state.counters["m"] = overlap(patterns, network.spins());
}

/// N = 4,000 at three α: runs from the pattern and from one of which a tenth is turned.
void runs(benchmark::internal::Benchmark* benchmark) {
    for (const int alpha : {50, 100, 138})
        for (const int turned : {0, 100}) benchmark->Args({4000, alpha, turned});
    benchmark->Unit(benchmark::kMillisecond);
}
void sweeps(benchmark::internal::Benchmark* benchmark) {
    for (const int alpha : {50, 100, 138})
        for (const int temperature : {200, 500}) benchmark->Args({4000, alpha, 0, temperature});
    benchmark->Unit(benchmark::kMillisecond);
}

BENCHMARK(bits_run)->Apply(runs);
BENCHMARK_CAPTURE(plain_run, patterns, false, false)->Args({4000, 138, 0})->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK_CAPTURE(plain_run, matrix, true, false)->Apply(runs)->Iterations(1);
BENCHMARK_CAPTURE(plain_run, matrix_kept, true, true)->Apply(runs)->Iterations(1);
BENCHMARK(bits_heat_bath)->Apply(sweeps);
BENCHMARK_CAPTURE(plain_heat_bath, matrix, false)->Apply(sweeps)->Iterations(5);
BENCHMARK_CAPTURE(plain_heat_bath, matrix_kept, true)->Apply(sweeps);

}  // namespace
}  // namespace gdm

BENCHMARK_MAIN();
