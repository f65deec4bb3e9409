// Counts of each bit of vectors of words, held in binary across words. Compiled once for each instruction set, see
// lanes-inl.hpp.

#if defined(GDM_PHYSICS_SPINS_VERTICAL_COUNTER_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_PHYSICS_SPINS_VERTICAL_COUNTER_INL_HPP_
#undef GDM_PHYSICS_SPINS_VERTICAL_COUNTER_INL_HPP_
#else
#define GDM_PHYSICS_SPINS_VERTICAL_COUNTER_INL_HPP_
#endif

#include <hwy/highway.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "gdm/physics/spins/ising_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// How many of the words added so far have each bit, below 2^32. Every second word that comes to a power of two is added to
/// the one before it and to the count, which sends one carry on: one full adder for each word added, on average.
class VerticalCounter {
  public:
    static constexpr std::size_t powers = 32;

    HWY_INLINE void add(Word word) {
        const WordTag d;
        for (std::size_t k = 0;; ++k) {
            if ((added_ >> k & 1) == 0) {
                hn::Store(word, d, waiting_[k]);
                break;
            }
            Word sum, carry;
            full_add(hn::Load(d, count_[k]), hn::Load(d, waiting_[k]), word, sum, carry);
            hn::Store(sum, d, count_[k]);
            word = carry;
        }
        ++added_;
    }

    /// The counts of the 64 bits of word `i` of the vectors.
    void read(std::size_t i, std::array<uint64_t, 64>& counts) const {
        std::array<uint64_t, 64> words{};
        for (std::size_t k = 0; k < powers; ++k) {
            words[k] = count_[k][i];
            words[32 + k] = (added_ >> k & 1) != 0 ? waiting_[k][i] : 0;
        }
        transpose_bits(words);
        for (std::size_t bit = 0; bit < 64; ++bit) counts[bit] = (words[bit] & 0xffffffffu) + (words[bit] >> 32);
    }

  private:
    HWY_ALIGN uint64_t count_[powers][hn::MaxLanes(WordTag())] = {};
    HWY_ALIGN uint64_t waiting_[powers][hn::MaxLanes(WordTag())] = {};
    uint64_t added_ = 0;
};

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_PHYSICS_SPINS_VERTICAL_COUNTER_INL_HPP_
