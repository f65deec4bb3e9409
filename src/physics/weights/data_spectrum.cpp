#include "gdm/physics/weights/data_spectrum.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/weights/packed_product.hpp"

namespace gdm {

namespace {

std::vector<double> mean_of(std::span<const double> values, std::size_t d, std::span<const std::uint64_t> members) {
    std::vector<double> mean(d, 0.0);
    for (const std::uint64_t row : members)
        for (std::size_t k = 0; k < d; ++k) mean[k] += values[row * d + k];
    for (double& one : mean) one /= static_cast<double>(members.size());
    return mean;
}

/// The symmetric matrix of inner products of `n` vectors of length `depth`, element(i, s) being component s of vector i. By
/// slices of `depth`, each in single precision, added in double.
template <class Element>
Eigen::MatrixXd inner_products(std::size_t n, std::size_t depth, const Stop& stop, Element element) {
    constexpr std::size_t slice = 1024;
    const std::size_t tiles = (n + tile_rows - 1) / tile_rows, panels = (n + panel_points - 1) / panel_points;
    std::vector<float> rows, columns, products(tiles * tile_rows * panels * panel_points);
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(n));
    for (std::size_t first = 0; first < depth; first += slice) {
        stop.check();
        const std::size_t count = std::min(slice, depth - first);
        rows.assign(tiles * tile_rows * count, 0.0f);
        columns.assign(panels * panel_points * count, 0.0f);
        for (std::size_t s = 0; s < count; ++s) {
            for (std::size_t i = 0; i < n; ++i) {
                const auto value = static_cast<float>(element(i, first + s));
                rows[(i / tile_rows * count + s) * tile_rows + i % tile_rows] = value;
                columns[(i / panel_points * count + s) * panel_points + i % panel_points] = value;
            }
        }
        multiply_packed(rows, columns, count, products);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j <= i; ++j)
                sum(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) +=
                    static_cast<double>(products[i * panels * panel_points + j]);
    }
    return sum;
}

double power_iteration(std::span<const double> values, std::size_t d, std::span<const std::uint64_t> members,
                       const std::vector<double>& mean, double scale, const Stop& stop) {
    std::vector<double> v(d), next(d);
    for (std::size_t k = 0; k < d; ++k) v[k] = 1 + 1e-3 * static_cast<double>(k % 97);
    double eigenvalue = 0;
    for (int iteration = 0; iteration < 300; ++iteration) {
        double norm = 0;
        for (const double one : v) norm += one * one;
        for (double& one : v) one /= std::sqrt(norm);
        std::fill(next.begin(), next.end(), 0.0);
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (i % 1024 == 0) stop.check();
            const double* row = values.data() + members[i] * d;
            double projection = 0;
            for (std::size_t k = 0; k < d; ++k) projection += scale * (row[k] - mean[k]) * v[k];
            for (std::size_t k = 0; k < d; ++k) next[k] += projection * scale * (row[k] - mean[k]);
        }
        double previous = eigenvalue;
        eigenvalue = 0;
        for (std::size_t k = 0; k < d; ++k) eigenvalue += v[k] * next[k];
        v.swap(next);
        if (std::abs(eigenvalue - previous) < 1e-6 * eigenvalue) break;
    }
    return eigenvalue;
}

}  // namespace

DataMoments data_moments(std::span<const double> values, std::size_t d) {
    const std::size_t n = values.size() / d;
    DataMoments moments{std::vector<double>(d, 0.0), 0};
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < d; ++k) moments.mean[k] += values[i * d + k];
    for (double& one : moments.mean) one /= static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < d; ++k) moments.variance += std::pow(values[i * d + k] - moments.mean[k], 2);
    moments.variance /= static_cast<double>(n) * static_cast<double>(d);
    return moments;
}

std::vector<double> covariance_spectrum(std::span<const double> values, std::size_t d,
                                        std::span<const std::uint64_t> members, double scale, const Stop& stop,
                                        std::size_t full_up_to) {
    const std::size_t n = members.size();
    const auto mean = mean_of(values, d, members);
    const double factor = 1 / static_cast<double>(n);
    if (std::min(n, d) > full_up_to) return {factor * power_iteration(values, d, members, mean, scale, stop)};
    // The covariance and the matrix of inner products of the points share their non-zero eigenvalues: take the smaller.
    const auto component = [&](std::size_t row, std::size_t k) {
        return scale * (values[members[row] * d + k] - mean[k]);  // before single precision
    };
    const Eigen::MatrixXd matrix =
        d <= n ? inner_products(d, n, stop, [&](std::size_t k, std::size_t row) { return component(row, k); })
               : inner_products(n, d, stop, component);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix, Eigen::EigenvaluesOnly);
    std::vector<double> spectrum;
    for (Eigen::Index i = solver.eigenvalues().size(); i-- > 0;)
        spectrum.push_back(std::max(0.0, factor * solver.eigenvalues()[i]));
    return spectrum;
}

double t_s_of_spectrum(double largest) { return largest > 1 ? 0.5 * std::log(largest) : nan_time; }

double spectrum_information(std::span<const double> spectrum, std::size_t d, double t) {
    const double theta = brownian_from_time(t);
    double sum = 0;
    for (const double eigenvalue : spectrum) sum += std::log1p(eigenvalue / theta);
    return 0.5 * sum / static_cast<double>(d);
}

double t_c_of_spectrum(std::span<const double> spectrum, double log_n) {
    // Bisection in ln θ: the sum falls from infinity (if any eigenvalue is positive) to 0.
    if (spectrum.empty() || !(spectrum.front() > 0) || !(log_n > 0)) return nan_time;
    double low = -700, high = 700;
    for (int i = 0; i < 200; ++i) {
        const double middle = 0.5 * (low + high);
        double sum = 0;
        for (const double eigenvalue : spectrum) sum += 0.5 * std::log1p(eigenvalue / std::exp(middle));
        (sum > log_n ? low : high) = middle;
    }
    return time_from_brownian(std::exp(0.5 * (low + high)));
}

}  // namespace gdm
