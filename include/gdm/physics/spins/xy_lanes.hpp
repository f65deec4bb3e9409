#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/physics/spins/acceptance.hpp"
#include "gdm/physics/spins/lattice.hpp"
#include "gdm/physics/spins/site_groups.hpp"

namespace gdm {

/// Sums over the bonds and sites of one XY system. E = −bonds.
struct XySums {
    double bonds = 0;      ///< Σ_<ij> cos(θ_i − θ_j)
    double x = 0, y = 0;   ///< Σ cos θ_i, Σ sin θ_i
    double x_bonds = 0;    ///< Σ cos(θ_{i+x} − θ_i) over the bonds along x
    double x_current = 0;  ///< Σ sin(θ_{i+x} − θ_i) over the same: Υ = (⟨x_bonds⟩ − β ⟨x_current²⟩)/sites
};

/// The memory of XyLanes, see LaneLayout: unit vectors (positions, columns), and of each column what its system has.
struct XySpins : LaneLayout {
    std::vector<double> x, y;
    std::vector<double> beta, turn;  ///< turn: the largest turn that Metropolis proposes, as a part of 2π

    XySpins(const SiteGroups& groups, std::size_t systems);
};

/// XY systems on one lattice in vector lanes, in double precision: E = −Σ_<ij> cos(θ_i − θ_j), J = k_B = 1. Each has its own
/// β and its own random numbers. With fewer than eight systems the lanes hold several sites of one colour (of one system:
/// the checkerboard).
///
/// What happens to a system depends on (its state, stream, step, part, its place) alone, not on how many others there are.
/// Instruction sets with fused multiply-add give the same bits.
class XyLanes {
  public:
    /// All angles 0, β = 0. Throws std::invalid_argument for no systems, or 2^31 spins or more.
    XyLanes(const Lattice& lattice, std::size_t systems);

    [[nodiscard]] std::size_t systems() const noexcept { return systems_; }
    [[nodiscard]] std::size_t sites() const noexcept { return groups_.sites(); }
    [[nodiscard]] std::size_t bonds() const noexcept { return groups_.bonds(); }

    /// β ≥ 0 of each system, or one for all. Throws std::invalid_argument for another length, β < 0 or what is not finite.
    void set_beta(std::span<const double> beta);
    /// Metropolis proposals: angles turned by at most `width` (uniform), 0 < width ≤ π; one for each system or for all.
    void set_width(std::span<const double> width);

    void fill(double angle);
    /// Independent uniform angles: Purpose::initial_state at (step, part).
    void fill_random(const RandomStream& random, std::uint32_t step = 0, std::uint32_t part = 0);

    /// One update of every spin, colour by colour: a pure function of (state, random, step, part). metropolis: turned as
    /// set_width says. heat_bath: the angle to the local field is drawn from its von Mises law by one trial of Best and
    /// Fisher (1979), accepted with probability 0.66 and more, and otherwise the spin stays, which keeps detailed balance.
    /// Draws of Purpose::markov_chain with samples from 2^31 on; `part` < 2^27 tells objects apart that share a stream.
    void sweep(LocalUpdate update, const RandomStream& random, std::uint32_t step, std::uint32_t part = 0);
    /// Every spin is mirrored at its local field, colour by colour; the energy stays. Draws nothing.
    void over_relax();

    /// The sums of every system.
    void measure(std::span<XySums> sums) const;
    /// Vortices and antivortices of one system on the square lattice: plaquettes around which the angle turns by ±2π, the
    /// difference along each bond taken in (−π, π]. Throws std::invalid_argument on another lattice.
    [[nodiscard]] std::size_t vortices(std::size_t system) const;

    /// Angles in (−π, π], site by site.
    void angles(std::size_t system, std::span<double> angles) const;
    void set_angles(std::size_t system, std::span<const double> angles);

    /// Swaps the spins of two systems (not β).
    void exchange(std::size_t one, std::size_t other);

    /// The unit vectors of all spins: 16 bytes a spin.
    void save(ByteWriter& writer) const;
    void load(ByteReader& reader);

  private:
    void check(std::size_t system, std::size_t length) const;

    LatticeKind kind_;
    SiteGroups groups_;
    std::size_t systems_;
    XySpins lanes_;
};

}  // namespace gdm
