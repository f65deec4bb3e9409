#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"

/// Training sets of binary vectors for Boltzmann machines.
namespace gdm {

/// Rows of units 0 and 1, one after the other; a row may stand in it several times.
struct BinaryData {
    std::size_t visible = 0;
    std::vector<std::uint8_t> units;  ///< (rows, visible)
    [[nodiscard]] std::size_t rows() const noexcept { return visible == 0 ? 0 : units.size() / visible; }
    [[nodiscard]] std::span<const std::uint8_t> row(std::size_t r) const {
        return std::span(units).subspan(r * visible, visible);
    }
};

/// The 2^{L+1} − 2 pictures of L × L pixels whose rows, or whose columns, are each black or white as a whole (MacKay 2003,
/// 43.1), 2 ≤ L ≤ 12. Throws std::invalid_argument for another L.
[[nodiscard]] BinaryData bars_and_stripes(std::size_t size);

/// The labelled shifter ensemble: n bits, the same bits in a circle moved by −1, 0 or +1, and which of the three it was (one
/// of three units 1), 3 · 2^n rows of 2n + 3 units (Hinton and Sejnowski 1986), 1 ≤ n ≤ 12. Throws std::invalid_argument for
/// another n. The rows differ from n = 3 on.
[[nodiscard]] BinaryData labelled_shifter(std::size_t bits);

/// `rows` configurations of the periodic L × L Ising model at T (J = k_B = 1), spins +1 as units 1, of one chain of Wolff's
/// clusters that turn (Purpose::dataset): 100 clusters of thermalisation, and as many from row to row as turn L² sites.
[[nodiscard]] BinaryData ising_configurations(std::size_t size, double temperature, std::size_t rows,
                                              const RandomStream& random);

/// `rows` draws from a mixture of P random patterns ±ξ^μ (±1, units 1 for +1), each with the same weight: every unit is that
/// of the pattern but for a share (1 − overlap)/2 of errors, 0 ≤ overlap ≤ 1 (Purpose::dataset). At the overlap m of a
/// Hopfield network that has stored few patterns these are its states. Throws std::invalid_argument for no patterns.
[[nodiscard]] BinaryData hopfield_mixture(std::size_t visible, std::size_t patterns, double overlap, std::size_t rows,
                                          const RandomStream& random);

/// The share of rows in which each unit is 1.
[[nodiscard]] std::vector<double> unit_means(const BinaryData& data);

/// The greatest log-likelihood Σ_rows ln P(row) that any law can have: that of the shares of equal rows, Σ n ln(n/rows).
[[nodiscard]] double best_log_likelihood(const BinaryData& data);

}  // namespace gdm
