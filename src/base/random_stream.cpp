#include "gdm/base/random_stream.hpp"

#include <bit>
#include <cmath>
#include <numbers>

namespace gdm {

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) noexcept {
    constexpr std::uint64_t multiplier_0 = 0xD2511F53u;
    constexpr std::uint64_t multiplier_1 = 0xCD9E8D57u;
    constexpr std::uint32_t weyl_0 = 0x9E3779B9u;  // golden ratio
    constexpr std::uint32_t weyl_1 = 0xBB67AE85u;  // sqrt(3) - 1
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t product_0 = multiplier_0 * counter[0];
        const std::uint64_t product_1 = multiplier_1 * counter[2];
        counter = {static_cast<std::uint32_t>(product_1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(product_1),
                   static_cast<std::uint32_t>(product_0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(product_0)};
        key[0] += weyl_0;
        key[1] += weyl_1;
    }
    return counter;
}

std::array<std::uint32_t, 4> RandomStream::block(Purpose purpose, Counter at) const noexcept {
    return philox4x32({at.draw, at.step, at.sample, high_word(purpose)},
                      {static_cast<std::uint32_t>(key_), static_cast<std::uint32_t>(key_ >> 32)});
}

double uniform_from_words(std::uint32_t high, std::uint32_t low) noexcept {
    // The 52 bits are the mantissa of a number in [1, 2); the subtraction is exact.
    const std::uint64_t mantissa = (static_cast<std::uint64_t>(high) << 20) | (low >> 12);
    return std::bit_cast<double>(mantissa | 0x3ff0000000000000u) - (1.0 - 0x1p-53);
}

double fine_uniform_from_words(std::uint32_t high, std::uint32_t low) noexcept {
    return high * 0x1p-32 + (low + 0.5) * 0x1p-64;  // only the sum is rounded
}

std::uint64_t RandomSequence::bits() noexcept {
    if (has_spare_bits_) {
        has_spare_bits_ = false;
        return spare_bits_;
    }
    const auto words = stream_.block(purpose_, at_);
    ++at_.draw;
    spare_bits_ = (static_cast<std::uint64_t>(words[2]) << 32) | words[3];
    has_spare_bits_ = true;
    return (static_cast<std::uint64_t>(words[0]) << 32) | words[1];
}

double RandomSequence::uniform() noexcept {
    const std::uint64_t word = bits();
    return uniform_from_words(static_cast<std::uint32_t>(word >> 32), static_cast<std::uint32_t>(word));
}

double RandomSequence::normal() noexcept {
    if (has_spare_normal_) {
        has_spare_normal_ = false;
        return spare_normal_;
    }
    const std::uint64_t word = bits();
    const double u = fine_uniform_from_words(static_cast<std::uint32_t>(word >> 32), static_cast<std::uint32_t>(word));
    const double radius = std::sqrt(-2.0 * std::log(u));
    const double angle = 2.0 * std::numbers::pi * uniform();
    spare_normal_ = radius * std::sin(angle);
    has_spare_normal_ = true;
    return radius * std::cos(angle);
}

double RandomSequence::gamma(double shape) noexcept {
    // Below shape 1 the method needs a boost: Gamma(a) = Gamma(a + 1) U^{1/a}.
    double boost = 1.0;
    if (shape < 1.0) {
        boost = std::pow(uniform(), 1.0 / shape);
        shape += 1.0;
    }
    const double d = shape - 1.0 / 3.0;
    const double c = 1.0 / std::sqrt(9.0 * d);
    for (;;) {
        const double x = normal();
        const double root = 1.0 + c * x;
        if (root <= 0.0) continue;
        const double v = root * root * root;
        if (std::log(uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return boost * d * v;
    }
}

double RandomSequence::chi_squared(double degrees_of_freedom) noexcept { return 2.0 * gamma(0.5 * degrees_of_freedom); }

std::uint64_t RandomSequence::below(std::uint64_t n) noexcept {
    // Lemire (2019): the upper half of a 64 × 64 bit product; the few products that would favour small results are redrawn.
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>(bits()) * n;
    if (static_cast<std::uint64_t>(product) < n) {
        const std::uint64_t threshold = -n % n;
        while (static_cast<std::uint64_t>(product) < threshold) product = static_cast<Wide>(bits()) * n;
    }
    return static_cast<std::uint64_t>(product >> 64);
}

}  // namespace gdm
