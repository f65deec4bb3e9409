#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "gdm/physics/spins/lattice.hpp"

namespace gdm {

/// The neighbours of a site in the order of Lattice::neighbours, computed instead of looked up: for walks over lattices
/// whose table would not stay in the cache (16 bytes a site, beside 1 for the spin). No jumps, no division.
template <LatticeKind kind>
class NeighbourFinder {
  public:
    static constexpr std::size_t coordination = kind == LatticeKind::square ? 4 : 6;

    explicit NeighbourFinder(const Lattice& lattice)
        : size_(static_cast<std::uint32_t>(lattice.size())),
          plane_(size_ * size_),
          sites_(static_cast<std::uint32_t>(lattice.sites())),
          row_factor_(~std::uint64_t{0} / size_ + 1),
          plane_factor_(~std::uint64_t{0} / plane_ + 1) {}

    [[nodiscard]] std::array<std::uint32_t, coordination> operator()(std::uint32_t site) const noexcept {
        const std::uint32_t x = remainder(site, row_factor_, size_);
        const std::uint32_t right = x + 1 == size_ ? 1 - size_ : 1, left = x == 0 ? size_ - 1 : ~0u;  // steps modulo 2^32
        if constexpr (kind == LatticeKind::cubic) {
            const std::uint32_t in_plane = remainder(site, plane_factor_, plane_);
            return {site + right,
                    site + (in_plane + size_ >= plane_ ? size_ - plane_ : size_),
                    site + (site + plane_ >= sites_ ? plane_ - sites_ : plane_),
                    site + left,
                    site + (in_plane < size_ ? plane_ - size_ : 0 - size_),
                    site + (site < plane_ ? sites_ - plane_ : 0 - plane_)};
        } else {
            const std::uint32_t above = site + (site + size_ >= sites_ ? size_ - sites_ : size_);
            const std::uint32_t below = site + (site < size_ ? sites_ - size_ : 0 - size_);
            if constexpr (kind == LatticeKind::square) {
                return {site + right, above, site + left, below};
            } else {
                return {site + right, above, above + right, site + left, below, below + left};
            }
        }
    }

  private:
    /// a mod n by two products, with factor = ⌈2^64/n⌉ (Lemire, Kaser and Kurz, Softw. Pract. Exp. 49, 953, 2019).
    static std::uint32_t remainder(std::uint32_t a, std::uint64_t factor, std::uint32_t n) noexcept {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::uint32_t>((static_cast<Wide>(factor * a) * n) >> 64);
    }

    std::uint32_t size_, plane_, sites_;
    std::uint64_t row_factor_, plane_factor_;
};

}  // namespace gdm
