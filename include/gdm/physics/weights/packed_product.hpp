#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "gdm/base/noise_key.hpp"

/// Single-precision inner products of a few states with many points, in the order of memory that the kernels read. Each
/// product is accumulated coordinate by coordinate with fused multiply-adds, so it has the same bits for any number of
/// states, points and lanes (which a BLAS does not promise).
namespace gdm {

/// Points stand in panels of 32: panel[k · 32 + i] is coordinate k of point i.
inline constexpr std::size_t panel_points = 32;
/// States stand in tiles of 12 rows: tile[k · 12 + i] is coordinate k of row i.
inline constexpr std::size_t tile_rows = 12;

/// products(row, point) = Σ_k rows(row, k) points(point, k), row-major over all panels: product of `tile_rows · tiles` rows
/// with `panel_points · panels` points of `d` coordinates.
void multiply_packed(std::span<const float> tiles, std::span<const float> panels, std::size_t d, std::span<float> products);

/// A panel of 32 points with standard normal coordinates in single precision; coordinates 4k to 4k + 3 of a point are the
/// normals of the Philox block (draw k, step, its sample number), |g| ≤ 9.5. `squares`: ‖g‖² of each point as it stands in
/// the panel, summed in double.
void draw_normal_panel(const NoiseKey& key, std::uint32_t step, std::span<const std::uint32_t, panel_points> samples,
                       std::size_t d, std::span<float> panel, std::span<float, panel_points> squares);

}  // namespace gdm
