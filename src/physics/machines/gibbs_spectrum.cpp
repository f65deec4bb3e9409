#include "gdm/physics/machines/gibbs_spectrum.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "gdm/base/log_sum.hpp"

namespace gdm {
namespace {

/// √(P(v, h))-weighted joint law B(v, h) = P(v, h)/√(P(v) P(h)), whose squared singular values are the eigenvalues of P.
struct Correlation {
    std::size_t rows = 0, columns = 0;
    std::vector<double> values, row_root;
};

Correlation correlation_of(const Rbm& machine, double temperature) {
    Correlation result{std::size_t{1} << machine.visible, std::size_t{1} << machine.hidden, {}, {}};
    result.values.resize(result.rows * result.columns);
    LogSum total;
    for (std::size_t v = 0; v < result.rows; ++v) {
        double bias = 0;
        std::vector<double> field = machine.hidden_bias;
        for (std::size_t i = 0; i < machine.visible; ++i) {
            if (!(v >> i & 1)) continue;
            bias += machine.visible_bias[i];
            for (std::size_t j = 0; j < machine.hidden; ++j) field[j] += machine.weights[i * machine.hidden + j];
        }
        for (std::size_t h = 0; h < result.columns; ++h) {
            double sum = bias;
            for (std::size_t j = 0; j < machine.hidden; ++j)
                if (h >> j & 1) sum += field[j];
            total.add(result.values[v * result.columns + h] = sum / temperature);
        }
    }
    std::vector<double> column(result.columns, 0);
    result.row_root.assign(result.rows, 0);
    for (std::size_t v = 0; v < result.rows; ++v) {
        for (std::size_t h = 0; h < result.columns; ++h) {
            double& value = result.values[v * result.columns + h];
            value = std::exp(value - total.log());
            result.row_root[v] += value;
            column[h] += value;
        }
    }
    for (double& p : result.row_root) p = std::sqrt(p);
    for (std::size_t v = 0; v < result.rows; ++v)
        for (std::size_t h = 0; h < result.columns; ++h) {
            const double scale = result.row_root[v] * std::sqrt(column[h]);
            double& value = result.values[v * result.columns + h];
            value = scale == 0 ? 0 : value / scale;
        }
    return result;
}

}  // namespace

double second_eigenvalue(const Rbm& machine, double temperature) {
    if (machine.visible > 10 || machine.hidden > 10)
        throw std::invalid_argument("transitions are enumerated of at most 10 units in each layer");
    const Correlation joint = correlation_of(machine, temperature);
    // The power method beside the leading vector √P(v); deflated at each step, so that rounding does not bring it back.
    std::vector<double> x(joint.rows), y(joint.columns);
    for (std::size_t v = 0; v < joint.rows; ++v) x[v] = std::cos(1.0 + static_cast<double>(v * v % 8191));
    double last = 0;
    for (int step = 0; step < 3000; ++step) {
        double along = 0, norm = 0;
        for (std::size_t v = 0; v < joint.rows; ++v) along += x[v] * joint.row_root[v];
        for (std::size_t v = 0; v < joint.rows; ++v) {
            x[v] -= along * joint.row_root[v];
            norm += x[v] * x[v];
        }
        if (norm == 0) return 0;
        for (double& one : x) one /= std::sqrt(norm);
        y.assign(joint.columns, 0);
        for (std::size_t v = 0; v < joint.rows; ++v)
            for (std::size_t h = 0; h < joint.columns; ++h) y[h] += joint.values[v * joint.columns + h] * x[v];
        double value = 0;
        for (const double one : y) value += one * one;  // xᵀ B Bᵀ x
        for (std::size_t v = 0; v < joint.rows; ++v) {
            x[v] = 0;
            for (std::size_t h = 0; h < joint.columns; ++h) x[v] += joint.values[v * joint.columns + h] * y[h];
        }
        if (std::abs(value - last) <= 1e-13 * value) return value;
        last = value;
    }
    return last;
}

}  // namespace gdm
