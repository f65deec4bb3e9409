#include "gdm/physics/weights/point_differences.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/weights/point_differences.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "gdm/base/power_parts-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

inline constexpr std::size_t lanes = hn::MaxLanes(FloatTag());

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

HWY_EXPORT(direct_differences);
HWY_EXPORT(state_differences);

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
