#include "gdm/physics/memories/pattern_overlaps.hpp"

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
        for (std::size_t plane = plane_count; plane-- > 0;) {
            auto count = hn::Zero(d);
            const uint64_t* here = planes + plane * stride;
            for (std::size_t k = 0; k < words; ++k)
                count = hn::Add(count, hn::PopulationCount(hn::And(hn::LoadU(d, bits + 8 * k + lane), hn::Set(d, here[k]))));
            total = hn::Add(hn::ShiftLeft<1>(total), count);
        }
        hn::StoreU(hn::BitCast(hn::RebindToSigned<Tag>(), total), hn::RebindToSigned<Tag>(), counts + lane);
    }
}

/// The same of one site, with lanes over its words, which 0 fills up to a multiple of 8.
int64_t weighted_count(const uint64_t* row, const uint64_t* planes, std::size_t plane_count, std::size_t stride) {
    const Tag d;
    auto total = hn::Zero(d);
    for (std::size_t plane = plane_count; plane-- > 0;) {
        auto count = hn::Zero(d);
        const uint64_t* here = planes + plane * stride;
        for (std::size_t k = 0; k < stride; k += hn::Lanes(d))
            count = hn::Add(count, hn::PopulationCount(hn::And(hn::LoadU(d, row + k), hn::LoadU(d, here + k))));
        total = hn::Add(hn::ShiftLeft<1>(total), count);
    }
    return static_cast<int64_t>(hn::GetLane(hn::SumOfLanes(d, total)));
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
#include <bit>

namespace gdm {

HWY_EXPORT(weighted_counts);
HWY_EXPORT(weighted_count);
HWY_EXPORT(add_row);

PatternOverlaps::PatternOverlaps(const PackedPatterns& patterns, std::span<const std::int8_t> spins)
    : patterns_(&patterns),
      planes_(static_cast<std::size_t>(std::bit_width(patterns.sites()))),
      stride_(row_length(patterns)),
      bits_(planes_ * stride_),
      ups_(patterns.sites()) {
    const std::size_t words = patterns.words();
    const auto all = static_cast<std::int64_t>(patterns.patterns());
    for (std::size_t site = 0; site < patterns.sites(); ++site) {
        const std::uint64_t turned = spins[site] > 0 ? 0 : ~std::uint64_t{0};
        for (std::size_t k = 0; k < words; ++k) {
            std::uint64_t carry = patterns.word(site, k) ^ turned;  // where pattern and spin agree
            for (std::size_t plane = 0; carry != 0; ++plane) {
                const std::uint64_t before = bits_[plane * stride_ + k];
                bits_[plane * stride_ + k] = before ^ carry;
                carry &= before;
            }
        }
        ups_[site] = patterns.ups(site);
        sum_ += spins[site] * (2 * ups_[site] - all);
    }
}

void PatternOverlaps::flip(std::size_t site, int spin) noexcept {
    const std::size_t words = patterns_->words();
    for (std::size_t k = 0; k < words; ++k) {
        const std::uint64_t pattern = patterns_->word(site, k);
        // Add 1 where they agree now and −1, all bits set, elsewhere.
        const std::uint64_t less = spin > 0 ? ~pattern : pattern;
        std::uint64_t& lowest = bits_[k];
        std::uint64_t carry = lowest;
        lowest = ~lowest;
        for (std::size_t plane = 1; plane < planes_ && carry != less; ++plane) {
            std::uint64_t& digit = bits_[plane * stride_ + k];
            const std::uint64_t before = digit;
            digit = before ^ less ^ carry;
            carry = (before & (less | carry)) | (less & carry);
        }
    }
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
