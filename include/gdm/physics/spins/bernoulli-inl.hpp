// Random decisions for 64 lanes in a word: a lane decides "yes" with the probability that its bits of 64 threshold words
// spell. Compiled once for each instruction set, see lanes-inl.hpp.
//
// A lane has a uniform number U = 0.u_1 u_2 … u_64 in binary, one bit of each of 64 random words, and a threshold T = 0.t_1
// t_2 … t_64; the decision is U < T. The first bit in which they differ decides, so words are drawn from the highest on,
// eight and then four at a time, until no lane is undecided: P(yes) = T exactly, for all 64 bits of it. Each further bit
// leaves half of the lanes undecided, so n lanes need log₂ n + 1.33 words on average (512: 10.3), and not 64.
//
// Lanes never share a bit. A site's threshold is chosen among those of its cases before U is looked at, and only that one
// applies: nested cases of one site of one system may be compared with the same U.

#if defined(GDM_PHYSICS_SPINS_BERNOULLI_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_PHYSICS_SPINS_BERNOULLI_INL_HPP_
#undef GDM_PHYSICS_SPINS_BERNOULLI_INL_HPP_
#else
#define GDM_PHYSICS_SPINS_BERNOULLI_INL_HPP_
#endif

#include <hwy/highway.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/spins/lane_draws.hpp"
#include "gdm/physics/spins/lane_units-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// The random words of one (purpose, step, part): word 2k and 2k + 1 of a sample are the 64-bit halves of the block {draw =
/// 32 part + k, step, sample}, as RandomSequence::bits deals them.
class RandomWords {
  public:
    static constexpr std::size_t draws = lane_draws;

    RandomWords(const NoiseKey& key, uint32_t step, uint32_t part)
        : RandomWords(PhiloxKeys(key), step, part, std::make_index_sequence<draws>()) {}

    /// What a sample (low 32 bits of the lanes) contributes to its first round.
    static HWY_INLINE Word prepare(Word sample) { return philox_sample(DoubleTag(), sample); }

    /// Words 2 first … 2 (first + n) − 1 of prepared samples. As `philox`, but many draws of one vector of samples side by
    /// side; and the last round leaves whole words, which saves shuffles.
    template <std::size_t n>
    HWY_INLINE void draw(std::size_t first, Word prepared, Word (&words)[2 * n]) const {
        const DoubleTag d;
        const WordTag bits;
        Word c0[n], c1[n], c2[n], c3[n];
        const PhiloxStart* start = start_.data() + first;
#pragma GCC unroll 8
        for (std::size_t k = 0; k < n; ++k) {
            const auto turned = hn::Xor(high_half(d, prepared), hn::Set(bits, start[k].xor_0));
            c3[k] = multiply_low(d, philox_multiplier_0, turned);
            c0[k] = hn::Xor(prepared, hn::Set(bits, start[k].xor_1));
            c2[k] = hn::Xor(high_half(d, c3[k]), hn::Set(bits, start[k].xor_2));
        }
#pragma GCC unroll 8
        for (std::size_t k = 0; k < n; ++k) {
            const auto p0 = multiply_low(d, philox_multiplier_0, c0[k]);
            c1[k] = multiply_low(d, philox_multiplier_1, c2[k]);
            c0[k] = hn::Xor(high_half(d, c1[k]), hn::Set(bits, start[k].product));
            c2[k] = hn::Xor3(high_half(d, p0), c3[k], hn::Set(bits, keys_.second[2]));
            c3[k] = p0;
        }
#pragma GCC unroll 6
        for (int round = 3; round < 9; ++round) {
            const auto k0 = hn::Set(bits, keys_.first[round]);
            const auto k1 = hn::Set(bits, keys_.second[round]);
#pragma GCC unroll 8
            for (std::size_t k = 0; k < n; ++k) {
                const auto p0 = multiply_low(d, philox_multiplier_0, c0[k]);
                const auto p1 = multiply_low(d, philox_multiplier_1, c2[k]);
                c0[k] = hn::Xor3(high_half(d, p1), c1[k], k0);
                c2[k] = hn::Xor3(high_half(d, p0), c3[k], k1);
                c1[k] = p1;
                c3[k] = p0;
            }
        }
        const auto k0 = hn::Set(bits, keys_.first[9]);
        const auto k1 = hn::Set(bits, keys_.second[9]);
#pragma GCC unroll 8
        for (std::size_t k = 0; k < n; ++k) {
            const auto p0 = multiply_low(d, philox_multiplier_0, c0[k]);
            const auto p1 = multiply_low(d, philox_multiplier_1, c2[k]);
            words[2 * k] = hn::Xor(p1, hn::ShiftLeft<32>(hn::Xor(c1[k], k0)));
            words[2 * k + 1] = hn::Xor(p0, hn::ShiftLeft<32>(hn::Xor(c3[k], k1)));
        }
    }

  private:
    template <std::size_t... k>
    RandomWords(const PhiloxKeys& keys, uint32_t step, uint32_t part, std::index_sequence<k...>)
        : keys_(keys), start_{PhiloxStart(keys, static_cast<uint32_t>(draws * part + k), step)...} {}

    PhiloxKeys keys_;
    std::array<PhiloxStart, draws> start_;
};

/// Rows of threshold words in memory (AcceptanceTable::rows), of which vectors are loaded from `at` on.
struct LaneRows {
    const uint64_t* at;
    std::size_t columns;
    HWY_INLINE Word operator()(std::size_t row) const { return hn::LoadU(WordTag(), at + row * columns); }
};

/// Rows of one word each, the same for all lanes of a vector.
struct EqualRows {
    const uint64_t* at;
    HWY_INLINE Word operator()(std::size_t row) const { return hn::Set(WordTag(), at[row]); }
};

/// The lanes in each of the cases that a decision can be in: the first `count` masks.
template <std::size_t most>
struct LaneCases {
    Word mask[most];
    std::size_t count = most;
};

/// The bits of a threshold at `bit`: of that of the case that has the lane.
template <std::size_t most, class Rows>
HWY_INLINE Word threshold_bits(const LaneCases<most>& cases, const Rows& rows, std::size_t bit) {
    Word t = hn::And(cases.mask[0], rows(bit));
#pragma GCC unroll 8
    for (std::size_t c = 1; c < cases.count; ++c) t = hn::OrAnd(t, cases.mask[c], rows(64 * c + bit));
    return t;
}

/// Bit by bit: of `yes` where `mask` has it, of `no` elsewhere.
HWY_INLINE Word select_bits(Word mask, Word yes, Word no) {
#if HWY_TARGET <= HWY_AVX3
    return hn::IfVecThenElse(mask, yes, no);  // one operation on bits there, one on bytes or lanes elsewhere
#else
    return hn::OrAnd(hn::AndNot(mask, no), mask, yes);
#endif
}

/// Compares words `2 first` … of U and T: lanes that decide leave `undecided`, and enter `yes` if U < T.
template <std::size_t n, std::size_t most, class Rows>
HWY_INLINE void compare_words(std::size_t first, const LaneCases<most>& cases, const Rows& rows, const RandomWords& random,
                              Word prepared, Word& undecided, Word& yes) {
    Word u[2 * n];
    random.draw<n>(first, prepared, u);
    // From the lowest of the bits up: a higher one that differs overrules.
    Word below = hn::Zero(WordTag()), equal = undecided;
#pragma GCC unroll 8
    for (std::size_t i = 0; i < 2 * n; ++i) {
        const std::size_t j = 2 * n - 1 - i;
        const Word t = threshold_bits(cases, rows, 2 * first + j);
        const Word differs = hn::Xor(t, u[j]);
        below = select_bits(differs, t, below);
        equal = hn::AndNot(differs, equal);
    }
    yes = hn::OrAnd(yes, undecided, below);
    undecided = equal;
}

/// The lanes of `undecided` that decide yes, each with the threshold of the case that it is in.
template <std::size_t most, class Rows>
HWY_INLINE Word decide(const LaneCases<most>& cases, Word undecided, const Rows& rows, const RandomWords& random,
                       Word prepared) {
    Word yes = hn::Zero(WordTag());
    compare_words<4>(0, cases, rows, random, prepared, undecided, yes);
    for (std::size_t first = 4; first < RandomWords::draws; first += 2) {
        if (hn::AllTrue(WordTag(), hn::Eq(undecided, hn::Zero(WordTag())))) break;
        compare_words<2>(first, cases, rows, random, prepared, undecided, yes);
    }
    return yes;
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_PHYSICS_SPINS_BERNOULLI_INL_HPP_
