#include "exhaustive_roots.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

namespace gdm {
namespace {

/// Points times boxes that are looked at before the search is given up.
constexpr double most_work = 3e7;
/// Roots that no bound tells apart and that are nearer than this share of the box are one: close to a threefold root the
/// residual is nothing to rounding.
constexpr double merged = 2e-3;
/// Weights below this share of the whole move no mean that matters.
constexpr double negligible = 1e-14;

double dot(std::span<const double> a, std::span<const double> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

struct Box {
    std::vector<double> centre;
    int level;
};

class Search {
  public:
    Search(const FieldedTarget& target, double theta)
        : target_(target),
          theta_(theta),
          n_(target.law.coordinates()),
          points_(target.law.points()),
          low_(n_, HUGE_VAL),
          log_weights_(points_.size() / n_),
          weights_(log_weights_.size()),
          distances_(weights_.size()),
          mean_(n_),
          residual_(n_) {
        std::vector<double> high(n_, -HUGE_VAL);
        for (std::size_t k = 0; k < points_.size(); ++k) {
            low_[k % n_] = std::min(low_[k % n_], points_[k]);
            high[k % n_] = std::max(high[k % n_], points_[k]);
        }
        for (std::size_t k = 0; k < n_; ++k) side_ = std::max(side_, high[k] - low_[k]);
    }

    std::optional<std::vector<std::vector<double>>> run(const Stop& stop) {
        constexpr int deepest = 21;  // 2^-21 of the box is less than what tells two roots apart
        if (!(side_ > 0)) return std::nullopt;
        std::vector<Box> boxes{{low_, 0}};
        for (double& value : boxes[0].centre) value += side_ / 2;
        double work = 0;
        while (!boxes.empty()) {
            std::vector<Box> halves;
            for (const Box& box : boxes) {
                stop.check();
                work += static_cast<double>(weights_.size());
                if (work > most_work) return std::nullopt;
                const double radius = std::sqrt(static_cast<double>(n_)) * side_ * std::ldexp(0.5, -box.level);
                if (is_empty(box.centre, radius) || is_settled(box.centre, radius)) continue;
                if (box.level < deepest) {
                    halve(box, halves);
                } else if (auto root = newton_root(target_, theta_, box.centre)) {
                    add(*root, merged * side_);  // where roots merge no bound tells them apart
                }
            }
            boxes = std::move(halves);
        }
        return roots_;
    }

  private:
    std::span<const double> point(std::size_t j) const { return std::span(points_).subspan(j * n_, n_); }

    /// Weights, mean, residual, and the distances of the points from the mean, at a state.
    void look_at(std::span<const double> m) {
        double greatest = -HUGE_VAL, sum = 0;
        for (std::size_t j = 0; j < weights_.size(); ++j) {
            double product = 0;
            for (std::size_t k = 0; k < n_; ++k)
                product += points_[j * n_ + k] * (m[k] + target_.field[k] - points_[j * n_ + k] / 2);
            greatest = std::max(greatest, log_weights_[j] = product / theta_);
        }
        for (const double weight : log_weights_) sum += std::exp(weight - greatest);
        std::fill(mean_.begin(), mean_.end(), 0.0);
        for (std::size_t j = 0; j < weights_.size(); ++j) {
            log_weights_[j] -= greatest + std::log(sum);
            weights_[j] = std::exp(log_weights_[j]);
            for (std::size_t k = 0; k < n_; ++k) mean_[k] += weights_[j] * points_[j * n_ + k];
        }
        for (std::size_t j = 0; j < weights_.size(); ++j) {
            double square = 0;
            for (std::size_t k = 0; k < n_; ++k) square += std::pow(points_[j * n_ + k] - mean_[k], 2);
            distances_[j] = std::sqrt(square);
        }
        for (std::size_t k = 0; k < n_; ++k) residual_[k] = m[k] - mean_[k];
    }

    /// w (e^x − 1) of the weight of a point, also where it is less than a double.
    double growth(std::size_t j, double x) const {
        return x < 500 ? weights_[j] * std::expm1(x) : std::exp(log_weights_[j] + x);
    }

    /// No root within `radius`. With a_j = y_j − ⟨y⟩ at the centre and u the way from there the mean moves by
    /// Σ w_j a_j e^{u·a_j/θ} / Σ w_j e^{u·a_j/θ}, whose denominator is 1 or more (Jensen) and whose numerator is at most
    /// Σ w_j |a_j| (e^{|u||a_j|/θ} − 1). Or else: the mean is among the points that weigh anything, and they are elsewhere.
    bool is_empty(std::span<const double> centre, double radius) {
        look_at(centre);
        double moves = 0;
        for (std::size_t j = 0; j < weights_.size(); ++j)
            moves += distances_[j] * growth(j, radius * distances_[j] / theta_);
        if (std::sqrt(dot(residual_, residual_)) > (radius + moves) * (1 + 1e-12) + 1e-14 * side_) return true;
        return is_beside_the_points(centre, radius);
    }

    /// A plane parts the ball from all points that weigh anything somewhere in it; looked for by Gilbert's descent to the
    /// nearest place of their convex hull.
    bool is_beside_the_points(std::span<const double> centre, double radius) {
        constexpr int most_steps = 12;
        heavy_.clear();
        for (std::size_t j = 0; j < weights_.size(); ++j)
            if (log_weights_[j] + radius * distances_[j] / theta_ > std::log(negligible)) heavy_.push_back(j);
        std::vector<double> nearest(mean_), way(n_);
        for (int step = 0; step < most_steps; ++step) {
            for (std::size_t k = 0; k < n_; ++k) way[k] = centre[k] - nearest[k];
            std::size_t support = heavy_.front();
            double most = -HUGE_VAL;
            for (const std::size_t j : heavy_) {
                const double product = dot(way, point(j));
                if (product > most) most = product, support = j;
            }
            if (dot(way, centre) - most > std::sqrt(dot(way, way)) * (radius + 1e-10 * side_)) return true;
            double along = 0, square = 0;
            for (std::size_t k = 0; k < n_; ++k) {
                const double edge = point(support)[k] - nearest[k];
                along += edge * way[k];
                square += edge * edge;
            }
            if (!(along > 0)) return false;
            const double share = std::min(1.0, along / square);
            for (std::size_t k = 0; k < n_; ++k) nearest[k] += share * (point(support)[k] - nearest[k]);
        }
        return false;
    }

    /// F is one to one within twice the radius, so that at most one root is there; it is looked for, and kept if there is
    /// one. The slope I − C/θ changes by less than half of its least eigenvalue, so that m ← m − (slope at the centre)⁻¹
    /// F(m) halves the distance to a root at each step, and leaves the ball only if there is none within `radius`.
    bool is_settled(std::span<const double> centre, double radius) {
        const double reach = 2 * radius;
        double moves = 0, total = 1, spread = 0, change = 0;
        for (std::size_t j = 0; j < weights_.size(); ++j) {
            const double grown = growth(j, reach * distances_[j] / theta_);
            moves += distances_[j] * grown;
            total += grown;
            spread += weights_[j] * distances_[j] * distances_[j];
        }
        for (std::size_t j = 0; j < weights_.size(); ++j) {
            const double exponent = reach * distances_[j] / theta_;
            change += distances_[j] * distances_[j] *
                      std::max(growth(j, exponent), weights_[j] * (1 - std::exp(-exponent) / total));
        }
        change += moves * moves;
        // No eigenvalue of C exceeds the spread, which is cheaper than they are.
        if (!(2 * change < std::max(theta_, spread))) return false;
        const Branch here = branch_at(target_, theta_, centre);
        double least = HUGE_VAL;
        for (const double variance : here.variances) least = std::min(least, std::abs(theta_ - variance));
        if (!(2 * change < least)) return false;
        for (const auto& root : roots_)
            if (distance(root, centre) < reach) return true;
        std::vector<double> m(centre.begin(), centre.end());
        for (int step = 0; step < 60 && distance(m, centre) < reach; ++step) {
            look_at(m);
            std::vector<double> next(m);
            for (std::size_t i = 0; i < n_; ++i) {
                const std::span axis = std::span(here.axes).subspan(i * n_, n_);
                const double length = dot(axis, residual_) / (1 - here.variances[i] / theta_);
                for (std::size_t k = 0; k < n_; ++k) next[k] -= length * axis[k];
            }
            const bool arrived = distance(next, m) < 1e-12 * side_;
            m = std::move(next);
            if (!arrived) continue;
            const auto polished = newton_root(target_, theta_, m);
            add(polished && distance(*polished, m) < 1e-6 * side_ ? *polished : m, 1e-9 * side_);
            break;
        }
        return true;
    }

    /// Boxes that touch may have found the same root.
    void add(const std::vector<double>& root, double same) {
        for (const auto& one : roots_)
            if (distance(one, root) < same) return;
        roots_.push_back(root);
    }

    void halve(const Box& box, std::vector<Box>& halves) const {
        const double shift = side_ * std::ldexp(0.25, -box.level);
        for (std::size_t corner = 0; corner < std::size_t{1} << n_; ++corner) {
            Box half{box.centre, box.level + 1};
            for (std::size_t k = 0; k < n_; ++k) half.centre[k] += (corner >> k & 1) != 0 ? shift : -shift;
            halves.push_back(std::move(half));
        }
    }

    static double distance(std::span<const double> a, std::span<const double> b) {
        double square = 0;
        for (std::size_t k = 0; k < a.size(); ++k) square += (a[k] - b[k]) * (a[k] - b[k]);
        return std::sqrt(square);
    }

    const FieldedTarget& target_;
    double theta_;
    std::size_t n_;
    std::vector<double> points_;
    std::vector<double> low_;  ///< corner of the box around the points
    double side_ = 0;
    std::vector<double> log_weights_, weights_, distances_, mean_, residual_;
    std::vector<std::size_t> heavy_;
    std::vector<std::vector<double>> roots_;
};

}  // namespace

std::optional<std::vector<std::vector<double>>> exhaustive_roots(const FieldedTarget& target, double theta,
                                                                 const Stop& stop) {
    Search search(target, theta);
    return search.run(stop);
}

}  // namespace gdm
