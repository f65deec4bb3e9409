#include "gdm/physics/spins/lane_spins.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/spins/lane_spins.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>

#include "gdm/physics/spins/ising_lanes-inl.hpp"
#include "gdm/physics/spins/lane_units-inl.hpp"
#include "gdm/physics/spins/vertical_counter-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// The spins of one neighbour of each word of a vector, turned where the coupling is negative.
template <bool gathers, bool coupled>
HWY_INLINE Word pulled_up(const LaneSpins& lanes, const uint32_t* neighbours, const UnitPlace& at, std::size_t direction) {
    const WordTag d;
    const std::size_t bond = at.bond + direction * at.stride;
    Word spin;
    if constexpr (gathers) {
        spin = load_neighbours(d, lanes, lanes.spins.data(), bond);
    } else {
        spin = hn::LoadU(d, lanes.spins.data() + neighbours[direction] * lanes.columns + at.column);
    }
    if constexpr (coupled) spin = hn::Xor(spin, hn::LoadU(d, lanes.negative.data() + bond));
    return spin;
}

template <Rule rule, std::size_t z, bool gathers, bool coupled>
void update_all(LaneSpins& lanes, const SiteGroups& groups, const AcceptanceTable& table, const RandomWords& random) {
    const WordTag d;
    const Word samples = first_samples(lanes, groups);
    visit_units(lanes, groups, [&](const UnitPlace& at) HWY_ATTR {
        const Word prepared = RandomWords::prepare(samples_at(samples, groups, at));
        const uint32_t* neighbours = groups.neighbours().data() + at.position * z;
        Word up[z];
        for (std::size_t k = 0; k < z; ++k) up[k] = pulled_up<gathers, coupled>(lanes, neighbours, at, k);
        uint64_t* const to = lanes.spins.data() + at.word;
        const LaneRows rows{table.rows.data() + at.column, table.columns};
        hn::StoreU(updated_spin<rule, z>(hn::LoadU(d, to), up, table, rows, random, prepared), d, to);
    });
}

template <Rule rule, std::size_t z>
void update_with(LaneSpins& lanes, const SiteGroups& groups, const AcceptanceTable& table, const RandomWords& random) {
    const bool gathers = !lanes.gathered.empty(), coupled = !lanes.negative.empty();
    const auto update = gathers ? (coupled ? update_all<rule, z, true, true> : update_all<rule, z, true, false>)
                                : (coupled ? update_all<rule, z, false, true> : update_all<rule, z, false, false>);
    update(lanes, groups, table, random);
}

template <std::size_t z>
void update_sites(LaneSpins& lanes, const SiteGroups& groups, const AcceptanceTable& table, const RandomWords& random) {
    if (table.update == LocalUpdate::heat_bath) {
        update_with<Rule::heat_bath, z>(lanes, groups, table, random);
    } else if (table.without_field) {
        update_with<Rule::metropolis, z>(lanes, groups, table, random);
    } else {
        update_with<Rule::metropolis_in_field, z>(lanes, groups, table, random);
    }
}

void update_lanes_here(LaneSpins& lanes, const SiteGroups& groups, const AcceptanceTable& table, const NoiseKey& key,
                       uint32_t step, uint32_t part) {
    const RandomWords random(key, step, part);
    groups.coordination() == 4 ? update_sites<4>(lanes, groups, table, random)
                               : update_sites<6>(lanes, groups, table, random);
}

/// Counts the words that `add(place, mask, counter)` gives a counter for each vector of words, lane by lane. `mask`: the
/// words whose sites are not idle.
template <class Add>
void count_lanes(const LaneSpins& lanes, const SiteGroups& groups, std::span<uint64_t> counts, Add add) {
    const WordTag d;
    std::fill(counts.begin(), counts.end(), 0);
    const bool gathers = !lanes.gathered.empty();
    // Which word of a vector belongs to which column repeats where a unit holds several sites: a counter for each part of
    // it.
    std::array<VerticalCounter, SiteGroups::group / 2> counters;
    const std::size_t parts = gathers ? std::max<std::size_t>(lanes.columns / hn::Lanes(d), 1) : 1;
    const auto read = [&](const VerticalCounter& counter, std::size_t column) {
        std::array<uint64_t, 64> lane_counts;
        for (std::size_t i = 0; i < hn::Lanes(d); ++i) {
            const std::size_t to = (column + i) % lanes.columns;
            counter.read(i, lane_counts);
            for (std::size_t lane = 0; lane < 64; ++lane) counts[64 * to + lane] += lane_counts[lane];
        }
    };
    std::size_t column = 0;
    visit_units(lanes, groups, [&](const UnitPlace& at) HWY_ATTR {
        if (gathers) {
            add(at, hn::LoadU(d, lanes.active.data() + at.word), counters[at.column / hn::Lanes(d)]);
            return;
        }
        if (at.column != column) {
            read(counters[0], column);
            counters[0] = VerticalCounter();
            column = at.column;
        }
        if (groups.site(at.position) != SiteGroups::idle) add(at, hn::Set(d, ~uint64_t{0}), counters[0]);
    });
    for (std::size_t part = 0; part < parts; ++part) read(counters[part], gathers ? part * hn::Lanes(d) : column);
}

template <bool gathers, bool coupled>
void count_unsatisfied_of(const LaneSpins& lanes, const SiteGroups& groups, std::span<uint64_t> counts) {
    const std::size_t z = groups.coordination();
    count_lanes(lanes, groups, counts, [&](const UnitPlace& at, Word mask, VerticalCounter& counter) HWY_ATTR {
        const Word spin = hn::LoadU(WordTag(), lanes.spins.data() + at.word);
        const uint32_t* neighbours = groups.neighbours().data() + at.position * z;
        for (std::size_t k = 0; k < z / 2; ++k)
            counter.add(hn::And(mask, hn::Xor(spin, pulled_up<gathers, coupled>(lanes, neighbours, at, k))));
    });
}

void count_unsatisfied_here(const LaneSpins& lanes, const SiteGroups& groups, std::span<uint64_t> counts) {
    const bool gathers = !lanes.gathered.empty(), coupled = !lanes.negative.empty();
    const auto count = gathers ? (coupled ? count_unsatisfied_of<true, true> : count_unsatisfied_of<true, false>)
                               : (coupled ? count_unsatisfied_of<false, true> : count_unsatisfied_of<false, false>);
    count(lanes, groups, counts);
}

void count_up_here(const LaneSpins& lanes, const SiteGroups& groups, std::span<uint64_t> counts) {
    count_lanes(lanes, groups, counts, [&](const UnitPlace& at, Word mask, VerticalCounter& counter) HWY_ATTR {
        counter.add(hn::And(mask, hn::LoadU(WordTag(), lanes.spins.data() + at.word)));
    });
}

void count_different_here(const LaneSpins& lanes, const LaneSpins& other, std::size_t shift, const SiteGroups& groups,
                          std::span<uint64_t> counts) {
    const int right = static_cast<int>(shift % 64), left = (64 - right) % 64;
    count_lanes(lanes, groups, counts, [&](const UnitPlace& at, Word mask, VerticalCounter& counter) HWY_ATTR {
        const WordTag d;
        const Word word = hn::LoadU(d, other.spins.data() + at.word);
        const Word turned = hn::Or(hn::ShiftRightSame(word, right), hn::ShiftLeftSame(word, left));
        counter.add(hn::And(mask, hn::Xor(turned, hn::LoadU(d, lanes.spins.data() + at.word))));
    });
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(update_lanes_here);
HWY_EXPORT(count_unsatisfied_here);
HWY_EXPORT(count_up_here);
HWY_EXPORT(count_different_here);

void update_lanes(LaneSpins& lanes, const SiteGroups& groups, const AcceptanceTable& table, const NoiseKey& key,
                  std::uint32_t step, std::uint32_t part) {
    HWY_DYNAMIC_DISPATCH(update_lanes_here)(lanes, groups, table, key, step, part);
}

void count_unsatisfied(const LaneSpins& lanes, const SiteGroups& groups, std::span<std::uint64_t> counts) {
    HWY_DYNAMIC_DISPATCH(count_unsatisfied_here)(lanes, groups, counts);
}

void count_up(const LaneSpins& lanes, const SiteGroups& groups, std::span<std::uint64_t> counts) {
    HWY_DYNAMIC_DISPATCH(count_up_here)(lanes, groups, counts);
}

void count_different(const LaneSpins& lanes, const LaneSpins& other, std::size_t shift, const SiteGroups& groups,
                     std::span<std::uint64_t> counts) {
    HWY_DYNAMIC_DISPATCH(count_different_here)(lanes, other, shift, groups, counts);
}

}  // namespace gdm
#endif
