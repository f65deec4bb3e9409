#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// Spins ±1 as bits of numbers that files can hold: spin i is bit i mod 48 of number i/48, set where it is +1. A double has
/// a mantissa of 53 bits, so that whole numbers below 2^48 are exact in it.
namespace gdm {

inline constexpr std::size_t spins_in_a_number = 48;

/// How a sweep file calls stored configurations and the number of their sites, and the units that tell what they hold.
inline constexpr const char* configurations_name = "configurations";
inline constexpr const char* stored_sites_name = "stored_sites";
inline constexpr const char* packed_spins_unit = "48 spins";
inline constexpr const char* angles_unit = "rad";

[[nodiscard]] constexpr std::size_t packed_length(std::size_t spins) {
    return (spins + spins_in_a_number - 1) / spins_in_a_number;
}

/// `is_up(i)` for i < spins into packed_length(spins) numbers.
template <class IsUp>
void pack_spins(std::size_t spins, IsUp&& is_up, std::span<double> numbers) {
    for (std::size_t word = 0, spin = 0; word < packed_length(spins); ++word) {
        std::uint64_t bits = 0;
        for (std::size_t bit = 0; bit < spins_in_a_number && spin < spins; ++bit, ++spin)
            bits |= std::uint64_t{is_up(spin) ? 1u : 0u} << bit;
        numbers[word] = static_cast<double>(bits);
    }
}

/// The spins ±1 again.
inline void unpack_spins(std::span<const double> numbers, std::span<double> spins) {
    for (std::size_t spin = 0; spin < spins.size(); ++spin) {
        const auto bits = static_cast<std::uint64_t>(numbers[spin / spins_in_a_number]);
        spins[spin] = (bits >> (spin % spins_in_a_number) & 1) != 0 ? 1 : -1;
    }
}

}  // namespace gdm
