#include "gdm/physics/targets/turning_point.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace gdm {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

/// (m, ln θ) as one vector.
class Curve {
  public:
    explicit Curve(const FieldedTarget& target) : target_(target), n_(static_cast<Eigen::Index>(target.law.coordinates())) {}

    /// The residual m − ⟨y⟩_{m+h} and its slope in m and ln θ, n × (n + 1).
    void evaluate(const Vector& place, Vector& residual, Matrix& slope) {
        // Central difference in ln θ: only tangents and steps depend on it, never where the curve is.
        constexpr double step = 1e-5;
        const double theta = std::exp(place[n_]);
        const auto size = static_cast<std::size_t>(n_);
        std::vector<double> x(size), above(size), below(size);
        for (std::size_t k = 0; k < size; ++k) x[k] = place[static_cast<Eigen::Index>(k)] + target_.field[k];
        target_.law.evaluate(x, theta, posterior_);
        target_.law.mean(x, theta * std::exp(step), above);
        target_.law.mean(x, theta * std::exp(-step), below);
        residual.resize(n_);
        slope.resize(n_, n_ + 1);
        for (Eigen::Index k = 0; k < n_; ++k) {
            const auto i = static_cast<std::size_t>(k);
            residual[k] = place[k] - posterior_.mean[i];
            for (Eigen::Index l = 0; l < n_; ++l)
                slope(k, l) = (k == l ? 1 : 0) - posterior_.covariance[i * size + static_cast<std::size_t>(l)] / theta;
            slope(k, n_) = -(above[i] - below[i]) / (2 * step);
        }
    }

    /// The unit tangent at a place that goes on in the direction of `before`; empty where it is not finite.
    std::optional<Vector> tangent(const Vector& place, const Vector& before) {
        Vector residual, right = Vector::Zero(n_ + 1);
        Matrix slope;
        evaluate(place, residual, slope);
        right[n_] = 1;
        const Vector result = bordered(slope, before).partialPivLu().solve(right);
        const double length = result.norm();
        if (!std::isfinite(length) || length == 0) return std::nullopt;
        return result / length;
    }

    /// The point of the curve in the plane through `guess` across `tangent`; empty where Newton's method does not arrive.
    std::optional<Vector> correct(const Vector& guess, const Vector& tangent) {
        Vector place = guess, residual, right(n_ + 1);
        Matrix slope;
        for (int iteration = 0; iteration < 12; ++iteration) {
            evaluate(place, residual, slope);
            right.head(n_) = -residual;
            right[n_] = -tangent.dot(place - guess);
            const Vector step = bordered(slope, tangent).partialPivLu().solve(right);
            const double length = step.norm();
            if (!std::isfinite(length)) return residual.norm() < 1e-13 ? std::optional(place) : std::nullopt;
            if (length > 0.5) return std::nullopt;
            place += step;
            if (length < 1e-12) return place;
        }
        return residual.norm() < 1e-12 ? std::optional(place) : std::nullopt;
    }

    [[nodiscard]] Eigen::Index coordinates() const { return n_; }

  private:
    Matrix bordered(const Matrix& slope, const Vector& row) const {
        Matrix matrix(n_ + 1, n_ + 1);
        matrix.topRows(n_) = slope;
        matrix.row(n_) = row.transpose();
        return matrix;
    }
    const FieldedTarget& target_;
    Eigen::Index n_;
    Posterior posterior_;
};

TurningPoint as_turning_point(const Vector& place, Eigen::Index n) {
    return {std::exp(place[n]), std::vector<double>(place.data(), place.data() + n)};
}

/// Between a place where θ rises along the curve and the end of a step where it falls, by bisection of the step.
TurningPoint refine(Curve& curve, Vector place, Vector tangent, double step) {
    const Eigen::Index n = curve.coordinates();
    for (int halving = 0; halving < 60 && step > 1e-9; ++halving) {
        step /= 2;
        const auto next = curve.correct(place + step * tangent, tangent);
        const auto direction = next ? curve.tangent(*next, tangent) : std::nullopt;
        if (!direction) continue;
        if ((*direction)[n] <= 0) continue;
        place = *next;
        tangent = *direction;
    }
    return as_turning_point(place, n);
}

}  // namespace

TurningPoint turning_point(const FieldedTarget& target, double theta, std::span<const double> start, double highest,
                           const Stop& stop) {
    constexpr double longest = 0.05, shortest = 1e-9;
    constexpr int most = 20000;
    const double none = std::numeric_limits<double>::quiet_NaN();
    Curve curve(target);
    const Eigen::Index n = curve.coordinates();
    const auto root = newton_root(target, theta, start);
    if (!root) return {none, {}};
    Vector place(n + 1), tangent = Vector::Zero(n + 1);
    for (Eigen::Index k = 0; k < n; ++k) place[k] = (*root)[static_cast<std::size_t>(k)];
    place[n] = std::log(theta);
    tangent[n] = 1;
    const auto first = curve.tangent(place, tangent);
    if (!first) return {none, {}};
    tangent = *first;
    double step = longest;
    for (int count = 0; count < most; ++count) {
        stop.check();
        const auto next = curve.correct(place + step * tangent, tangent);
        const auto direction = next ? curve.tangent(*next, tangent) : std::nullopt;
        // A sharp bend between the two might be another branch.
        if (!direction || direction->dot(tangent) < 0.9) {
            if ((step /= 2) > shortest) continue;
            return direction || !next ? as_turning_point(place, n) : TurningPoint{none, {}};
        }
        if ((*direction)[n] <= 0) return refine(curve, place, tangent, step);
        place = *next;
        tangent = *direction;
        if (place[n] > std::log(highest)) return {none, std::vector<double>(place.data(), place.data() + n)};
        step = std::min(longest, 1.5 * step);
    }
    return {none, {}};
}

double stability_limit(const FieldedTarget& target, std::span<const double> m, double lowest, double highest) {
    const auto margin = [&](double theta) { return branch_at(target, theta, m).variances.front() - theta; };
    std::uintmax_t iterations = 200;
    const auto [below, above] = boost::math::tools::toms748_solve(margin, lowest, highest,
                                                                  boost::math::tools::eps_tolerance<double>(50), iterations);
    return (below + above) / 2;
}

double orthogonal_points_theta_c(double N) {
    const auto minus_theta = [&](double s) { return -s / (std::log1p((N - 1) * s) - std::log1p(-s)); };
    return -boost::math::tools::brent_find_minima(minus_theta, 1e-9, 1 - 1e-9, 40).second;
}

}  // namespace gdm
