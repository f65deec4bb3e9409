#include "gdm/physics/spins/onsager.hpp"

#include <boost/math/quadrature/tanh_sinh.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include "gdm/physics/spins/ising_series.hpp"

namespace gdm {
namespace {

/// The complete elliptic integrals of first and second kind by the arithmetic-geometric mean, from both moduli.
struct Elliptic {
    double first, second;
    Elliptic(double modulus, double complement) {
        double a = 1, b = complement, c = modulus, weight = 0.5, sum = weight * c * c;
        while (std::abs(c) > 1e-8 * a) {  // it is squared in each turn
            c = (a - b) / 2;
            const double mean = (a + b) / 2;
            b = std::sqrt(a * b);
            a = mean;
            weight *= 2;
            sum += weight * c * c;
        }
        first = std::numbers::pi / (2 * a);
        second = first * (1 - sum);
    }
};

}  // namespace

double onsager_critical_temperature() { return 2 / std::log1p(std::numbers::sqrt2); }

SpinThermodynamics onsager(double T) {
    if (!(T > 0)) throw std::invalid_argument("the Ising model needs T > 0");
    constexpr double small = 1e-3;
    const double K = 1 / T, v = std::tanh(K);
    if (v * v < small) return ising_high_temperature(T);
    if (std::exp(-4 * K) < small) return ising_low_temperature(T);
    const double coth = 1 / std::tanh(2 * K), tanh2 = 1 / (coth * coth);
    const double sinh = std::sinh(2 * K), cosh = std::cosh(2 * K);
    const double modulus = 2 * sinh / (cosh * cosh);
    // 2 tanh² 2K − 1 = (sinh² 2K − 1)/cosh² 2K, which is 0 at T_c.
    const double complement = (sinh - 1) * (sinh + 1) / (cosh * cosh);
    boost::math::quadrature::tanh_sinh<double> quadrature;
    const double integral = quadrature.integrate(
        [&](double angle) {  // from the place where κ² sin² is greatest
            return std::log((1 + std::hypot(complement, modulus * std::sin(angle))) / 2);
        },
        0., std::numbers::pi / 2, 1e-14);
    const double log_z = std::log(2 * cosh) + integral / std::numbers::pi;
    if (complement == 0) {
        return {log_z, -coth, std::numeric_limits<double>::infinity(), log_z - K * coth, -T * log_z};
    }
    const Elliptic elliptic(modulus, std::abs(complement));
    const double slope = coth * (1 + 2 / std::numbers::pi * complement * elliptic.first);
    const double bracket =
        elliptic.first - elliptic.second - (1 - tanh2) * (std::numbers::pi / 2 + complement * elliptic.first);
    return thermodynamics(K, log_z, slope, 4 / std::numbers::pi * coth * coth * bracket);
}

double onsager_magnetisation(double T) {
    const double sinh = std::sinh(2 / T);
    return sinh > 1 ? std::pow(1 - std::pow(sinh, -4), 0.125) : 0;
}

}  // namespace gdm
