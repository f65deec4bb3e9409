#pragma once

#include <span>
#include <vector>

#include "gdm/physics/levels/random_levels.hpp"

namespace gdm {

/// Averages over realisations of n independent levels at one inverse temperature, exactly.
struct LevelAverages {
    double participation_ratio = 0;      ///< E Y
    double log_participation_ratio = 0;  ///< ln E Y
    double participation_ratio_2 = 0;    ///< E Y²
    double log_z = 0;                    ///< E ln Z
    double weight_entropy = 0;           ///< E[−Σ w ln w]
    double normalisation = 1;            ///< E Σ w, which is 1: the error of the quadrature
};

/// From 1/Z^k = ∫ x^{k−1} e^{−xZ} dx/Γ(k), with x = e^y, φ_k(y) = E[(x f)^k e^{−x f}], f = e^{−βE} and g = E e^{−x f}:
///   E Y = n ∫ φ_2 g^{n−1} dy,  E Y² = (1/6) ∫ [n φ_4 g^{n−1} + n(n−1) φ_2² g^{n−2}] dy,
///   E Σ w E = n ∫ E[E x f e^{−x f}] g^{n−1} dy,  E ln Z = −γ − E W, where P(W > y) = g(y)^n, and S = ln Z + β Σ w E
/// (Derrida and Toulouse 1985 for E Y). Trapezoidal in y, Gauss–Legendre panels in the level's coordinate; relative errors
/// near 1e-9, of S 1e-9 ln n. β > 0; log_n as in RandomLevels, up to about 1,000. Throws std::invalid_argument.
[[nodiscard]] LevelAverages level_averages(const LevelLaw& law, double log_n, double beta);

/// The mean weight E[e^{−βE}/(e^{−βE} + Σ_j e^{−βE_j})] of one more level of the given energy E among n random ones, for
/// each n = e^{log_n}: ∫ e^{−x} g(x e^{βE})^n dx, trapezoidal in ln x. Relative errors near 1e-8. β > 0; log_n ≥ 0.
[[nodiscard]] std::vector<double> source_weights(const LevelLaw& law, std::span<const double> log_n, double beta,
                                                 double energy);

}  // namespace gdm
