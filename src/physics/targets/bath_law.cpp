#include "gdm/physics/targets/bath_law.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "gdm/base/not_a_number.hpp"
#include "gdm/physics/targets/target_law.hpp"
#include "gdm/physics/targets/two_deltas_law.hpp"

namespace gdm {
namespace {

BathMoments four_deltas_moments(double theta, double h, std::int64_t K) {
    // Along the diagonals y = (u ± v)/√2·(1, ±1)/√2 with u, v = ±1 in two independent models at 2θ.
    const TwoDeltasLaw law(2 * theta, h, K);
    const TwoDeltasMoments one = law.moments();
    BathMoments both{.first = one.first,
                     .absolute = not_a_number,
                     .squared = one.squared,
                     .fourth = (one.fourth + one.squared * one.squared) / 2};
    if (K > 2048) return both;
    both.absolute = 0;
    for (std::size_t i = 0; i < law.values().size(); ++i) {
        for (std::size_t j = 0; j < law.values().size(); ++j)
            both.absolute += law.probability(i) * law.probability(j) * std::hypot(law.values()[i], law.values()[j]);
    }
    both.absolute /= std::numbers::sqrt2;
    return both;
}

BathMoments sphere_moments(double theta, double h, double K, double d) {
    const auto log_density = [&](double r) {
        const double field = h > 0 ? sphere_overlap(d, K * r * h / theta).log_average : 0;
        return (d > 1 ? (d - 1) * std::log(r) : 0) - K * (r * r + h * h) / (2 * theta) + field +
               K * sphere_overlap(d, r / theta).log_average;
    };
    constexpr int nodes = 1000;
    double from = 0, to = 1 + h + std::sqrt(theta / K) * (std::sqrt(d) + 12);
    double greatest = 0;
    // Three times nearer to where the density is more than e^{−50} of its maximum.
    for (int pass = 0; pass < 3; ++pass) {
        const double step = (to - from) / nodes;
        std::vector<double> logs(nodes);
        for (int i = 0; i < nodes; ++i) logs[i] = log_density(from + (i + 0.5) * step);
        greatest = *std::max_element(logs.begin(), logs.end());
        int first = 0, last = nodes - 1;
        while (logs[first] < greatest - 50) ++first;
        while (logs[last] < greatest - 50) --last;
        to = from + (last + 1.5) * step;
        from = std::max(0., from + (first - 0.5) * step);
    }
    // Of an even function, and of one that vanishes at its ends, the midpoints are exact to all orders.
    const double step = (to - from) / nodes;
    double whole = 0, along = 0, square = 0, fourth = 0;
    for (int i = 0; i < nodes; ++i) {
        const double r = from + (i + 0.5) * step, weight = std::exp(log_density(r) - greatest);
        whole += weight;
        if (h > 0) along += weight * r * sphere_overlap(d, K * r * h / theta).mean;
        square += weight * r * r;
        fourth += weight * r * r * r * r;
    }
    along /= whole;
    square /= whole;
    fourth /= whole;
    // x − h e = ȳ + √(θ/K) z.
    const double noise = theta / K;
    BathMoments result{.first = h > 0 ? along - h : 0,
                       .absolute = not_a_number,
                       .squared = square - 2 * h * along + h * h - d * noise,
                       .fourth = not_a_number};
    if (h == 0) result.fourth = fourth - (2 * d + 4) * noise * result.squared - d * (d + 2) * noise * noise;
    return result;
}

}  // namespace

BathMoments bath_moments(BathTarget target, double theta, double h, std::int64_t K, std::size_t d) {
    switch (target) {
        case BathTarget::two_deltas: {
            const TwoDeltasMoments exact = TwoDeltasLaw(theta, h, K).moments();
            return {exact.first, exact.absolute, exact.squared, exact.fourth};
        }
        case BathTarget::four_deltas:
            return four_deltas_moments(theta, h, K);
        case BathTarget::hypersphere:
            return sphere_moments(theta, h, static_cast<double>(K), static_cast<double>(d));
        case BathTarget::discrete:
            break;
    }
    return {not_a_number, not_a_number, not_a_number, not_a_number};
}

BathCriticality bath_criticality(BathTarget target, std::size_t d) {
    if (target == BathTarget::discrete) return {not_a_number, not_a_number, not_a_number};
    // Of r^{n−1} e^{−c r⁴}: ⟨r^k⟩ = c^{−k/4} Γ((n + k)/4)/Γ(n/4).
    const double n = target == BathTarget::hypersphere ? static_cast<double>(d) : 1;
    const double c = n * n / (4 * (n + 2));
    const auto moment = [&](double k) {
        return std::pow(c, -k / 4) * std::exp(std::lgamma((n + k) / 4) - std::lgamma(n / 4));
    };
    const double binder = 1 - moment(4) / (3 * moment(2) * moment(2));
    // Four deltas: ‖ȳ‖² is half the sum of two squares of that law.
    if (target == BathTarget::four_deltas) return {1 - (3 * (1 - binder) + 1) / 6, not_a_number, moment(2)};
    return {binder, moment(1), moment(2)};
}

BathRelaxation two_deltas_relaxation(double theta, std::int64_t K) {
    // 1 − P, made symmetric: birth and death rates of the number of microstates at +1.
    const double sites = static_cast<double>(K);
    std::vector<double> diagonal, squares{0};
    const auto birth = [&](double up) {
        return (sites - up) / sites / (1 + std::exp(-2 * (2 * up - sites + 1) / (sites * theta)));
    };
    const auto death = [&](double up) { return up / sites / (1 + std::exp(2 * (2 * up - sites - 1) / (sites * theta))); };
    for (double up = 0; up <= sites; ++up) {
        diagonal.push_back(birth(up) + death(up));
        if (up < sites) squares.push_back(birth(up) * death(up + 1));
    }
    const auto below = [&](double level) {  // eigenvalues
        std::size_t count = 0;
        double pivot = 1;
        for (std::size_t i = 0; i < diagonal.size(); ++i) {
            pivot = diagonal[i] - level - squares[i] / pivot;
            if (pivot == 0) pivot = 1e-300;
            count += pivot < 0 ? 1 : 0;
        }
        return count;
    };
    // In order their modes are even and odd in turn, beginning with that of the equilibrium.
    const auto time = [&](std::size_t place) {
        if (place > static_cast<std::size_t>(K)) return not_a_number;
        double low = 0, high = 2;
        while (high - low > 1e-12 * high && high > 1e-13) {
            const double middle = low > 1e-13 ? (low + high) / 2 : high / 2;
            (below(middle) > place ? high : low) = middle;
            if (low == 0 && high < 1e-13) return not_a_number;
        }
        return high < 1e-13 ? not_a_number : -1 / (sites * std::log1p(-high));
    };
    return {time(1), time(2)};
}

}  // namespace gdm
