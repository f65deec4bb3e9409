#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The generative bath (Ambrogioni, section 8): K microstates y of a target, each pulled by the mean of the others,
/// p ∝ Π φ(y) exp{[Σ_{μ<ν} y^μ·y^ν/K + h Σ e·y^μ]/θ} for equal norms. ȳ = Σ y/K orders below θ_c, as ⟨y⟩ does at the fixed
/// point of generation, and K rounds the transition over |θ − θ_c| ~ K^{−1/2}. Two chains from starts that are named run
/// side by side; what is known exactly at that K stands beside their averages. K = 1 is a clean point alone.
[[nodiscard]] Experiment generative_bath();

}  // namespace gdm
