#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/words.hpp"

/// With which probability a spin of an Ising system is turned, as bits for vertical comparison.
namespace gdm {

/// metropolis: turned with min(1, e^{−βΔE}). heat_bath: drawn anew with P(+1) = 1/(1 + e^{−2β(f + h)}), f = Σ_j J_ij s_j.
enum class LocalUpdate { metropolis, heat_bath };
inline constexpr Words local_update_words{
    std::array{Word{LocalUpdate::metropolis, "metropolis"}, Word{LocalUpdate::heat_bath, "heat_bath"}}};

/// The probability of what a random number below it decides: to turn (metropolis) or to point up (heat bath), where
/// `pulling` of the z bonds favour that. Metropolis: ΔE = 2 (z − 2 pulling + h s) with the spin s = ±1 before. Heat bath:
/// f = 2 pulling − z, whatever the spin.
[[nodiscard]] double update_probability(LocalUpdate update, double beta, double field, std::size_t z, std::size_t pulling,
                                        int spin);

/// ⌊p 2^64⌋, at most 2^64 − 1: a 64-bit number is below it with probability p, to 2^-64.
[[nodiscard]] std::uint64_t probability_threshold(double p);

/// In place: bit i of word j becomes bit j of word i.
void transpose_bits(std::array<std::uint64_t, 64>& words);

/// Which of the cases of a site leave a choice, and their thresholds for each lane.
///
/// A case is (pulling, spin). Where there is no field, and for the heat bath, the spin does not matter. Cases that are
/// certain in all lanes are none; a lane where an uncertain one is certain has the threshold 2^64 − 1.
struct AcceptanceTable {
    static constexpr std::size_t bits = 64;
    static constexpr int any_spin = 0;
    struct Case {
        std::uint32_t pulling;
        int spin;  ///< ±1 or any_spin
    };

    LocalUpdate update = LocalUpdate::heat_bath;
    std::size_t z = 0;
    /// The cases are those of Metropolis without field: pulling = 0 … z/2 − 1, the rest being certain.
    bool without_field = false;
    std::vector<Case> cases;
    std::vector<Case> certain;        ///< certain to turn, of Metropolis with a field
    std::size_t columns = 0;          ///< words of a row, one bit a lane
    std::vector<std::uint64_t> rows;  ///< (cases, bits from the highest down, columns)

    AcceptanceTable() = default;
    /// β and h of each lane of `filled` columns, the last ones repeated; the filled columns repeat until there
    /// are as many as a row has.
    AcceptanceTable(LocalUpdate how, std::size_t coordination, std::span<const double> beta, std::span<const double> field,
                    std::size_t filled, std::size_t of_a_row);
};

}  // namespace gdm
