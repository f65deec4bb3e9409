#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/physics/spins/lattice.hpp"
#include "gdm/physics/spins/site_clusters.hpp"
#include "gdm/physics/spins/smallest_wave.hpp"
#include "gdm/physics/spins/word_sequence.hpp"

namespace gdm {

/// ±1 at each site.
using IsingSpins = std::span<std::int8_t>;

/// What clusters know of the magnetisation M before their signs are drawn (improved estimators; Wolff, Nucl. Phys. B 334,
/// 581, 1990): averages over all 2^clusters signs, without a field.
struct ClusterEstimates {
    double squared = 0;  ///< E M² = Σ n²
    double fourth = 0;   ///< E M⁴ = 3 (Σ n²)² − 2 Σ n⁴
    double structure = 0;  ///< E |Σ s e^{ikx}|² = Σ |Σ_{x in a cluster} e^{ikx}|², of the smallest k, averaged over the axes
};

/// Updates of the Ising model E = −Σ_{bonds} s_i s_j − h Σ s_i at inverse temperature β, plain and of any lattice. They
/// leave e^{−βE} invariant, and are functions of spins and random words alone.
class IsingUpdates {
  public:
    IsingUpdates(const Lattice& lattice, double beta, double field);

    /// As many single-spin updates as there are sites, at random ones: in order, Metropolis need not be ergodic where flips
    /// cost nothing.
    void metropolis(IsingSpins spins, WordSequence& random) const;
    /// Each spin drawn from its law given the others, site by site in order.
    void heat_bath(IsingSpins spins, WordSequence& random) const;
    /// Turns one cluster (Wolff, Phys. Rev. Lett. 62, 361, 1989), in a field with probability min(1, e^{−βΔE_field}).
    /// Returns its sites.
    std::size_t wolff(IsingSpins spins, WordSequence& random);
    /// Draws the sign of every cluster anew (Swendsen and Wang, Phys. Rev. Lett. 58, 86, 1987), in a field P(+) = 1/(1 +
    /// e^{−2βhn}). With `estimates` they are measured on the way.
    void swendsen_wang(IsingSpins spins, WordSequence& random, ClusterEstimates* estimates = nullptr);

  private:
    [[nodiscard]] std::size_t up_neighbours(IsingSpins spins, std::size_t site) const;
    template <LatticeKind kind>
    std::size_t grow(IsingSpins spins, WordSequence& random);
    [[nodiscard]] ClusterEstimates estimate() const;

    const Lattice& lattice_;
    double beta_, field_;
    std::vector<std::uint64_t> heat_bath_, metropolis_;  ///< thresholds by neighbours that are up, and the spin
    std::uint64_t bond_;                                 ///< of 1 − e^{−2β}
    SmallestWave wave_;
    SiteClusters clusters_;
    std::vector<std::uint32_t> sites_;         ///< of a Wolff cluster; the first site of each site's cluster
    std::vector<std::uint32_t> cluster_size_;  ///< at the first site of each
    std::vector<std::int8_t> cluster_sign_;
};

}  // namespace gdm
