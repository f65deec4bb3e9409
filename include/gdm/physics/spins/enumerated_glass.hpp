#pragma once

#include <cstddef>
#include <vector>

#include "gdm/physics/spins/spin_glass.hpp"

namespace gdm {

/// Exact averages of one realisation of couplings, by all of its 2^n states.
class EnumeratedGlass {
  public:
    static constexpr std::size_t most_sites = 24;
    /// Throws std::invalid_argument for more than most_sites.
    explicit EnumeratedGlass(const SpinGlass& glass);

    [[nodiscard]] double ground_energy() const noexcept { return ground_; }
    struct Averages {
        double energy = 0;         ///< ⟨E⟩
        double heat_capacity = 0;  ///< β² (⟨E²⟩ − ⟨E⟩²)
        /// P(q) of two independent copies at q = (2k − n)/n, k = 0 … n: the autocorrelation over ℤ_2^n of the Boltzmann law,
        /// by Walsh–Hadamard transforms.
        std::vector<double> overlap = {};
        /// ⟨q^power⟩
        [[nodiscard]] double overlap_moment(int power) const;
    };
    [[nodiscard]] Averages at(double beta) const;

  private:
    std::size_t sites_;
    std::vector<double> energies_;  ///< of the states whose bits are the spins
    double ground_;
};

}  // namespace gdm
