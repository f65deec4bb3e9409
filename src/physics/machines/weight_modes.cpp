#include "gdm/physics/machines/weight_modes.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace gdm {

std::vector<double> singular_values(const Rbm& machine) {
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::Map<const RowMajor> weights(machine.weights.data(), static_cast<Eigen::Index>(machine.visible),
                                             static_cast<Eigen::Index>(machine.hidden));
    const Eigen::MatrixXd gram = machine.visible < machine.hidden ? Eigen::MatrixXd(weights * weights.transpose())
                                                                  : Eigen::MatrixXd(weights.transpose() * weights);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram, Eigen::EigenvaluesOnly);
    std::vector<double> values;
    for (Eigen::Index k = gram.rows(); k-- > 0;) values.push_back(std::sqrt(std::max(0.0, solver.eigenvalues()[k])));
    return values;
}

DataModes data_modes(const BinaryData& data) {
    const auto n = static_cast<Eigen::Index>(data.visible);
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(n);
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(n, n);
    for (std::size_t r = 0; r < data.rows(); ++r) {
        const auto row = data.row(r);
        for (Eigen::Index i = 0; i < n; ++i) {
            if (row[static_cast<std::size_t>(i)] == 0) continue;
            mean[i] += 1;
            for (Eigen::Index j = 0; j < n; ++j) covariance(i, j) += row[static_cast<std::size_t>(j)];
        }
    }
    const auto rows = static_cast<double>(data.rows());
    mean /= rows;
    covariance = covariance / rows - mean * mean.transpose();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
    DataModes modes;
    for (Eigen::Index k = n; k-- > 0;) {
        modes.variance.push_back(solver.eigenvalues()[k]);
        for (Eigen::Index i = 0; i < n; ++i) modes.directions.push_back(solver.eigenvectors()(i, k));
    }
    return modes;
}

std::vector<double> mode_shares(const Rbm& machine, const DataModes& modes) {
    std::vector<double> shares(modes.variance.size(), 0), along(machine.hidden);
    double norm = 0;
    for (const double weight : machine.weights) norm += weight * weight;
    for (std::size_t k = 0; k < shares.size(); ++k) {
        std::fill(along.begin(), along.end(), 0);
        for (std::size_t i = 0; i < machine.visible; ++i)
            for (std::size_t j = 0; j < machine.hidden; ++j)
                along[j] += modes.directions[k * machine.visible + i] * machine.weights[i * machine.hidden + j];
        for (const double x : along) shares[k] += x * x / norm;
    }
    for (std::size_t first = 0, last = 0; first < shares.size(); first = last) {
        double sum = 0;
        while (last < shares.size() && modes.variance[first] - modes.variance[last] <= 1e-9 * modes.variance[0])
            sum += shares[last++];
        for (std::size_t k = first; k < last; ++k) shares[k] = sum / static_cast<double>(last - first);
    }
    return shares;
}

}  // namespace gdm
