#include "gdm/physics/networks/random_feature_theory.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "gdm/physics/networks/mean_field.hpp"
#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/process/score_times.hpp"

namespace gdm {

namespace {

using Complex = std::complex<double>;

/// The unknowns of the saddle point: q, and the resolvent s of the part that is linear in the data.
struct Saddle {
    Complex q, s;
};

/// Newton's method at one z; whether it converged.
bool solve_saddle(const RandomFeatureModel& m, Complex z, Saddle& x) {
    const double signal = m.coefficients.linear * alpha_bar_from_time(m.t), ratio = m.psi_p / m.psi_n;
    for (int step = 0; step < 50; ++step) {
        const Complex d0 = 1.0 + ratio * (signal * m.sigma2 * x.s + m.coefficients.data * x.q);
        const double d0_s = ratio * signal * m.sigma2, d0_q = ratio * m.coefficients.data;
        const double strength = m.sigma2 * m.psi_p * signal;
        const Complex bracket = m.coefficients.noise * m.psi_p + 1.0 / x.q + strength / d0;
        const Complex first = x.s * bracket - 1.0;
        const Complex second = m.psi_p * (m.coefficients.residual - z) + m.psi_p * m.coefficients.data / d0 +
                               (1 - m.psi_p) / x.q - x.s / (x.q * x.q);
        const Complex first_s = bracket - x.s * strength * d0_s / (d0 * d0);
        const Complex first_q = x.s * (-1.0 / (x.q * x.q) - strength * d0_q / (d0 * d0));
        const Complex pull = m.psi_p * m.coefficients.data / (d0 * d0);
        const Complex second_s = -pull * d0_s - 1.0 / (x.q * x.q);
        const Complex second_q = -pull * d0_q - (1 - m.psi_p) / (x.q * x.q) + 2.0 * x.s / (x.q * x.q * x.q);
        const Complex determinant = first_s * second_q - first_q * second_s;
        const Complex change_s = (first * second_q - first_q * second) / determinant;
        const Complex change_q = (first_s * second - second_s * first) / determinant;
        if (!std::isfinite(std::abs(change_s) + std::abs(change_q))) return false;
        if (std::abs(change_q) > 0.5 * std::abs(x.q) && step == 0) return false;  // too long a step from the last z
        x.s -= change_s;
        x.q -= change_q;
        if (std::abs(change_q) < 1e-12 * std::abs(x.q) && std::abs(change_s) < 1e-12 * std::abs(x.s)) return true;
    }
    return false;
}

}  // namespace

FeatureCoefficients feature_coefficients(Activation activation, double sigma2, double t) {
    const double signal = alpha_bar_from_time(t) * sigma2, variance = noise_variance(t) + signal;
    std::array<double, 2> c{};
    NoisyActivation(activation).coefficients(0, std::sqrt(variance), c);
    const double square = activation_square(activation, variance);
    FeatureCoefficients result;
    result.linear = c[1] * c[1] / variance;
    result.noise = noise_variance(t) * result.linear;
    if (activation == Activation::linear) return result;
    result.data =
        square - activation_gap(activation, variance, 1 - signal / variance) - c[0] * c[0] - result.linear * signal;
    result.residual = square - c[0] * c[0] - result.linear * signal - result.data - result.noise;
    return result;
}

Complex resolvent_of_features(const RandomFeatureModel& model, Complex z) {
    // From z₀, far away in the same direction, where q = s = −1/z.
    const double scale = 100 * (1 + model.psi_p) * (1 + model.sigma2);
    const Complex far = z.imag() > 0 ? Complex(z.real(), scale) : Complex(-scale, 0);
    const auto place = [&](double x) {  // x from 0 to 1, geometrically
        if (z.imag() > 0) return Complex(z.real(), scale * std::pow(z.imag() / scale, x));
        return Complex(-scale * std::pow(-z.real() / scale, x), 0);
    };
    constexpr Complex lost(std::numeric_limits<double>::quiet_NaN(), 0);
    Saddle at{-1.0 / far, -1.0 / far};
    if (!solve_saddle(model, far, at)) return lost;
    for (double x = 0, step = 1.0 / 8; x < 1;) {
        Saddle next = at;
        const double to = std::min(1.0, x + step);
        const bool found = solve_saddle(model, place(to), next) && (z.imag() == 0 || next.q.imag() > 0);
        if (found) {
            at = next;
            x = to;
            step *= 1.5;
        } else {
            step /= 2;
            if (step < 1e-6) return lost;
        }
    }
    return at.q;
}

double spectral_mass_of_features(const RandomFeatureModel& model, double from, double to) {
    static const auto nodes = gauss_legendre(12);
    const double middle = 0.5 * (from + to), radius = 0.5 * (to - from);
    double sum = 0;
    for (const auto& [x, weight] : nodes) {
        const Complex offset = std::polar(radius, std::numbers::pi * (1 - x));
        sum += weight * (resolvent_of_features(model, middle + offset) * offset).real();
    }
    return -sum;  // (1/π) Im ∫ q dz with dz = −iπ offset dx
}

double mean_eigenvalue_of_features(Activation activation, double variance, double d) {
    const NoisyActivation noisy(activation);
    const double width = std::sqrt(2 / d), first = -std::max(10 * width, 60 / d), last = 8 * width;
    constexpr int steps = 400;
    double sum = 0, all = 0;
    for (int i = 0; i <= steps; ++i) {
        const double y = first + (last - first) * i / steps, weight = std::exp(0.5 * d * (y - std::expm1(y)));
        sum += weight * noisy.square(0, std::sqrt(variance * std::exp(y)));
        all += weight;
    }
    return sum / all;
}

double generalisation_time(const RandomFeatureModel& model) {
    const double variance = noise_variance(model.t) + alpha_bar_from_time(model.t) * model.sigma2;
    return 1 / (2 * noise_variance(model.t) * model.coefficients.linear * variance);
}

double memorisation_time(const RandomFeatureModel& model) {
    if (!(model.coefficients.data > 0)) return nan_time;
    const double edge =
        model.coefficients.residual + model.coefficients.data * std::pow(1 - std::sqrt(model.psi_p / model.psi_n), 2);
    return model.psi_p / (2 * noise_variance(model.t) * edge);
}

}  // namespace gdm
