// What is known of a block of points for all times at once, before any of them is weighed; compiled once for each
// instruction set, see lanes-inl.hpp.

#if defined(GDM_PHYSICS_WEIGHTS_BLOCK_SURVEY_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_PHYSICS_WEIGHTS_BLOCK_SURVEY_INL_HPP_
#undef GDM_PHYSICS_WEIGHTS_BLOCK_SURVEY_INL_HPP_
#else
#define GDM_PHYSICS_WEIGHTS_BLOCK_SURVEY_INL_HPP_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gdm/base/power_parts-inl.hpp"
#include "gdm/physics/weights/gibbs_weights.hpp"
#include "gdm/physics/weights/point_differences.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

inline constexpr std::size_t lanes = hn::MaxLanes(FloatTag());
inline constexpr std::size_t vectors = weight_lanes / lanes;  ///< vectors that stand for 16 lanes

/// One time relative to a reference, in all lanes.
struct TimeLanes {
    FloatVec reference, square, linear;
    HWY_INLINE TimeLanes(WeightTime time, float zero) {
        const FloatTag d;
        reference = hn::Set(d, zero);
        square = hn::Set(d, time.square);
        linear = hn::Set(d, time.linear);
    }
    /// −(E − reference): the binary logarithm of a weight. Rounded it still falls with D and rises with G.
    [[nodiscard]] HWY_INLINE FloatVec logarithm(const float* distance, const float* projection) const {
        const FloatTag d;
        return hn::MulAdd(linear, hn::LoadU(d, projection), hn::NegMulAdd(square, hn::LoadU(d, distance), reference));
    }
};

/// Slots [begin, end), multiples of 16.
struct SlotRange {
    std::size_t begin, end;
};

/// Up to so many ranges, on the stack.
template <std::size_t most>
struct SlotRanges {
    std::array<SlotRange, most> range;
    std::size_t count = 0;
    void add(SlotRange next) { range[count++] = next; }
    [[nodiscard]] std::span<const SlotRange> all() const { return {range.data(), count}; }
};

/// Slots that are left out or taken together.
inline constexpr std::size_t pack_slots = 64;
inline constexpr std::size_t most_packs = survey_slots / pack_slots + 2;
using PackRanges = SlotRanges<most_packs>;

/// The packs of one class.
struct ClassSurvey {
    std::size_t first = 0, end = 0;  ///< packs [first, end)
    PackRanges full;                 ///< runs of packs whose slots all hold points
    PackRanges ragged;               ///< the other packs
};

class BlockSurvey {
  public:
    BlockSurvey(const WeightBlock& block, const WeightTimes& times) : block_(block) {
        survey(first, 0, block.boundary);
        survey(second, block.boundary, block.distances.size());
        for (std::size_t i = 0; i < times.probes().size(); ++i) lowest_[i] = lowest_at(times.probes()[i]);
    }

    ClassSurvey first, second;

    /// The smallest q D − G at each probe.
    [[nodiscard]] std::span<const float> lowest() const { return lowest_; }

    /// Whether no weight of a full pack is below 2^floor, and energies are small enough to be told apart by far less than 1.
    [[nodiscard]] bool all_above(float floor, WeightTime time, float reference) const {
        return reference - time.square * farthest_ + time.linear * opposite_ >= floor && time.square * farthest_ < 0x1p20f &&
               std::abs(reference) < 0x1p20f;
    }

    /// The packs of a class with a weight above 2^floor, or one that is no number.
    HWY_INLINE void list_above(float floor, const TimeLanes& time, const ClassSurvey& of, PackRanges& list) const {
        const FloatTag d;
        const auto level = hn::Set(d, floor);
        list.count = 0;
        for (std::size_t p = of.first; p < of.end; ++p) {
            list.range[list.count] = packs_.range[p];  // kept if it counts: no branch to be guessed
            list.count += hn::AllTrue(d, hn::Le(highest(time, p), level)) ? 0 : 1;
        }
    }

    /// Lowers `energy` to the smallest one of a time, and says whose it is.
    void find_lowest(WeightTime of, float& energy, std::uint64_t& slot) const {
        const FloatTag d;
        const TimeLanes time(of, 0);
        float best = -energy;
        for (std::size_t p = 0; p < packs_.count; ++p) {
            if (hn::AllFalse(d, hn::Gt(highest(time, p), hn::Set(d, best)))) continue;
            for (std::size_t i = packs_.range[p].begin; i < packs_.range[p].end; i += lanes) {
                const auto x = time.logarithm(block_.distances.data() + i, block_.projections.data() + i);
                const auto higher = hn::Gt(x, hn::Set(d, best));
                if (hn::AllFalse(d, higher)) continue;
                best = hn::GetLane(hn::MaxOfLanes(d, hn::IfThenElse(higher, x, hn::Set(d, best))));
                slot = block_.first_slot + i + static_cast<std::size_t>(hn::FindFirstTrue(d, hn::Eq(x, hn::Set(d, best))));
            }
        }
        energy = -best;
    }

  private:
    /// What no logarithm of a weight of a pack is above, for each of 16 virtual lanes; vector by vector the larger.
    [[nodiscard]] HWY_INLINE FloatVec highest(const TimeLanes& time, std::size_t pack) const {
        auto x = time.logarithm(nearest_ + pack * weight_lanes, along_ + pack * weight_lanes);
        for (std::size_t v = 1; v < vectors; ++v)
            x = hn::Max(time.logarithm(nearest_ + pack * weight_lanes + v * lanes, along_ + pack * weight_lanes + v * lanes),
                        x);
        return x;
    }

    void survey(ClassSurvey& of, std::size_t begin, std::size_t end) {
        const FloatTag d;
        of.first = packs_.count;
        auto farthest = hn::Set(d, farthest_), opposite = hn::Set(d, opposite_);
        for (std::size_t i = begin; i < end; i += pack_slots) {
            const SlotRange range{i, std::min(i + pack_slots, end)};
            auto most = hn::Set(d, -no_point), least = hn::Set(d, no_point);
            for (std::size_t v = 0; v < vectors; ++v) {
                auto nearest = hn::Set(d, no_point), along = hn::Set(d, -no_point), sum = hn::Zero(d);
                for (std::size_t j = range.begin + v * lanes; j < range.end; j += weight_lanes) {
                    const auto distance = hn::LoadU(d, block_.distances.data() + j);
                    const auto projection = hn::LoadU(d, block_.projections.data() + j);
                    nearest = hn::Min(nearest, distance);
                    along = hn::Max(along, projection);
                    most = hn::Max(most, distance);
                    least = hn::Min(least, projection);
                    sum = hn::Add(sum, hn::Add(distance, projection));
                }
                // Minima may lose what is no number: its lane is then never left out.
                const auto numbers = hn::Eq(sum, sum);
                nearest = hn::IfThenElse(numbers, nearest, hn::Set(d, -no_point));
                along = hn::IfThenElse(numbers, along, hn::Set(d, no_point));
                hn::Store(nearest, d, nearest_ + packs_.count * weight_lanes + v * lanes);
                hn::Store(along, d, along_ + packs_.count * weight_lanes + v * lanes);
            }
            packs_.add(range);
            if (!hn::AllTrue(d, hn::Lt(most, hn::Set(d, no_point)))) {
                of.ragged.add(range);
                continue;
            }
            farthest = hn::Max(farthest, most);
            opposite = hn::Min(opposite, least);
            if (of.full.count > 0 && of.full.range[of.full.count - 1].end == i) {
                of.full.range[of.full.count - 1].end = range.end;
            } else {
                of.full.add(range);
            }
        }
        of.end = packs_.count;
        farthest_ = hn::GetLane(hn::MaxOfLanes(d, farthest));
        opposite_ = hn::GetLane(hn::MinOfLanes(d, opposite));
    }

    [[nodiscard]] float lowest_at(float probe) const {
        const FloatTag d;
        const auto q = hn::Set(d, probe);
        constexpr std::size_t together = 4 * vectors;  // chains of dependent operations that overlap
        FloatVec lowest[together];
        for (auto& lane : lowest) lane = hn::Set(d, std::numeric_limits<float>::max());
        const std::size_t slots = block_.distances.size();
        const auto add = [&](std::size_t v, std::size_t i) HWY_ATTR {
            const auto distance = hn::LoadU(d, block_.distances.data() + i);
            lowest[v] = hn::Min(lowest[v], hn::MulSub(q, distance, hn::LoadU(d, block_.projections.data() + i)));
        };
        std::size_t i = 0;
        for (; i + together * lanes <= slots; i += together * lanes)
            for (std::size_t v = 0; v < together; ++v) add(v, i + v * lanes);
        for (; i < slots; i += lanes) add(0, i);
        for (std::size_t v = 1; v < together; ++v) lowest[0] = hn::Min(lowest[0], lowest[v]);
        return hn::GetLane(hn::MinOfLanes(d, lowest[0]));
    }

    const WeightBlock& block_;
    PackRanges packs_;
    float farthest_ = -no_point;  ///< largest D and smallest G of the full packs
    float opposite_ = no_point;
    std::array<float, WeightTimes::most_probes> lowest_;
    HWY_ALIGN float nearest_[most_packs * weight_lanes];  ///< smallest D and largest G of each pack in 16 virtual lanes
    HWY_ALIGN float along_[most_packs * weight_lanes];
};

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_PHYSICS_WEIGHTS_BLOCK_SURVEY_INL_HPP_
