#include "gdm/physics/weights/weight_averages.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "gdm/base/control_variates.hpp"
#include "gdm/base/log_sum.hpp"
#include "gdm/physics/levels/noncentral_levels.hpp"
#include "gdm/physics/process/forward_process.hpp"

namespace gdm {
namespace {

constexpr double negligible = 20;  // e^{−20}
constexpr double step = 0.6;       // in y: errors e^{−π²/0.6} times powers of 2π/0.6, 5e-5 for ⟨Y²⟩ and below

/// Logarithms of T_k and of 1 − g at one y.
struct Transforms {
    double first, second, third, fourth, complement;
};

class TransformedTable {
  public:
    explicit TransformedTable(const LevelTable& table)
        : e_(table.energies()), l_(table.log_weights()), below_(l_.size() + 1) {
        begin_ = end_ = l_.size();
        for (const double l : l_) {
            unit_.push_back(64 * std::floor(l / 64));
            p_.push_back(std::exp(l - unit_.back()));
        }
        x_.resize(l_.size());
        for (std::size_t k = 0; k < power.size(); ++k) {
            above_[k].assign(l_.size() + 1, 0);
            for (std::size_t i = l_.size(); i-- > 0;) {
                const double to_next = i + 1 < l_.size() ? l_[i + 1] - l_[i] - power[k] * (e_[i + 1] - e_[i]) : -INFINITY;
                above_[k][i] = 1 + above_[k][i + 1] * std::exp(std::min(to_next, 600.));
            }
        }
        below_[0] = -INFINITY;
        LogSum sum;
        for (std::size_t i = 0; i < l_.size(); ++i) {
            sum.add(l_[i]);
            below_[i + 1] = sum.log();
        }
    }

    /// y falls from call to call, by `step`.
    Transforms operator()(double y) {
        for (; end_ > 0 && e_[end_ - 1] - y > far; --end_) {
        }
        for (std::size_t i = begin_; i < end_; ++i) x_[i] *= shrink_;
        for (; begin_ > 0 && e_[begin_ - 1] - y > -near; --begin_) x_[begin_ - 1] = std::exp(y - e_[begin_ - 1]);
        std::array<double, 4> sum{};
        double complement = 0;
        double scale = end_ < e_.size() ? l_[end_] - e_[end_] + y : -INFINITY;
        for (std::size_t i = begin_; i < end_; ++i) scale = std::max(scale, l_[i] - std::max(0., e_[i] - y));
        double unit = NAN, factor = 0;
        for (std::size_t i = begin_; i < end_; ++i) {
            if (unit_[i] != unit) unit = unit_[i], factor = std::exp(unit - scale);
            const double x = x_[i], decay = std::exp(-x), p = p_[i] * factor;
            const double first = p * x * decay, second = first * x;
            sum[0] += first;
            sum[1] += second;
            sum[2] += second * x;
            sum[3] += second * x * x;
            complement += p * (1 - decay);
        }
        if (end_ < e_.size()) {
            for (std::size_t k = 0; k < power.size(); ++k) {
                const double tail = above_[k][end_] * std::exp(l_[end_] - power[k] * (e_[end_] - y) - scale);
                sum[k] += tail;
                if (k == 0) complement += tail;
            }
        }
        if (begin_ > 0) complement += std::exp(below_[begin_] - scale);
        for (double& one : sum) one = scale + std::log(one);
        return {sum[0], sum[1], sum[2], sum[3], scale + std::log(complement)};
    }
    [[nodiscard]] double log_mean_weight() const { return l_.front() - e_.front() + std::log(above_[0].front()); }
    [[nodiscard]] double highest() const { return e_.back(); }
    [[nodiscard]] double lowest() const { return e_.front(); }

  private:
    static constexpr std::array<double, 4> power{1, 2, 3, 4};
    static constexpr double far = 16, near = 5;  // x f < e^{−16}: e^{−x f} is 1; x f > e^5: it is 0
    const std::vector<double>&e_, &l_;
    std::array<std::vector<double>, 4> above_;  ///< Σ_{m ≥ i} p_m f_m^k in units of the term i
    std::vector<double> below_;                 ///< ln Σ_{m < i} p_m
    double shrink_ = std::exp(-step);
    std::vector<double> unit_, p_, x_;  ///< p in units of e^unit, and x f
    std::size_t begin_, end_;           ///< where x f lies between e^{−16} and e^5
};

/// ln(1 − h) from ln h, h < 1.
double log_complement(double log_h) { return std::log1p(-std::min(std::exp(log_h), 1 - 1e-15)); }
/// ln(1 − g^m) from ln g^m.
double log_minus_expm1(double log_power) { return std::log(-std::expm1(log_power)); }

/// ln g^m.
double log_power(double log_m, double log_h) {
    if (log_m == -INFINITY) return 0;
    return log_h < -37 ? -std::exp(log_m + log_h) : std::exp(log_m) * log_complement(log_h);
}

/// P(the lowest of m levels lies below a source), by the cumulative law with the first corrections of Euler and Maclaurin.
double not_nearest(const LevelTable& table, double log_mean_weight) {
    const auto &e = table.energies(), &l = table.log_weights();
    LogSum below;
    double result = 0;
    for (std::size_t i = 0; i < l.size(); ++i) {
        const double slope = i > 0 && i + 1 < l.size() ? 0.5 * (l[i + 1] - l[i - 1]) : 0;  // of ln p in one step
        const double half = 0.5 - slope / 12 + slope * slope * slope / 720;
        LogSum all = below;
        all.add(l[i] + std::log(std::max(half, 1e-3)));
        result += std::exp(l[i] - e[i] - log_mean_weight) * -std::expm1(log_power(table.log_n(), std::min(all.log(), 0.)));
        below.add(l[i]);
    }
    return result;
}

}  // namespace

WeightAverages planted_averages(const LevelTable& table, double shift) {
    TransformedTable transforms(table);
    const double log_f = transforms.log_mean_weight(), log_m = table.log_n(), log_rest = log_less_one(log_m);
    const double log_two_less = log_less_one(log_rest);
    LogSum ratio(negligible), loss(negligible), square(negligible), mixed(negligible), entropy(negligible);
    for (double y = transforms.highest() + 4 + shift * step; y > transforms.lowest() - 400; y -= step) {
        const Transforms t = transforms(y);
        const double last = log_power(log_m, t.complement), others = log_power(log_rest, t.complement);
        bool matters = entropy.add(t.first - y + log_minus_expm1(last));
        matters |= ratio.add(t.second - y + last);
        matters |= loss.add(log_m + 2 * t.first - y + others);
        matters |= square.add(t.fourth - y + last);
        matters |= square.add(log_m + 2 * t.second - y + others);
        matters |= mixed.add(log_m + std::numbers::ln2 + t.third + t.first - y + others);
        if (std::isfinite(log_rest)) {
            const double rest = log_power(log_two_less, t.complement);
            matters |= mixed.add(log_m + log_rest + t.second + 2 * t.first - y + rest);
        }
        if (!matters && t.complement + log_m < -3) break;
    }
    WeightAverages result;
    const double log_scale = std::log(step) - log_f;
    result.participation_ratio = std::exp(log_scale + ratio.log());
    result.source_loss = std::exp(log_scale + loss.log());
    result.participation_ratio_squared = 0.5 * std::exp(log_scale + square.log());
    result.participation_loss_share = 0.5 * std::exp(log_scale + mixed.log());
    result.entropy = std::exp(log_scale + entropy.log());
    result.not_nearest = not_nearest(table, log_f);
    return result;
}

WeightAverages population_averages(const LevelTable& table, double shift) {
    TransformedTable transforms(table);
    const double log_n = table.log_n(), log_1 = log_less_one(log_n), log_2 = log_less_one(log_1);
    LogSum ratio(negligible), square(negligible);
    for (double y = transforms.highest() + 4 + shift * step; y > transforms.lowest() - 400; y -= step) {
        const Transforms t = transforms(y);
        const double last = log_power(log_1, t.complement);
        bool matters = ratio.add(log_n + t.second + last);
        matters |= square.add(log_n + t.fourth + last);
        if (std::isfinite(log_1)) {
            const double others = log_power(log_2, t.complement);
            matters |= square.add(log_n + log_1 + 2 * t.second + others);
        }
        if (!matters && t.complement + log_n < -3) break;
    }
    WeightAverages result;
    result.participation_ratio = step * std::exp(ratio.log());
    result.participation_ratio_squared = step / 6 * std::exp(square.log());
    result.source_loss = 1 - result.participation_ratio;
    return result;
}

namespace {

/// The averages given a state, as a function of ‖ξ‖² and of ξ's component along its class' mean, x = c m_t + √Γ ξ.
class GivenState {
  public:
    GivenState(const GaussianMixture& mixture, double log_n, StateKind kind, double t)
        : mixture_(mixture), kind_(kind), log_count_(kind == StateKind::planted ? log_less_one(log_n) : log_n) {
        theta_ = std::clamp(brownian_from_time(t), 1e-15 * mixture.sigma2, 1e12 * mixture.sigma2);
        scale_ = 1 + theta_ / mixture.sigma2;
    }
    [[nodiscard]] WeightAverages operator()(double square, double axis, const std::array<double, 2>& shifts) const {
        const double distance = mixture_.axis_mean() / std::sqrt(mixture_.sigma2);
        const double own = scale_ * square;
        const double other = std::max(0., own + 4 * distance * (distance + std::sqrt(scale_) * axis));
        const NoncentralLevels law(0.5 * mixture_.sigma2 / theta_, mixture_.d, own, other);
        if (kind_ == StateKind::planted)
            return planted_averages(LevelTable(law, log_count_, 1, TableUse::source, shifts[0]), shifts[1]);
        return population_averages(LevelTable(law, log_count_, 1, TableUse::level, shifts[0]), shifts[1]);
    }

  private:
    const GaussianMixture& mixture_;
    StateKind kind_;
    double log_count_, theta_ = 0, scale_ = 1;
};

/// Where ⟨Y⟩ or ⟨1 − Y⟩ is small at the typical norm of a state, it is made by others.
enum class Rare { none, loss, ratio };

struct Tilt {
    Rare rare = Rare::none;
    double variance = 1;  ///< of a component of ξ, at which p(ξ) times the small average is largest
};

/// From five trial norms, ln of the average linear between them.
Tilt find_tilt(const GivenState& given, double d, bool planted) {
    constexpr double small = 0.02;
    constexpr std::array<double, 5> trials{1, 0.35, 0.6, 1.7, 3};
    std::array<double, 5> log_v{}, log_f{};
    Tilt tilt;
    for (std::size_t i = 0; i < trials.size(); ++i) {
        const WeightAverages at = given(trials[i] * d, 0, {0.5, 0.5});
        if (i == 0 && planted && at.source_loss < small) tilt.rare = Rare::loss;
        if (i == 0 && at.participation_ratio < small) tilt.rare = Rare::ratio;
        if (tilt.rare == Rare::none) return tilt;
        log_v[i] = std::log(trials[i]);
        log_f[i] = std::log(std::max(tilt.rare == Rare::loss ? at.source_loss : at.participation_ratio, 1e-300));
    }
    constexpr std::array<std::size_t, 5> ascending{1, 2, 0, 3, 4};
    double best = -INFINITY;
    for (std::size_t i = 0; i + 1 < ascending.size(); ++i) {
        const std::size_t a = ascending[i], b = ascending[i + 1];
        for (int j = 0; j < 20; ++j) {
            const double at = std::lerp(log_v[a], log_v[b], j / 20.);
            const double value = 0.5 * d * (at - std::exp(at)) + std::lerp(log_f[a], log_f[b], j / 20.);
            if (value > best) best = value, tilt.variance = std::exp(at);
        }
    }
    return tilt;
}

/// Numbers of all states at one time, times their importance weights.
struct Weighted {
    std::vector<double> weights, ratio, loss, square, share, entropy, not_nearest;

    void add(double weight, const WeightAverages& at) {
        weights.push_back(weight - 1);
        ratio.push_back(weight * at.participation_ratio);
        loss.push_back(weight * at.source_loss);
        square.push_back(weight * at.participation_ratio_squared);
        share.push_back(weight * at.participation_loss_share);
        entropy.push_back(weight * at.entropy);
        not_nearest.push_back(weight * at.not_nearest);
    }
    [[nodiscard]] WeightAverages averages(Rare rare, bool planted) const {
        // A small average is that of its weighted states; what is typical varies with the weights, whose mean is 1.
        const auto plain = [](const std::vector<double>& all) {
            return std::accumulate(all.begin(), all.end(), 0.) / static_cast<double>(all.size());
        };
        const auto typical = [&](const std::vector<double>& all) {
            return rare == Rare::none ? plain(all) : controlled_mean(all, weights, 1);
        };
        WeightAverages mean;
        if (planted && rare == Rare::loss) {
            mean.rare_loss = true;
            mean.source_loss = plain(loss);
            mean.participation_loss_share = plain(share);
            mean.entropy = plain(entropy);
            mean.not_nearest = plain(not_nearest);
            mean.participation_ratio = 1 - mean.source_loss;  // ⟨Y⟩ + ⟨1 − Y⟩ = 1, ⟨Y²⟩ + ⟨Y(1 − Y)⟩ = ⟨Y⟩
            mean.participation_ratio_squared = mean.participation_ratio - mean.participation_loss_share;
            return mean;
        }
        mean.participation_ratio = plain(ratio);
        mean.source_loss = 1 - mean.participation_ratio;
        mean.participation_ratio_squared = plain(square);
        mean.participation_loss_share = plain(share);
        mean.entropy = typical(entropy);
        mean.not_nearest = typical(not_nearest);
        return mean;
    }
};

}  // namespace

std::vector<WeightAverages> average_weights(const GaussianMixture& mixture, double log_n, StateKind kind, std::size_t states,
                                            std::span<const double> times, const RandomStream& random, const Stop& stop) {
    const bool planted = kind == StateKind::planted;
    const std::size_t n = 4 * ((states + 3) / 4);  // each proposal has its share of both halves of controlled_mean
    std::vector<double> squares(n), axes(n);
    std::vector<std::array<double, 2>> shifts(n);  // of the grids
    for (std::size_t i = 0; i < n; ++i) {
        RandomSequence draws(random, Purpose::state, static_cast<std::uint32_t>(i), 1);
        axes[i] = draws.normal();
        squares[i] = axes[i] * axes[i] + (mixture.d > 1 ? draws.chi_squared(mixture.d - 1) : 0);
        shifts[i] = {draws.uniform(), draws.uniform()};
    }
    std::vector<WeightAverages> result;
    for (const double t : times) {
        const GivenState given(mixture, log_n, kind, t);
        const Tilt tilt = find_tilt(given, mixture.d, planted);
        Weighted weighted;
        for (std::size_t i = 0; i < n; ++i) {
            stop.check();
            const double variance = i / 2 % 2 == 0 ? 1 : tilt.variance, square = variance * squares[i];
            const double ratio = std::exp(-0.5 * (mixture.d * std::log(tilt.variance) + square * (1 / tilt.variance - 1)));
            weighted.add(2 / (1 + ratio), given(square, std::sqrt(variance) * axes[i], shifts[i]));
        }
        result.push_back(weighted.averages(tilt.rare, planted));
    }
    return result;
}

}  // namespace gdm
