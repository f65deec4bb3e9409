#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/physics/spins/acceptance.hpp"
#include "gdm/physics/spins/lattice.hpp"

namespace gdm {

/// The memory of PackedIsing: words of the sites with one x (and y) whose last coordinate is k L/64 + j, k = 0 … 63, in rows
/// of all x at one (y and) j. A row has its even x first, then the odd ones, each half with a margin in which the row goes
/// on periodically.
struct PackedRows {
    static constexpr std::size_t margin = 8;

    LatticeKind kind;
    std::size_t size, turn;  ///< L, and L/64: the values of j
    std::vector<std::uint64_t> words;

    PackedRows(LatticeKind lattice, std::size_t length);

    [[nodiscard]] std::size_t half() const noexcept { return size / 2; }  ///< words of half a row
    [[nodiscard]] std::size_t stride() const noexcept { return half() + 2 * margin; }
    [[nodiscard]] std::size_t rows() const noexcept { return kind == LatticeKind::cubic ? turn * size : turn; }
    [[nodiscard]] std::size_t coordination() const noexcept { return kind == LatticeKind::square ? 4 : 6; }
    [[nodiscard]] std::size_t sites() const noexcept { return 64 * size * rows(); }
    /// The first word of a row's even (parity 0) or odd x.
    [[nodiscard]] std::size_t first(std::size_t row, std::size_t parity) const noexcept {
        return (2 * row + parity) * stride() + margin;
    }
    /// Lets the rows go on periodically, after words were set.
    void close(std::size_t row, std::size_t parity);
};

/// One large periodic Ising lattice, 64 spins in a word: E = −Σ_<ij> s_i s_j − h Σ s_i, k_B = 1. Every site draws random
/// bits of its own; probabilities are exact to 2^-64 (see bernoulli-inl.hpp).
///
/// A sweep goes through the rows (see PackedRows) in turn, and in each updates the even x, then the odd ones: sites updated
/// together never touch. Results do not depend on the instruction set. Metropolis at β = 0 turns every spin in every sweep
/// and so never forgets; take heat_bath there.
class PackedIsing {
  public:
    /// Whether L is a multiple of 64, and at least 128. Smaller lattices: LaneIsing, many of them at once.
    [[nodiscard]] static bool fits(std::size_t size) noexcept { return size >= 128 && size % 64 == 0; }

    /// All spins +1, heat bath at β = 0. Throws std::invalid_argument unless it fits, or for 2^31 sites or more.
    PackedIsing(LatticeKind kind, std::size_t size);

    [[nodiscard]] std::size_t size() const noexcept { return rows_.size; }  ///< L
    [[nodiscard]] std::size_t sites() const noexcept { return rows_.sites(); }
    [[nodiscard]] std::size_t bonds() const noexcept { return sites() * rows_.coordination() / 2; }

    /// Throws std::invalid_argument for what is not finite, and β < 0.
    void set_dynamics(LocalUpdate update, double beta, double field = 0);

    void fill(int spin);
    /// Independent fair spins: Purpose::initial_state at (step, part).
    void fill_random(const RandomStream& random, std::uint32_t step = 0, std::uint32_t part = 0);

    /// One update of every site: a pure function of (state, random, step, part). Draws as LaneIsing::sweep does.
    void sweep(const RandomStream& random, std::uint32_t step, std::uint32_t part = 0);

    [[nodiscard]] std::int64_t bond_energy() const;    ///< −Σ_<ij> s_i s_j
    [[nodiscard]] std::int64_t magnetisation() const;  ///< Σ s_i

    /// The spins ±1, site by site as Lattice numbers them.
    void spins(std::span<std::int8_t> spins) const;
    void set_spins(std::span<const std::int8_t> spins);

    /// The spins, one bit each.
    void save(ByteWriter& writer) const;
    void load(ByteReader& reader);

  private:
    PackedRows rows_;
    AcceptanceTable table_;
};

}  // namespace gdm
