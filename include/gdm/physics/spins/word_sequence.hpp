#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "gdm/base/noise_key.hpp"
#include "gdm/base/random_stream.hpp"

namespace gdm {

/// Random 32-bit words one after the other, many of them made at once in vector lanes: for updates of spins, which take a
/// word or two each. Word 4 b + j is word j of the Philox block with the counter {draw = part, step, sample = b}, on every
/// instruction set.
class WordSequence {
  public:
    WordSequence(const RandomStream& stream, Purpose purpose, std::uint32_t part, std::uint32_t step) noexcept
        : key_(stream, purpose), part_(part), step_(step) {}

    std::uint32_t next() noexcept {
        if (at_ == words_.size()) refill();
        return words_[at_++];
    }
    /// True with the probability threshold · 2^−64. One word, and a second one where the first does not decide.
    bool bernoulli(std::uint64_t threshold) noexcept { return bernoulli(threshold, next()); }
    /// The same of a word that was drawn before. Without a jump that depends on chance, but for one in 2^32.
    bool bernoulli(std::uint64_t threshold, std::uint32_t word) noexcept {
        const std::uint32_t high = static_cast<std::uint32_t>(threshold >> 32);
        if (word == high) [[unlikely]]
            return next() < static_cast<std::uint32_t>(threshold);
        return word < high;
    }
    /// `count` words at once; those of a block that are too few are passed over.
    template <std::size_t count>
    std::array<std::uint32_t, count> next() noexcept {
        static_assert(count <= 128);
        if (at_ + count > words_.size()) refill();
        std::array<std::uint32_t, count> some{};
        std::copy_n(words_.begin() + static_cast<std::ptrdiff_t>(at_), count, some.begin());
        at_ += count;
        return some;
    }
    /// Uniform on (0, 1), from two words.
    double uniform() noexcept {
        const std::uint32_t high = next();
        return uniform_from_words(high, next());
    }
    /// Uniform integer in [0, n), n ≥ 1, unbiased (Lemire, ACM Trans. Model. Comput. Simul. 29, 3, 2019).
    std::uint32_t below(std::uint32_t n) noexcept {
        std::uint64_t product = std::uint64_t{next()} * n;
        if (static_cast<std::uint32_t>(product) < n) {
            const std::uint32_t least = (0u - n) % n;
            while (static_cast<std::uint32_t>(product) < least) product = std::uint64_t{next()} * n;
        }
        return static_cast<std::uint32_t>(product >> 32);
    }

  private:
    void refill() noexcept;

    NoiseKey key_;
    std::uint32_t part_, step_, block_ = 0;
    std::array<std::uint32_t, 128> words_{};
    std::size_t at_ = 128;
};

/// The threshold of WordSequence::bernoulli for a probability; it is off by less than 2^−64, and by 2^−53 of itself.
[[nodiscard]] inline std::uint64_t bernoulli_threshold(double probability) noexcept {
    if (!(probability > 0)) return 0;
    if (probability >= 1) return ~std::uint64_t{0};
    return static_cast<std::uint64_t>(std::ldexp(probability, 64));
}

}  // namespace gdm
