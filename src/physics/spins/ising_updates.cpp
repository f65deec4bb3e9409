#include "gdm/physics/spins/ising_updates.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "gdm/physics/spins/neighbour_finder.hpp"

namespace gdm {

IsingUpdates::IsingUpdates(const Lattice& lattice, double beta, double field)
    : lattice_(lattice),
      beta_(beta),
      field_(field),
      bond_(bernoulli_threshold(-std::expm1(-2 * beta))),
      wave_(lattice.size()),
      sites_(lattice.sites() + 1) {
    const auto z = static_cast<int>(lattice.coordination());
    for (int up = 0; up <= z; ++up) {
        const double local = 2 * up - z + field;
        heat_bath_.push_back(bernoulli_threshold(1 / (1 + std::exp(-2 * beta * local))));
        for (const int spin : {-1, 1}) metropolis_.push_back(bernoulli_threshold(std::exp(-2 * beta * spin * local)));
    }
}

std::size_t IsingUpdates::up_neighbours(IsingSpins spins, std::size_t site) const {
    int sum = 0;
    const auto neighbours = lattice_.neighbours(site);
    for (const std::uint32_t other : neighbours) sum += spins[other];
    return (neighbours.size() + static_cast<std::size_t>(sum)) / 2;
}

void IsingUpdates::metropolis(IsingSpins spins, WordSequence& random) const {
    const auto sites = static_cast<std::uint32_t>(lattice_.sites());
    for (std::uint32_t update = 0; update < sites; ++update) {
        const std::uint32_t site = random.below(sites);
        const std::size_t place = 2 * up_neighbours(spins, site) + (spins[site] > 0 ? 1 : 0);
        if (random.bernoulli(metropolis_[place])) spins[site] = static_cast<std::int8_t>(-spins[site]);
    }
}

void IsingUpdates::heat_bath(IsingSpins spins, WordSequence& random) const {
    for (std::size_t site = 0; site < lattice_.sites(); ++site)
        spins[site] = random.bernoulli(heat_bath_[up_neighbours(spins, site)]) ? 1 : -1;
}

/// Turns the cluster of a random site and lists its sites. Without jumps that depend on chance: each neighbour is listed,
/// and overwritten by the next one if it does not belong to it.
template <LatticeKind kind>
std::size_t IsingUpdates::grow(IsingSpins spins, WordSequence& random) {
    // Local copies: a spin that is stored may be any byte, for the compiler.
    const NeighbourFinder<kind> neighbours(lattice_);
    std::uint32_t* const sites = sites_.data();
    std::int8_t* const s = spins.data();
    const std::uint64_t bond = bond_;
    sites[0] = random.below(static_cast<std::uint32_t>(lattice_.sites()));
    const std::int8_t sign = s[sites[0]], turned = static_cast<std::int8_t>(-sign);
    s[sites[0]] = turned;
    std::size_t size = 1;
    for (std::size_t done = 0; done < size; ++done) {
        const auto words = random.next<NeighbourFinder<kind>::coordination>();
        const auto around = neighbours(sites[done]);
        for (std::size_t i = 0; i < around.size(); ++i) {
            const std::uint32_t other = around[i];
            const std::int8_t spin = s[other];
            const int belongs = static_cast<int>(spin == sign) & static_cast<int>(random.bernoulli(bond, words[i]));
            sites[size] = other;
            s[other] = static_cast<std::int8_t>(spin + belongs * (turned - spin));
            size += static_cast<std::size_t>(belongs);
        }
    }
    return size;
}

std::size_t IsingUpdates::wolff(IsingSpins spins, WordSequence& random) {
    const auto grown = [&] {
        switch (lattice_.kind()) {
            case LatticeKind::square:
                return grow<LatticeKind::square>(spins, random);
            case LatticeKind::triangular:
                return grow<LatticeKind::triangular>(spins, random);
            default:
                return grow<LatticeKind::cubic>(spins, random);
        }
    };
    const std::size_t size = grown();
    if (field_ != 0) {
        const auto sign = static_cast<std::int8_t>(-spins[sites_[0]]);
        const double cost = 2 * field_ * sign * static_cast<double>(size);
        if (!random.bernoulli(bernoulli_threshold(std::exp(-beta_ * cost))))
            for (std::size_t i = 0; i < size; ++i) spins[sites_[i]] = sign;
    }
    return size;
}

void IsingUpdates::swendsen_wang(IsingSpins spins, WordSequence& random, ClusterEstimates* estimates) {
    const std::size_t sites = lattice_.sites(), forward = lattice_.forward();
    clusters_.clear(sites);
    cluster_size_.assign(sites, 0);
    cluster_sign_.resize(sites);
    for (std::uint32_t site = 0; site < sites; ++site) {
        for (const std::uint32_t other : lattice_.neighbours(site).first(forward))
            if (spins[other] == spins[site] && random.bernoulli(bond_)) clusters_.join(site, other);
    }
    clusters_.flatten([&](std::uint32_t site, std::uint32_t first) {
        sites_[site] = first;
        ++cluster_size_[first];
    });
    if (estimates != nullptr) *estimates = estimate();
    const std::uint64_t half = std::uint64_t{1} << 63;
    for (std::uint32_t site = 0; site < sites; ++site) {
        const std::uint32_t first = sites_[site];
        if (first == site) {
            const double n = cluster_size_[site];
            const auto up = field_ == 0 ? half : bernoulli_threshold(1 / (1 + std::exp(-2 * beta_ * field_ * n)));
            cluster_sign_[site] = random.bernoulli(up) ? 1 : -1;
        }
        spins[site] = cluster_sign_[first];
    }
}

ClusterEstimates IsingUpdates::estimate() const {
    ClusterEstimates result;
    double fourths = 0;
    const std::size_t sites = lattice_.sites(), size = lattice_.size();
    for (const std::uint32_t n : cluster_size_) {
        const double squared = static_cast<double>(n) * n;
        result.squared += squared;
        fourths += squared * squared;
    }
    result.fourth = 3 * result.squared * result.squared - 2 * fourths;
    std::vector<std::array<double, 2>> sums(sites);
    std::size_t stride = 1;
    for (int axis = 0; axis < lattice_.dimension(); ++axis, stride *= size) {
        std::fill(sums.begin(), sums.end(), std::array<double, 2>{});
        std::size_t n = 0;  // the place along the axis, of `stride` sites one after the other
        for (std::size_t first = 0; first < sites; first += stride) {
            for (std::size_t site = first; site < first + stride; ++site) {
                sums[sites_[site]][0] += wave_.cosine(n);
                sums[sites_[site]][1] += wave_.sine(n);
            }
            if (++n == size) n = 0;
        }
        for (const auto& [real, imaginary] : sums) result.structure += real * real + imaginary * imaginary;
    }
    result.structure /= lattice_.dimension();
    return result;
}

}  // namespace gdm
