#include "gdm/physics/spins/enumerated_glass.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

#include "gdm/physics/spins/walsh_hadamard.hpp"

namespace gdm {
EnumeratedGlass::EnumeratedGlass(const SpinGlass& glass) : sites_(glass.sites()) {
    if (sites_ > most_sites) throw std::invalid_argument("too many sites for all states to be counted");
    energies_.resize(std::size_t{1} << sites_);
    for (std::size_t state = 0; state < energies_.size(); ++state) {
        for (const Coupling& one : glass.couplings())
            energies_[state] -= (state >> one.a ^ state >> one.b) & 1 ? -one.value : one.value;
    }
    ground_ = *std::min_element(energies_.begin(), energies_.end());
}

double EnumeratedGlass::Averages::overlap_moment(int power) const {
    const double n = static_cast<double>(overlap.size()) - 1;
    double sum = 0;
    for (std::size_t k = 0; k < overlap.size(); ++k)
        sum += overlap[k] * std::pow((2 * static_cast<double>(k) - n) / n, power);
    return sum;
}

EnumeratedGlass::Averages EnumeratedGlass::at(double beta) const {
    std::vector<double> weights(energies_.size());
    double whole = 0, first = 0, second = 0;
    for (std::size_t state = 0; state < weights.size(); ++state) {
        const double above = energies_[state] - ground_;
        weights[state] = std::exp(-beta * above);
        whole += weights[state];
        first += weights[state] * above;
        second += weights[state] * above * above;
    }
    Averages averages{ground_ + first / whole, beta * beta * (second / whole - std::pow(first / whole, 2)),
                      std::vector<double>(sites_ + 1, 0)};
    for (double& weight : weights) weight /= whole;
    walsh_hadamard(weights);
    for (double& weight : weights) weight *= weight / static_cast<double>(weights.size());
    walsh_hadamard(weights);
    for (std::size_t difference = 0; difference < weights.size(); ++difference)
        averages.overlap[sites_ - static_cast<std::size_t>(std::popcount(difference))] += weights[difference];
    return averages;
}

}  // namespace gdm
