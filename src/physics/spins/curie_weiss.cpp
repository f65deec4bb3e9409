#include "gdm/physics/spins/curie_weiss.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace gdm {

CurieWeiss curie_weiss(std::int64_t n, double T, double h) {
    if (n < 1 || !(T > 0)) throw std::invalid_argument("a Curie-Weiss model has one site or more, and T > 0");
    const double K = 1 / T, sites = static_cast<double>(n);
    const auto energy_at = [&](double m) { return -(sites * m * m - 1) / 2 - sites * h * m; };
    std::vector<double> logs(static_cast<std::size_t>(n) + 1);
    double log_states = 0;
    for (std::int64_t up = 0; up <= n; ++up) {
        const double m = static_cast<double>(2 * up - n) / sites;
        logs[up] = log_states - K * energy_at(m);
        log_states += std::log(static_cast<double>(n - up) / static_cast<double>(up + 1));
    }
    const double greatest = *std::max_element(logs.begin(), logs.end());
    CurieWeiss result;
    double whole = 0, energy = 0;
    for (std::int64_t up = 0; up <= n; ++up) {
        const double m = static_cast<double>(2 * up - n) / sites, weight = std::exp(logs[up] - greatest);
        whole += weight;
        energy += weight * energy_at(m);
        result.magnetisation += weight * m;
        result.abs_magnetisation += weight * std::abs(m);
        result.magnetisation_squared += weight * m * m;
        result.magnetisation_fourth += weight * m * m * m * m;
    }
    energy /= whole;
    double variance = 0;  // about the mean, so that little cancels
    for (std::int64_t up = 0; up <= n; ++up) {
        const double m = static_cast<double>(2 * up - n) / sites, weight = std::exp(logs[up] - greatest);
        variance += weight * std::pow(energy_at(m) - energy, 2) / whole;
    }
    for (double* mean :
         {&result.magnetisation, &result.abs_magnetisation, &result.magnetisation_squared, &result.magnetisation_fourth})
        *mean /= whole;
    const double log_z = greatest + std::log(whole);
    result.thermodynamics = thermodynamics(K, log_z / sites, -energy / sites, variance / sites);
    return result;
}

}  // namespace gdm
