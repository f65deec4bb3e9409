// The update of Ising spins in the bits of words, of however they are laid out. Compiled once for each instruction set, see
// lanes-inl.hpp.

#if defined(GDM_PHYSICS_SPINS_ISING_LANES_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_PHYSICS_SPINS_ISING_LANES_INL_HPP_
#undef GDM_PHYSICS_SPINS_ISING_LANES_INL_HPP_
#else
#define GDM_PHYSICS_SPINS_ISING_LANES_INL_HPP_
#endif

#include <hwy/highway.h>

#include "gdm/physics/spins/acceptance.hpp"
#include "gdm/physics/spins/bernoulli-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// The sum of three bits and what it carries.
HWY_INLINE void full_add(Word a, Word b, Word c, Word& sum, Word& carry) {
    const Word differs = hn::Xor(a, b);
    sum = hn::Xor3(a, b, c);
    carry = hn::OrAnd(hn::And(a, b), differs, c);
}

/// A number 0 … 7 in each lane, in binary.
struct LaneCount {
    Word one, two, four;

    /// The lanes that hold `value`.
    [[nodiscard]] HWY_INLINE Word equals(uint32_t value) const {
        const Word all = hn::Set(WordTag(), ~uint64_t{0});
        const Word a = hn::Xor(one, hn::Set(WordTag(), (value & 1) != 0 ? 0 : ~uint64_t{0}));
        const Word b = hn::Xor(two, hn::Set(WordTag(), (value & 2) != 0 ? 0 : ~uint64_t{0}));
        const Word c = hn::Xor(four, hn::Set(WordTag(), (value & 4) != 0 ? 0 : ~uint64_t{0}));
        return hn::And(hn::And(all, a), hn::And(b, c));
    }
};

/// How many of z = 4 or 6 words have a bit.
template <std::size_t z>
HWY_INLINE LaneCount count_bits(const Word (&word)[z]) {
    static_assert(z == 4 || z == 6);
    LaneCount count;
    Word low, carry;
    full_add(word[0], word[1], word[2], low, carry);
    if constexpr (z == 4) {
        const Word carried = hn::And(low, word[3]);
        count.one = hn::Xor(low, word[3]);
        count.two = hn::Xor(carry, carried);
        count.four = hn::And(carry, carried);
    } else {
        Word other, other_carry;
        full_add(word[3], word[4], word[5], other, other_carry);
        count.one = hn::Xor(low, other);
        full_add(carry, other_carry, hn::And(low, other), count.two, count.four);
    }
    return count;
}

/// Metropolis without field: bit = spin up. `unsatisfied`: the bonds that pull the spin away.
template <std::size_t z>
HWY_INLINE Word metropolis_spin(Word spin, const Word (&unsatisfied)[z], const LaneRows& rows, const RandomWords& random,
                                Word prepared) {
    const LaneCount pulling = count_bits<z>(unsatisfied);
    LaneCases<z / 2> cases;
    Word uncertain;
    if constexpr (z == 4) {
        const Word none = hn::Or(pulling.two, pulling.four);
        uncertain = hn::Not(none);  // at most one bond pulls
        cases.mask[0] = hn::AndNot(pulling.one, uncertain);
        cases.mask[1] = hn::And(pulling.one, uncertain);
    } else {
        for (uint32_t c = 0; c < 3; ++c) cases.mask[c] = pulling.equals(c);
        uncertain = hn::Or(hn::Or(cases.mask[0], cases.mask[1]), cases.mask[2]);
    }
    const Word yes = decide(cases, uncertain, rows, random, prepared);
    // Where nothing is uncertain the spin turns.
    return hn::Not(hn::Xor(spin, hn::AndNot(yes, uncertain)));
}

/// The heat bath: `up`: the bonds that favour +1.
template <std::size_t z>
HWY_INLINE Word heat_bath_spin(const Word (&up)[z], const LaneRows& rows, const RandomWords& random, Word prepared) {
    const LaneCount pulling = count_bits<z>(up);
    LaneCases<z + 1> cases;
    for (uint32_t c = 0; c <= z; ++c) cases.mask[c] = pulling.equals(c);
    return decide(cases, hn::Set(WordTag(), ~uint64_t{0}), rows, random, prepared);
}

/// Metropolis in a field, where cases differ by the spin too.
template <std::size_t z>
HWY_INLINE Word metropolis_spin_in_field(Word spin, const Word (&unsatisfied)[z], const AcceptanceTable& table,
                                         const LaneRows& rows, const RandomWords& random, Word prepared) {
    const LaneCount pulling = count_bits<z>(unsatisfied);
    LaneCases<2 * (z + 1)> cases;
    cases.count = 0;
    Word uncertain = hn::Zero(WordTag()), turned = uncertain;
    const auto lanes_of = [&](const AcceptanceTable::Case& one) HWY_ATTR {
        const Word lanes = pulling.equals(one.pulling);
        return one.spin > 0 ? hn::And(spin, lanes) : hn::AndNot(spin, lanes);
    };
    for (const AcceptanceTable::Case& one : table.cases) {
        cases.mask[cases.count] = lanes_of(one);
        uncertain = hn::Or(uncertain, cases.mask[cases.count++]);
    }
    for (const AcceptanceTable::Case& one : table.certain) turned = hn::Or(turned, lanes_of(one));
    return hn::Xor(spin, hn::Or(turned, decide(cases, uncertain, rows, random, prepared)));
}

/// How spins are updated: the functions above under one name. Metropolis asks which bonds are unsatisfied, the heat bath
/// which favour +1.
enum class Rule { metropolis, metropolis_in_field, heat_bath };

template <Rule rule, std::size_t z>
HWY_INLINE Word updated_spin(Word spin, const Word (&up)[z], const AcceptanceTable& table, const LaneRows& rows,
                             const RandomWords& random, Word prepared) {
    if constexpr (rule == Rule::heat_bath) {
        return heat_bath_spin<z>(up, rows, random, prepared);
    } else {
        Word unsatisfied[z];
        for (std::size_t k = 0; k < z; ++k) unsatisfied[k] = hn::Xor(spin, up[k]);
        return rule == Rule::metropolis ? metropolis_spin<z>(spin, unsatisfied, rows, random, prepared)
                                        : metropolis_spin_in_field<z>(spin, unsatisfied, table, rows, random, prepared);
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_PHYSICS_SPINS_ISING_LANES_INL_HPP_
