#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/base/stop.hpp"

namespace gdm {

/// A matrix in double precision, row by row.
struct DenseMatrix {
    std::size_t rows = 0, columns = 0;
    std::vector<double> values;

    DenseMatrix() = default;
    DenseMatrix(std::size_t row_count, std::size_t column_count)
        : rows(row_count), columns(column_count), values(row_count * column_count, 0.0) {}
    [[nodiscard]] double& operator()(std::size_t i, std::size_t j) noexcept { return values[i * columns + j]; }
    [[nodiscard]] double operator()(std::size_t i, std::size_t j) const noexcept { return values[i * columns + j]; }
    [[nodiscard]] std::span<double> row(std::size_t i) { return std::span(values).subspan(i * columns, columns); }
    [[nodiscard]] std::span<const double> row(std::size_t i) const {
        return std::span(values).subspan(i * columns, columns);
    }
};

/// Which entries of a product are wanted: of a symmetric one those below the diagonal (i ≥ j; others may be left as they
/// are).
enum class Wanted { all, lower };

/// c += a bᵀ: the inner products of the rows of a with those of b. Each entry is summed over slices of 256 components, in a
/// slice one by one with fused multiply-adds: the same bits for any number of rows and lanes, which neither a BLAS nor Eigen
/// promises (both cut sums by the sizes of the caches). Throws std::logic_error if shapes do not fit.
void add_product(const DenseMatrix& a, const DenseMatrix& b, DenseMatrix& c, const Stop& stop, Wanted wanted = Wanted::all);

/// a bᵀ.
[[nodiscard]] DenseMatrix product_with_transposed(const DenseMatrix& a, const DenseMatrix& b, const Stop& stop);

/// Copies what is below the diagonal above it.
void mirror_lower(DenseMatrix& matrix);

}  // namespace gdm
