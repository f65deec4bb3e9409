#pragma once

#include <cstddef>
#include <cstdint>

#include "gdm/physics/targets/generative_bath.hpp"

/// What is known exactly of the equilibrium of a generative bath.
namespace gdm {

/// Averages of ȳ; what is not known is NaN.
struct BathMoments {
    double first = 0;     ///< ⟨ȳ·e⟩, e the direction of the field
    double absolute = 0;  ///< ⟨‖ȳ‖⟩
    double squared = 0;   ///< ⟨‖ȳ‖²⟩
    double fourth = 0;    ///< ⟨‖ȳ‖⁴⟩
};

/// At finite K. Two deltas: sums over the number of microstates at +1, to 1e-12. Four deltas: two such models at 2θ, along
/// the diagonals; `absolute`, a double sum, up to K = 2048. Hypersphere: by quadrature over the noisy state x, whose law is
/// ∝ r^{d−1} e^{−K(r² + h²)/2θ} Ω(Krh/θ) Ω(r/θ)^K, Ω the mean of e^{κ y·e} over the sphere; to 1e-9 of a bath that is not
/// much hotter than its critical θ; `fourth` without a field alone, `absolute` not at all. Discrete: nothing.
[[nodiscard]] BathMoments bath_moments(BathTarget target, double theta, double h, std::int64_t K, std::size_t d);

/// Of K → ∞ in the critical state, without a field: 1 − ⟨m⁴⟩/(3⟨m²⟩²), lim K^{1/4}⟨‖ȳ‖⟩ and lim K^{1/2}⟨‖ȳ‖²⟩. For two
/// deltas x = K^{1/4} m has the law e^{−x⁴/12}: U = 1 − Γ(¼)⁴/(24π²), 12^{1/4} √π/Γ(¼), √12 Γ(¾)/Γ(¼). For the sphere in d
/// dimensions r^{d−1} e^{−c r⁴}, c = d²/(4 (d + 2)). NaN for given points.
struct BathCriticality {
    double binder, absolute, squared;
};
[[nodiscard]] BathCriticality bath_criticality(BathTarget target, std::size_t d);

/// Of two deltas without a field, under the heat bath of single microstates at random (a sweep is K of them), in sweeps: the
/// relaxation times −1/ln λ of the slowest odd mode, which ȳ shows, and of the slowest even one, which |ȳ| shows. They are
/// eigenvalues of the birth–death chain of the number of microstates at +1, by Sturm sequences; NaN where a gap is below
/// 1e-13. O(K).
struct BathRelaxation {
    double odd, even;
};
[[nodiscard]] BathRelaxation two_deltas_relaxation(double theta, std::int64_t K);

}  // namespace gdm
