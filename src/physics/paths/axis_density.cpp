#include "gdm/physics/paths/axis_density.hpp"
#include "gdm/base/densities.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace gdm {

namespace {

constexpr double most_axis_points = 20000;
constexpr double no_mass = 1e-18;
constexpr double saturated = 30;      ///< argument of tanh at which, and half way to the middle, it is 1
constexpr double least_heat = 1e-14;  ///< mass whose heat does not matter
constexpr double node_spacing = 0.9;  ///< deviations between nodes over a Gaussian: the sum errs by 2e^{−2π²/0.81} = 5e-11

/// Of Gaussian features, the width of their product.
double product_width(double one, double other) { return 1 / std::sqrt(1 / (one * one) + 1 / (other * other)); }

/// The features told of the kernel of heun are narrower than it is.
double points_per_width(Integrator integrator) { return integrator == Integrator::heun ? 1.35 : 1.8; }

double smallest_slope(const PathStep& step, Integrator integrator) {
    const double slope = std::min(step.start.slope, step.midpoint.slope);
    return integrator == Integrator::heun ? std::min(slope, step.end.slope) : slope;
}

/// Calls with an end point and its share of the mass, both branches, nodes `spacing` deviations apart.
template <class Use>
void over_ends(const StepKernel& kernel, double a, double spacing, Use use) {
    const auto [one, other] = kernel.branches(a);
    const double offset = kernel.offset(a), norm = spacing / std::sqrt(2 * std::numbers::pi);
    for (const GaussianBranch& branch : {one, other}) {
        if (branch.probability < no_mass) continue;
        for (double k = -std::ceil(gaussian_reach / spacing); k * spacing <= gaussian_reach; ++k) {
            const double z = k * spacing;
            use(kernel.end_of(branch.mean + z * kernel.noise()) - offset,
                branch.probability * norm * std::exp(-0.5 * z * z));
        }
    }
}

}  // namespace

std::optional<AxisDensity> AxisDensity::empty(double near, double far, double spacing) {
    const double below = std::floor(near / spacing), count = std::ceil(far / spacing) - below + 1;
    if (!(count <= most_axis_points)) return std::nullopt;
    AxisDensity density;
    density.first_ = below * spacing, density.spacing_ = spacing;
    density.values_.assign(static_cast<std::size_t>(count), 0.0);
    return density;
}

std::optional<AxisDensity> AxisDensity::start(const GaussianMixture& mixture, double t, const PathStep& next,
                                              const PathSettings& settings) {
    const double mean = mixture.axis_mean(t), deviation = std::sqrt(mixture.variance(t));
    const double width = product_width(deviation, StepKernel(next, settings.integrator).source_width());
    std::optional<AxisDensity> density =
        empty(0, mean + gaussian_reach * deviation, width / points_per_width(settings.integrator));
    if (!density) return density;
    for (std::size_t i = 0; i < density->values_.size(); ++i)
        density->values_[i] = 2 * mixture.axis_density(density->at(i), t);
    return density;
}

std::optional<AxisDensity> AxisDensity::after(const PathStep& step, const PathStep* next, double end_slope,
                                              const PathSettings& settings) const {
    const StepKernel kernel(step, settings.integrator);
    if (!kernel.valid()) return std::nullopt;
    double near = std::numeric_limits<double>::infinity(), far = 0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        if (mass(i) < no_mass) continue;
        const auto [one, other] = kernel.branches(at(i));
        for (const GaussianBranch& branch : {one, other}) {
            if (mass(i) * branch.probability < no_mass) continue;
            const double low = kernel.end_of(branch.mean - gaussian_reach * kernel.noise()) - kernel.offset(at(i));
            const double high = kernel.end_of(branch.mean + gaussian_reach * kernel.noise()) - kernel.offset(at(i));
            near = std::min(near, std::max({0.0, low, -high}));
            far = std::max({far, high, -low});
        }
    }
    double width = kernel.width();
    const double slope = next != nullptr ? smallest_slope(*next, settings.integrator) : end_slope;
    if (slope * near > saturated) {
        if (next != nullptr) {
            const TransverseGain gain = transverse_gain(*next, settings);
            width = product_width(width, gain.noise / std::abs(gain.gain));
        }
    } else {
        near = 0;
        // The poles of the score are π/2 of 1/slope away.
        width =
            product_width(width, next != nullptr ? StepKernel(*next, settings.integrator).source_width() : 0.45 / end_slope);
    }
    std::optional<AxisDensity> result = empty(near, far, width / points_per_width(settings.integrator));
    if (!result) return result;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        if (mass(i) < no_mass) continue;
        if (kernel.corrected()) {
            result->add_corrected(mass(i), at(i), kernel);
            continue;
        }
        const auto [one, other] = kernel.branches(at(i));
        for (const GaussianBranch& branch : {one, other})
            if (mass(i) * branch.probability >= no_mass)
                result->add_gaussian(mass(i) * branch.probability, branch.mean, kernel.noise());
    }
    if (result->first_ == 0) result->values_.front() *= 2;
    return result;
}

void AxisDensity::add(double place, double value) {
    const double index = std::abs(place) - std::round(first_ / spacing_);
    if (index >= 0 && index < static_cast<double>(values_.size())) values_[static_cast<std::size_t>(index)] += value;
}

/// By products instead of exponentials: e^{−(o + kδ)²/2s²} has constant second ratios.
void AxisDensity::add_gaussian(double mass, double mean, double noise) {
    const double center = std::round(mean / spacing_), step = spacing_ / noise;
    const double off = center * step - mean / noise, bend = std::exp(-step * step);
    const double top = mass * std::exp(-0.5 * off * off) / (noise * std::sqrt(2 * std::numbers::pi));
    add(center, top);
    for (const int direction : {1, -1}) {
        double value = top, ratio = std::exp(-direction * off * step - 0.5 * step * step);
        for (double k = 1; k * step <= gaussian_reach + 1; ++k) {
            value *= ratio;
            ratio *= bend;
            add(center + direction * k, value);
        }
    }
}

void AxisDensity::add_corrected(double mass, double a, const StepKernel& kernel) {
    const double mean = kernel.branches(a).first.mean, noise = kernel.noise(), offset = kernel.offset(a);
    const double low = kernel.end_of(mean - gaussian_reach * noise) - offset,
                 high = kernel.end_of(mean + gaussian_reach * noise) - offset;
    const double norm = mass / (noise * std::sqrt(2 * std::numbers::pi));
    double guess = mean - gaussian_reach * noise;
    for (double place = std::ceil(low / spacing_); place * spacing_ <= high; ++place) {
        const auto [b, slope] = kernel.predictor_and_slope(place * spacing_ + offset, guess);
        const double z = (b - mean) / noise;
        add(place, norm * std::exp(-0.5 * z * z) / slope);
        guess = b + spacing_ / slope;
    }
}

double AxisDensity::heat(const PathStep& step, const PathSettings& settings) const {
    const StepKernel kernel(step, settings.integrator);
    double spacing = node_spacing;
    if (smallest_slope(step, settings.integrator) * first_ < saturated) {
        double slope = step.midpoint.slope;
        if (kernel.corrected()) slope = 2 * std::max(slope * std::max(1.0, kernel.slope_of(0)), step.end.slope);
        spacing = std::min(spacing, 0.85 / (slope * kernel.noise()));
    }
    double sum = 0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        if (mass(i) < least_heat) continue;
        const double a = at(i);
        double given = 0;
        over_ends(kernel, a, spacing,
                  [&](double y, double share) { given += share * (y - a) * increment(step.midpoint, 0.5 * (a + y)); });
        sum += mass(i) * given;
    }
    return sum;
}

}  // namespace gdm
