#include "gdm/physics/weights/gibbs_weights.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/weights/gibbs_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gdm/base/exp2-inl.hpp"
#include "gdm/base/lanes-inl.hpp"
#include "gdm/base/pack-inl.hpp"
#include "gdm/physics/process/forward_process.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

inline constexpr std::size_t lanes = hn::MaxLanes(FloatTag());
inline constexpr std::size_t vectors = weight_lanes / lanes;  ///< vectors that stand for 16 lanes

/// −(E − reference): the binary logarithm of a weight.
HWY_INLINE FloatVec log_weight(const float* distance, const float* projection, FloatVec reference, FloatVec square,
                               FloatVec linear) {
    const FloatTag d;
    return hn::MulAdd(linear, hn::LoadU(d, projection), hn::NegMulAdd(square, hn::LoadU(d, distance), reference));
}

/// Groups are no longer skipped once one in `dense_from` has a term that counts: mispredicted branches would cost more.
inline constexpr std::size_t dense_from = 6;

/// Sixteen virtual lanes of three sums and a maximum.
struct Sums {
    FloatVec weight[vectors], square[vectors], moment[vectors], largest[vectors];

    /// Adds points whose binary logarithms of weights are x, 16 or several times 16 of them.
    template <std::size_t n>
    HWY_INLINE void add(const Pack<FloatTag, n>& logarithm) {
        // −62: the square of a smaller weight is a denormal number. NaN stays NaN (see clamped).
        const auto x = each<FloatTag, n>([](auto y) { return hn::Max(hn::Set(FloatTag(), -62.0f), y); }, logarithm);
        const auto w = exp2_lanes(x);
        each_place<n>([&](auto k) HWY_ATTR {
            constexpr std::size_t v = decltype(k)::value % vectors;
            largest[v] = hn::Max(largest[v], x.v[k]);
            weight[v] = hn::Add(weight[v], w.v[k]);
            square[v] = hn::MulAdd(w.v[k], w.v[k], square[v]);
            moment[v] = hn::NegMulAdd(w.v[k], x.v[k], moment[v]);
        });
    }
};

/// Adds the points of [begin, end); returns how many groups of 16 had a term above the floor. With `skip`, groups without
/// one are left out; it pays where they are most, and is the caller's choice because the branch costs more than the terms
/// where they are few.
template <bool skip>
HWY_INLINE std::size_t add_range(const WeightBlock& block, std::size_t begin, std::size_t end, WeightTime time,
                                 float reference, float depth, Sums& sums) {
    const FloatTag d;
    const auto zero_level = hn::Set(d, reference);
    const auto square = hn::Set(d, time.square);
    const auto linear = hn::Set(d, time.linear);
    const auto floor = hn::Set(d, -depth);
    const float* distances = block.distances.data();
    const float* projections = block.projections.data();
    Sums local = sums;  // in registers
    std::size_t kept = 0;
    const auto logarithms = [&]<std::size_t n>(std::size_t i) HWY_ATTR {
        Pack<FloatTag, n> x;
        each_place<n>([&](auto k) HWY_ATTR {
            x.v[k] = log_weight(distances + i + k * lanes, projections + i + k * lanes, zero_level, square, linear);
        });
        return x;
    };
    std::size_t i = begin;
    if constexpr (!skip) {
        constexpr std::size_t together = 4;  // vectors, so that chains of dependent operations overlap
        static_assert(together % vectors == 0);
        for (; i + together * lanes <= end; i += together * lanes) local.add(logarithms.template operator()<together>(i));
    }
    for (; i < end; i += weight_lanes) {
        const auto x = logarithms.template operator()<vectors>(i);
        if constexpr (skip) {
            auto below = hn::Le(x.v[0], floor);  // not where x is no number
            for (std::size_t v = 1; v < vectors; ++v) below = hn::And(below, hn::Le(x.v[v], floor));
            if (hn::AllTrue(d, below)) continue;
            ++kept;
        }
        local.add(x);
    }
    sums = local;
    return kept;
}

/// Adds lane i to lane i + 8 and then i to i + 4, whatever the length of a vector; adds the four results in double.
HWY_INLINE void fold(const FloatVec* lanes_of, double* four) {
    const FloatTag d;
    HWY_ALIGN float all[weight_lanes];
    for (std::size_t v = 0; v < vectors; ++v) hn::Store(lanes_of[v], d, all + v * lanes);
    for (std::size_t i = 0; i < 8; ++i) all[i] += all[i + 8];
    for (std::size_t i = 0; i < 4; ++i) four[i] += static_cast<double>(all[i] + all[i + 4]);
}

HWY_INLINE float largest_of(const FloatVec* lanes_of) {
    const FloatTag d;
    auto largest = lanes_of[0];
    for (std::size_t v = 1; v < vectors; ++v) largest = hn::Max(largest, lanes_of[v]);
    return hn::GetLane(hn::MaxOfLanes(d, largest));
}

/// The largest binary logarithm of a weight in the block.
float largest_in(const WeightBlock& block, WeightTime time, float reference, std::size_t* place) {
    const FloatTag d;
    const auto zero_level = hn::Set(d, reference);
    const auto square = hn::Set(d, time.square);
    const auto linear = hn::Set(d, time.linear);
    auto largest = hn::Set(d, -3e38f);
    for (std::size_t i = 0; i < block.distances.size(); i += lanes)
        largest = hn::Max(largest,
                          log_weight(block.distances.data() + i, block.projections.data() + i, zero_level, square, linear));
    const float value = hn::GetLane(hn::MaxOfLanes(d, largest));
    if (place == nullptr) return value;
    HWY_ALIGN float values[lanes];
    for (std::size_t i = 0; i < block.distances.size(); i += lanes) {
        hn::Store(log_weight(block.distances.data() + i, block.projections.data() + i, zero_level, square, linear), d,
                  values);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            if (values[lane] == value) {
                *place = i + lane;
                return value;
            }
        }
    }
    return value;
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

void add_weights(const WeightBlock& block, std::span<const WeightTime> times, float depth, std::span<WeightStream> streams) {
    const FloatTag d;
    for (std::size_t k = 0; k < times.size(); ++k) {
        WeightStream& stream = streams[k];
        if (!stream.started) {
            stream.lowest = 3e38f;
            stream.reference = -largest_in(block, times[k], 0, nullptr);
            stream.started = true;
        }
        for (;;) {
            Sums own, other;
            for (auto* sums : {&own, &other}) {
                for (std::size_t v = 0; v < vectors; ++v) {
                    sums->weight[v] = sums->square[v] = sums->moment[v] = hn::Zero(d);
                    sums->largest[v] = hn::Set(d, -3e38f);
                }
            }
            const auto add = [&](std::size_t begin, std::size_t end, bool own_class) {
                Sums& sums = own_class ? own : other;
                bool& dense = own_class ? stream.own_dense : stream.other_dense;
                if (dense) {
                    add_range<false>(block, begin, end, times[k], stream.reference, depth, sums);
                } else {
                    const std::size_t kept = add_range<true>(block, begin, end, times[k], stream.reference, depth, sums);
                    dense = dense_from * kept * weight_lanes > end - begin;
                }
            };
            add(0, block.boundary, block.own_first);
            add(block.boundary, block.distances.size(), !block.own_first);
            for (std::size_t v = 0; v < vectors; ++v) own.largest[v] = hn::Max(own.largest[v], other.largest[v]);
            const float largest = largest_of(own.largest);
            // Far below the reference the squares would overflow: start this block again from its own lowest energy.
            if (largest > 40) {
                rebase(stream, stream.reference - largest);
                continue;
            }
            if (stream.reference - largest < stream.lowest) {
                std::size_t place = 0;
                largest_in(block, times[k], stream.reference, &place);
                stream.lowest = stream.reference - largest;
                stream.nearest = block.first_slot + place;
            }
            fold(own.weight, stream.own);
            fold(other.weight, stream.other);
            for (std::size_t v = 0; v < vectors; ++v) {
                own.square[v] = hn::Add(own.square[v], other.square[v]);
                own.moment[v] = hn::Add(own.moment[v], other.moment[v]);
            }
            fold(own.square, stream.squares);
            fold(own.moment, stream.first_moments);
            break;
        }
    }
}

void state_differences(const StateRow& state, const PackedBlock& block, std::span<float> distances,
                       std::span<float> projections) {
    const FloatTag d;
    for (std::size_t i = 0; i < block.slots(); i += lanes) {
        const bool own = (i < block.boundary) == (state.sign > 0);
        const auto& shift = own ? state.own : state.other;
        const auto n = hn::LoadU(d, block.squares.data() + i);
        const auto a = hn::LoadU(d, block.axis.data() + i);
        const auto p = hn::LoadU(d, state.points.data() + i);
        const auto q = hn::LoadU(d, state.noise.data() + i);
        auto distance = hn::MulAdd(hn::Set(d, state.square_factor), n, hn::Set(d, shift.distance));
        distance = hn::MulAdd(hn::Set(d, state.product_factor), p, distance);
        hn::StoreU(hn::MulAdd(hn::Set(d, shift.axis), a, distance), d, distances.data() + i);
        hn::StoreU(hn::MulAdd(hn::Set(d, state.sigma), q, hn::Set(d, shift.projection)), d, projections.data() + i);
    }
}

void direct_differences(const DirectState& state, const PackedBlock& block, std::size_t d, std::span<float> squares,
                        std::span<float> projections) {
    const FloatTag tag;
    for (std::size_t i = 0; i < block.slots(); i += lanes) {
        const bool own = (i < block.boundary) == (state.sign > 0);
        const float* points = block.panels.data() + i / panel_points * panel_points * d + i % panel_points;
        auto square = hn::Zero(tag), projection = hn::Zero(tag);
        for (std::size_t k = 0; k < d; ++k) {
            const float from = state.tile[k * tile_rows + state.row] + (own || k > 0 ? 0.0f : state.centre_shift);
            const auto difference = hn::Sub(hn::LoadU(tag, points + k * panel_points), hn::Set(tag, from));
            square = hn::MulAdd(difference, difference, square);
            projection = hn::MulAdd(hn::Set(tag, state.tile[k * tile_rows + state.row + 1]), difference, projection);
        }
        hn::StoreU(square, tag, squares.data() + i);
        hn::StoreU(projection, tag, projections.data() + i);
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(add_weights);
HWY_EXPORT(direct_differences);
HWY_EXPORT(state_differences);

WeightTime weight_time(double t) {
    // Beyond these limits every energy is 0, or every one but the lowest infinite, to the last digit.
    const double square = std::clamp(1 / brownian_from_time(t), 1e-18, 1e15);
    return {static_cast<float>(0.5 * square / std::numbers::ln2), static_cast<float>(std::sqrt(square) / std::numbers::ln2)};
}

void add_weights(const WeightBlock& block, std::span<const WeightTime> times, float depth, std::span<WeightStream> streams) {
    HWY_DYNAMIC_DISPATCH(add_weights)(block, times, depth, streams);
}

void state_differences(const StateRow& state, const PackedBlock& block, std::span<float> distances,
                       std::span<float> projections) {
    HWY_DYNAMIC_DISPATCH(state_differences)(state, block, distances, projections);
}

void direct_differences(const DirectState& state, const PackedBlock& block, std::size_t d, std::span<float> squares,
                        std::span<float> projections) {
    HWY_DYNAMIC_DISPATCH(direct_differences)(state, block, d, squares, projections);
}

}  // namespace gdm
#endif
