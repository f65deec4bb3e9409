#include "gdm/physics/levels/level_tail.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace gdm {

const GaussRule& gauss_rule() {
    static const GaussRule rule = [] {
        using Half = boost::math::quadrature::gauss<double, GaussRule::size>;
        GaussRule made{};
        for (std::size_t i = 0; i < GaussRule::size / 2; ++i) {
            const double x = Half::abscissa()[i], w = Half::weights()[i];
            const std::size_t up = GaussRule::size / 2 + i, down = GaussRule::size / 2 - 1 - i;
            made.node[up] = 0.5 * (1 + x);
            made.node[down] = 0.5 * (1 - x);
            made.weight[up] = made.weight[down] = 0.5 * w;
        }
        return made;
    }();
    return rule;
}

namespace {

struct Approximation {
    double log_probability, slope;  ///< of ln P in u
};

/// ∫ e^{−v − κv²/2} dv ≈ 2/(1 + √(1 + 4κ)) in units of 1/s, κ from a second value of ln q at about 1/s below.
Approximation local_tail(const LevelLaw& law, double u) {
    const double depth = u - law.lower();
    std::vector<double> log_p, log_q;
    for (std::size_t j = 0; j < law.components(); ++j) {
        const auto [log, slope] = law.density(j, u);
        double length = depth;
        if (slope > 0) {
            const double step = std::min(1 / slope, depth / 2), v = slope * step;
            const double kappa = std::max(0., 2 * (log - v - law.log_density(j, u - step)) / (v * v));
            length = std::min(depth, 2 / (1 + std::sqrt(1 + 4 * kappa)) / slope);
        } else if (slope < 0) {
            length = std::min(depth, -1 / slope);
        }
        log_q.push_back(log);
        log_p.push_back(log + std::log(length));
        if (slope < 0) {
            // Beyond the mode all is below but an upper tail of less than q/|s|, as ln q is concave.
            const double above = std::exp(log - law.log_mass(j)) / -slope;
            if (above < 1) log_p.back() = std::max(log_p.back(), law.log_mass(j) + std::log1p(-above));
        }
    }
    const double reference = *std::max_element(log_p.begin(), log_p.end());
    double total = 0, density = 0;
    for (std::size_t j = 0; j < log_p.size(); ++j) {
        total += std::exp(log_p[j] - reference);
        density += std::exp(log_q[j] - reference);
    }
    return {reference + std::log(total), density / total};
}

}  // namespace

double find_cut(const LevelLaw& law, double log_probability) {
    // Newton's method, kept between the cuts known to be too low and too high: ln P of a mixture need not be concave.
    double low = law.lower(), high = law.upper(), u = law.search_start();
    for (int step = 0; step < 400; ++step) {
        const Approximation tail = local_tail(law, u);
        const double miss = tail.log_probability - log_probability;
        if (std::abs(miss) < 0.05) return u;
        (miss < 0 ? low : high) = u;
        const double next = u - miss / tail.slope;
        if (next > low && next < high) {
            u = next;
        } else if (miss > 0) {
            u = std::isinf(low) ? u - 4 * law.width() : low + (low > law.lower() ? 0.5 : 0.05) * (u - low);
        } else {
            u = std::isinf(high) ? u + law.width() : 0.5 * (u + high);
        }
        if (u - law.lower() < 1e-290) break;
        if (high - low < 1e-12 * std::abs(high)) return u;  // a step of ln P
    }
    throw std::invalid_argument("no cut has this tail probability in double precision: fewer levels, or more dimensions");
}

LevelTail::LevelTail(const LevelLaw& law, std::size_t component, double cut)
    : law_(&law), component_(component), cut_(cut), depth_(cut - law.lower()), at_cut_(law.density(component, cut)) {
    // Panels of a decay e^{−s v}, or of a Gaussian one where the cut is near the mode: 42 lengths leave e^{−42}. It starts
    // at the cut, or, for a density that falls from the end of its support on, there. Without such a decay, equal panels.
    constexpr std::array<double, panels + 1> edges{0, 4, 10, 20, 42};
    const double at_end = at_cut_.slope < 0 ? law.density(component, law.lower()).slope : 1;
    const bool falls = at_end <= 0;
    const double rate = falls ? -at_end : std::max(at_cut_.slope, 2 / law.width());
    const bool decays = rate * depth_ > edges[1];
    const double unit = decays ? 1 / rate : depth_ / panels;
    std::array<double, 1 + panels * GaussRule::size> weight{};
    for (std::size_t panel = 0; panel < panels; ++panel) {
        const double begin = unit * (decays ? edges[panel] : static_cast<double>(panel));
        if (begin >= depth_) break;
        const double end = std::min(depth_, unit * (decays ? edges[panel + 1] : static_cast<double>(panel + 1)));
        for (std::size_t i = 0; i < GaussRule::size; ++i, ++nodes_) {
            const double v = begin + (end - begin) * gauss_rule().node[i];
            distance_[nodes_] = falls ? depth_ - v : v;
            weight[nodes_] = (end - begin) * gauss_rule().weight[i];
        }
    }
    if (falls) {
        std::reverse(distance_.begin() + 1, distance_.begin() + static_cast<std::ptrdiff_t>(nodes_));
        std::reverse(weight.begin() + 1, weight.begin() + static_cast<std::ptrdiff_t>(nodes_));
    }
    double largest = -INFINITY, sum = 0;
    for (std::size_t i = 1; i < nodes_; ++i) {
        log_ratio_[i] = law.log_density(component, cut - distance_[i]) - at_cut_.log;
        largest = std::max(largest, log_ratio_[i]);
    }
    for (std::size_t i = 1; i < nodes_; ++i) sum += weight[i] * std::exp(log_ratio_[i] - largest);
    log_probability_ = at_cut_.log + largest + std::log(sum);
    tail_fraction_ = -std::expm1(-std::abs(at_cut_.slope) * depth_);
}

/// cut − u under the envelope e^{−s v} on [0, depth]; for a falling density (s < 0) it is counted from the other end.
double LevelTail::proposal(double uniform) const {
    const double s = std::abs(at_cut_.slope);
    if (s * depth_ < 1e-9) return uniform * depth_;
    const double v = std::min(depth_, -std::log1p(-uniform * tail_fraction_) / s);
    return at_cut_.slope > 0 ? v : depth_ - v;
}

double LevelTail::draw(double first, RandomSequence& random) const {
    for (double uniform = first;; uniform = random.uniform()) {
        const double v = proposal(uniform), tangent = -at_cut_.slope * v, accept = random.uniform();
        std::size_t right = 1;
        while (right < nodes_ && distance_[right] < v) ++right;
        if (right < nodes_) {
            const double part = (v - distance_[right - 1]) / (distance_[right] - distance_[right - 1]);
            const double chord = log_ratio_[right - 1] + part * (log_ratio_[right] - log_ratio_[right - 1]);
            if (accept < 1 + chord - tangent) return cut_ - v;  // 1 + y ≤ e^y
        }
        if (std::log(accept) < law_->log_density(component_, cut_ - v) - at_cut_.log - tangent) return cut_ - v;
    }
}

namespace {

/// Sums of e^{l} x^m in units of the largest e^{l} so far.
struct ScaledSums {
    double reference = -INFINITY;
    std::array<double, 3> sum{};

    void rescale(double largest) {
        if (largest <= reference) return;
        const double factor = std::exp(reference - largest);
        for (double& value : sum) value *= factor;
        reference = largest;
    }
};

}  // namespace

BulkIntegrals bulk_integrals(const LevelLaw& law, std::size_t component, double cut, const LevelLaw::Density& at_cut,
                             double beta) {
    const double energy_cut = law.energy(cut), cooling = beta * law.energy_slope(cut);
    const double rate = std::max(std::abs(at_cut.slope - cooling), std::abs(at_cut.slope - 4 * cooling));
    double length = std::min({4 / rate, 2 * law.width(), law.upper() - cut}), begin = cut;
    // Where E(u) is flat at the cut, its curvature limits the first panel.
    while (4 * beta * (law.energy(cut + length) - energy_cut) > 10) length *= 0.5;
    std::array<ScaledSums, 4> sums;
    std::array<double, GaussRule::size> log_q{}, excess{};
    for (int panel = 0; panel < 1000 && begin < law.upper(); ++panel) {
        const double end = std::min(law.upper(), begin + length);
        for (std::size_t i = 0; i < GaussRule::size; ++i) {
            const double u = begin + (end - begin) * gauss_rule().node[i];
            log_q[i] = law.log_density(component, u);
            excess[i] = law.energy(u) - energy_cut;
        }
        double share = 0;
        for (int k = 1; k <= 4; ++k) {
            ScaledSums& to = sums[k - 1];
            double largest = -INFINITY;
            for (std::size_t i = 0; i < GaussRule::size; ++i) largest = std::max(largest, log_q[i] - k * beta * excess[i]);
            to.rescale(largest);
            const std::array<double, 3> before = to.sum;
            if (largest - to.reference > -100) {
                for (std::size_t i = 0; i < GaussRule::size; ++i) {
                    const double term =
                        (end - begin) * gauss_rule().weight[i] * std::exp(log_q[i] - k * beta * excess[i] - to.reference);
                    to.sum[0] += term;
                    to.sum[1] += term * excess[i];
                    to.sum[2] += term * excess[i] * excess[i];
                }
            }
            if (k == 1) share = std::max(1 - before[0] / to.sum[0], 1 - before[1] / to.sum[1]);
        }
        const auto value = [&](std::size_t i) { return log_q[i] - beta * excess[i]; };
        constexpr std::size_t last = GaussRule::size - 1, middle = GaussRule::size / 2;
        if (share < 1e-14 && value(last) < value(0)) break;
        // The next panel is at most two and a half widths of the integrand's local Gaussian long.
        const auto at = [&](std::size_t i) { return (end - begin) * gauss_rule().node[i]; };
        const double left = (value(middle) - value(0)) / (at(middle) - at(0));
        const double right = (value(last) - value(middle)) / (at(last) - at(middle));
        const double curvature = std::max(1e-300, 2 * (left - right) / (at(last) - at(0)));
        begin = end;
        length = std::min(2 * length, 2.5 / std::sqrt(curvature));
    }
    BulkIntegrals result;
    for (std::size_t k = 0; k < 4; ++k) {
        for (std::size_t m = 0; m < 3; ++m) result[k][m] = sums[k].reference + std::log(sums[k].sum[m]);
    }
    return result;
}

}  // namespace gdm
