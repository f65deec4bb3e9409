#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/physics/spins/acceptance.hpp"
#include "gdm/physics/spins/lane_spins.hpp"
#include "gdm/physics/spins/lattice.hpp"
#include "gdm/physics/spins/site_groups.hpp"

namespace gdm {

/// Many independent Ising systems on one lattice, one in each bit of 64-bit words ("lane"): E = −Σ J_ij s_i s_j − h Σ s_i
/// with J_ij = ±1 and k_B = 1. Temperature, field and couplings may differ from lane to lane, so that a word holds a ladder
/// of temperatures, or many disorders.
///
/// Every lane draws random bits of its own at every site: systems are independent, and every decision has its exact
/// probability, rounded down to a multiple of 2^-64 (see bernoulli-inl.hpp). What happens in a lane depends on (its state,
/// stream, step, part, its place) alone, not on how many other systems there are or on the instruction set.
///
/// A sweep updates the sites colour by colour (SiteGroups), within a colour all at once. Metropolis turns where that costs
/// nothing with certainty, so it never forgets at β = 0, nor without field on the smallest lattices (square L = 2,
/// triangular L = 3), where sites of a colour have all their neighbours in common; take heat_bath there.
///
/// Costs least from 512 systems (64 · 8) on, or with 64 2^k of them; others pay for the next such number.
class LaneIsing {
  public:
    static constexpr std::size_t lanes_per_word = 64;

    /// All spins +1, all couplings +1, heat bath at β = 0. Throws std::invalid_argument for no systems, or 2^31 words or
    /// more.
    LaneIsing(const Lattice& lattice, std::size_t systems);

    [[nodiscard]] std::size_t systems() const noexcept { return systems_; }
    [[nodiscard]] std::size_t sites() const noexcept { return groups_.sites(); }
    [[nodiscard]] std::size_t bonds() const noexcept { return groups_.bonds(); }

    /// The update, and β ≥ 0 and h of each system (or one value for all of them). Throws std::invalid_argument for other
    /// lengths and for what is not finite or β < 0.
    void set_dynamics(LocalUpdate update, std::span<const double> beta, std::span<const double> field);
    void set_dynamics(LocalUpdate update, double beta, double field = 0);

    /// Couplings ±1 of the bonds of one system, numbered as in Lattice. Throws std::invalid_argument for another length or
    /// value.
    void set_couplings(std::size_t system, std::span<const std::int8_t> couplings);

    /// All spins of all systems alike, ±1.
    void fill(int spin);
    /// Independent fair spins: Purpose::initial_state at (step, part).
    void fill_random(const RandomStream& random, std::uint32_t step = 0, std::uint32_t part = 0);

    /// One update of every site of every system: a pure function of (state, random, step, part). Draws of
    /// Purpose::markov_chain with samples from 2^31 on; those below are free for sequences (exchanges). `part` < 2^27 tells
    /// objects apart that share a stream.
    void sweep(const RandomStream& random, std::uint32_t step, std::uint32_t part = 0);

    /// −Σ J_ij s_i s_j of every system; all lengths are `systems`.
    void bond_energies(std::span<std::int64_t> energy) const;
    /// Σ s_i.
    void magnetisations(std::span<std::int64_t> magnetisation) const;
    /// Σ of the spins of each layer across an axis (0, 1: x, y; 2: z) of every system, (systems, L): their Fourier sum along
    /// the axis is that of the system. Throws std::invalid_argument for an axis that the lattice has not.
    void layer_magnetisations(std::size_t axis, std::span<std::int64_t> layers) const;
    /// Σ_i s_i t_i of each system with the system `shift` < 64 lanes further in its word (in a circle) of `other`, which has
    /// the same lattice and number of systems; with shift = 32 and other = *this, the two halves of each word.
    void overlaps(const LaneIsing& other, std::size_t shift, std::span<std::int64_t> overlap) const;

    /// Makes each spin the product s_i t_i of the systems of `overlaps`. With couplings +1, bond_energies are then minus the
    /// link overlap Σ s_i s_j t_i t_j, and magnetisations the overlap.
    void set_products(const LaneIsing& one, std::size_t shift);

    /// Swaps the spins of systems l and l + 1 wherever bit l of `chosen` (bit l mod 64 of word l / 64) is set: a round of
    /// exchanges on ladders along the lanes. Couplings, β and h stay. Throws std::invalid_argument if two chosen pairs
    /// touch, or a pair leaves its word.
    void exchange_neighbours(std::span<const std::uint64_t> chosen);

    [[nodiscard]] int spin(std::size_t system, std::size_t site) const;
    /// The spins ±1 of one system, site by site.
    void spins(std::size_t system, std::span<std::int8_t> spins) const;
    void set_spins(std::size_t system, std::span<const std::int8_t> spins);

    /// The spins of all systems (not couplings, β or h): 8 bytes for each site and word.
    void save(ByteWriter& writer) const;
    void load(ByteReader& reader);

  private:
    [[nodiscard]] std::size_t words() const noexcept { return (systems_ + lanes_per_word - 1) / lanes_per_word; }
    void check(std::size_t system) const;

    SiteGroups groups_;
    std::size_t size_, dimension_, systems_;
    LaneSpins lanes_;
    AcceptanceTable table_;
};

}  // namespace gdm
