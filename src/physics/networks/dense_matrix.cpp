#include "gdm/physics/networks/dense_matrix.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/networks/dense_matrix.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <stdexcept>

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Rows of `a` and of `b` that one call multiplies; in memory component by component.
inline constexpr std::size_t dense_tile = 6, dense_panel = 16;

/// out[i · dense_panel + j] = Σ_k tile[k · dense_tile + i] panel[k · dense_panel + j] over `depth` components.
void multiply_tile(const double* HWY_RESTRICT tile, const double* HWY_RESTRICT panel, std::size_t depth,
                   double* HWY_RESTRICT out) {
    const hn::CappedTag<double, 8> d;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t column = 0; column < dense_panel; column += 2 * lanes) {
        hn::Vec<decltype(d)> low[dense_tile], high[dense_tile];
#pragma GCC unroll 6
        for (std::size_t i = 0; i < dense_tile; ++i) low[i] = high[i] = hn::Zero(d);
        for (std::size_t k = 0; k < depth; ++k) {
            const auto first = hn::LoadU(d, panel + k * dense_panel + column);
            const auto second = hn::LoadU(d, panel + k * dense_panel + column + lanes);
#pragma GCC unroll 6
            for (std::size_t i = 0; i < dense_tile; ++i) {
                const auto x = hn::Set(d, tile[k * dense_tile + i]);
                low[i] = hn::MulAdd(x, first, low[i]);
                high[i] = hn::MulAdd(x, second, high[i]);
            }
        }
#pragma GCC unroll 6
        for (std::size_t i = 0; i < dense_tile; ++i) {
            hn::StoreU(low[i], d, out + i * dense_panel + column);
            hn::StoreU(high[i], d, out + i * dense_panel + column + lanes);
        }
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(multiply_tile);

namespace {

constexpr std::size_t slice = 256, tile_width = 6, panel_width = 16;

/// Components first … first + depth of all rows, `width` rows side by side; rows that do not exist are 0.
void pack(const DenseMatrix& matrix, std::size_t first, std::size_t depth, std::size_t width, std::vector<double>& packed) {
    const std::size_t groups = (matrix.rows + width - 1) / width;
    packed.assign(groups * depth * width, 0.0);
    for (std::size_t i = 0; i < matrix.rows; ++i) {
        const double* from = matrix.values.data() + i * matrix.columns + first;
        double* to = packed.data() + i / width * depth * width + i % width;
        for (std::size_t k = 0; k < depth; ++k) to[k * width] = from[k];
    }
}

}  // namespace

void add_product(const DenseMatrix& a, const DenseMatrix& b, DenseMatrix& c, const Stop& stop, Wanted wanted) {
    if (a.columns != b.columns || c.rows != a.rows || c.columns != b.rows)
        throw std::logic_error("add_product: the shapes do not fit");
    std::vector<double> tiles, panels;
    double out[tile_width * panel_width];
    for (std::size_t first = 0; first < a.columns; first += slice) {
        const std::size_t depth = std::min(slice, a.columns - first);
        pack(a, first, depth, tile_width, tiles);
        pack(b, first, depth, panel_width, panels);
        for (std::size_t column = 0; column < b.rows; column += panel_width) {
            stop.check();
            const std::size_t width = std::min(panel_width, b.rows - column);
            for (std::size_t row = 0; row < a.rows; row += tile_width) {
                const std::size_t height = std::min(tile_width, a.rows - row);
                if (wanted == Wanted::lower && row + height <= column) continue;
                HWY_DYNAMIC_DISPATCH(multiply_tile)(tiles.data() + row * depth, panels.data() + column * depth, depth, out);
                for (std::size_t i = 0; i < height; ++i)
                    for (std::size_t j = 0; j < width; ++j) c(row + i, column + j) += out[i * panel_width + j];
            }
        }
    }
}

DenseMatrix product_with_transposed(const DenseMatrix& a, const DenseMatrix& b, const Stop& stop) {
    DenseMatrix c(a.rows, b.rows);
    add_product(a, b, c, stop);
    return c;
}

void mirror_lower(DenseMatrix& matrix) {
    for (std::size_t i = 0; i < matrix.rows; ++i)
        for (std::size_t j = 0; j < i; ++j) matrix(j, i) = matrix(i, j);
}

}  // namespace gdm
#endif
