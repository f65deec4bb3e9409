#include "gdm/physics/paths/path_law.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <vector>

#include "gdm/base/densities.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/physics/paths/path_block.hpp"
#include "gdm/physics/paths/sample_distance.hpp"
#include "gdm/physics/paths/step_kernel.hpp"

namespace gdm {

namespace {

constexpr std::size_t nodes = 300;  ///< levels at which the two laws are compared, on each side of 0
constexpr double most_law_points = 20000;
constexpr double points_per_kernel_width = 1.8;

/// A density on an even grid that is symmetric about 0.
struct Density {
    double first = 0;
    double spacing = 1;
    std::vector<double> values;
    [[nodiscard]] double at(std::size_t i) const { return first + spacing * static_cast<double>(i); }
};

std::optional<Density> empty_density(double far, double width) {
    const double half = std::ceil(far * points_per_kernel_width / width);
    if (!(2 * half + 1 <= most_law_points)) return std::nullopt;
    const double spacing = width / points_per_kernel_width;
    return Density{-half * spacing, spacing, std::vector<double>(static_cast<std::size_t>(2 * half) + 1, 0.0)};
}

/// Adds mass · N(mean, noise²) to the grid, by products instead of exponentials: e^{−(o + kδ)²/2s²} has constant second
/// ratios.
void add_gaussian(Density& density, double mass, double mean, double noise) {
    const auto last = static_cast<double>(density.values.size() - 1);
    const double center = std::clamp(std::round((mean - density.first) / density.spacing), 0.0, last);
    const double step = density.spacing / noise;
    const double off = (density.first + center * density.spacing - mean) / noise;
    const auto count = static_cast<std::ptrdiff_t>(gaussian_reach / step) + 1;
    const double top = mass * normal_density(off) / noise;
    const double bend = std::exp(-step * step);
    const auto place = static_cast<std::ptrdiff_t>(center);
    density.values[place] += top;
    for (const int direction : {1, -1}) {
        double value = top, ratio = std::exp(-direction * off * step - 0.5 * step * step);
        const std::ptrdiff_t room = direction > 0 ? static_cast<std::ptrdiff_t>(density.values.size()) - 1 - place : place;
        for (std::ptrdiff_t k = 1; k <= std::min(count, room); ++k) {
            value *= ratio;
            ratio *= bend;
            density.values[place + direction * k] += value;
        }
    }
}

/// The same through the corrector.
void add_corrected(Density& density, double mass, double mean, double offset, const StepKernel& kernel) {
    const double noise = kernel.noise();
    const double low = kernel.end_of(mean - gaussian_reach * noise) - offset,
                 high = kernel.end_of(mean + gaussian_reach * noise) - offset;
    const double from = std::max(0.0, std::ceil((low - density.first) / density.spacing));
    const auto size = static_cast<double>(density.values.size());
    double b = mean - gaussian_reach * noise;
    for (double j = from; j < size; ++j) {
        const double y = density.first + j * density.spacing;
        if (y > high) break;
        b = kernel.predictor_of(y + offset, b);
        const double slope = kernel.slope_of(b);
        density.values[static_cast<std::size_t>(j)] += mass * normal_density((b - mean) / noise) / (noise * slope);
        b += density.spacing / slope;
    }
}

/// The density after one step, on a grid of the given width of features.
std::optional<Density> advanced(const Density& before, const StepKernel& kernel, double width) {
    double far = 0;
    for (std::size_t i = 0; i < before.values.size(); ++i) {
        if (before.values[i] * before.spacing < 1e-20) continue;
        const double a = before.at(i);
        const auto [one, other] = kernel.branches(a);
        for (const double sign : {-1.0, 1.0})
            for (const double mean : {one.mean, other.mean})
                far =
                    std::max(far, std::abs(kernel.end_of(mean + sign * gaussian_reach * kernel.noise()) - kernel.offset(a)));
    }
    std::optional<Density> after = empty_density(far, width);
    if (!after) return after;
    for (std::size_t i = 0; i < before.values.size(); ++i) {
        const double mass = before.values[i] * before.spacing;
        if (mass < 1e-20) continue;
        const auto [one, other] = kernel.branches(before.at(i));
        if (kernel.corrected()) {
            add_corrected(*after, mass, one.mean, kernel.offset(before.at(i)), kernel);
            continue;
        }
        add_gaussian(*after, mass * one.probability, one.mean, kernel.noise());
        if (other.probability > 0) add_gaussian(*after, mass * other.probability, other.mean, kernel.noise());
    }
    return after;
}

/// The law after a last step as sums over the sources of Gaussian distribution functions.
class EndLaw {
  public:
    EndLaw(const Density& before, const StepKernel& kernel) : kernel_(kernel) {
        for (std::size_t i = 0; i < before.values.size(); ++i) {
            const double mass = before.values[i] * before.spacing;
            if (mass < 1e-20) continue;
            const auto [one, other] = kernel.branches(before.at(i));
            sources_.push_back({mass * one.probability, one.mean, kernel.offset(before.at(i))});
            if (other.probability > 0) sources_.push_back({mass * other.probability, other.mean, 0});
            total_ += mass;
        }
    }
    [[nodiscard]] double total() const { return total_; }

    /// P(a < y) and its derivative.
    [[nodiscard]] std::pair<double, double> at(double y) const {
        double distribution = 0, density = 0;
        for (const auto& [mass, mean, offset] : sources_) {
            const double b = kernel_.predictor_of(y + offset, mean);
            const double z = (b - mean) / kernel_.noise();
            if (z < -12) continue;
            distribution += z > gaussian_reach ? mass : mass * normal_distribution(z);
            if (z < gaussian_reach) density += mass * normal_density(z) / (kernel_.noise() * kernel_.slope_of(b));
        }
        return {distribution, density};
    }

    /// The quantile of a level below ½, from a guess.
    [[nodiscard]] double quantile(double level, double guess) const {
        double low = -std::numeric_limits<double>::infinity(), high = 0;
        double y = std::min(guess, 0.0);
        for (int k = 0; k < 200; ++k) {
            const auto [distribution, density] = at(y);
            (distribution < level ? low : high) = y;
            double next = y - std::log(distribution / level) * distribution / density;
            if (!(next > low && next < high)) next = std::isfinite(low) ? 0.5 * (low + high) : 2 * y - kernel_.noise();
            const double change = std::abs(next - y);
            y = next;
            if (change < 1e-11 * (kernel_.noise() + std::abs(y))) break;
        }
        return y;
    }

  private:
    struct Source {
        double mass, mean, offset;
    };
    const StepKernel& kernel_;
    std::vector<Source> sources_;
    double total_ = 0;
};

/// Positions a ≤ 0 at which p_0 is compared with a law, their weights (both sides together), and the quantiles of that law.
struct Comparison {
    std::vector<double> exact, weight, generated;
};

Comparison comparison_nodes(const GaussianMixture& mixture) {
    Comparison nodes_of;
    const double far = mixture.axis_mean() + gaussian_reach * std::sqrt(mixture.sigma2);
    const double spacing = far / static_cast<double>(nodes);
    for (std::size_t k = 1; k <= nodes; ++k) {
        const double a = -far + spacing * static_cast<double>(k);
        nodes_of.exact.push_back(k == nodes ? 0 : a);
        nodes_of.weight.push_back(mixture.axis_density(nodes_of.exact.back(), 0) * spacing * (k == nodes ? 1 : 2));
    }
    return nodes_of;
}

/// W₂² of two weighed sets of points, each ascending, of equal mass.
double transport_cost(std::span<const double> a, std::span<const double> mass_a, std::span<const double> b,
                      std::span<const double> mass_b) {
    double cost = 0, left_a = mass_a[0], left_b = mass_b[0];
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        const double moved = std::min(left_a, left_b);
        cost += moved * (a[i] - b[j]) * (a[i] - b[j]);
        left_a -= moved, left_b -= moved;
        if (left_a <= 0 && ++i < a.size()) left_a = mass_a[i];
        if (left_b <= 0 && ++j < b.size()) left_b = mass_b[j];
    }
    return cost;
}

PathLaw summary(const GaussianMixture& mixture, const Comparison& compared) {
    PathLaw law{0, 0, 0, 0, 0};
    const std::size_t n = compared.exact.size();
    // A step that is too long folds the line: the lower half of the law is then −|a|, in another order.
    std::vector<std::pair<double, double>> ends;
    for (std::size_t k = 0; k < n; ++k) {
        const double a = compared.generated[k], weight = compared.weight[k];
        ends.emplace_back(-std::abs(a), weight);
        law.axis_abs += weight * std::abs(a);
        law.axis_2 += weight * a * a;
        law.axis_4 += weight * a * a * a * a;
    }
    const bool ordered = std::is_sorted(ends.begin(), ends.end());
    if (!ordered) std::sort(ends.begin(), ends.end());
    std::vector<double> values, weights;
    double below = 0;
    for (std::size_t k = 0; k < n; ++k) {
        values.push_back(ends[k].first), weights.push_back(ends[k].second);
        const double level = ordered ? mixture.axis_distribution(compared.exact[k], 0) : 0.5 * below + 0.25 * ends[k].second;
        below += ends[k].second;
        law.ks = std::max(law.ks, std::abs(level - mixture.axis_distribution(values[k], 0)));
    }
    law.w2_squared = transport_cost(compared.exact, compared.weight, values, weights);
    return law;
}

constexpr PathLaw unknown{not_a_number, not_a_number, not_a_number, not_a_number, not_a_number};

}  // namespace

PathLaw law_of_path(const GaussianMixture& mixture, double start_time, StartState start, std::span<const PathStep> steps,
                    const PathSettings& settings, const Stop& stop) {
    const GaussianMixture source = start == StartState::exact ? mixture : GaussianMixture{0, 1, 1};
    Comparison compared = comparison_nodes(mixture);
    if (is_flow(settings.integrator)) {
        std::vector<double> a;
        for (const double x : compared.exact)
            a.push_back(axis_quantile(source, std::min(0.5, mixture.axis_distribution(x, 0)), start_time));
        a.back() = 0;
        PathBlock block(Precision::double_lanes, a.size());
        block.start(a);
        block.advance(steps, settings, {}, false, false);
        compared.generated.assign(block.axis().begin(), block.axis().end());
        return summary(mixture, compared);
    }
    const StepKernel first(steps.front(), settings.integrator);
    const double deviation = std::sqrt(source.variance(start_time));
    const auto grid_width = [](double feature, double next) {
        return 1 / std::sqrt(1 / (feature * feature) + 1 / (next * next));
    };
    std::optional<Density> density = empty_density(source.axis_mean(start_time) + gaussian_reach * deviation,
                                                   grid_width(deviation, first.source_width()));
    if (!density) return unknown;
    for (std::size_t i = 0; i < density->values.size(); ++i)
        density->values[i] = source.axis_density(density->at(i), start_time);
    for (std::size_t k = 0; k < steps.size(); ++k) {
        stop.check();
        const StepKernel kernel(steps[k], settings.integrator);
        if (!kernel.valid()) return unknown;
        if (k + 1 == steps.size()) break;
        const StepKernel next(steps[k + 1], settings.integrator);
        if (!next.valid()) return unknown;
        density = advanced(*density, kernel, grid_width(kernel.width(), next.source_width()));
        if (!density) return unknown;
    }
    const StepKernel last(steps.back(), settings.integrator);
    const EndLaw law(*density, last);
    if (!(std::abs(law.total() - 1) < 1e-6)) return unknown;
    double guess = -1;
    compared.generated.assign(compared.exact.size(), 0.0);
    // From the middle outwards, each quantile from the one before.
    for (std::size_t k = compared.exact.size() - 1; k-- > 0;)
        compared.generated[k] = guess = law.quantile(mixture.axis_distribution(compared.exact[k], 0),
                                                     k + 2 == compared.exact.size() ? compared.exact[k] : guess);
    return summary(mixture, compared);
}

double path_transverse_variance(double start, std::span<const PathStep> steps, const PathSettings& settings) {
    double variance = start;
    for (const PathStep& step : steps) {
        const TransverseGain gain = transverse_gain(step, settings);
        variance = gain.gain * gain.gain * variance + gain.noise * gain.noise;
    }
    return variance;
}

}  // namespace gdm
