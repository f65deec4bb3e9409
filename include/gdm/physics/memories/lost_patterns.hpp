#pragma once

#include <cstddef>

#include "gdm/base/random_stream.hpp"

/// How many of all P = e^{αd} Gaussian patterns a dense associative memory loses: cues x = y_1 whose weight w_1 is below ½,
/// that is Z > e^{λ‖y_1‖²}, Z = Σ_{μ ≥ 2} e^{λ y_1·y_μ}. Almost all of them are patterns of rare small norm, so that their
/// number P P(w_1 < ½) is 1 far below the load where a typical one is lost (Lucibello and Mézard, PRL 132, 077301 (2024),
/// their α_c; all_gaussian_patterns_load is its limit).
namespace gdm {

struct GaussianMemory {
    double lambda = 0, d = 0;  ///< λ > 0; d ≥ 2
    double log_p = 0;          ///< ln P, of a whole P ≥ 2
};

/// ln of a draw whose mean is P(w_1 < ½). The norm comes from a mixture of two χ²_d laws of smaller scale, one around the
/// norm at which typical noise reaches the signal, the other around d/2, where pairs with y_1·y_j > ‖y_1‖² are made, and is
/// weighed. Given it, all levels but one are drawn, and the last enters by its probability to be the greatest and to bring Z
/// over the signal (Asmussen and Kroese 2006), so that pairs of probability e^{−O(d)} are not waited for. −∞ where there is
/// none. `levels`: see RandomLevels.
[[nodiscard]] double draw_log_lost(const GaussianMemory& memory, RandomSequence& norm, RandomSequence& others,
                                   std::size_t levels);

/// ln of P P(w_1 < ½), the expected number of lost patterns, at finite d: over ‖y_1‖² by Gauss–Legendre panels around the
/// norm where P(Z > e^{λ‖y_1‖²}) is ½, that probability by numerical inversion of the Laplace transform of Z (Abate and
/// Whitt 1995), and where it is below 1e-3 as that of one level that brings what the others lack. Relative error of the
/// number about 2e-3.
[[nodiscard]] double log_lost_patterns(const GaussianMemory& memory);

}  // namespace gdm
