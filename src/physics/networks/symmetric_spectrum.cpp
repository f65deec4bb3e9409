#include "gdm/physics/networks/symmetric_spectrum.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/networks/symmetric_spectrum.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#ifndef GDM_SYMMETRIC_SPECTRUM_TYPES_
#define GDM_SYMMETRIC_SPECTRUM_TYPES_
namespace gdm::spectrum_steps {

struct Rotation {
    double cosine, sine;
};
/// Rotations of the columns (i, i + 1), i = from, from − 1, …: `count` of them, standing from `first` on.
struct Sweep {
    std::size_t from, count, first;
};
/// Rows of eigenvectors that are rotated together.
inline constexpr std::size_t row_panel = 16;
/// Columns are padded to whole vectors.
inline constexpr std::size_t column_group = 8;

}  // namespace gdm::spectrum_steps
#endif

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<double, 8>;
using spectrum_steps::row_panel;

/// For the rows `first` … n − 1 of a matrix: row −= v_row w + w_row v, y += u_row row, over the columns from `begin` on.
void update_and_multiply(double* HWY_RESTRICT matrix, std::size_t n, std::size_t stride, std::size_t first,
                         std::size_t begin, const double* HWY_RESTRICT v, const double* HWY_RESTRICT w,
                         const double* HWY_RESTRICT u, double* HWY_RESTRICT y) {
    const Tag d;
    const std::size_t lanes = hn::Lanes(d);
    const auto next = [&](double* row, std::size_t j, hn::Vec<Tag> old_v, hn::Vec<Tag> old_w, hn::Vec<Tag> v_row,
                          hn::Vec<Tag> w_row, hn::Vec<Tag> u_row, hn::Vec<Tag> sum) HWY_ATTR {
        const auto x = hn::NegMulAdd(w_row, old_v, hn::NegMulAdd(v_row, old_w, hn::LoadU(d, row + j)));
        hn::StoreU(x, d, row + j);
        return hn::MulAdd(u_row, x, sum);
    };
    std::size_t i = first;
    for (; i + 4 <= n; i += 4) {
        double* const row = matrix + i * stride;
        const auto v0 = hn::Set(d, v[i]), v1 = hn::Set(d, v[i + 1]), v2 = hn::Set(d, v[i + 2]), v3 = hn::Set(d, v[i + 3]);
        const auto w0 = hn::Set(d, w[i]), w1 = hn::Set(d, w[i + 1]), w2 = hn::Set(d, w[i + 2]), w3 = hn::Set(d, w[i + 3]);
        const auto u0 = hn::Set(d, u[i]), u1 = hn::Set(d, u[i + 1]), u2 = hn::Set(d, u[i + 2]), u3 = hn::Set(d, u[i + 3]);
        for (std::size_t j = begin; j < stride; j += lanes) {
            const auto old_v = hn::LoadU(d, v + j), old_w = hn::LoadU(d, w + j);
            auto sum = next(row, j, old_v, old_w, v0, w0, u0, hn::LoadU(d, y + j));
            sum = next(row + stride, j, old_v, old_w, v1, w1, u1, sum);
            sum = next(row + 2 * stride, j, old_v, old_w, v2, w2, u2, sum);
            sum = next(row + 3 * stride, j, old_v, old_w, v3, w3, u3, sum);
            hn::StoreU(sum, d, y + j);
        }
    }
    for (; i < n; ++i) {
        const auto v0 = hn::Set(d, v[i]), w0 = hn::Set(d, w[i]), u0 = hn::Set(d, u[i]);
        for (std::size_t j = begin; j < stride; j += lanes) {
            const auto sum =
                next(matrix + i * stride, j, hn::LoadU(d, v + j), hn::LoadU(d, w + j), v0, w0, u0, hn::LoadU(d, y + j));
            hn::StoreU(sum, d, y + j);
        }
    }
}

/// rows (1 − factor v vᵀ) for `row_panel` rows side by side, v being 0 before column `begin`.
void reflect_rows(double* HWY_RESTRICT rows, std::size_t n, std::size_t begin, const double* HWY_RESTRICT v, double factor) {
    const Tag d;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t lane = 0; lane < row_panel; lane += 2 * lanes) {
        auto low = hn::Zero(d), high = hn::Zero(d);
        for (std::size_t j = begin; j < n; ++j) {
            const auto x = hn::Set(d, v[j]);
            low = hn::MulAdd(x, hn::LoadU(d, rows + j * row_panel + lane), low);
            high = hn::MulAdd(x, hn::LoadU(d, rows + j * row_panel + lane + lanes), high);
        }
        low = hn::Mul(low, hn::Set(d, factor));
        high = hn::Mul(high, hn::Set(d, factor));
        for (std::size_t j = begin; j < n; ++j) {
            const auto x = hn::Set(d, v[j]);
            double* const at = rows + j * row_panel + lane;
            hn::StoreU(hn::NegMulAdd(x, low, hn::LoadU(d, at)), d, at);
            hn::StoreU(hn::NegMulAdd(x, high, hn::LoadU(d, at + lanes)), d, at + lanes);
        }
    }
}

/// The rotations of a sweep, of `row_panel` rows side by side.
void rotate_rows(double* HWY_RESTRICT rows, const spectrum_steps::Sweep& sweep,
                 const spectrum_steps::Rotation* HWY_RESTRICT rotations) {
    const Tag d;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t lane = 0; lane < row_panel; lane += 2 * lanes) {
        double* at = rows + (sweep.from + 1) * row_panel + lane;
        auto low = hn::LoadU(d, at), high = hn::LoadU(d, at + lanes);
        for (std::size_t k = 0; k < sweep.count; ++k, at -= row_panel) {
            const auto c = hn::Set(d, rotations[k].cosine), s = hn::Set(d, rotations[k].sine);
            const auto next_low = hn::LoadU(d, at - row_panel), next_high = hn::LoadU(d, at - row_panel + lanes);
            hn::StoreU(hn::MulAdd(s, next_low, hn::Mul(c, low)), d, at);
            hn::StoreU(hn::MulAdd(s, next_high, hn::Mul(c, high)), d, at + lanes);
            low = hn::NegMulAdd(s, low, hn::Mul(c, next_low));
            high = hn::NegMulAdd(s, high, hn::Mul(c, next_high));
        }
        hn::StoreU(low, d, at);
        hn::StoreU(high, d, at + lanes);
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(update_and_multiply);
HWY_EXPORT(reflect_rows);
HWY_EXPORT(rotate_rows);

namespace {

using spectrum_steps::column_group;
using spectrum_steps::Rotation;
using spectrum_steps::row_panel;
using spectrum_steps::Sweep;

/// A = P T Pᵀ with P = H_0 H_1 …, H_k = 1 − factor_k v_k v_kᵀ; v_k stands in row k behind the diagonal.
struct Tridiagonal {
    std::vector<double> diagonal, beside, factors;
    DenseMatrix reflections;  ///< columns padded
};

Tridiagonal tridiagonalise(const DenseMatrix& matrix, const Stop& stop) {
    const std::size_t n = matrix.rows, stride = (n + column_group - 1) / column_group * column_group;
    Tridiagonal result{std::vector<double>(n), std::vector<double>(n, 0.0), std::vector<double>(n, 0.0), {n, stride}};
    DenseMatrix& a = result.reflections;
    for (std::size_t i = 0; i < n; ++i) std::copy_n(matrix.row(i).data(), n, a.row(i).data());
    std::vector<double> v(stride, 0.0), w(stride, 0.0), u(stride), y(stride);
    for (std::size_t k = 0; k + 1 < n; ++k) {
        stop.check();
        const auto row = a.row(k);  // what the last reflection leaves of it
        for (std::size_t j = k; j < n; ++j) row[j] = row[j] - v[k] * w[j] - w[k] * v[j];
        result.diagonal[k] = row[k];
        double tail = 0;
        for (std::size_t j = k + 2; j < n; ++j) tail += row[j] * row[j];
        const double head = row[k + 1];
        double factor = 0;
        std::fill(u.begin(), u.end(), 0.0);
        result.beside[k] = head;
        if (tail > 0) {
            const double length = std::copysign(std::sqrt(head * head + tail), head);
            result.beside[k] = -length;
            factor = (head + length) / length;
            u[k + 1] = 1;
            for (std::size_t j = k + 2; j < n; ++j) u[j] = row[j] / (head + length);
        }
        v[k] = w[k] = 0;
        std::fill(y.begin(), y.end(), 0.0);
        HWY_DYNAMIC_DISPATCH(update_and_multiply)
        (a.values.data(), n, stride, k + 1, (k + 1) / column_group * column_group, v.data(), w.data(), u.data(), y.data());
        double along = 0;
        for (std::size_t j = k + 1; j < n; ++j) along += y[j] * u[j];
        along *= 0.5 * factor * factor;
        for (std::size_t j = 0; j < n; ++j) {
            v[j] = u[j];
            w[j] = j <= k ? 0 : factor * y[j] - along * u[j];
        }
        std::copy_n(u.data() + k + 1, n - k - 1, row.data() + k + 1);
        result.factors[k] = factor;
    }
    result.diagonal[n - 1] = a(n - 1, n - 1);
    return result;
}

/// Makes the tridiagonal matrix diagonal in place; the rotations that do it.
std::pair<std::vector<Sweep>, std::vector<Rotation>> diagonalise(std::vector<double>& d, std::vector<double>& e,
                                                                 const Stop& stop) {
    std::vector<Sweep> sweeps;
    std::vector<Rotation> rotations;
    const std::size_t n = d.size();
    constexpr double epsilon = std::numeric_limits<double>::epsilon();
    // Between eigenvalues that are 0 but for rounding, what stands beside the diagonal is rounding, too.
    double largest = 0;
    for (std::size_t i = 0; i < n; ++i) largest = std::max(largest, std::abs(d[i]) + std::abs(e[i]));
    const double nothing = epsilon * largest / 1024;
    for (std::size_t l = 0; l < n; ++l) {
        for (int iteration = 0;; ++iteration) {
            std::size_t m = l;
            while (m + 1 < n && !(std::abs(e[m]) <= nothing + epsilon * (std::abs(d[m]) + std::abs(d[m + 1])))) ++m;
            if (m == l) break;
            stop.check();
            if (iteration == 60) throw std::runtime_error("symmetric_spectrum: the entries are not finite");
            double g = (d[l + 1] - d[l]) / (2 * e[l]);
            double r = std::sqrt(g * g + 1);
            g = d[m] - d[l] + e[l] / (g + std::copysign(r, g));
            double s = 1, c = 1, p = 0;
            Sweep sweep{m - 1, 0, rotations.size()};
            bool whole = true;
            for (std::size_t i = m; i-- > l;) {
                const double f = s * e[i], b = c * e[i];
                r = std::sqrt(f * f + g * g);
                e[i + 1] = r;
                if (r == 0) {
                    d[i + 1] -= p;
                    e[m] = 0;
                    whole = false;
                    break;
                }
                s = f / r, c = g / r;
                g = d[i + 1] - p;
                r = (d[i] - g) * s + 2 * c * b;
                p = s * r;
                d[i + 1] = g + p;
                g = c * r - b;
                rotations.push_back({c, s});
                ++sweep.count;
            }
            if (sweep.count > 0) sweeps.push_back(sweep);
            if (!whole) continue;
            d[l] -= p;
            e[l] = g;
            e[m] = 0;
        }
    }
    return {std::move(sweeps), std::move(rotations)};
}

}  // namespace

SymmetricSpectrum symmetric_spectrum(const DenseMatrix& matrix, const Stop& stop) {
    const std::size_t n = matrix.rows;
    SymmetricSpectrum result{{}, {n, n}};
    if (n == 0) return result;
    Tridiagonal form = tridiagonalise(matrix, stop);
    const auto [sweeps, rotations] = diagonalise(form.diagonal, form.beside, stop);
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto i, auto j) { return form.diagonal[i] < form.diagonal[j]; });
    for (const std::size_t k : order) result.values.push_back(form.diagonal[k]);

    std::vector<double> rows(n * row_panel);
    for (std::size_t first = 0; first < n; first += row_panel) {
        const std::size_t count = std::min(row_panel, n - first);
        std::fill(rows.begin(), rows.end(), 0.0);
        for (std::size_t i = 0; i < count; ++i) rows[(first + i) * row_panel + i] = 1;
        for (std::size_t k = 0; k + 1 < n; ++k) {
            if (k % 256 == 0) stop.check();
            HWY_DYNAMIC_DISPATCH(reflect_rows)(rows.data(), n, k + 1, form.reflections.row(k).data(), form.factors[k]);
        }
        for (std::size_t k = 0; k < sweeps.size(); ++k) {
            if (k % 256 == 0) stop.check();
            HWY_DYNAMIC_DISPATCH(rotate_rows)(rows.data(), sweeps[k], rotations.data() + sweeps[k].first);
        }
        for (std::size_t k = 0; k < n; ++k)
            std::copy_n(rows.data() + order[k] * row_panel, count, result.vectors.row(k).data() + first);
    }
    return result;
}

}  // namespace gdm
#endif
