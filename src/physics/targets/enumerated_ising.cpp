#include "gdm/physics/targets/enumerated_ising.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "gdm/physics/spins/walsh_hadamard.hpp"

namespace gdm {

EnumeratedIsing::EnumeratedIsing(const IsingCouplings& couplings) : spins_(couplings.spins()) {
    if (spins_ < 1 || spins_ > most_spins) throw std::invalid_argument("too many spins for all states to be counted");
    // Spin by spin: turning spin i of a state in which it and all later spins are +1 costs twice its field.
    energies_.resize(std::size_t{1} << spins_);
    const std::vector<std::int8_t> up(spins_, 1);
    energies_[0] = couplings.energy(up);
    std::vector<double> fields(energies_.size() / 2);
    for (std::size_t i = 0; i < spins_; ++i) {
        std::vector<double> row(spins_, couplings.uniform);
        row[i] = 0;
        for (const SpinGlass::Neighbour& other : couplings.pairs.neighbours(i)) row[other.site] += other.coupling;
        fields[0] = 0;
        for (const double one : row) fields[0] += one;
        for (std::size_t j = 0; j < i; ++j) {
            const std::size_t half = std::size_t{1} << j;
            for (std::size_t state = 0; state < half; ++state) fields[half + state] = fields[state] - 2 * row[j];
        }
        const std::size_t half = std::size_t{1} << i;
        for (std::size_t state = 0; state < half; ++state) energies_[half + state] = energies_[state] + 2 * fields[state];
    }
}

void EnumeratedIsing::law(double T, std::span<const double> fields, Law& law) const {
    auto& weights = law.probability;
    weights.resize(energies_.size());
    weights[0] = 0;
    for (const double field : fields) weights[0] += field;
    for (std::size_t i = 0; i < spins_; ++i) {
        const std::size_t half = std::size_t{1} << i;
        const double turn = fields.empty() ? 0 : 2 * fields[i];
        for (std::size_t state = 0; state < half; ++state) weights[half + state] = weights[state] - turn;
    }
    for (std::size_t state = 0; state < weights.size(); ++state) weights[state] -= energies_[state] / T;
    const double greatest = *std::max_element(weights.begin(), weights.end());
    double whole = 0, energy = 0;
    for (std::size_t state = 0; state < weights.size(); ++state) {
        weights[state] = std::exp(weights[state] - greatest);
        whole += weights[state];
        energy += weights[state] * energies_[state];
    }
    for (double& weight : weights) weight /= whole;
    law.log_partition = greatest + std::log(whole);
    law.energy = energy / whole;
}

EnumeratedIsing::Moments EnumeratedIsing::moments(const Law& law) const {
    std::vector<double> products = law.probability;  // of the spins in each set
    walsh_hadamard(products);
    Moments moments{std::vector<double>(spins_), std::vector<double>(spins_ * spins_)};
    for (std::size_t i = 0; i < spins_; ++i) moments.means[i] = products[std::size_t{1} << i];
    for (std::size_t i = 0; i < spins_; ++i) {
        for (std::size_t j = 0; j < spins_; ++j) {
            const double both = i == j ? 1 : products[(std::size_t{1} << i) | (std::size_t{1} << j)];
            moments.covariance[i * spins_ + j] = both - moments.means[i] * moments.means[j];
        }
    }
    return moments;
}

void EnumeratedIsing::draw(const Law& law, RandomSequence& random, std::span<std::int8_t> spins) const {
    double left = random.uniform();
    std::size_t state = 0;
    while (state + 1 < law.probability.size() && left >= law.probability[state]) left -= law.probability[state++];
    while (law.probability[state] == 0) --state;  // what rounding left of the sum
    set_spins(state, spins);
}

void EnumeratedIsing::set_spins(std::size_t state, std::span<std::int8_t> spins) {
    for (std::size_t i = 0; i < spins.size(); ++i) spins[i] = (state >> i) & 1 ? -1 : 1;
}

}  // namespace gdm
