#include "gdm/physics/targets/ising_couplings.hpp"

#include <utility>
#include <vector>

namespace gdm {

double IsingCouplings::energy(std::span<const std::int8_t> spins) const {
    const double n = static_cast<double>(spins.size());
    double magnetisation = 0;
    for (const std::int8_t spin : spins) magnetisation += spin;
    return pairs.energy(spins) - uniform * (magnetisation * magnetisation - n) / 2;
}

IsingCouplings curie_weiss_couplings(std::size_t spins) { return {{spins, {}}, 1 / static_cast<double>(spins)}; }

IsingCouplings lattice_couplings(const Lattice& lattice) {
    std::vector<Coupling> bonds;
    for (std::uint32_t site = 0; site < lattice.sites(); ++site) {
        for (const std::uint32_t next : lattice.neighbours(site).first(lattice.forward())) bonds.push_back({site, next, 1});
    }
    return {{lattice.sites(), std::move(bonds)}};
}

IsingCouplings matrix_couplings(std::span<const double> matrix, std::size_t spins) {
    std::vector<Coupling> couplings;
    for (std::uint32_t a = 0; a < spins; ++a) {
        for (std::uint32_t b = a + 1; b < spins; ++b) {
            const double value = matrix[a * spins + b];
            if (value != 0) couplings.push_back({a, b, value});
        }
    }
    return {{spins, std::move(couplings)}};
}

}  // namespace gdm
