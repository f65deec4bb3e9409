#pragma once

#include <gdm/experiment/experiment.hpp>

/// N oscillators, dθ_i/dt = ω_i + K r sin(ψ − θ_i) with r e^{iψ} = (1/N) Σ_j e^{iθ_j}, whose frequencies have the density
/// (γ/π)/(ω² + γ²). Where the coupling K passes K_c = 2γ they begin to run together: for N → ∞
/// r = √(1 − K_c/K), and N⟨r²⟩ = 1/(1 − K/K_c) below.
/// Y. Kuramoto, Chemical Oscillations, Waves, and Turbulence (Springer, 1984), ch. 5; fluctuations: E. J. Hildebrand,
/// M. A. Buice, C. C. Chow, Phys. Rev. Lett. 98, 054101 (2007).
[[nodiscard]] gdm::Experiment kuramoto();
