#include "spin_limits.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "benchmarks/spin_limits.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cmath>

#include "gdm/physics/spins/acceptance.hpp"
#include "gdm/physics/spins/bernoulli-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

uint64_t draw_all(std::size_t vectors) {
    const WordTag d;
    const RandomWords random(NoiseKey(RandomStream(1, 0), Purpose::test), 0, 0);
    Word sum = hn::Zero(d);
    for (std::size_t i = 0; i < vectors; ++i) {
        const Word prepared = RandomWords::prepare(hn::Iota(d, uint64_t{i * hn::Lanes(d)}));
        Word first[8], more[4];
        random.draw<4>(0, prepared, first);
        random.draw<2>(4, prepared, more);
        for (const Word& word : first) sum = hn::Xor(sum, word);
        for (const Word& word : more) sum = hn::Xor(sum, word);
    }
    return hn::GetLane(sum);
}

uint64_t decide_all(std::size_t vectors) {
    const WordTag d;
    const RandomWords random(NoiseKey(RandomStream(1, 0), Purpose::test), 0, 0);
    const double beta = 0.5 * std::log1p(std::sqrt(2.0)), none = 0;
    const AcceptanceTable table(LocalUpdate::metropolis, 4, std::span(&beta, 1), std::span(&none, 1), 1, 1);
    const EqualRows rows{table.rows.data()};
    Word sum = hn::Zero(d);
    LaneCases<2> cases{{hn::Set(d, uint64_t{0x7ed7bfd6f6b7ded7}), hn::Set(d, uint64_t{0x8128402909482128})}};
    for (std::size_t i = 0; i < vectors; ++i) {
        const Word prepared = RandomWords::prepare(hn::Iota(d, uint64_t{i * hn::Lanes(d)}));
        sum = hn::Xor(sum, decide(cases, hn::Or(cases.mask[0], cases.mask[1]), rows, random, prepared));
    }
    return hn::GetLane(sum);
}

std::size_t words_here() { return hn::Lanes(WordTag()); }

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {
HWY_EXPORT(draw_all);
HWY_EXPORT(decide_all);
HWY_EXPORT(words_here);

std::uint64_t draw_words(std::size_t vectors) { return HWY_DYNAMIC_DISPATCH(draw_all)(vectors); }
std::uint64_t draw_decisions(std::size_t vectors) { return HWY_DYNAMIC_DISPATCH(decide_all)(vectors); }
std::size_t vector_words() { return HWY_DYNAMIC_DISPATCH(words_here)(); }
}  // namespace gdm
#endif
