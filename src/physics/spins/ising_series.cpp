#include "gdm/physics/spins/ising_series.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace gdm {
namespace {

/// f(z) = Σ c_k z^k, z f′ and z² f″. The coefficients were counted by the finite-lattice method.
struct Series {
    double value = 0, first = 0, second = 0;
    explicit Series(double z) {
        constexpr std::array<double, 9> coefficients{1, 2, 9. / 2, 12, 112. / 3, 130, 1961. / 4, 5876. / 3, 40871. / 5};
        double power = z;
        for (std::size_t i = 0; i < coefficients.size(); ++i) {
            const auto k = static_cast<double>(i + 2);
            power *= z;
            value += coefficients[i] * power;
            first += k * coefficients[i] * power;
            second += k * (k - 1) * coefficients[i] * power;
        }
    }
};

}  // namespace

SpinThermodynamics ising_high_temperature(double T) {
    const double K = 1 / T, v = std::tanh(K), slope = 1 - v * v;
    const Series series(v * v);
    // d/dK of f(v²): z′/z = 2(1 − v²)/v, and z″/z.
    const double rate = 2 * slope / v, bend = rate * rate / 2 - 4 * slope;
    return thermodynamics(K, std::numbers::ln2 + 2 * std::log(std::cosh(K)) + series.value, 2 * v + rate * series.first,
                          2 * slope + rate * rate * series.second + bend * series.first);
}

SpinThermodynamics ising_low_temperature(double T) {
    const double K = 1 / T;
    const Series series(std::exp(-4 * K));
    return thermodynamics(K, 2 * K + series.value, 2 - 4 * series.first, 16 * (series.second + series.first));
}

}  // namespace gdm
