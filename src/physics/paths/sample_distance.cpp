#include "gdm/physics/paths/sample_distance.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "gdm/base/densities.hpp"

namespace gdm {

namespace {

/// How many standard deviations of a class beyond its mean hold all of a law in double precision.
constexpr double far_deviations = 9;

/// ∫_{−∞}^{a} a′ p_t(a′) da′, for a ≤ 0; it is even in a.
double partial_mean(const GaussianMixture& mixture, double a, double t) {
    const double mean = mixture.axis_mean(t), deviation = std::sqrt(mixture.variance(t));
    const double right = (a - mean) / deviation, left = (a + mean) / deviation;
    return 0.5 * (mean * (normal_distribution(right) - normal_distribution(left)) -
                  deviation * (normal_density(right) + normal_density(left)));
}

/// E (X)₊ of a Gaussian of the given mean and standard deviation > 0.
double positive_part(double mean, double deviation) {
    const double z = mean / deviation;
    return mean * normal_distribution(z) + deviation * normal_density(z);
}

/// E (K − c)₊ for a Poisson number K of the given mean.
double poisson_excess(double mean, double c) {
    double probability = std::exp(-mean), shortfall = 0;
    for (double k = 0; k < c; ++k) {
        shortfall += (c - k) * probability;
        probability *= mean / (k + 1);
    }
    return std::max(0.0, mean - c + shortfall);
}

/// E (F_n(x) − F(y))₊ for F(x) = f, F(y) = g ≥ f, with the tails 1 − f and 1 − g: the count below x is binomial, Poisson in
/// the tails and Gaussian between.
double mean_excess(double f, double g, double upper_f, double upper_g, double n) {
    constexpr double few = 40;
    if (n * f < few) return poisson_excess(n * f, n * g) / n;
    // (g′ − K/n)₊ = (K/n − g′)₊ + g′ − K/n with K the count above x.
    if (n * upper_f < few) return poisson_excess(n * upper_f, n * upper_g) / n + upper_g - upper_f;
    return positive_part(f - g, std::sqrt(f * upper_f / n));
}

/// The quantile of a level below ½ between low and 0, from a guess.
double quantile_between(const GaussianMixture& mixture, double level, double t, double low, double guess) {
    const double width = std::sqrt(mixture.variance(t));
    double high = 0, a = guess;
    // Newton's method on ln F, which does not stall in the tail as that on F does.
    for (int k = 0; k < 200; ++k) {
        const double distribution = mixture.axis_distribution(a, t);
        (distribution < level ? low : high) = a;
        const double next = a - std::log(distribution / level) * distribution / mixture.axis_density(a, t);
        const double change = std::abs(next - a);
        if (change < 1e-7 * width) return next;  // quadratic: the error left is its square
        a = next > low && next < high ? next : 0.5 * (low + high);
    }
    return a;
}

}  // namespace

double axis_quantile(const GaussianMixture& mixture, double level, double t) {
    if (level == 0.5) return 0;
    if (level > 0.5) return -axis_quantile(mixture, 1 - level, t);
    const double width = std::sqrt(mixture.variance(t));
    double low = -mixture.axis_mean(t) - width;
    while (mixture.axis_distribution(low, t) > level) low -= 4 * width;
    return quantile_between(mixture, level, t, low, 0.5 * low);
}

double sample_w2_squared(std::span<const double> sorted, const GaussianMixture& mixture, double t) {
    if (sorted.empty()) throw std::invalid_argument("sample_w2_squared: an empty sample");
    const std::size_t n = sorted.size();
    const auto count = static_cast<double>(n);
    // A(u) = ∫₀ᵘ Q is even about ½, and m_i odd: half of the quantiles serve both sides.
    std::vector<double> area(n / 2 + 1);
    double quantile = 0, next = 0;
    for (std::size_t i = 1; i < area.size(); ++i) {
        const double level = static_cast<double>(i) / count;
        // Each from the one before.
        if (i == 1 || level >= 0.5)
            quantile = axis_quantile(mixture, level, t);
        else
            quantile = quantile_between(mixture, level, t, quantile, next);
        next = std::min(0.0, quantile + 1 / (count * mixture.axis_density(quantile, t)));
        area[i] = partial_mean(mixture, quantile, t);
    }
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const auto area_at = [&](std::size_t k) { return area[std::min(k, n - k)]; };
        const double mean = count * (area_at(i + 1) - area_at(i));
        sum += (sorted[i] - mean) * (sorted[i] - mean);
        squares += mean * mean;
    }
    return sum / count + std::max(0.0, mixture.axis_2(t) - squares / count);
}

double expected_w2_squared(const GaussianMixture& mixture, double t, std::size_t n) {
    const auto count = static_cast<double>(n);
    // Fine enough for fluctuations of F_n, of relative size 1/√n.
    const int points = static_cast<int>(std::clamp(20 * std::sqrt(count), 1024.0, 16384.0));
    const double far = mixture.axis_mean(t) + far_deviations * std::sqrt(mixture.variance(t));
    const double step = 2 * far / points;
    std::vector<double> below(static_cast<std::size_t>(points) + 1);  // F; by symmetry 1 − F is the same backwards
    for (int i = 0; i <= points; ++i) below[i] = mixture.axis_distribution(-far + i * step, t);
    double sum = 0;
    for (int i = 0; i < points; ++i) {
        const double f = below[i], upper = below[points - i];
        const double first = mean_excess(f, f, upper, upper, count);
        // Half of the first term, and the end correction of the trapezoidal rule for the slope −p/2 there.
        double inner = 0.5 * first - step / 24 * mixture.axis_density(-far + i * step, t);
        for (int j = i + 1; j <= points; ++j) {
            const double term = mean_excess(f, below[j], upper, below[points - j], count);
            if (!(term > 1e-9 * first)) break;
            inner += term;
        }
        sum += std::max(inner, 0.0);
    }
    // The two terms of the double integral are each other's mirror image.
    return 4 * sum * step * step;
}

double axis_w2_squared(const GaussianMixture& mixture, double t, double u) {
    // Over positions of the law at t, not over levels: the map between the two laws is smooth there, also across a gap.
    const double far = mixture.axis_mean(t) + far_deviations * std::sqrt(mixture.variance(t));
    return 2 * simpson(-far, 0, 600, [&](double a) {
               const double level = mixture.axis_distribution(a, t);
               if (!(level > 0)) return 0.0;
               const double shift = axis_quantile(mixture, std::min(level, 0.5), u) - a;
               return shift * shift * mixture.axis_density(a, t);
           });
}

double simpson(double from, double to, int intervals, const std::function<double(double)>& function) {
    const double step = (to - from) / intervals;
    double sum = function(from) + function(to);
    for (int k = 1; k < intervals; ++k) sum += (k % 2 == 1 ? 4 : 2) * function(from + k * step);
    return sum * step / 3;
}

}  // namespace gdm
