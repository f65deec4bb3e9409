#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/words.hpp"

namespace gdm {

/// square: z = 4, triangular: z = 6, cubic: z = 6.
enum class LatticeKind { square, triangular, cubic };
inline constexpr Words lattice_words{std::array{
    Word{LatticeKind::square, "square"}, Word{LatticeKind::triangular, "triangular"}, Word{LatticeKind::cubic, "cubic"}}};

/// Sites of an L × L (L × L × L) lattice, periodic in all directions, and who is next to whom. Site x + L y (+ L² z).
///
/// Bonds belong to the site that they leave forwards: bond `site * forward() + direction` joins `site` and
/// `neighbours(site)[direction]`. At L = 2 a site has the same neighbour on both sides, and two bonds with it, as in the
/// transfer matrices of periodic lattices.
class Lattice {
  public:
    /// Throws std::invalid_argument unless L ≥ 2 and the sites number less than 2^31.
    Lattice(LatticeKind kind, std::size_t size);

    [[nodiscard]] LatticeKind kind() const noexcept { return kind_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }  ///< L
    [[nodiscard]] std::size_t sites() const noexcept { return sites_; }
    [[nodiscard]] int dimension() const noexcept { return kind_ == LatticeKind::cubic ? 3 : 2; }
    /// z, and half of it: the bonds of a site that lead forwards.
    [[nodiscard]] std::size_t coordination() const noexcept { return 2 * forward_; }
    [[nodiscard]] std::size_t forward() const noexcept { return forward_; }
    [[nodiscard]] std::size_t bonds() const noexcept { return sites_ * forward_; }

    /// First those forwards (+x, +y, then +z or +x+y), then those backwards in the same order.
    [[nodiscard]] std::span<const std::uint32_t> neighbours(std::size_t site) const {
        return std::span(neighbours_).subspan(site * coordination(), coordination());
    }

  private:
    LatticeKind kind_;
    std::size_t size_, sites_, forward_;
    std::vector<std::uint32_t> neighbours_;
};

}  // namespace gdm
