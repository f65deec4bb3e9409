#include "gdm/physics/spins/strip_chain.hpp"

#include <cmath>
#include <numeric>

namespace gdm {

StripChain::StripChain(const SpinStrip& strip)
    : coupling_(strip.coupling),
      bond_probability_(-std::expm1(-2 * strip.coupling)),
      bonds_(strip.bonds()),
      first_(strip.sites() + 1, 0),
      neighbours_(2 * bonds_.size()),
      spins_(strip.sites(), 1.0),
      cluster_field_(strip.sites()),
      parent_(strip.sites()) {
    for (const auto& [a, b] : bonds_) ++first_[a + 1], ++first_[b + 1];
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    std::vector<std::size_t> place(first_.begin(), first_.end() - 1);
    for (const auto& [a, b] : bonds_) neighbours_[place[a]++] = b, neighbours_[place[b]++] = a;
}

void StripChain::start_at_random(RandomSequence& random) {
    for (double& spin : spins_) spin = random.uniform() < 0.5 ? 1 : -1;
}

void StripChain::step(std::span<const double> fields, RandomSequence& random, std::span<double> means) {
    for (std::size_t site = 0; site < spins_.size(); ++site) {
        double sum = 0;
        for (std::size_t k = first_[site]; k < first_[site + 1]; ++k) sum += spins_[neighbours_[k]];
        const double mean = std::tanh(coupling_ * sum + fields[site]);
        if (!means.empty()) means[site] += mean;
        spins_[site] = 2 * random.uniform() < 1 + mean ? 1 : -1;
    }
    turn_clusters(fields, random);
}

std::size_t StripChain::root(std::size_t site) noexcept {
    while (parent_[site] != site) site = parent_[site] = parent_[parent_[site]];
    return site;
}

void StripChain::turn_clusters(std::span<const double> fields, RandomSequence& random) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    for (const auto& [a, b] : bonds_) {
        if (spins_[a] == spins_[b] && random.uniform() < bond_probability_) parent_[root(a)] = root(b);
    }
    cluster_field_.assign(cluster_field_.size(), 0.0);
    for (std::size_t site = 0; site < spins_.size(); ++site) cluster_field_[root(site)] += fields[site];
    // Roots first: a cluster's new spin is kept in the place of its field.
    for (std::size_t site = 0; site < spins_.size(); ++site) {
        if (parent_[site] == site)
            cluster_field_[site] = 2 * random.uniform() < 1 + std::tanh(cluster_field_[site]) ? 1 : -1;
    }
    for (std::size_t site = 0; site < spins_.size(); ++site) spins_[site] = cluster_field_[root(site)];
}

}  // namespace gdm
