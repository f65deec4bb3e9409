#pragma once

#include <memory>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/words.hpp"
#include "gdm/physics/levels/random_levels.hpp"

/// Dense associative memories (modern Hopfield networks) of P = e^{αd} random patterns y_j in R^d: weights
/// w_j ∝ e^{λ x·y_j} of a state x, one update x ← Σ_j w_j y_j. Ramsauer et al., arXiv:2008.02217; Lucibello and Mézard, PRL
/// 132, 077301 (2024).
namespace gdm {

/// spherical: uniform with ‖y‖² = d; gaussian: y ~ N(0, I).
enum class PatternLaw { spherical, gaussian };
inline constexpr Words pattern_words{
    std::array{Word{PatternLaw::spherical, "spherical"}, Word{PatternLaw::gaussian, "gaussian"}}};

/// hopfield: w_j ∝ e^{λ x·y_j}; diffusion: w_j ∝ e^{−λ‖x − y_j‖²/2}, at λ = 1/θ the posterior of a diffusion model with
/// Brownian variance θ. The same where all norms are equal.
enum class WeightRule { hopfield, diffusion };
inline constexpr Words weight_words{
    std::array{Word{WeightRule::hopfield, "hopfield"}, Word{WeightRule::diffusion, "diffusion"}}};

struct DenseMemory {
    PatternLaw patterns = PatternLaw::spherical;
    WeightRule weights = WeightRule::hopfield;
    double d = 0;       ///< ≥ 2
    double lambda = 0;  ///< λ > 0
};

/// A noisy cue x = y_1 + √θ z, z ~ N(0, I), as far as the weights see it.
struct Cue {
    double pattern_norm2 = 0;  ///< ‖y_1‖²
    double norm2 = 0;          ///< ‖x‖²
    double overlap = 0;        ///< x·y_1
    double distance2 = 0;      ///< ‖x − y_1‖²
};

/// The norm of a pattern, and the noise z of a cue along y_1 and across; they serve every θ.
struct CueNoise {
    double pattern_norm2 = 0;  ///< ‖y_1‖²
    double along = 0;          ///< z·y_1/‖y_1‖
    double across2 = 0;        ///< ‖z‖² less the square of `along`
    [[nodiscard]] Cue cue(double theta) const;
};
[[nodiscard]] CueNoise draw_cue_noise(const DenseMemory& memory, RandomSequence& random);

/// The other patterns as a state of norm² `norm2` sees them: independent levels of energy −λ x·y_j (hopfield gaussian; on
/// the sphere λ(‖x‖√d − x·y_j)) or λ‖x − y_j‖²/2, at inverse temperature 1.
[[nodiscard]] std::unique_ptr<LevelLaw> pattern_levels(const DenseMemory& memory, double norm2);
/// The energy of y_1 among them.
[[nodiscard]] double source_energy(const DenseMemory& memory, const Cue& cue);

}  // namespace gdm
