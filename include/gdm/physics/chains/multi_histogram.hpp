#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gdm {

/// ln Z and the law of the energy at any temperature from the energies of a whole ladder (Ferrenberg and Swendsen, Phys.
/// Rev. Lett. 63, 1195 (1989); Shirts and Chodera, J. Chem. Phys. 129, 124105 (2008): MBAR). With H(E) the histogram of all
/// places together, n_k samples at β_k,
///
///     Z(β) = Σ_E H(E) e^{−βE}/D(E),   D(E) = Σ_k n_k e^{−β_k E}/Z_k,   Z_k = Z(β_k),
///
/// solved by Newton's method for the maximum of a concave likelihood, fixed by ln Z at the first place. What places have
/// seen one by one does not enter. Independent samples are not needed for the estimate to be right, only for its error,
/// which comes from repetitions; the bias is of order 1/n.
class MultiHistogram {
  public:
    /// `counts` of the states with these `energies`; `start` guesses ln Z_k, of which the first is taken as known. Throws
    /// std::invalid_argument where lengths differ, std::runtime_error where places do not overlap.
    MultiHistogram(std::vector<double> beta, std::span<const double> samples, std::span<const double> energies,
                   std::span<const std::uint64_t> counts, std::vector<double> start);

    [[nodiscard]] std::span<const double> log_partition() const noexcept { return log_partition_; }  ///< at each place

    struct Law {
        double log_partition = 0, mean = 0, variance = 0;  ///< of the whole energy
    };
    /// At any β; trustworthy between the ends of the ladder.
    [[nodiscard]] Law at(double beta) const;

  private:
    void solve(std::span<const double> samples);

    std::vector<double> beta_, log_partition_;
    std::vector<double> energies_, counts_;  ///< those that were seen
    std::vector<double> log_denominator_;    ///< ln D of each
};

}  // namespace gdm
