#include "gdm/physics/levels/level_averages.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "gdm/base/log_sum.hpp"
#include "gdm/physics/levels/level_tail.hpp"
#include "gdm/physics/levels/random_levels.hpp"

namespace gdm {
namespace {

constexpr double hidden_by_rounding = 40;  // e^{−40} is below rounding

/// ∫ q(u) F(t) du with t = y − βE(u), for F = 1 − e^{−x f} (absent), e^{−x f} (k = 0), (x f)^k e^{−x f}.
class Transform {
  public:
    Transform(const LevelLaw& law, double beta) : law_(&law), beta_(beta) {}

    struct Result {
        double log = -INFINITY;
        double mean_energy = 0;  ///< under the integrand
    };
    static constexpr int complement = -1;

    [[nodiscard]] Result operator()(int k, double y) const {
        Result total;
        for (std::size_t j = 0; j < law_->components(); ++j) {
            const Result part = component(j, k, y);
            const double larger = std::max(total.log, part.log);
            if (larger == -INFINITY) continue;
            const double a = std::exp(total.log - larger), b = std::exp(part.log - larger);
            total = {larger + std::log(a + b), (a * total.mean_energy + b * part.mean_energy) / (a + b)};
        }
        return total;
    }

  private:
    [[nodiscard]] static double log_factor(int k, double t) {
        const double x = std::exp(std::min(t, 700.));
        return k == complement ? (x < 1e-8 ? t : std::log(-std::expm1(-x))) : k * t - x;
    }
    [[nodiscard]] static double log_factor_slope(int k, double t) {
        const double x = std::exp(std::min(t, 700.));
        if (k != complement) return k - x;
        return x < 1e-8 ? 1 : x > 700 ? 0 : x / std::expm1(x);
    }
    [[nodiscard]] double value(std::size_t j, int k, double y, double u) const {
        return law_->log_density(j, u) + log_factor(k, y - beta_ * law_->energy(u));
    }

    /// The integrand's mode: its logarithm rises and then falls.
    [[nodiscard]] double mode(std::size_t j, int k, double y) const {
        const auto rises = [&](double u) {
            const double slope = log_factor_slope(k, y - beta_ * law_->energy(u));
            return law_->density(j, u).slope - beta_ * law_->energy_slope(u) * slope > 0;
        };
        double low = law_->search_start(), high = low, step = law_->width();
        if (rises(low)) {
            for (; high < law_->upper() && rises(high); step *= 2) low = high, high = std::min(law_->upper(), high + step);
        } else {
            for (; low > law_->lower() && !rises(low); step *= 2) {
                high = low;
                // Toward an end of the support by factors: the mode may be as near to it as e^{−ln n/d}.
                low = std::isfinite(law_->lower()) ? law_->lower() + 0.25 * (low - law_->lower()) : low - step;
                if (high - low < 1e-150) break;
            }
        }
        for (int i = 0; i < 30; ++i) {
            const double middle = 0.5 * (low + high);
            (rises(middle) ? low : high) = middle;
        }
        return 0.5 * (low + high);
    }

    [[nodiscard]] Result component(std::size_t j, int k, double y) const {
        const double centre = mode(j, k, y), peak = value(j, k, y, centre);
        if (!std::isfinite(peak)) return {};
        double sum = 0, energy = 0;
        for (const double direction : {-1., 1.}) {
            const double limit = direction < 0 ? law_->lower() : law_->upper();
            double begin = centre, length = std::min(law_->width(), direction * (limit - centre));
            while (length > 1e-14 * std::abs(centre) && peak - value(j, k, y, centre + direction * 0.5 * length) > 2) {
                length *= 0.5;  // until it is a width of the peak
            }
            for (int panel = 0; panel < 400 && direction * (limit - begin) > 0; ++panel) {
                // e^{−e^t} wants panels of length 2 in t about its step, and longer ones away from it.
                const double t = y - beta_ * law_->energy(begin);
                const double steepest = std::max(law_->energy_slope(begin), law_->energy_slope(begin + direction * length));
                length = std::min(length, std::max(2., 0.5 * std::abs(t)) / (beta_ * steepest));
                const double end = direction * std::min(direction * limit, direction * begin + length);
                std::array<double, GaussRule::size> l{};
                double largest = -INFINITY;
                for (std::size_t i = 0; i < GaussRule::size; ++i) {
                    const double u = begin + (end - begin) * gauss_rule().node[i];
                    l[i] = value(j, k, y, u) - peak;
                    largest = std::max(largest, l[i]);
                    const double term = std::abs(end - begin) * gauss_rule().weight[i] * std::exp(l[i]);
                    sum += term;
                    energy += term * law_->energy(u);
                }
                if (largest < -hidden_by_rounding) break;
                // Curvature of the panel just passed; on the falling side of e^{−x f} it grows, hence no more than doubling.
                constexpr std::size_t last = GaussRule::size - 1, middle = GaussRule::size / 2;
                const auto at = [&](std::size_t i) { return std::abs(end - begin) * gauss_rule().node[i]; };
                const double left = (l[middle] - l[0]) / (at(middle) - at(0));
                const double right = (l[last] - l[middle]) / (at(last) - at(middle));
                const double curvature = std::max(1e-300, 2 * (left - right) / (at(last) - at(0)));
                begin = end;
                length = std::min(2 * length, 2 / std::sqrt(curvature));
            }
        }
        return {peak + std::log(sum), energy / sum};
    }

    const LevelLaw* law_;
    double beta_;
};

/// The integrals over y, one node at a time.
class Outer {
  public:
    Outer(const LevelLaw& law, double log_n, double beta) : transform_(law, beta), log_n_(log_n) {
        const double n = std::exp(log_n);
        n_minus_1_ = n < 0x1p53 ? std::log(n - 1) : log_n;  // −∞ for n = 1
        n_minus_2_ = n < 0x1p53 ? std::log(std::max(0., n - 2)) : log_n;
    }

    /// ln(−ln g).
    [[nodiscard]] double log_minus_log_g(double y) const {
        const double log_h = transform_(Transform::complement, y).log;
        if (log_h < -37) return log_h;
        if (log_h < -0.7) return log_h + std::log(-std::log1p(-std::exp(log_h)) / std::exp(log_h));
        return std::log(-transform_(0, y).log);
    }

    bool add(double y, bool above_centre) {
        const double log_rate = log_h(y);
        const auto log_power = [&](double log_exponent) { return -std::exp(log_exponent + log_rate); };
        const Transform::Result first = transform_(1, y);
        const double second = transform_(2, y).log, fourth = transform_(4, y).log;
        const double last = log_power(n_minus_1_);
        bool matters = weight_.add(log_n_ + first.log + last);
        energy_ += std::exp(log_n_ + first.log + last) * first.mean_energy;
        matters |= ratio_.add(log_n_ + second + last);
        matters |= square_.add(log_n_ + fourth + last);
        if (std::isfinite(n_minus_1_)) matters |= square_.add(log_n_ + n_minus_1_ + 2 * second + log_power(n_minus_2_));
        const double log_g_n = log_power(log_n_);
        const double part = above_centre ? std::exp(log_g_n) : std::expm1(log_g_n);
        mean_w_ += part;
        return matters || std::abs(part) > 1e-16;
    }

    [[nodiscard]] LevelAverages result(double step, double centre, double beta) const {
        LevelAverages result;
        result.normalisation = step * std::exp(weight_.log());
        result.log_participation_ratio = std::log(step) + ratio_.log();
        result.participation_ratio = std::exp(result.log_participation_ratio);
        result.participation_ratio_2 = step / 6 * std::exp(square_.log());
        result.log_z = -std::numbers::egamma - (centre + step * mean_w_);
        result.weight_entropy = result.log_z + beta * step * energy_;
        return result;
    }
    [[nodiscard]] double log_n() const { return log_n_; }

  private:
    [[nodiscard]] double log_h(double y) const { return log_minus_log_g(y); }

    Transform transform_;
    double log_n_, n_minus_1_, n_minus_2_;
    LogSum weight_, ratio_, square_;
    double energy_ = 0, mean_w_ = 0;
};

}  // namespace

LevelAverages level_averages(const LevelLaw& law, double log_n, double beta) {
    if (!(log_n >= 0) || !std::isfinite(log_n) || !(beta > 0)) {
        throw std::invalid_argument("averages over levels need a finite ln n >= 0 and an inverse temperature > 0");
    }
    log_n = log_whole(log_n);
    Outer outer(law, log_n, beta);
    // The centre, where n (−ln g) = 1.
    double low = -1, high = 1;
    while (outer.log_minus_log_g(low) + log_n > 0) low *= 2;
    while (outer.log_minus_log_g(high) + log_n < 0) high *= 2;
    while (high - low > 0.01) {
        const double middle = 0.5 * (low + high);
        (outer.log_minus_log_g(middle) + log_n < 0 ? low : high) = middle;
    }
    // ln(−ln g) rises with a slope m from β_c/β to 1, and the integrands vary over 1/m. Half a step beside the centre, so
    // that the mean of W is a midpoint rule on both sides.
    const double slope = (outer.log_minus_log_g(low) - outer.log_minus_log_g(low - 20)) / 20;
    const double step = 0.25 / std::clamp(slope, 1e-6, 1.);
    for (int i = 0; outer.add(low + (i + 0.5) * step, true) || i < 20; ++i) {
    }
    for (int i = 0; outer.add(low - (i + 0.5) * step, false) || i < 20; ++i) {
    }
    return outer.result(step, low, beta);
}

std::vector<double> source_weights(const LevelLaw& law, std::span<const double> log_n, double beta, double energy) {
    constexpr double step = 0.4, first = -24, last = 3.6;  // e^{y − e^y} is below 1e-10 outside
    const Outer outer(law, 0, beta);
    std::vector<double> weights(log_n.size(), 0.);
    for (double y = first; y < last; y += step) {
        const double density = step * std::exp(y - std::exp(y)), log_rate = outer.log_minus_log_g(y + beta * energy);
        for (std::size_t k = 0; k < log_n.size(); ++k) weights[k] += density * std::exp(-std::exp(log_n[k] + log_rate));
    }
    return weights;
}

}  // namespace gdm
