#include "gdm/base/control_variates.hpp"

#include <cmath>
#include <vector>

namespace gdm {

namespace {

/// Solves the positive definite system a x = b in place by Cholesky's factorisation; false if it is singular.
bool solve(std::vector<double>& a, std::vector<double>& b, std::size_t n) {
    for (std::size_t j = 0; j < n; ++j) {
        double diagonal = a[j * n + j];
        const double scale = diagonal;
        for (std::size_t k = 0; k < j; ++k) diagonal -= a[j * n + k] * a[j * n + k];
        if (!(diagonal > 1e-10 * scale)) return false;
        a[j * n + j] = std::sqrt(diagonal);
        for (std::size_t i = j + 1; i < n; ++i) {
            for (std::size_t k = 0; k < j; ++k) a[i * n + j] -= a[i * n + k] * a[j * n + k];
            a[i * n + j] /= a[j * n + j];
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
    return true;
}

/// Least-squares coefficients of y on the controls and a constant, over every second value from `first` on.
std::vector<double> coefficients(std::span<const double> values, std::span<const double> controls, std::size_t count,
                                 std::size_t first) {
    std::vector<double> mean(count, 0.0);
    double mean_value = 0, n = 0;
    for (std::size_t i = first; i < values.size(); i += 2, n += 1) {
        mean_value += values[i];
        for (std::size_t k = 0; k < count; ++k) mean[k] += controls[i * count + k];
    }
    mean_value /= n;
    for (double& one : mean) one /= n;
    std::vector<double> matrix(count * count, 0.0), right(count, 0.0);
    for (std::size_t i = first; i < values.size(); i += 2) {
        for (std::size_t k = 0; k < count; ++k) {
            const double ck = controls[i * count + k] - mean[k];
            right[k] += ck * (values[i] - mean_value);
            for (std::size_t l = 0; l < count; ++l) matrix[k * count + l] += ck * (controls[i * count + l] - mean[l]);
        }
    }
    if (!solve(matrix, right, count)) right.assign(count, 0.0);
    return right;
}

}  // namespace

double controlled_mean(std::span<const double> values, std::span<const double> controls, std::size_t count) {
    double sum = 0;
    const bool enough = values.size() >= 8 * (count + 1);
    for (std::size_t half = 0; half < 2; ++half) {
        const auto b = enough ? coefficients(values, controls, count, 1 - half) : std::vector<double>(count, 0.0);
        for (std::size_t i = half; i < values.size(); i += 2) {
            double value = values[i];
            for (std::size_t k = 0; k < count; ++k) value -= b[k] * controls[i * count + k];
            sum += value;
        }
    }
    return sum / static_cast<double>(values.size());
}

}  // namespace gdm
