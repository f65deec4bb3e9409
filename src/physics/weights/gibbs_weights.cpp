#include "gdm/physics/weights/gibbs_weights.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/weights/gibbs_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>

#include "gdm/base/exp2_from_below-inl.hpp"
#include "gdm/base/pack-inl.hpp"
#include "gdm/physics/weights/block_survey-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// Smaller weights, whose powers of two would leave the normal numbers, are taken for 2^smallest.
inline constexpr float smallest = -125;
/// Logarithms stay below this, by rounding too where energies are below 2^20: between −1 and 0 the fraction above the
/// integer below would be rounded, which AVX-512 does in another direction.
inline constexpr float largest = -1;
/// Squares are added to this, because denormal numbers take a hundred times as long; it is taken off again.
inline constexpr float square_start = 0x1p-90f;

/// Sixteen virtual lanes of three sums.
struct Sums {
    FloatVec weight[vectors], square[vectors], moment[vectors];

    HWY_INLINE Sums() {
        const FloatTag d;
        for (std::size_t v = 0; v < vectors; ++v) {
            weight[v] = moment[v] = hn::Zero(d);
            square[v] = hn::Set(d, square_start);
        }
    }

    /// Adds points whose binary logarithms of weights are x, 16 or several times 16 of them.
    template <std::size_t n>
    HWY_INLINE void add(const Pack<FloatTag, n>& x) {
        const auto w = exp2_from_below(x);
        each_place<n>([&](auto k) HWY_ATTR {
            constexpr std::size_t v = decltype(k)::value % vectors;
            weight[v] = hn::Add(weight[v], w.v[k]);
            square[v] = hn::MulAdd(w.v[k], w.v[k], square[v]);
            moment[v] = hn::NegMulAdd(w.v[k], x.v[k], moment[v]);
        });
    }
};

/// Adds the points of some ranges; `guarded` if some may have weights outside 2^smallest to 2^largest.
template <bool guarded>
HWY_INLINE void add_ranges(const WeightBlock& block, std::span<const SlotRange> ranges, const TimeLanes& time, Sums& sums) {
    const float* distances = block.distances.data();
    const float* projections = block.projections.data();
    Sums local = sums;  // in registers
    const auto add = [&]<std::size_t n>(std::size_t i) HWY_ATTR {
        Pack<FloatTag, n> x;
        each_place<n>([&](auto k) HWY_ATTR {
            x.v[k] = time.logarithm(distances + i + k * lanes, projections + i + k * lanes);
            // NaN stays NaN: of two operands the second is taken if one is.
            if constexpr (guarded)
                x.v[k] = hn::Min(hn::Set(FloatTag(), largest), hn::Max(hn::Set(FloatTag(), smallest), x.v[k]));
        });
        local.add(x);
    };
    constexpr std::size_t together = 4;  // vectors, so that chains of dependent operations overlap
    static_assert(together % vectors == 0);
    for (const SlotRange range : ranges) {
        std::size_t i = range.begin;
        for (; i + together * lanes <= range.end; i += together * lanes) add.template operator()<together>(i);
        for (; i < range.end; i += weight_lanes) add.template operator()<vectors>(i);
    }
    sums = local;
}

/// Adds the upper half of the lanes to the lower one until four are left.
template <class D>
HWY_INLINE auto quarters(D /*d*/, hn::Vec<D> x) {
    if constexpr (hn::MaxLanes(D()) <= 4) {
        return x;
    } else {
        const hn::Half<D> half;
        return quarters(half, hn::Add(hn::LowerHalf(half, x), hn::UpperHalf(half, x)));
    }
}

/// Adds lane i to lane i + 8 and then i to i + 4, whatever the length of a vector; adds the four results in double.
HWY_INLINE void fold(const FloatVec* lanes_of, double* four) {
    FloatVec sum[vectors];
    for (std::size_t v = 0; v < vectors; ++v) sum[v] = lanes_of[v];
    for (std::size_t n = vectors / 2; n > 0; n /= 2)
        for (std::size_t v = 0; v < n; ++v) sum[v] = hn::Add(sum[v], sum[v + n]);
    HWY_ALIGN float all[4];
    hn::StoreU(quarters(FloatTag(), sum[0]), hn::CappedTag<float, 4>(), all);
    for (std::size_t i = 0; i < 4; ++i) four[i] += static_cast<double>(all[i]);
}

/// Moves the reference of a stream to `reference`.
void rebase(WeightStream& stream, float reference) {
    const double shift = static_cast<double>(reference) - static_cast<double>(stream.reference);  // w grows by 2^shift
    const double factor = std::exp2(shift);
    for (std::size_t i = 0; i < 4; ++i) {
        // E − new reference = (E − old reference) − shift
        stream.first_moments[i] = factor * (stream.first_moments[i] - shift * (stream.own[i] + stream.other[i]));
        stream.own[i] *= factor;
        stream.other[i] *= factor;
        stream.squares[i] *= factor * factor;
    }
    stream.reference = reference;
}

/// Adds the points of one class to the sums of both, and their weights to `weights`.
HWY_INLINE void add_class(const WeightBlock& block, const BlockSurvey& survey, const ClassSurvey& of, bool all_count,
                          const TimeLanes& time, float floor, Sums& sums, double* weights) {
    const FloatTag d;
    for (std::size_t v = 0; v < vectors; ++v) sums.weight[v] = hn::Zero(d);
    if (all_count) {
        add_ranges<false>(block, of.full.all(), time, sums);
        add_ranges<true>(block, of.ragged.all(), time, sums);
    } else {
        PackRanges above;
        survey.list_above(floor, time, of, above);
        add_ranges<true>(block, above.all(), time, sums);
    }
    fold(sums.weight, weights);
}

void add_weights(const WeightBlock& block, const WeightTimes& times, float depth, std::span<WeightStream> streams) {
    const FloatTag d;
    const BlockSurvey survey(block, times);
    for (std::size_t k = 0; k < times.size(); ++k) {
        WeightStream& stream = streams[k];
        if (!stream.started || times.bound(k, survey.lowest()) < stream.lowest)
            survey.find_lowest(times[k], stream.lowest, stream.nearest);
        if (!stream.started) stream.reference = stream.lowest - weight_headroom;
        stream.started = true;
        if (stream.reference - stream.lowest > largest) rebase(stream, stream.lowest - weight_headroom);
        const TimeLanes time(times[k], stream.reference);
        const bool all_count = survey.all_above(smallest, times[k], stream.reference);
        Sums sums;
        const float floor = -depth - weight_headroom;
        add_class(block, survey, survey.first, all_count, time, floor, sums, block.own_first ? stream.own : stream.other);
        add_class(block, survey, survey.second, all_count, time, floor, sums, block.own_first ? stream.other : stream.own);
        for (std::size_t v = 0; v < vectors; ++v) sums.square[v] = hn::Sub(sums.square[v], hn::Set(d, square_start));
        fold(sums.square, stream.squares);
        fold(sums.moment, stream.first_moments);
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(add_weights);

void add_weights(const WeightBlock& block, const WeightTimes& times, float depth, std::span<WeightStream> streams) {
    const std::size_t slots = block.distances.size();
    for (std::size_t begin = 0; begin < slots; begin += survey_slots) {
        const std::size_t count = std::min(survey_slots, slots - begin);
        HWY_DYNAMIC_DISPATCH(add_weights)
        ({.distances = block.distances.subspan(begin, count),
          .projections = block.projections.subspan(begin, count),
          .boundary = std::clamp(block.boundary, begin, begin + count) - begin,
          .own_first = block.own_first,
          .first_slot = block.first_slot + begin},
         times, depth, streams);
    }
}

}  // namespace gdm
#endif
