#include "gdm/physics/process/gaussian_data.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "gdm/physics/process/forward_process.hpp"

namespace gdm {
namespace {

/// Of `size` neighbouring components of the product G Gᵀ/(2d), G of rows of 2d numbers.
Covariance covariance_of(const std::vector<double>& rows, std::size_t d, std::size_t from, std::size_t size) {
    Eigen::MatrixXd matrix(size, size);
    for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = 0;
            for (std::size_t k = 0; k < 2 * d; ++k) sum += rows[(from + i) * 2 * d + k] * rows[(from + j) * 2 * d + k];
            const auto row = static_cast<Eigen::Index>(i), column = static_cast<Eigen::Index>(j);
            matrix(row, column) = matrix(column, row) = sum / static_cast<double>(2 * d);
        }
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
    const auto& values = solver.eigenvalues();
    const auto& vectors = solver.eigenvectors();
    return {size, {values.data(), values.data() + size}, {vectors.data(), vectors.data() + size * size}};
}

std::vector<double> random_rows(std::size_t d, std::uint64_t number) {
    RandomSequence random(RandomStream(number, 0), Purpose::target, static_cast<std::uint32_t>(d));
    std::vector<double> rows(2 * d * d);
    std::generate(rows.begin(), rows.end(), [&] { return random.normal(); });
    return rows;
}

/// Adds Σ_k q_k f(λ_k, q_k·x) to y.
template <class Function>
void by_eigenvectors(const Covariance& c, std::span<const double> x, const Function& function, std::span<double> y) {
    for (std::size_t k = 0; k < c.d; ++k) {
        const double* const vector = c.vectors.data() + k * c.d;
        double projection = 0;
        for (std::size_t i = 0; i < c.d; ++i) projection += vector[i] * x[i];
        const double factor = function(c.eigenvalues[k], projection);
        for (std::size_t i = 0; i < c.d; ++i) y[i] += factor * vector[i];
    }
}

}  // namespace

double Covariance::entropy() const {
    double sum = 0;
    for (const double value : eigenvalues) sum += 0.5 * std::log(2 * std::numbers::pi * std::numbers::e * value);
    return sum;
}

void Covariance::score(std::span<const double> x, double t, std::span<double> score) const {
    const double delta = noise_variance(t), decay = std::exp(-2 * t);
    std::fill(score.begin(), score.end(), 0.0);
    by_eigenvectors(
        *this, x, [&](double value, double p) { return -p / (decay * value + delta); }, score);
}

GaussianData::GaussianData(std::size_t d, std::uint64_t number) {
    const std::vector<double> rows = random_rows(d, number);
    whole = covariance_of(rows, d, 0, d);
    first = covariance_of(rows, d, 0, d / 2);
    second = covariance_of(rows, d, d / 2, d - d / 2);
}

double GaussianData::information() const { return first.entropy() + second.entropy() - whole.entropy(); }

void GaussianData::draw(RandomSequence& random, std::span<double> x) const {
    std::fill(x.begin(), x.end(), 0.0);
    for (std::size_t k = 0; k < whole.d; ++k) {
        const double factor = std::sqrt(whole.eigenvalues[k]) * random.normal();
        for (std::size_t i = 0; i < whole.d; ++i) x[i] += factor * whole.vectors[i + k * whole.d];
    }
}

}  // namespace gdm
