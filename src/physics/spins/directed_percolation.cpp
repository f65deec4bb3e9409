#include "gdm/physics/spins/directed_percolation.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/spins/directed_percolation.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <span>
#include <stdexcept>

#include "gdm/physics/spins/acceptance.hpp"
#include "gdm/physics/spins/bernoulli-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// Words of rows of thresholds: as many as the widest vectors have.
constexpr std::size_t percolation_columns = 8;

/// In place from left to right: a word is read by itself and by the one before it.
void percolate(std::span<uint64_t> state, std::size_t count, const uint64_t* rows_of_bits, const NoiseKey& key,
               uint32_t step) {
    const WordTag d;
    const RandomWords random(key, step, 0);
    const LaneRows rows{rows_of_bits, percolation_columns};
    for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
        const Word here = hn::LoadU(d, state.data() + i), next = hn::LoadU(d, state.data() + i + 1);
        const Word right = hn::Or(hn::ShiftRight<1>(here), hn::ShiftLeft<63>(next));
        const Word any = hn::Or(here, right);
        if (hn::AllTrue(d, hn::Eq(any, hn::Zero(d)))) {
            hn::StoreU(any, d, state.data() + i);
            continue;
        }
        const LaneCases<2> cases{{hn::Xor(here, right), hn::And(here, right)}};
        const Word prepared = RandomWords::prepare(hn::Iota(d, uint64_t{first_lane_sample} + i));
        hn::StoreU(decide(cases, any, rows, random, prepared), d, state.data() + i);
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {
namespace {

constexpr std::size_t columns = 8;

}  // namespace

HWY_EXPORT(percolate);

DirectedPercolation::DirectedPercolation(double p, std::size_t sites, std::size_t lattices)
    : words_(sites / 64), lattices_(lattices) {
    if (!(p >= 0 && p <= 1) || sites == 0 || sites % 64 != 0 || lattices == 0 ||
        lattices > (std::size_t{1} << 30) / (words_ + 1))
        throw std::invalid_argument("directed percolation has p in [0, 1] and a multiple of 64 sites, at most 2^30 words");
    state_.resize(lattices * (words_ + 1) + 2 * columns);  // vectors run over the end
    for (const double probability : {p, p * (2 - p)}) {
        const std::uint64_t threshold = probability_threshold(probability);
        for (int bit = 63; bit >= 0; --bit) rows_.insert(rows_.end(), columns, 0 - (threshold >> bit & 1));
    }
}

void DirectedPercolation::close_rings() {
    for (std::size_t lattice = 0; lattice < lattices_; ++lattice)
        state_[lattice * (words_ + 1) + words_] = state_[lattice * (words_ + 1)];
}

void DirectedPercolation::fill() { std::fill(state_.begin(), state_.end(), ~std::uint64_t{0}); }

void DirectedPercolation::seed() {
    std::fill(state_.begin(), state_.end(), std::uint64_t{0});
    for (std::size_t lattice = 0; lattice < lattices_; ++lattice) state_[lattice * (words_ + 1)] = 1;
    close_rings();
}

void DirectedPercolation::step(const RandomStream& random, std::uint32_t step) {
    const NoiseKey key(random, Purpose::markov_chain);
    HWY_DYNAMIC_DISPATCH(percolate)(state_, lattices_ * (words_ + 1), rows_.data(), key, step);
    close_rings();
}

bool DirectedPercolation::active(std::size_t lattice, std::size_t site) const {
    return (state_.at(lattice * (words_ + 1) + site / 64) >> (site % 64) & 1) != 0;
}

std::uint64_t DirectedPercolation::count(std::size_t lattice) const {
    std::uint64_t sum = 0;
    for (std::size_t word = 0; word < words_; ++word)
        sum += static_cast<std::uint64_t>(std::popcount(state_[lattice * (words_ + 1) + word]));
    return sum;
}

double DirectedPercolation::density() const {
    std::uint64_t sum = 0;
    for (std::size_t lattice = 0; lattice < lattices_; ++lattice) sum += count(lattice);
    return static_cast<double>(sum) / static_cast<double>(64 * words_ * lattices_);
}

double DirectedPercolation::alive() const {
    std::size_t sum = 0;
    for (std::size_t lattice = 0; lattice < lattices_; ++lattice) sum += count(lattice) > 0 ? 1 : 0;
    return static_cast<double>(sum) / static_cast<double>(lattices_);
}

void DirectedPercolation::save(ByteWriter& writer) const {
    writer.put(std::span<const std::uint64_t>(state_.data(), lattices_ * (words_ + 1)));
}

void DirectedPercolation::load(ByteReader& reader) {
    reader.get(std::span<std::uint64_t>(state_.data(), lattices_ * (words_ + 1)));
}

}  // namespace gdm
#endif
