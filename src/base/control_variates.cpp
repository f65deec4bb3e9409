#include "gdm/base/control_variates.hpp"

#include <vector>

#include "gdm/base/cholesky.hpp"

namespace gdm {

namespace {

/// Least-squares coefficients of y on the controls and a constant, over every second value from `first` on.
std::vector<double> regression_coefficients(std::span<const double> values, std::span<const double> controls,
                                            std::size_t count, std::size_t first) {
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
    if (!solve_positive(matrix, right, 1e-10)) right.assign(count, 0.0);
    return right;
}

}  // namespace

double controlled_mean(std::span<const double> values, std::span<const double> controls, std::size_t count) {
    double sum = 0;
    const bool enough = values.size() >= 8 * (count + 1);
    for (std::size_t half = 0; half < 2; ++half) {
        const auto b = enough ? regression_coefficients(values, controls, count, 1 - half) : std::vector<double>(count, 0.0);
        for (std::size_t i = half; i < values.size(); i += 2) {
            double value = values[i];
            for (std::size_t k = 0; k < count; ++k) value -= b[k] * controls[i * count + k];
            sum += value;
        }
    }
    return sum / static_cast<double>(values.size());
}

}  // namespace gdm
