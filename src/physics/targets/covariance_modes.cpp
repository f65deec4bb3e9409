#include "gdm/physics/targets/covariance_modes.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace gdm {
namespace {

Eigen::MatrixXd matrix_of(std::span<const double> matrix, std::size_t n) {
    return Eigen::Map<const Eigen::MatrixXd>(matrix.data(), static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(n));
}

/// The products of the samples, (count, count).
std::vector<double> products_of(std::span<const double> samples, std::size_t n) {
    const std::size_t count = samples.size() / n;
    std::vector<double> products(count * count);
    for (std::size_t a = 0; a < count; ++a) {
        for (std::size_t b = 0; b <= a; ++b) {
            double sum = 0;
            for (std::size_t i = 0; i < n; ++i) sum += samples[a * n + i] * samples[b * n + i];
            products[a * count + b] = products[b * count + a] = sum;
        }
    }
    return products;
}

/// vᵀ C v with C from the samples from `first` on, v the leading mode of the `count` samples from `other` on, which is the
/// sum of these with the components of the leading eigenvector of their products.
double of_other_half(const std::vector<double>& products, std::size_t all, std::size_t first, std::size_t other,
                     std::size_t count) {
    std::vector<double> own(count * count);
    for (std::size_t a = 0; a < count; ++a)
        for (std::size_t b = 0; b < count; ++b) own[a * count + b] = products[(other + a) * all + other + b];
    const LeadingMode mode = leading_mode(own, count);
    double sum = 0;
    for (std::size_t k = 0; k < count; ++k) {
        double projection = 0;
        for (std::size_t a = 0; a < count; ++a) projection += products[(first + k) * all + other + a] * mode.vector[a];
        sum += projection * projection;
    }
    return mode.eigenvalue > 0 ? sum / (mode.eigenvalue * static_cast<double>(count)) : 0;
}

}  // namespace

std::vector<double> eigenvalues_of(std::span<const double> matrix, std::size_t n) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix_of(matrix, n), Eigen::EigenvaluesOnly);
    std::vector<double> eigenvalues(solver.eigenvalues().begin(), solver.eigenvalues().end());
    std::reverse(eigenvalues.begin(), eigenvalues.end());
    return eigenvalues;
}

LeadingMode leading_mode(std::span<const double> matrix, std::size_t n) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix_of(matrix, n));
    const auto last = static_cast<Eigen::Index>(n) - 1;
    LeadingMode mode{solver.eigenvalues()[last], std::vector<double>(n)};
    Eigen::Index greatest = 0;
    solver.eigenvectors().col(last).cwiseAbs().maxCoeff(&greatest);
    const double sign = solver.eigenvectors()(greatest, last) < 0 ? -1 : 1;
    for (std::size_t i = 0; i < n; ++i) mode.vector[i] = sign * solver.eigenvectors()(static_cast<Eigen::Index>(i), last);
    return mode;
}

double quadratic_form(std::span<const double> matrix, std::span<const double> vector) {
    const std::size_t n = vector.size();
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) sum += vector[i] * matrix[i * n + j] * vector[j];
    return sum;
}

EigenvalueBracket bracket_of_samples(std::span<const double> samples, std::size_t n) {
    const std::size_t count = samples.size() / n, half = count / 2;
    const std::vector<double> products = products_of(samples, n);
    EigenvalueBracket bracket;
    bracket.upper = eigenvalues_of(products, count).front() / static_cast<double>(count);
    bracket.lower = (of_other_half(products, count, 0, half, half) + of_other_half(products, count, half, 0, half)) / 2;
    return bracket;
}

}  // namespace gdm
