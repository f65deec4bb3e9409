#include "gdm/physics/targets/posterior_chain.hpp"

#include <algorithm>
#include <cmath>

namespace gdm {

PosteriorChain::PosteriorChain(const IsingCouplings& couplings)
    : couplings_(couplings), fields_(couplings.spins()), local_(couplings.spins()), spins_(couplings.spins(), 1) {}

void PosteriorChain::begin(double T, std::span<const double> fields, std::span<const std::int8_t> spins) {
    beta_ = 1 / T;
    set_fields(fields);
    std::copy(spins.begin(), spins.end(), spins_.begin());
    magnetisation_ = 0;
    for (std::size_t site = 0; site < spins_.size(); ++site) {
        magnetisation_ += spins_[site];
        local_[site] = 0;
        for (const SpinGlass::Neighbour& other : couplings_.pairs.neighbours(site))
            local_[site] += other.coupling * spins_[other.site];
    }
}

void PosteriorChain::set_fields(std::span<const double> fields) { std::copy(fields.begin(), fields.end(), fields_.begin()); }

void PosteriorChain::turn(std::size_t site) {
    spins_[site] = static_cast<std::int8_t>(-spins_[site]);
    magnetisation_ += 2 * spins_[site];
    for (const SpinGlass::Neighbour& other : couplings_.pairs.neighbours(site))
        local_[other.site] += 2 * other.coupling * spins_[site];
}

void PosteriorChain::sweep(RandomSequence& random, std::span<double> sums) {
    double alignment = 0;
    for (std::size_t site = 0; site < spins_.size(); ++site) {
        const double others = local_[site] + couplings_.uniform * (magnetisation_ - spins_[site]);
        const double up = 1 / (1 + std::exp(-2 * (beta_ * others + fields_[site])));
        if (!sums.empty()) sums[site] += 2 * up - 1;
        if ((random.uniform() < up) != (spins_[site] > 0)) turn(site);
        alignment += fields_[site] * spins_[site];
    }
    if (random.uniform() * (1 + std::exp(2 * alignment)) >= 1) return;
    for (std::int8_t& spin : spins_) spin = static_cast<std::int8_t>(-spin);
    for (double& one : local_) one = -one;
    magnetisation_ = -magnetisation_;
}

}  // namespace gdm
