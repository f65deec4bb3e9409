#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/words.hpp"
#include "gdm/physics/spins/acceptance.hpp"
#include "gdm/physics/spins/lattice.hpp"

/// Ising spins with random couplings: E = −Σ_<ij> J_ij s_i s_j, J = k_B = 1.
namespace gdm {

/// bimodal: ±1 with equal probability; gaussian: normal of variance 1.
enum class CouplingLaw { bimodal, gaussian };
inline constexpr Words coupling_words{
    std::array{Word{CouplingLaw::bimodal, "bimodal"}, Word{CouplingLaw::gaussian, "gaussian"}}};

struct Coupling {
    std::uint32_t a = 0, b = 0;  ///< the sites that it joins, a ≠ b
    double value = 0;
};

/// Edwards–Anderson (J. Phys. F 5, 965, 1975): one coupling for each bond of a lattice, in the order of its bonds.
[[nodiscard]] std::vector<Coupling> edwards_anderson(const Lattice& lattice, CouplingLaw law, const RandomStream& random);
/// Sherrington–Kirkpatrick (PRL 35, 1792, 1975): one coupling of variance 1/n for each pair of n sites, pairs (0, 1), (0,
/// 2), …, (1, 2), …
[[nodiscard]] std::vector<Coupling> sherrington_kirkpatrick(std::size_t sites, CouplingLaw law, const RandomStream& random);

/// The couplings of one realisation, and single-spin updates with them.
class SpinGlass {
  public:
    /// Throws std::invalid_argument for a coupling of a site to itself or to one that is not there.
    SpinGlass(std::size_t sites, std::vector<Coupling> couplings);

    [[nodiscard]] std::size_t sites() const noexcept { return sites_; }
    [[nodiscard]] std::span<const Coupling> couplings() const noexcept { return couplings_; }
    /// Who is coupled to a site, and how strongly: one entry for each of its couplings.
    struct Neighbour {
        std::uint32_t site = 0;
        double coupling = 0;
    };
    [[nodiscard]] std::span<const Neighbour> neighbours(std::size_t site) const {
        return std::span(neighbours_).subspan(first_[site], first_[site + 1] - first_[site]);
    }
    [[nodiscard]] double energy(std::span<const std::int8_t> spins) const;

    /// Updates every spin once, in order, at inverse temperature `beta`; returns the energy after it. A pure function of the
    /// spins and the random numbers. `fields` is room for `sites()` numbers.
    double sweep(std::span<std::int8_t> spins, double beta, LocalUpdate update, RandomSequence random,
                 std::span<double> fields) const;

  private:
    std::size_t sites_;
    std::vector<Coupling> couplings_;
    std::vector<std::size_t> first_;
    std::vector<Neighbour> neighbours_;
};

}  // namespace gdm
