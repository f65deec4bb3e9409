#pragma once

#include <cstddef>
#include <vector>

#include "gdm/physics/levels/random_levels.hpp"

namespace gdm {

/// Which level a table is to integrate over: one of n like the others, or one whose law is tilted by its own weight e^{−βE},
/// as that of the point a state was made from.
enum class TableUse { level, source };

/// Moments over one level of a law in the presence of others of sum Z′, with w = e^{−βE}/(e^{−βE} + Z′), times n.
struct OneLevel {
    double weight = 0;  ///< n E w; its mean over the others is 1
    double square = 0;  ///< n E w²
    double fourth = 0;  ///< n E w⁴
    double cross = 0;   ///< n E w²(1 − w)²
};

/// The law of one level at an inverse temperature as weights p_i on a grid of energies: E F(E) = Σ_i p_i F(E_i), a
/// trapezoidal rule in a coordinate that makes the law analytic on the whole line. The grid covers what e^{−kβE}, k = 1 … 4,
/// and the Fermi functions w^k make of the law of one of n levels. Relative errors are about 1e-6, and none on average over
/// `shift`, uniform on [0, 1), by which the grid is moved. log_n as in RandomLevels, β > 0.
class LevelTable {
  public:
    LevelTable(const LevelLaw& law, double log_n, double beta, TableUse use, double shift = 0.5);

    [[nodiscard]] const std::vector<double>& energies() const noexcept { return energy_; }    ///< β E_i, ascending
    [[nodiscard]] const std::vector<double>& log_weights() const noexcept { return log_p_; }  ///< ln p_i
    [[nodiscard]] double log_n() const noexcept { return log_n_; }
    /// With the level integrated out and the others given, so that rare low levels are weighed instead of waited for:
    /// E Y = E[square], E Y² = E[fourth + Y′ cross], Y′ = Σ e^{−2βE_j}/Z′² over the others.
    [[nodiscard]] OneLevel among(double log_z_others) const;

  private:
    std::vector<double> energy_, log_p_;
    double log_n_;
};

}  // namespace gdm
