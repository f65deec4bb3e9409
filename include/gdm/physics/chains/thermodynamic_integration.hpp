#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace gdm {

/// Cumulants of the energy at one inverse temperature, each divided by N: U = κ₁ is the slope of −ln Z/N, and
/// dU/dβ = −κ₂, d²U/dβ² = κ₃.
struct EnergyCumulants {
    double mean = 0, variance = 0, third = 0;
    /// From ⟨e⟩, ⟨e²⟩, ⟨e³⟩ of the energy e of a site.
    static EnergyCumulants of_moments(double e, double e2, double e3, double sites);
};

/// ∫_0^β U dβ′ through the places of a ladder (thermodynamic integration), from the energies there and their first two
/// derivatives, which the same samples give: in each interval of length h the Hermite polynomial of fifth degree, whose
/// integral is h/2 (U_0 + U_1) + h²/10 (U_0′ − U_1′) + h³/120 (U_0″ + U_1″), with an error of h⁷ U⁽⁶⁾/100800.
class ThermodynamicIntegration {
  public:
    /// `beta` rises from 0, one set of cumulants for each. Throws std::invalid_argument otherwise.
    ThermodynamicIntegration(std::span<const double> beta, std::span<const EnergyCumulants> energy);

    struct Result {
        double integral = 0;  ///< ∫_0^β U
        double energy = 0;    ///< U(β), interpolated
        /// What the quadrature may leave in βU − ∫U, the entropy less that of β = 0: the sum over the intervals of what the
        /// cubic (of half as many derivatives) gives otherwise.
        double entropy_error = 0;
    };
    /// For β from the first place to the last (by 1e-9 of it beyond). Throws std::out_of_range.
    [[nodiscard]] Result at(double beta) const;

  private:
    struct Part {
        double integral = 0, energy = 0;
    };
    [[nodiscard]] Part quintic(std::size_t interval, double share) const;
    [[nodiscard]] Part cubic(std::size_t interval, double share) const;

    std::vector<double> beta_;
    std::vector<EnergyCumulants> energy_;
    std::vector<double> integral_, error_;  ///< up to each place
};

}  // namespace gdm
