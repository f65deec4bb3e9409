#include "gdm/physics/paths/weight_law.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace gdm {

namespace {

constexpr std::size_t cells = 320;  ///< of ln w
constexpr double step = 0.5;        ///< between values of k, in deviations of ln w
constexpr double most_steps = 200;

/// Where the density is known: ln w, ln of it without the root, its slope −k, ln of the root.
struct Node {
    double l, log_density, slope, log_root;
};

Node node_at(double k, const Cumulants& at) {
    return {at.slope, at.value - k * at.slope, -k, 0.5 * std::log(2 * std::numbers::pi * at.curvature)};
}

/// The cubic through both ends with their slopes, less the root, linearly.
double log_density(const Node& a, const Node& b, double l) {
    const double h = b.l - a.l, s = (l - a.l) / h;
    const double cubic = a.log_density * (1 + 2 * s) * (1 - s) * (1 - s) + b.log_density * s * s * (3 - 2 * s) +
                         h * (a.slope * s * (1 - s) * (1 - s) - b.slope * s * s * (1 - s));
    return cubic - (1 - s) * a.log_root - s * b.log_root;
}

void normalise(std::vector<double>& mass) {
    double total = 0;
    for (const double one : mass) total += one;
    for (double& one : mass) one /= total;
}

constexpr double most_chain_steps = 150;
constexpr double longest_step = 0.5;  ///< relaxation times

/// The same paths in fewer steps.
PathProblem coarser(PathProblem problem) {
    const GaussianMixture& mixture = problem.mixture;
    const double length =
        problem.settings.grid == TimeGrid::clock ? mixture.clock(problem.duration) - mixture.clock(0) : problem.duration;
    const double steps = std::ceil(length / problem.settings.dt - 1e-9);
    for (double fewer = most_chain_steps; fewer < steps; fewer *= 2) {
        PathProblem other = problem;
        other.settings.dt = length / fewer;
        const PathCourse course = path_course(other);
        const bool forward = problem.settings.direction == Direction::forward;
        const double next = forward ? course.times[1] : course.times[course.times.size() - 2];
        if (mixture.clock(next) - mixture.clock(0) < longest_step) return other;
    }
    return problem;
}

}  // namespace

WeightLaw::WeightLaw(const std::function<Cumulants(double)>& cumulants, double index, double most) {
    const Cumulants middle = cumulants(0);
    if (!std::isfinite(middle.value) || !std::isfinite(middle.slope) || !(middle.curvature > 0))
        throw std::invalid_argument("the law of a weight needs finite cumulants at k = 0");
    std::vector<Node> nodes{node_at(0, middle)};
    for (const int side : {-1, 1}) {
        // Below the bulk a thousandth of the mass may be missing; above it, a thousandth of a weight.
        const double least = side < 0 ? -7 : -7 - std::log(most);
        Cumulants at = middle;
        double k = 0;
        for (double taken = 0; taken < most_steps; ++taken) {
            double forward = step / std::sqrt(at.curvature);
            if (side > 0) forward = std::min(forward, 0.4 * (index - k));
            k += side * forward;
            const Cumulants next = cumulants(k);
            if (!std::isfinite(next.value) || !(next.curvature > 0) || !(side * (next.slope - at.slope) > 0)) break;
            at = next;
            nodes.insert(side < 0 ? nodes.begin() : nodes.end(), node_at(k, at));
            if (at.value - k * at.slope < least || forward * at.curvature < 1e-3 * std::sqrt(middle.curvature)) break;
        }
    }
    if (nodes.size() < 3) throw std::invalid_argument("the law of a weight needs finite cumulants around k = 0");
    const double low = nodes.front().l, width = (nodes.back().l - low) / static_cast<double>(cells);
    for (std::size_t i = 0, place = 0; i < cells; ++i) {
        const double l = low + (static_cast<double>(i) + 0.5) * width;
        while (place + 2 < nodes.size() && nodes[place + 1].l < l) ++place;
        log_weight_.push_back(l);
        mass_.push_back(std::exp(log_density(nodes[place], nodes[place + 1], l)));
    }
    normalise(mass_);
}

WeightLaw::WeightLaw(const std::vector<WeightMass>& masses, double most) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const auto& [l, mass] : masses) {
        if (mass < 1e-4 / most) continue;
        low = std::min(low, l), high = std::max(high, l);
    }
    const double width = std::max(high - low, 1e-9) / static_cast<double>(cells);
    mass_.assign(cells, 0);
    std::vector<double> first(cells, 0.0);
    for (const auto& [l, mass] : masses) {
        if (l < low || l > high) continue;
        const auto place = std::min(cells - 1, static_cast<std::size_t>((l - low) / width));
        mass_[place] += mass, first[place] += mass * l;
    }
    for (std::size_t i = 0; i < cells; ++i)
        log_weight_.push_back(mass_[i] > 0 ? first[i] / mass_[i] : low + (static_cast<double>(i) + 0.5) * width);
    normalise(mass_);
}

WeightLaw WeightLaw::times(const WeightLaw& other, double most) const {
    std::vector<WeightMass> masses;
    for (std::size_t i = 0; i < mass_.size(); ++i) {
        for (std::size_t j = 0; j < other.mass_.size(); ++j)
            masses.push_back({log_weight_[i] + other.log_weight_[j], mass_[i] * other.mass_[j]});
    }
    // A cell of the product gathers many small masses.
    return {masses, most * static_cast<double>(cells)};
}

double WeightLaw::beyond(double l) const {
    double sum = 0;
    for (std::size_t i = 0; i < mass_.size(); ++i) sum += log_weight_[i] > l ? mass_[i] : 0;
    return sum;
}

double WeightLaw::moment(double power) const {
    double sum = 0;
    for (std::size_t i = 0; i < mass_.size(); ++i) sum += mass_[i] * std::exp(power * log_weight_[i]);
    return sum;
}

double WeightLaw::mean_deviation(double n, double share, double power) const {
    std::vector<double> value, mass;
    const double mean = moment(power);
    double scale = 0;    // of the mean: from the weights up to the largest that n have
    double missing = 0;  // of the mean, beyond those
    double above = 0;
    for (std::size_t i = mass_.size(); i-- > 0;) {
        const double one = std::exp(power * log_weight_[i]) / mean - 1;
        above += mass_[i];
        value.push_back(one / n), mass.push_back(n * mass_[i]);
        if (n * above < 1) missing += mass_[i] * one;
        if (n * above < 1) continue;
        scale += (n * (above - mass_[i]) < 1 ? 1 / n : mass_[i]) * one * one / n;
    }
    scale = std::hypot(std::sqrt(scale), missing);
    constexpr double finest = 0.05, coarsest = 60;  // of the frequency times the scale
    std::vector<double> real;                       // Re φ at the middles of cells
    for (double w = 0.5 * finest; w < coarsest; w += finest) {
        double log_modulus = 0, phase = 0;
        for (std::size_t i = 0; i < value.size(); ++i) {
            const double angle = w / scale * value[i];
            log_modulus += mass[i] * (std::cos(angle) - 1);
            phase += mass[i] * (std::sin(angle) - angle);
        }
        real.push_back(std::exp(log_modulus) * std::cos(phase));
        if (log_modulus < -20) break;
    }
    const auto within = [&](double x) {
        double sum = 0;
        for (std::size_t i = 0; i < real.size(); ++i) {
            const double w = (static_cast<double>(i) + 0.5) * finest;
            sum += real[i] * std::sin(w * x) / w;
        }
        return 2 / std::numbers::pi * finest * sum;
    };
    double low = 0, high = 1;
    while (within(high) < share && high < 20) low = high, high *= 1.3;
    for (int i = 0; i < 40; ++i) (within(0.5 * (low + high)) < share ? low : high) = 0.5 * (low + high);
    return scale * high;
}

std::optional<WeightLaw> exponential_law(const PathProblem& problem, EntropyRule rule, double most) {
    const PathProblem coarse = coarser(problem);
    const AxisCumulants axis(coarse, rule);
    const double others = problem.mixture.d - 1;
    const TailProblem tail = tail_problem(coarse, rule);
    const double index = exponential_tail_index(coarse, rule);
    const auto across = [&](double k) {
        const Cumulants one = transverse_cumulants(tail, k, index);
        return Cumulants{others * one.value, others * one.slope, others * one.curvature};
    };
    try {
        if (const std::vector<WeightMass> masses = axis.one_step_law(); !masses.empty()) {
            const WeightLaw along(masses, most);
            // At σ² = 1 the transverse coordinates are in equilibrium, and their weight is 1.
            if (others > 0 && across(0).curvature < 1e-6) return along;
            return others > 0 ? along.times(WeightLaw(across, index, most), most) : along;
        }
        const auto both = [&](double k) {
            Cumulants sum = axis(k);
            if (others == 0) return sum;
            const Cumulants more = across(k);
            return Cumulants{sum.value + more.value, sum.slope + more.slope, sum.curvature + more.curvature};
        };
        return WeightLaw(both, index, most);
    } catch (const std::invalid_argument&) {
        return std::nullopt;
    }
}

}  // namespace gdm
