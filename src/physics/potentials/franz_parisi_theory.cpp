#include "gdm/physics/potentials/franz_parisi_theory.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gdm/base/densities.hpp"

namespace gdm {

namespace {

constexpr double soft_reach = 40;  // so is e^{−40}

/// E ln(1 + e^{m + b z}) and its derivatives by m.
PotentialValue averaged_softplus(double m, double b) {
    PotentialValue sum;
    if (b < 1) {  // narrow noise: the trapezoidal rule over z
        constexpr double step = 0.25;
        for (double z = -gaussian_reach; z <= gaussian_reach; z += step) {
            const double x = m + b * z, small = std::exp(-std::abs(x)), weight = step * normal_density(z);
            const double share = (x > 0 ? 1 : small) / (1 + small);
            sum.value += weight * (std::max(x, 0.0) + std::log1p(small));
            sum.slope += weight * share;
            sum.curvature += weight * small / ((1 + small) * (1 + small));
        }
        return sum;
    }
    // Wide noise: by parts, over the curvature e^x/(1 + e^x)² of the function, which is a narrow density in x.
    constexpr double step = 0.5;
    for (double x = -soft_reach; x <= soft_reach; x += step) {
        const double small = std::exp(-std::abs(x)), weight = step * small / ((1 + small) * (1 + small)), k = (m - x) / b;
        const double density = normal_density(k), distribution = normal_distribution(k);
        sum.value += weight * b * (k * distribution + density);
        sum.slope += weight * distribution;
        sum.curvature += weight * density / b;
    }
    return sum;
}

}  // namespace

AveragedSoftplus::AveragedSoftplus(double lambda) : lambda_(lambda) {
    const double b = 2 * std::sqrt(lambda), half_width = soft_reach + gaussian_reach * b;
    step_ = 0.08 * std::hypot(1.0, b);
    low_ = 2 * lambda - half_width;
    const auto last = static_cast<std::size_t>(std::ceil(2 * half_width / step_));
    for (std::size_t i = 0; i <= last; ++i)
        table_.push_back(averaged_softplus(static_cast<double>(i) * step_ - half_width, b));
}

PotentialValue AveragedSoftplus::operator()(double x) const {
    const double place = (x - low_) / step_;
    if (place <= 0) return {};
    if (place >= static_cast<double>(table_.size() - 1)) return {x - 2 * lambda_, 1, 0};
    const auto i = static_cast<std::size_t>(place);
    const double s = place - static_cast<double>(i), h = step_;
    const PotentialValue &a = table_[i], &b = table_[i + 1];
    // The quintic a + a′hs + ½a″h²s² + s³(c3 + c4 s + c5 s²) that meets value, slope and curvature at both ends.
    const double rise = b.value - a.value - h * a.slope - 0.5 * h * h * a.curvature;
    const double turn = h * (b.slope - a.slope - h * a.curvature), bend = h * h * (b.curvature - a.curvature);
    const double c3 = 10 * rise - 4 * turn + 0.5 * bend, c4 = -15 * rise + 7 * turn - bend,
                 c5 = 6 * rise - 3 * turn + 0.5 * bend;
    const double s2 = s * s;
    return {a.value + h * s * (a.slope + 0.5 * h * s * a.curvature) + s2 * s * (c3 + s * (c4 + s * c5)),
            a.slope + h * s * a.curvature + s2 * (3 * c3 + s * (4 * c4 + s * 5 * c5)) / h,
            a.curvature + s * (6 * c3 + s * (12 * c4 + s * 20 * c5)) / (h * h)};
}

FranzParisiQuadrature::FranzParisiQuadrature(const GaussianMixture& mixture, double t, double fineness)
    : law_(mixture, t), mix_(law_.lambda()), fineness_(fineness) {
    const double freedom = mixture.d - 1;
    if (freedom == 0) {
        across_ = {{0, 1}};
    } else if (freedom == 1) {  // the square of a normal variable, whose sign does not matter
        const double step = 0.1 / fineness;
        for (double r = 0; r <= gaussian_reach; r += step)
            across_.push_back({r * r, (r == 0 ? 0.5 : 1) * std::exp(-0.5 * r * r)});
    } else {  // in s = ln r, where the density r^freedom e^{−r²/2} and all its derivatives vanish at both ends
        const double centre = 0.5 * std::log(freedom), step = 0.35 / (std::sqrt(freedom) * fineness);
        const auto log_weight = [&](double s) { return freedom * s - 0.5 * freedom * std::expm1(2 * s); };
        double low = 0, high = 0;
        while (log_weight(low) > -28) low -= step;
        while (log_weight(high) > -28) high += step;
        const auto nodes = static_cast<int>(std::lround((high - low) / step));
        for (int i = 0; i <= nodes; ++i) {
            const double s = low + i * step;
            across_.push_back({std::exp(2 * (centre + s)), std::exp(log_weight(s))});
        }
    }
    double total = 0;
    for (const Node& node : across_) total += node.weight;
    for (Node& node : across_) node.weight /= total;
}

PotentialValue FranzParisiQuadrature::given(double axis, double across, double q) const {
    const double d = law_.dimension(), v = law_.posterior_variance(), other = axis + law_.separation();
    const PotentialValue same = log_distance_density(d, v, axis * axis + across, q);
    const PotentialValue opposite = log_distance_density(d, v, other * other + across, q);
    const PotentialValue mix = mix_(opposite.value - same.value);
    const double difference = opposite.slope - same.slope;
    return {law_.constant() - same.value - mix.value, -same.slope - mix.slope * difference,
            -same.curvature - mix.slope * (opposite.curvature - same.curvature) - mix.curvature * difference * difference};
}

PotentialValue FranzParisiQuadrature::operator()(double q) const {
    const bool line = law_.dimension() == 1;
    // ρ changes with the axis component no faster than √(q/v) + D; the average over states has smoothed what it enters.
    const double smooth = std::hypot(1.0, 0.6 * std::sqrt(law_.lambda()));
    const double wanted = 0.3 * smooth / (std::sqrt(q / law_.posterior_variance()) + law_.separation());
    const double step = std::clamp(wanted, 2 * gaussian_reach / (line ? 4000 : 160), 0.25) / fineness_;
    const auto half = static_cast<int>(std::ceil(gaussian_reach / step));
    PotentialValue sum;
    double total = 0;
    for (int i = -half; i <= half; ++i) {
        const double density = normal_density(i * step);
        for (const Node& node : across_) {
            const PotentialValue one = given(i * step, node.value, q);
            const double weight = density * node.weight;
            total += weight;
            sum.value += weight * one.value;
            sum.slope += weight * one.slope;
            sum.curvature += weight * one.curvature;
        }
    }
    return {sum.value / total, sum.slope / total, sum.curvature / total};
}

}  // namespace gdm
