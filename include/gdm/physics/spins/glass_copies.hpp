#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gdm/physics/spins/spin_glass.hpp"

namespace gdm {

/// Copies ("real replicas") of one spin glass at all places of a ladder of inverse temperatures: four ladders, of which 0
/// and 1 are one pair and 2 and 3 the other, whose overlaps are measured.
class GlassCopies {
  public:
    static constexpr std::size_t ladders = 4, pairs = 2;

    virtual ~GlassCopies() = default;
    /// Updates every spin of every copy once: a pure function of the spins, the stream and the step.
    virtual void sweep(const RandomStream& random, std::uint32_t step) = 0;
    /// Energies E of the copies, (ladder, place).
    virtual void energies(std::span<double> energies) = 0;
    /// The copies at `place` and the next one of a ladder change places, for every place with chosen[place].
    virtual void exchange(std::size_t ladder, const std::vector<bool>& chosen) = 0;
    /// Of the two copies of each pair, (pair, place): q = Σ_i s_i t_i/n, and the link overlap, the mean of s_i s_j t_i t_j
    /// over the couplings.
    virtual void overlaps(std::span<double> overlap, std::span<double> link) = 0;

    /// The spins ±1 of one copy.
    virtual void spins(std::size_t ladder, std::size_t place, std::span<std::int8_t> spins) const = 0;
    virtual void set_spins(std::size_t ladder, std::size_t place, std::span<const std::int8_t> spins) = 0;
};

/// One copy after the other, for any couplings. All spins are +1 at first.
[[nodiscard]] std::unique_ptr<GlassCopies> plain_copies(SpinGlass glass, std::vector<double> beta, LocalUpdate update);

/// Copies on a lattice with couplings ±1 side by side in the bits of words (LaneIsing), many times faster.
inline constexpr std::size_t most_lane_places = 32;
/// Couplings in the order of the bonds. Throws std::invalid_argument for other couplings and more than most_lane_places.
[[nodiscard]] std::unique_ptr<GlassCopies> lane_copies(const Lattice& lattice, std::span<const Coupling> couplings,
                                                       const std::vector<double>& beta, LocalUpdate update);

}  // namespace gdm
