#include "gdm/physics/targets/self_consistency.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace gdm {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

/// c = θ to rounding: a rotation of the branch.
constexpr double rotation = 1e-9;

std::vector<double> shifted(const FieldedTarget& target, std::span<const double> m) {
    std::vector<double> x(m.begin(), m.end());
    for (std::size_t k = 0; k < x.size(); ++k) x[k] += target.field[k];
    return x;
}

Matrix covariance_of(const Posterior& posterior) {
    const auto n = static_cast<Eigen::Index>(posterior.mean.size());
    return Eigen::Map<const Matrix>(posterior.covariance.data(), n, n);
}

}  // namespace

double landscape(const FieldedTarget& target, double theta, std::span<const double> m) {
    std::vector<double> mean(m.size());
    double square = 0;
    for (const double value : m) square += value * value;
    return square / 2 - theta * target.law.mean(shifted(target, m), theta, mean);
}

double Branch::stability(double theta) const {
    double least = 1 - variances.front() / theta;
    if (std::abs(across - theta) > rotation * theta) least = std::min(least, 1 - across / theta);
    return least;
}

double Branch::unstable(double theta, double across_count) const {
    double count = across > theta * (1 + rotation) ? across_count : 0;
    for (const double variance : variances) count += variance > theta ? 1 : 0;
    return count;
}

double Branch::susceptibility(double theta, std::span<const double> direction) const {
    double sum = 0;
    for (std::size_t i = 0; i < variances.size(); ++i) {
        double overlap = 0;
        for (std::size_t k = 0; k < m.size(); ++k) overlap += axes[i * m.size() + k] * direction[k];
        sum += overlap * overlap * variances[i] / (theta - variances[i]);
    }
    return sum;
}

Branch branch_at(const FieldedTarget& target, double theta, std::span<const double> m) {
    Posterior posterior;
    target.law.evaluate(shifted(target, m), theta, posterior);
    Branch branch;
    branch.m.assign(m.begin(), m.end());
    for (const double value : m) branch.free_energy += value * value / 2;
    branch.free_energy -= theta * posterior.log_partition;
    branch.across = posterior.across;
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(covariance_of(posterior));
    for (Eigen::Index i = solver.eigenvalues().size(); i-- > 0;) {
        branch.variances.push_back(solver.eigenvalues()[i]);
        for (Eigen::Index k = 0; k < solver.eigenvectors().rows(); ++k) branch.axes.push_back(solver.eigenvectors()(k, i));
    }
    return branch;
}

std::optional<std::vector<double>> newton_root(const FieldedTarget& target, double theta, std::span<const double> start,
                                               std::span<const std::vector<double>> known) {
    constexpr int most = 100;
    constexpr double longest = 0.25, small = 1e-10;
    const auto n = static_cast<Eigen::Index>(start.size());
    std::vector<double> m(start.begin(), start.end());
    Posterior posterior;
    for (int iteration = 0; iteration < most; ++iteration) {
        target.law.evaluate(shifted(target, m), theta, posterior);
        Vector residual(n);
        for (Eigen::Index k = 0; k < n; ++k)
            residual[k] = m[static_cast<std::size_t>(k)] - posterior.mean[static_cast<std::size_t>(k)];
        const Matrix slope = Matrix::Identity(n, n) - covariance_of(posterior) / theta;
        Vector step = -slope.partialPivLu().solve(residual);
        // The residual times Π (1 + 1/r²) over the known roots: the step is scaled by the slope of the logarithm.
        double growth = 0;
        for (const std::vector<double>& root : known) {
            double square = 0, along = 0;
            for (std::size_t k = 0; k < m.size(); ++k) {
                square += (m[k] - root[k]) * (m[k] - root[k]);
                along += (m[k] - root[k]) * step[static_cast<Eigen::Index>(k)];
            }
            if (square < small * small) return std::nullopt;
            growth -= 2 * along / (square * (1 + square));
        }
        if (!known.empty()) step /= 1 - growth;
        const double length = step.norm();
        if (!std::isfinite(length)) return std::nullopt;
        if (length > longest) step *= longest / length;
        for (std::size_t k = 0; k < m.size(); ++k) m[k] += step[static_cast<Eigen::Index>(k)];
        if (length < small && residual.norm() < small) return m;
    }
    return std::nullopt;
}

std::optional<std::vector<double>> descend(const FieldedTarget& target, double theta, std::span<const double> start) {
    constexpr int rounds = 10;
    std::vector<double> m(start.begin(), start.end()), next(m.size());
    for (int round = 0, steps = 16; round < rounds; ++round, steps *= 2) {
        for (int step = 0; step < steps; ++step) {
            target.law.mean(shifted(target, m), theta, next);
            std::swap(m, next);
        }
        // Newton's method finishes where it stays near: the iteration is slow near a transition.
        auto root = newton_root(target, theta, m);
        if (!root) continue;
        double square = 0;
        for (std::size_t k = 0; k < m.size(); ++k) square += ((*root)[k] - m[k]) * ((*root)[k] - m[k]);
        if (square < 1e-4 && branch_at(target, theta, *root).variances.front() < theta * (1 + rotation)) return root;
    }
    return std::nullopt;
}

}  // namespace gdm
