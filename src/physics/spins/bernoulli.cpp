#include "gdm/physics/spins/bernoulli.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/spins/bernoulli.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "gdm/physics/spins/acceptance.hpp"
#include "gdm/physics/spins/bernoulli-inl.hpp"
#include "gdm/physics/spins/site_groups.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// rows: the 64 bits of all lanes, from the highest down, each for a whole group of words.
void fill_bernoulli(std::span<const uint64_t> rows_of_bits, std::span<uint64_t> words, const NoiseKey& key, uint32_t step,
                    uint32_t part) {
    const WordTag d;
    const RandomWords random(key, step, part);
    const LaneRows rows{rows_of_bits.data(), SiteGroups::group};
    const Word all = hn::Set(d, ~uint64_t{0});
    const LaneCases<1> cases{{all}};
    for (std::size_t i = 0; i < words.size(); i += hn::Lanes(d)) {
        const Word prepared = RandomWords::prepare(hn::Iota(d, uint64_t{first_lane_sample} + i));
        HWY_ALIGN uint64_t decided[hn::MaxLanes(WordTag())];
        hn::Store(decide(cases, all, rows, random, prepared), d, decided);
        std::copy_n(decided, std::min(hn::Lanes(d), words.size() - i), words.data() + i);
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(fill_bernoulli);

void bernoulli_words(std::span<const double> probability, std::span<std::uint64_t> words, const RandomStream& random,
                     Purpose purpose, std::uint32_t step, std::uint32_t part) {
    if ((probability.size() != 1 && probability.size() != 64) || words.size() >= std::size_t{1} << 31 ||
        !std::all_of(probability.begin(), probability.end(), [](double p) { return p >= 0 && p <= 1; }))
        throw std::invalid_argument("random bits have 1 or 64 probabilities in [0, 1], and less than 2^31 words");
    std::array<std::uint64_t, 64> thresholds{};
    for (std::size_t lane = 0; lane < 64; ++lane)
        thresholds[lane] = probability_threshold(probability[std::min(lane, probability.size() - 1)]);
    transpose_bits(thresholds);
    std::array<std::uint64_t, 64 * SiteGroups::group> rows{};
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = thresholds[63 - i / SiteGroups::group];
    HWY_DYNAMIC_DISPATCH(fill_bernoulli)(rows, words, NoiseKey(random, purpose), step, part);
}

}  // namespace gdm
#endif
