#include "gdm/physics/spins/word_sequence.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/spins/word_sequence.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "gdm/base/lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// The words of 32 blocks from `first` on, one block after the other.
void fill_words(const NoiseKey& key, std::uint32_t draw, std::uint32_t step, std::uint32_t first, std::uint64_t* pairs) {
    const DoubleTag d;
    const BitsTag<DoubleTag> bits;
    const PhiloxKeys keys(key);
    const PhiloxStart start(keys, draw, step);
    const auto low = hn::Set(bits, std::uint64_t{0xffffffffu});
    constexpr std::size_t together = 4, blocks = 32;
    for (std::size_t done = 0; done < blocks; done += together * hn::Lanes(d)) {
        hn::Vec<BitsTag<DoubleTag>> sample[together];
        PhiloxWords<DoubleTag> block[together];
        for (std::size_t k = 0; k < together; ++k)
            sample[k] = philox_sample(d, sample_lanes(d, first + static_cast<std::uint32_t>(done + k * hn::Lanes(d))));
        philox<together>(d, keys, start, sample, block);
        for (std::size_t k = 0; k < together; ++k) {
            const auto& word = block[k].word;
            hn::StoreInterleaved2(hn::Or(hn::And(word[0], low), hn::ShiftLeft<32>(word[1])),
                                  hn::Or(hn::And(word[2], low), hn::ShiftLeft<32>(word[3])), bits,
                                  pairs + 2 * (done + k * hn::Lanes(d)));
        }
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cstring>

namespace gdm {

HWY_EXPORT(fill_words);

void WordSequence::refill() noexcept {
    constexpr std::size_t blocks = 32;
    std::array<std::uint64_t, 2 * blocks> pairs{};  // two words each, the first in the low half
    HWY_DYNAMIC_DISPATCH(fill_words)(key_, part_, step_, block_, pairs.data());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        words_[2 * i] = static_cast<std::uint32_t>(pairs[i]);
        words_[2 * i + 1] = static_cast<std::uint32_t>(pairs[i] >> 32);
    }
    block_ += blocks;
    at_ = 0;
}

}  // namespace gdm
#endif
