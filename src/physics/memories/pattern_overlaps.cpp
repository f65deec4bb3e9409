#include "gdm/physics/memories/pattern_overlaps.hpp"

// With the population count of vectors (VPOPCNTDQ), which plain AVX-512 lacks: a quarter of the time. Whole numbers
// are the same with any instructions.
#ifndef HWY_WANT_AVX3_DL
#define HWY_WANT_AVX3_DL
#endif
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/memories/pattern_overlaps.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<uint64_t, 8>;

/// Σ_p 2^p Σ_k popcount(bits[k] & plane_p[k]) of 8 sites side by side. Whole numbers: no order of lanes matters.
void weighted_counts(const uint64_t* bits, const uint64_t* planes, std::size_t plane_count, std::size_t words,
                     std::size_t stride, int64_t* counts) {
    const Tag d;
    for (std::size_t lane = 0; lane < 8; lane += hn::Lanes(d)) {
        auto total = hn::Zero(d);
        std::size_t plane = plane_count;
        // Four planes at once, so that patterns are loaded once for them.
        for (; plane >= 4; plane -= 4) {
            const uint64_t* here = planes + (plane - 4) * stride;
            auto one = hn::Zero(d), two = one, four = one, eight = one;
            for (std::size_t k = 0; k < words; ++k) {
                const auto at = hn::LoadU(d, bits + 8 * k + lane);
                one = hn::Add(one, hn::PopulationCount(hn::And(at, hn::Set(d, here[k]))));
                two = hn::Add(two, hn::PopulationCount(hn::And(at, hn::Set(d, here[k + stride]))));
                four = hn::Add(four, hn::PopulationCount(hn::And(at, hn::Set(d, here[k + 2 * stride]))));
                eight = hn::Add(eight, hn::PopulationCount(hn::And(at, hn::Set(d, here[k + 3 * stride]))));
            }
            const auto low = hn::Add(one, hn::ShiftLeft<1>(two)), high = hn::Add(four, hn::ShiftLeft<1>(eight));
            total = hn::Add(hn::ShiftLeft<4>(total), hn::Add(low, hn::ShiftLeft<2>(high)));
        }
        while (plane-- > 0) {
            auto count = hn::Zero(d);
            for (std::size_t k = 0; k < words; ++k)
                count = hn::Add(count, hn::PopulationCount(hn::And(hn::LoadU(d, bits + 8 * k + lane),
                                                                   hn::Set(d, planes[plane * stride + k]))));
            total = hn::Add(hn::ShiftLeft<1>(total), count);
        }
        hn::StoreU(hn::BitCast(hn::RebindToSigned<Tag>(), total), hn::RebindToSigned<Tag>(), counts + lane);
    }
}

/// The same of one site, with lanes over its words, which 0 fills up to a multiple of 8.
int64_t weighted_count(const uint64_t* row, const uint64_t* planes, std::size_t plane_count, std::size_t stride) {
    const Tag d;
    auto total = hn::Zero(d);
    for (std::size_t k = 0; k < stride; k += hn::Lanes(d)) {
        const auto bits = hn::LoadU(d, row + k);
        const uint64_t* here = planes + plane_count * stride + k;
        auto sum = hn::Zero(d);
        for (std::size_t plane = plane_count; plane-- > 0;) {
            here -= stride;
            sum = hn::Add(hn::Add(sum, sum), hn::PopulationCount(hn::And(bits, hn::LoadU(d, here))));
        }
        total = hn::Add(total, sum);
    }
    return static_cast<int64_t>(hn::GetLane(hn::SumOfLanes(d, total)));
}

/// Σ_k popcount(bits[k]) of 8 sites side by side.
void plain_counts(const uint64_t* bits, std::size_t words, int64_t* counts) {
    const Tag d;
    for (std::size_t lane = 0; lane < 8; lane += hn::Lanes(d)) {
        auto count = hn::Zero(d);
        for (std::size_t k = 0; k < words; ++k)
            count = hn::Add(count, hn::PopulationCount(hn::LoadU(d, bits + 8 * k + lane)));
        hn::StoreU(hn::BitCast(hn::RebindToSigned<Tag>(), count), hn::RebindToSigned<Tag>(), counts + lane);
    }
}

/// a + b + c, bit by bit: what stays in the place is returned, what belongs to the next one is left in c.
template <class V>
HWY_INLINE V add_bits(V a, V b, V& c) {
    const V differ = hn::Xor(a, b), sum = hn::Xor(differ, c);
    c = hn::Or(hn::And(a, b), hn::And(differ, c));
    return sum;
}

/// Vertical counters of the bits of word k of all sites ^ turned, apart for each site of a group: plane p of lane l at
/// counters[8 p + l], `planes` of them. Eight groups at a time are added up before a carry goes on (Harley and Seal).
void count_columns(const uint64_t* bits, const uint64_t* turned, std::size_t groups, std::size_t words, std::size_t k,
                   std::size_t planes, uint64_t* counters) {
    const Tag d;
    for (std::size_t lane = 0; lane < 8; lane += hn::Lanes(d)) {
        auto ones = hn::Zero(d), twos = ones, fours = ones;
        for (std::size_t plane = 3; plane < planes; ++plane) hn::StoreU(ones, d, counters + 8 * plane + lane);
        for (std::size_t first = 0; first < groups; first += 8) {
            const auto at = [&](std::size_t i) HWY_ATTR {
                const std::size_t g = first + i;
                if (g >= groups) return hn::Zero(d);
                return hn::Xor(hn::LoadU(d, bits + 8 * (g * words + k) + lane), hn::LoadU(d, turned + 8 * g + lane));
            };
            auto a = at(1), b = at(3), c = at(5), e = at(7);
            ones = add_bits(ones, at(0), a);
            ones = add_bits(ones, at(2), b);
            twos = add_bits(twos, a, b);
            ones = add_bits(ones, at(4), c);
            ones = add_bits(ones, at(6), e);
            twos = add_bits(twos, c, e);
            fours = add_bits(fours, b, e);
            for (std::size_t plane = 3; plane < planes; ++plane) {
                const auto before = hn::LoadU(d, counters + 8 * plane + lane);
                hn::StoreU(hn::Xor(before, e), d, counters + 8 * plane + lane);
                e = hn::And(before, e);
            }
        }
        hn::StoreU(ones, d, counters + lane);
        hn::StoreU(twos, d, counters + 8 + lane);
        hn::StoreU(fours, d, counters + 16 + lane);
    }
}

/// Adds ±1 to the vertical counters: 1 where a spin now agrees with the pattern, and −1, all bits set, elsewhere. Word k of
/// its site at site[8 k].
void count_turn(const uint64_t* site, bool up, std::size_t words, std::size_t plane_count, std::size_t stride,
                uint64_t* planes) {
    const Tag d;
    const auto turned = hn::Set(d, up ? ~uint64_t{0} : 0);
    for (std::size_t first = 0; first < words; first += 8) {
        HWY_ALIGN uint64_t patterns[8] = {};
        for (std::size_t k = 0; k < 8 && first + k < words; ++k) patterns[k] = site[8 * (first + k)];
        for (std::size_t lane = 0; lane < 8; lane += hn::Lanes(d)) {
            const auto less = hn::Xor(hn::Load(d, patterns + lane), turned);
            uint64_t* digit = planes + first + lane;
            auto carry = hn::LoadU(d, digit);
            hn::StoreU(hn::Not(carry), d, digit);
            for (std::size_t plane = 1; plane < plane_count; ++plane) {
                digit += stride;
                const auto before = hn::LoadU(d, digit);
                hn::StoreU(add_bits(before, less, carry), d, digit);
            }
        }
    }
}

/// fields_j ± (2 P − 4 popcount(b_i ^ b_j)) for the sites j of some groups.
void add_row(const uint64_t* bits, const uint64_t* row, std::size_t words, std::size_t groups, int64_t patterns, bool rising,
             int64_t* fields) {
    const Tag d;
    const hn::RebindToSigned<Tag> whole;
    const auto twice = hn::Set(whole, 2 * patterns);
    for (std::size_t g = 0; g < groups; ++g, bits += 8 * words, fields += 8) {
        for (std::size_t lane = 0; lane < 8; lane += hn::Lanes(d)) {
            auto different = hn::Zero(d);
            for (std::size_t k = 0; k < words; ++k)
                different =
                    hn::Add(different, hn::PopulationCount(hn::Xor(hn::LoadU(d, bits + 8 * k + lane), hn::Set(d, row[k]))));
            const auto change = hn::Sub(twice, hn::BitCast(whole, hn::ShiftLeft<2>(different)));
            const auto before = hn::LoadU(whole, fields + lane);
            hn::StoreU(rising ? hn::Add(before, change) : hn::Sub(before, change), whole, fields + lane);
        }
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <bit>

namespace gdm {

HWY_EXPORT(weighted_counts);
HWY_EXPORT(weighted_count);
HWY_EXPORT(plain_counts);
HWY_EXPORT(count_columns);
HWY_EXPORT(count_turn);
HWY_EXPORT(add_row);

PatternOverlaps::PatternOverlaps(const PackedPatterns& patterns, std::span<const std::int8_t> spins)
    : patterns_(&patterns),
      planes_(static_cast<std::size_t>(std::bit_width(patterns.sites()))),
      stride_(row_length(patterns)),
      bits_(planes_ * stride_),
      ups_(patterns.groups() * PackedPatterns::group) {
    const std::size_t words = patterns.words(), groups = patterns.groups();
    std::vector<std::uint64_t> turned(ups_.size(), 0);  // so that set bits say where pattern and spin agree
    for (std::size_t site = 0; site < spins.size(); ++site) turned[site] = spins[site] > 0 ? 0 : ~std::uint64_t{0};
    // As many planes as the sites of a lane need, three at least.
    const std::size_t planes = std::max<std::size_t>(3, static_cast<std::size_t>(std::bit_width(groups)));
    std::vector<std::uint64_t> counters(planes * PackedPatterns::group);
    for (std::size_t k = 0; k < words; ++k) {
        HWY_DYNAMIC_DISPATCH(count_columns)
        (patterns.of_group(0), turned.data(), groups, words, k, planes, counters.data());
        for (std::size_t lane = 0; lane < PackedPatterns::group; ++lane) {
            std::uint64_t carry = 0;
            for (std::size_t plane = 0; plane < planes_; ++plane) {
                const std::uint64_t one = bits_[plane * stride_ + k],
                                    other = plane < planes ? counters[PackedPatterns::group * plane + lane] : 0;
                bits_[plane * stride_ + k] = one ^ other ^ carry;
                carry = (one & other) | ((one ^ other) & carry);
            }
        }
    }
    for (std::size_t g = 0; g < groups; ++g)
        HWY_DYNAMIC_DISPATCH(plain_counts)(patterns.of_group(g), words, ups_.data() + g * PackedPatterns::group);
    const auto all = static_cast<std::int64_t>(patterns.patterns());
    for (std::size_t site = 0; site < spins.size(); ++site) sum_ += spins[site] * (2 * ups_[site] - all);
}

void PatternOverlaps::flip(std::size_t site, int spin) noexcept {
    constexpr std::size_t group = PackedPatterns::group;
    HWY_DYNAMIC_DISPATCH(count_turn)
    (patterns_->of_group(site / group) + site % group, spin > 0, patterns_->words(), planes_, stride_, bits_.data());
    sum_ += 2 * spin * (2 * ups_[site] - static_cast<std::int64_t>(patterns_->patterns()));
}

void PatternOverlaps::fields(std::size_t group, std::span<const std::int8_t> spins, std::int64_t* fields) const noexcept {
    HWY_DYNAMIC_DISPATCH(weighted_counts)
    (patterns_->of_group(group), bits_.data(), planes_, patterns_->words(), stride_, fields);
    const auto n = static_cast<std::int64_t>(spins.size()), p = static_cast<std::int64_t>(patterns_->patterns());
    for (std::size_t lane = 0; lane < PackedPatterns::group; ++lane) {
        const std::size_t site = group * PackedPatterns::group + lane;
        // Σ_μ ξ^μ M_μ with ξ = 2b − 1 and M = 2A − N.
        fields[lane] = site < spins.size() ? 4 * fields[lane] - 2 * n * ups_[site] - sum_ - p * spins[site] : 0;
    }
}

std::int64_t PatternOverlaps::field(std::size_t site, int spin, const std::uint64_t* row) const noexcept {
    const std::int64_t count = HWY_DYNAMIC_DISPATCH(weighted_count)(row, bits_.data(), planes_, stride_);
    return 4 * count - 2 * static_cast<std::int64_t>(patterns_->sites()) * ups_[site] - sum_ -
           static_cast<std::int64_t>(patterns_->patterns()) * spin;
}

std::int64_t PatternOverlaps::overlap(std::size_t pattern) const noexcept {
    std::int64_t agree = 0;
    for (std::size_t plane = planes_; plane-- > 0;)
        agree = 2 * agree + static_cast<std::int64_t>(bits_[plane * stride_ + pattern / 64] >> (pattern % 64) & 1);
    return 2 * agree - static_cast<std::int64_t>(patterns_->sites());
}

std::int64_t PatternOverlaps::sum_of_squares() const noexcept {
    std::int64_t sum = 0;
    for (std::size_t pattern = 0; pattern < patterns_->patterns(); ++pattern) {
        const std::int64_t m = overlap(pattern);
        sum += m * m;
    }
    return sum;
}

void add_coupling_row(const PackedPatterns& patterns, std::size_t site, int change, std::size_t first, std::size_t last,
                      std::int64_t* fields) {
    constexpr std::size_t some = 64;
    std::uint64_t near[some];
    std::vector<std::uint64_t> far;
    std::uint64_t* row = near;
    if (patterns.words() > some) {
        far.resize(patterns.words());
        row = far.data();
    }
    for (std::size_t k = 0; k < patterns.words(); ++k) row[k] = patterns.word(site, k);
    HWY_DYNAMIC_DISPATCH(add_row)
    (patterns.of_group(first), row, patterns.words(), last - first, static_cast<std::int64_t>(patterns.patterns()),
     change > 0, fields);
}

}  // namespace gdm
#endif
