#include "gdm/physics/spins/spin_glass.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace gdm {
namespace {

double draw(CouplingLaw law, RandomSequence& random) {
    return law == CouplingLaw::gaussian ? random.normal() : random.uniform() < 0.5 ? 1. : -1.;
}

}  // namespace

std::vector<Coupling> edwards_anderson(const Lattice& lattice, CouplingLaw law, const RandomStream& random) {
    std::vector<Coupling> couplings;
    couplings.reserve(lattice.bonds());
    RandomSequence sequence(random, Purpose::couplings);
    for (std::uint32_t site = 0; site < lattice.sites(); ++site) {
        for (std::size_t direction = 0; direction < lattice.forward(); ++direction)
            couplings.push_back({site, lattice.neighbours(site)[direction], draw(law, sequence)});
    }
    return couplings;
}

std::vector<Coupling> sherrington_kirkpatrick(std::size_t sites, CouplingLaw law, const RandomStream& random) {
    std::vector<Coupling> couplings;
    couplings.reserve(sites * (sites - 1) / 2);
    RandomSequence sequence(random, Purpose::couplings);
    const double scale = 1 / std::sqrt(static_cast<double>(sites));
    for (std::uint32_t a = 0; a < sites; ++a) {
        for (std::uint32_t b = a + 1; b < sites; ++b) couplings.push_back({a, b, scale * draw(law, sequence)});
    }
    return couplings;
}

SpinGlass::SpinGlass(std::size_t sites, std::vector<Coupling> couplings)
    : sites_(sites), couplings_(std::move(couplings)), first_(sites + 1, 0), neighbours_(2 * couplings_.size()) {
    for (const Coupling& one : couplings_) {
        if (one.a == one.b || std::max(one.a, one.b) >= sites) {
            throw std::invalid_argument("a coupling joins two different sites");
        }
        ++first_[one.a + 1];
        ++first_[one.b + 1];
    }
    for (std::size_t site = 0; site < sites; ++site) first_[site + 1] += first_[site];
    std::vector<std::size_t> place(first_.begin(), first_.end() - 1);
    for (const Coupling& one : couplings_) {
        neighbours_[place[one.a]++] = {one.b, one.value};
        neighbours_[place[one.b]++] = {one.a, one.value};
    }
}

double SpinGlass::energy(std::span<const std::int8_t> spins) const {
    double sum = 0;
    for (const Coupling& one : couplings_) sum += one.value * (spins[one.a] * spins[one.b]);
    return -sum;
}

double SpinGlass::sweep(std::span<std::int8_t> spins, double beta, LocalUpdate update, RandomSequence random,
                        std::span<double> fields) const {
    double energy = 0;
    for (std::size_t site = 0; site < sites_; ++site) {
        double field = 0;
        for (const Neighbour& other : neighbours(site)) field += other.coupling * spins[other.site];
        fields[site] = field;
        energy -= field * spins[site] / 2;
    }
    for (std::size_t site = 0; site < sites_; ++site) {
        const double cost = 2 * spins[site] * fields[site];  // of a turn
        bool turned = false;
        if (update == LocalUpdate::metropolis) {
            turned = cost <= 0 || random.uniform() < std::exp(-beta * cost);
        } else {
            turned = random.uniform() * (1 + std::exp(beta * cost)) < 1;
        }
        if (!turned) continue;
        spins[site] = static_cast<std::int8_t>(-spins[site]);
        energy += cost;
        for (const Neighbour& other : neighbours(site)) fields[other.site] += 2 * other.coupling * spins[site];
    }
    return energy;
}

}  // namespace gdm
