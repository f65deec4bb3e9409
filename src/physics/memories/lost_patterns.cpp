#include "gdm/physics/memories/lost_patterns.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/levels/gaussian_levels.hpp"
#include "gdm/physics/levels/level_tail.hpp"
#include "gdm/physics/levels/random_levels.hpp"

namespace gdm {
namespace {

using Complex = std::complex<double>;

/// ln P(N(0, 1) > z).
double log_normal_tail(double z) {
    if (z < 30) return std::log(0.5 * std::erfc(z / std::numbers::sqrt2));
    return -0.5 * z * z - std::log(z * std::sqrt(2 * std::numbers::pi)) + std::log1p(-1 / (z * z));
}

/// Scales of the two proposals of ‖y_1‖²/d.
std::array<double, 2> proposed_norms(const GaussianMemory& memory) {
    const double alpha = memory.log_p / memory.d, lambda = memory.lambda, kappa = lambda - lambda * lambda / 2;
    return {std::clamp(lambda < 1 ? alpha / kappa : 2 * alpha, 0.02, 1.0), 0.5};
}

/// The sum over the other patterns at a given norm, by its Laplace transform in units of the signal.
class SumLaw {
  public:
    SumLaw() {
        const GaussRule& rule = gauss_rule();
        // Where e^{−ωx} turns, and is not yet damped to nothing, panels are narrow.
        for (double from = cut, panel = 0; from < end - 1e-9; from += panel) {
            panel = from < -2.5 - 1e-9 ? 0.5 : 0.15;
            for (std::size_t i = 0; i < GaussRule::size; ++i) {
                log_size_.push_back(from + panel * rule.node[i]);
                weight_.push_back(panel * rule.weight[i]);
            }
        }
        for (std::size_t k = 0; k < terms; ++k) {
            for (const double log_size : log_size_) lacking_.push_back(1.0 - std::exp(-frequency(k) * std::exp(log_size)));
        }
    }

    /// P(Σ of n levels e^{λ√r z} > e^{λr}), r = ‖y_1‖².
    [[nodiscard]] double exceeds(double lambda, double r, double n) const {
        const double s = lambda * std::sqrt(r), log_signal = lambda * r;
        // Where one level must bring what the others lack, and hardly ever does, rounding would be all of the inversion.
        const double one = one_of_many(s, log_signal, n);
        return one < 1e-3 ? one : inverted(s, log_signal, n);
    }

  private:
    /// n P(e^{sz} > signal less the mean of the others below it); 1 where the others nearly reach the signal.
    static double one_of_many(double s, double log_signal, double n) {
        double others = 0, log_lacking = 0;  // in units of the signal
        for (int i = 0; i < 30; ++i) {
            others = (n - 1) * std::exp(s * s / 2 - log_signal + log_normal_tail(s - (log_signal + log_lacking) / s));
            if (others > 0.9) return 1;
            log_lacking = std::log1p(-others);
        }
        return n * std::exp(log_normal_tail((log_signal + log_lacking) / s));
    }

    [[nodiscard]] double inverted(double s, double log_signal, double n) const {
        // Moments of the small levels, e^{sz} below e^{cut} of the signal, and the density of the others.
        std::array<double, orders> moment{};
        const double at_cut = (cut + log_signal) / s;
        double factorial = 1;
        for (std::size_t m = 1; m <= orders; ++m) {
            factorial *= static_cast<double>(m);
            const double order = static_cast<double>(m), log_moment = order * (order * s * s / 2 - log_signal);
            moment[m - 1] = std::exp(log_moment + log_normal_tail(order * s - at_cut)) / factorial;
        }
        const double above_end = std::exp(log_normal_tail((end + log_signal) / s));
        std::vector<double> density(log_size_.size());
        for (std::size_t i = 0; i < density.size(); ++i) {
            const double z = (log_size_[i] + log_signal) / s;
            density[i] = weight_[i] * std::exp(-0.5 * z * z) / (s * std::sqrt(2 * std::numbers::pi));
        }
        std::array<double, terms> term{};
        for (std::size_t k = 0; k < terms; ++k) {
            const Complex omega = frequency(k);
            Complex lacking = above_end, power = -1;
            for (std::size_t m = 0; m < orders; ++m) lacking += moment[m] * (power *= -omega);
            const Complex* row = &lacking_[k * density.size()];
            for (std::size_t i = 0; i < density.size(); ++i) lacking += density[i] * row[i];
            term[k] = (-exponential_less_one(n * log_of_one_less(lacking)) / omega).real();
        }
        return std::clamp(euler_sum(term), 0.0, 1.0);
    }

    static constexpr double cut = -7, end = 2, damping = 12;  // damping: relative error e^{−damping}
    static constexpr std::size_t plain = 13, averaged = 11, terms = plain + averaged + 1, orders = 6;

    static Complex frequency(std::size_t k) { return {damping / 2, static_cast<double>(k) * std::numbers::pi}; }
    /// ln(1 − x) and e^x − 1, without loss at small x.
    static Complex log_of_one_less(Complex x) {
        if (std::abs(x) > 1e-3) return std::log(1.0 - x);
        return -x * (1.0 + x * (0.5 + x * (1 / 3. + x * (0.25 + x * 0.2))));
    }
    static Complex exponential_less_one(Complex x) {
        const double sine = std::sin(x.imag() / 2);
        return {std::expm1(x.real()) * std::cos(x.imag()) - 2 * sine * sine, std::exp(x.real()) * std::sin(x.imag())};
    }
    static double euler_sum(const std::array<double, terms>& term) {
        double partial = term[0] / 2, result = 0, binomial = std::pow(0.5, averaged);
        for (std::size_t k = 1; k < terms; ++k) {
            partial += k % 2 == 1 ? -term[k] : term[k];
            if (k < plain) continue;
            const std::size_t j = k - plain;
            result += binomial * partial;
            binomial *= static_cast<double>(averaged - j) / static_cast<double>(j + 1);
        }
        return std::exp(damping / 2) * result;
    }

    std::vector<double> log_size_, weight_;
    std::vector<Complex> lacking_;  ///< 1 − e^{−ωx}, a row for each ω
};

}  // namespace

double draw_log_lost(const GaussianMemory& memory, RandomSequence& norm, RandomSequence& others, std::size_t levels) {
    const double d = memory.d;
    const auto scales = proposed_norms(memory);
    const double scale = norm.uniform() < 0.5 ? scales[0] : scales[1], r = scale * norm.chi_squared(d);
    std::array<double, 2> proposed{};  // densities over that of χ²_d
    for (std::size_t i = 0; i < 2; ++i) proposed[i] = -d / 2 * std::log(scales[i]) - r / 2 * (1 / scales[i] - 1);
    const double s = memory.lambda * std::sqrt(r), log_others = log_less_one(memory.log_p);
    double log_sum = -std::numeric_limits<double>::infinity(), greatest = log_sum;
    const GaussianLevels law(s);
    if (memory.log_p > std::log(2.5)) {
        const RandomLevels drawn(law, log_less_one(log_others), others, levels);
        log_sum = drawn.sums(1).log_z;
        greatest = -drawn.lowest_energy() / s;
    }
    const double log_signal = memory.lambda * r;
    if (log_sum < log_signal) greatest = std::max(greatest, (log_signal + std::log1p(-std::exp(log_sum - log_signal))) / s);
    return log_others + log_normal_tail(greatest) - log_mean_exp(proposed);
}

double log_lost_patterns(const GaussianMemory& memory) {
    static const SumLaw law;
    const double d = memory.d, n = std::exp(log_less_one(memory.log_p));
    const auto lost = [&](double rho) { return law.exceeds(memory.lambda, rho * d, n); };
    double low = 1e-6, high = 30;
    for (int i = 0; i < 40; ++i) {
        const double middle = std::sqrt(low * high);
        (lost(middle) > 0.5 ? low : high) = middle;
    }
    const double edge = low, width = std::sqrt(2 / d), last = std::max(2.0, 1 + 8 * width) + edge;
    const double log_norm = d / 2 * std::log(d / 2) - std::lgamma(d / 2);
    const GaussRule& rule = gauss_rule();
    double sum = 0;
    const auto add_panel = [&](double from, double to) {
        for (std::size_t i = 0; i < GaussRule::size; ++i) {
            const double rho = std::lerp(from, to, rule.node[i]);
            const double density = std::exp(log_norm + (d / 2 - 1) * std::log(rho) - d * rho / 2);
            if (density > 0) sum += (to - from) * rule.weight[i] * density * lost(rho);
        }
    };
    // Panels grow with the distance from the edge, where the probability falls within about 1/(λd).
    for (const double direction : {-1., 1.}) {
        double place = edge, panel = std::min(0.2 / (memory.lambda * d), edge / 4);
        while (direction < 0 ? place > 1e-9 * edge : place < last) {
            const double next = direction < 0 ? std::max(place - panel, 0.0) : place + panel;
            add_panel(std::min(place, next), std::max(place, next));
            place = next;
            panel = std::min(2 * panel, 1.5 * width);
        }
    }
    return memory.log_p + std::log(sum);
}

}  // namespace gdm
