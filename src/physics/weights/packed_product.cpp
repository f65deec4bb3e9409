#include "gdm/physics/weights/packed_product.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/weights/packed_product.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "gdm/base/fast_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// Coordinates that a panel is read for at a time: 32 KiB of it then stay in the first-level cache.
inline constexpr std::size_t slice = 256;

/// `rows` × two vectors of products, kept in registers over `depth` coordinates.
template <std::size_t rows>
HWY_INLINE void micro_kernel(const float* HWY_RESTRICT tile, const float* HWY_RESTRICT panel, std::size_t depth,
                             float* HWY_RESTRICT out, std::size_t stride, bool first) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    hn::Vec<FloatTag> low[rows], high[rows];
#pragma GCC unroll 12
    for (std::size_t i = 0; i < rows; ++i) {
        low[i] = first ? hn::Zero(d) : hn::LoadU(d, out + i * stride);
        high[i] = first ? hn::Zero(d) : hn::LoadU(d, out + i * stride + lanes);
    }
    for (std::size_t k = 0; k < depth; ++k) {
        const auto a = hn::LoadU(d, panel + k * panel_points);
        const auto b = hn::LoadU(d, panel + k * panel_points + lanes);
#pragma GCC unroll 12
        for (std::size_t i = 0; i < rows; ++i) {
            const auto x = hn::Set(d, tile[k * tile_rows + i]);
            low[i] = hn::MulAdd(x, a, low[i]);
            high[i] = hn::MulAdd(x, b, high[i]);
        }
    }
#pragma GCC unroll 12
    for (std::size_t i = 0; i < rows; ++i) {
        hn::StoreU(low[i], d, out + i * stride);
        hn::StoreU(high[i], d, out + i * stride + lanes);
    }
}

void multiply_packed(std::span<const float> tiles, std::span<const float> panels, std::size_t d, std::span<float> products) {
    // As many rows at a time as the registers of the instruction set hold: 32 of them with AVX-512, 16 otherwise.
    constexpr std::size_t lanes = hn::MaxLanes(FloatTag());
    constexpr std::size_t rows = lanes >= 16 ? 12 : 6;
    const std::size_t tile_count = tiles.size() / (tile_rows * d);
    const std::size_t panel_count = panels.size() / (panel_points * d);
    const std::size_t stride = panel_count * panel_points;
    for (std::size_t k = 0; k < d; k += slice) {
        const std::size_t depth = std::min(slice, d - k);
        for (std::size_t p = 0; p < panel_count; ++p) {
            const float* panel = panels.data() + (p * d + k) * panel_points;
            for (std::size_t t = 0; t < tile_count; ++t) {
                const float* tile = tiles.data() + (t * d + k) * tile_rows;
                float* out = products.data() + t * tile_rows * stride + p * panel_points;
                for (std::size_t row = 0; row < tile_rows; row += rows) {
                    for (std::size_t point = 0; point < panel_points; point += 2 * lanes)
                        micro_kernel<rows>(tile + row, panel + point, depth, out + row * stride + point, stride, k == 0);
                }
            }
        }
    }
}

/// The samples of some vectors, whatever their numbers, as block_normals takes them.
template <std::size_t n>
HWY_INLINE FloatPackSamples<n> chosen_samples(const std::uint32_t* numbers) {
    const FloatHalvesTag halves;
    const BitsTag<FloatHalvesTag> bits;
    FloatPackSamples<n> samples;
    for (std::size_t k = 0; k < n; ++k) {
        const auto pairs = hn::BitCast(bits, hn::LoadU(FloatBitsTag(), numbers + k * hn::Lanes(FloatTag())));
        samples.v[2 * k] = philox_sample(halves, pairs);
        samples.v[2 * k + 1] = philox_sample(halves, hn::ShiftRight<32>(pairs));
    }
    return samples;
}

void draw_normal_panel(const NoiseKey& key, std::uint32_t step, std::span<const std::uint32_t, panel_points> samples,
                       std::size_t d, std::span<float> panel, std::span<float, panel_points> squares) {
    constexpr std::size_t n = 2;
    const FloatTag tag;
    const hn::Half<FloatTag> half;
    const DoubleTag wide;
    const std::size_t lanes = hn::Lanes(tag);
    const PhiloxKeys keys(key);
    for (std::size_t i = 0; i < panel_points; i += n * lanes) {
        const auto chosen = chosen_samples<n>(samples.data() + i);
        hn::Vec<DoubleTag> low[n], high[n];
        for (std::size_t k = 0; k < n; ++k) low[k] = high[k] = hn::Zero(wide);
        for (std::size_t first = 0; first < d; first += 4) {
            Pack<FloatTag, n> normal[4];
            block_normals(keys, static_cast<std::uint32_t>(first / 4), step, chosen, normal);
            for (std::size_t j = 0; j < 4 && first + j < d; ++j) {
                for (std::size_t k = 0; k < n; ++k) {
                    const auto g = normal[j].v[k];
                    hn::StoreU(g, tag, panel.data() + (first + j) * panel_points + i + k * lanes);
                    const auto a = hn::PromoteTo(wide, hn::LowerHalf(half, g));
                    const auto b = hn::PromoteTo(wide, hn::UpperHalf(half, g));
                    low[k] = hn::MulAdd(a, a, low[k]);
                    high[k] = hn::MulAdd(b, b, high[k]);
                }
            }
        }
        for (std::size_t k = 0; k < n; ++k) {
            hn::StoreU(hn::DemoteTo(half, low[k]), half, squares.data() + i + k * lanes);
            hn::StoreU(hn::DemoteTo(half, high[k]), half, squares.data() + i + k * lanes + lanes / 2);
        }
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(multiply_packed);
HWY_EXPORT(draw_normal_panel);

void multiply_packed(std::span<const float> tiles, std::span<const float> panels, std::size_t d, std::span<float> products) {
    HWY_DYNAMIC_DISPATCH(multiply_packed)(tiles, panels, d, products);
}

void draw_normal_panel(const NoiseKey& key, std::uint32_t step, std::span<const std::uint32_t, panel_points> samples,
                       std::size_t d, std::span<float> panel, std::span<float, panel_points> squares) {
    HWY_DYNAMIC_DISPATCH(draw_normal_panel)(key, step, samples, d, panel, squares);
}

}  // namespace gdm
#endif
