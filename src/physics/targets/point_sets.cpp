#include "gdm/physics/targets/point_sets.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace gdm {

std::vector<double> random_points(std::size_t N, std::size_t d, PointLaw law, const RandomStream& random) {
    std::vector<double> points(N * d);
    for (std::size_t j = 0; j < N; ++j) {
        RandomSequence sequence(random, Purpose::dataset, static_cast<std::uint32_t>(j));
        double square = 0;
        for (std::size_t k = 0; k < d; ++k) {
            const double normal = sequence.normal();
            points[j * d + k] = normal;
            square += normal * normal;
        }
        const double scale = 1 / std::sqrt(law == PointLaw::sphere ? square : static_cast<double>(d));
        for (std::size_t k = 0; k < d; ++k) points[j * d + k] *= scale;
    }
    return points;
}

SpannedPoints in_their_span(const std::vector<double>& points, std::size_t d) {
    const std::size_t N = points.size() / d;
    double largest = 0;
    for (std::size_t j = 0; j < N; ++j) {
        double square = 0;
        for (std::size_t k = 0; k < d; ++k) square += points[j * d + k] * points[j * d + k];
        largest = std::max(largest, square);
    }
    std::vector<double> basis, rest(d);
    std::vector<std::vector<double>> rows(N);
    for (std::size_t j = 0; j < N; ++j) {
        rest.assign(points.begin() + static_cast<std::ptrdiff_t>(j * d),
                    points.begin() + static_cast<std::ptrdiff_t>((j + 1) * d));
        rows[j].assign(basis.size() / d, 0.0);
        // Gram–Schmidt, twice: once leaves what rounding made of nearly parallel rows.
        for (int pass = 0; pass < 2; ++pass) {
            for (std::size_t b = 0; b < rows[j].size(); ++b) {
                double product = 0;
                for (std::size_t k = 0; k < d; ++k) product += basis[b * d + k] * rest[k];
                rows[j][b] += product;
                for (std::size_t k = 0; k < d; ++k) rest[k] -= product * basis[b * d + k];
            }
        }
        double square = 0;
        for (const double value : rest) square += value * value;
        if (square <= 1e-12 * largest || rows[j].size() == d) continue;
        const double norm = std::sqrt(square);
        rows[j].push_back(norm);
        for (const double value : rest) basis.push_back(value / norm);
    }
    SpannedPoints spanned{.points = {}, .rank = basis.size() / d};
    for (std::vector<double>& row : rows) {
        row.resize(spanned.rank, 0.0);
        spanned.points.insert(spanned.points.end(), row.begin(), row.end());
    }
    return spanned;
}

}  // namespace gdm
