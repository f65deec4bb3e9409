#include "simplex_centres.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <cstddef>

namespace gdm {
namespace {

constexpr std::size_t most_points = 12;

/// Barycentric coordinates of the centre of the simplex whose corners are the columns: 2 y_i·c + 2 h·y_i − ‖y_i‖² the same
/// for all.
Eigen::VectorXd barycentric(const Eigen::MatrixXd& corners, const Eigen::VectorXd& field) {
    const Eigen::Index k = corners.cols();
    Eigen::MatrixXd system = Eigen::MatrixXd::Ones(k + 1, k + 1);
    system.topLeftCorner(k, k) = 2 * corners.transpose() * corners;
    system(k, k) = 0;
    Eigen::VectorXd right(k + 1);
    right.head(k) = corners.colwise().squaredNorm().transpose() - 2 * corners.transpose() * field;
    right[k] = 1;
    return Eigen::VectorXd(system.partialPivLu().solve(right)).head(k);
}

/// The shift within the simplex that makes the posterior of its corners, which are alike at its centre, b.
Eigen::VectorXd shift(const Eigen::MatrixXd& corners, const Eigen::VectorXd& b, double theta) {
    const Eigen::Index k = corners.cols();
    if (k == 1) return Eigen::VectorXd::Zero(corners.rows());
    const Eigen::MatrixXd edges = corners.rightCols(k - 1).colwise() - corners.col(0);
    const Eigen::VectorXd logarithms = theta * (b.tail(k - 1).array() / b[0]).log().matrix();
    return edges * (edges.transpose() * edges).ldlt().solve(logarithms);
}

}  // namespace

std::vector<double> simplex_centres(const FieldedTarget& target, double theta) {
    const auto n = static_cast<Eigen::Index>(target.law.coordinates());
    const std::vector<double> values = target.law.points();
    const Eigen::Map<const Eigen::MatrixXd> points(values.data(), n, static_cast<Eigen::Index>(values.size()) / n);
    const Eigen::Map<const Eigen::VectorXd> field(target.field.data(), n);
    const auto N = static_cast<std::size_t>(points.cols());
    std::vector<double> centres;
    if (N > most_points) return centres;
    for (std::size_t subset = 1; subset < std::size_t{1} << N; ++subset) {
        std::vector<Eigen::Index> chosen;
        for (std::size_t j = 0; j < N; ++j)
            if (subset >> j & 1) chosen.push_back(static_cast<Eigen::Index>(j));
        if (static_cast<Eigen::Index>(chosen.size()) > n + 1) continue;
        const Eigen::MatrixXd corners = points(Eigen::all, chosen);
        const Eigen::VectorXd b = barycentric(corners, field);
        if (!(b.minCoeff() > 0)) continue;
        const Eigen::VectorXd place = corners * b + shift(corners, b, theta);
        if (!place.allFinite()) continue;
        centres.insert(centres.end(), place.begin(), place.end());
    }
    return centres;
}

}  // namespace gdm
