#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"

namespace gdm {

/// What is known of directed percolation in 1 + 1 dimensions, from series: bonds at threshold, and exponents of the density
/// ρ ~ t^{−δ} from a full lattice, of the correlation lengths in time and space and their ratio z. (Jensen, J. Phys. A 32,
/// 5233 (1999), and J. Phys. A 29, 7013 (1996) for the threshold of bonds)
struct DirectedPercolationExponents {
    static constexpr double critical_bond = 0.644700185;
    static constexpr double delta = 0.159464;
    static constexpr double nu_parallel = 1.733847;
    static constexpr double nu_perpendicular = 1.096854;
    static constexpr double z = 1.580745;
};

/// Bond directed percolation in 1 + 1 dimensions on periodic lattices, 64 sites in a word: site i is active at t + 1 if an
/// open bond leads there from an active site i or i + 1 at t; each bond is open with probability p. Both parents of a site
/// are looked at first, so that it takes one decision, with p or 1 − (1 − p)². Decisions are exact to 2^-64 (see
/// bernoulli-inl.hpp) and depend on (state, stream, step) alone.
class DirectedPercolation {
  public:
    /// Lattices of `sites` sites, all of them dead. Throws std::invalid_argument unless 0 ≤ p ≤ 1, sites is a multiple of 64
    /// above 0, and there are 1 to 2^30 words.
    DirectedPercolation(double p, std::size_t sites, std::size_t lattices = 1);

    /// All sites active.
    void fill();
    /// Site 0 of each lattice alone.
    void seed();
    /// One step of all lattices: draws of Purpose::markov_chain at `step`.
    void step(const RandomStream& random, std::uint32_t step);

    [[nodiscard]] bool active(std::size_t lattice, std::size_t site) const;
    /// Active sites of a lattice.
    [[nodiscard]] std::uint64_t count(std::size_t lattice) const;
    /// Active sites of all lattices over all sites.
    [[nodiscard]] double density() const;
    /// Lattices on which any site is active, over all of them.
    [[nodiscard]] double alive() const;

    /// The sites, not p: 8 bytes for 64 sites, and a word for each lattice.
    void save(ByteWriter& writer) const;
    void load(ByteReader& reader);

  private:
    void close_rings();

    std::size_t words_, lattices_;
    std::vector<std::uint64_t> state_;  ///< of each lattice its words and the first of them again
    std::vector<std::uint64_t> rows_;   ///< thresholds of one and of two active parents
};

}  // namespace gdm
