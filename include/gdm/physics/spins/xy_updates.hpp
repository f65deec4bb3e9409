#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/physics/spins/lattice.hpp"
#include "gdm/physics/spins/site_clusters.hpp"
#include "gdm/physics/spins/word_sequence.hpp"

namespace gdm {

/// A spin of the XY model, cos θ and sin θ.
struct PlanarSpin {
    double x = 1, y = 0;
};
[[nodiscard]] inline double dot(PlanarSpin a, PlanarSpin b) { return a.x * b.x + a.y * b.y; }
/// sin of the angle from a to b.
[[nodiscard]] inline double cross(PlanarSpin a, PlanarSpin b) { return a.x * b.y - a.y * b.x; }
/// Uniform on the circle.
[[nodiscard]] PlanarSpin random_spin(WordSequence& random);

using PlanarSpins = std::span<PlanarSpin>;

/// Updates of the XY model E = −Σ_{bonds} cos(θ_i − θ_j) at inverse temperature β, plain and of any lattice. They leave
/// e^{−βE} invariant, and are functions of spins and random words alone.
class XyUpdates {
  public:
    XyUpdates(const Lattice& lattice, double beta);

    /// Site by site, an angle within ±min(π, 2/√β) of the old one.
    void metropolis(PlanarSpins spins, WordSequence& random) const;
    /// Each spin drawn from its von Mises law given the others (Best and Fisher, Appl. Stat. 28, 152, 1979), site by site.
    void heat_bath(PlanarSpins spins, WordSequence& random) const;
    /// Each spin mirrored at the field of its neighbours, at the same energy; site by site. Not ergodic alone.
    void over_relaxation(PlanarSpins spins) const;
    /// Mirrors one cluster at the line across a random direction r (Wolff, Phys. Rev. Lett. 62, 361, 1989): s → s − 2 (r·s)
    /// r, bonds kept with 1 − exp(min(0, −2β (r·s_i)(r·s_j))). Returns its sites.
    std::size_t wolff(PlanarSpins spins, WordSequence& random);
    /// Mirrors every cluster with probability ½.
    void swendsen_wang(PlanarSpins spins, WordSequence& random);

  private:
    [[nodiscard]] PlanarSpin local_field(PlanarSpins spins, std::size_t site) const;

    const Lattice& lattice_;
    double beta_, width_;
    SiteClusters clusters_;
    std::vector<std::uint32_t> sites_;
    std::vector<double> along_;              ///< r·s
    std::vector<std::uint8_t> is_mirrored_;  ///< at the first site of each cluster
};

}  // namespace gdm
