#pragma once

#include <cstddef>
#include <memory>

#include "gdm/base/random_stream.hpp"
#include "gdm/experiment/point.hpp"
#include "gdm/physics/process/score_times.hpp"
#include "gdm/physics/spins/spin_posterior.hpp"

/// The data whose entropy `minde` finds, each with its score. Forward process dX = −X dt + √2 dW; γ = e^{−2t}/Δ_t.
namespace gdm {

/// Four ways to write the entropy H = base − ∫_0^T f dt with an error that is known to lie between 0 and `gap`.
///
/// reference: f = ‖S − S_ref‖²; the integral is KL(p_0‖q_0) − KL(p_T‖q_T) of the data and a reference q of known entropy
/// (thesis 2.54–2.56), so H is too large by KL(p_T‖q_T). noise: de Bruijn's identity and that of Guo, Shamai and Verdú from
/// the other end, H = ∫ (e^{−2t}/Δ²) E‖x_0 − ⟨x_0⟩‖² dt for spins, too small by I(X_0; X_T). upper, lower: bounds in
/// expectation whatever the chains do.
struct ScoreTerms {
    double reference = 0, noise = 0, upper = 0, lower = 0;
    /// ‖S − (S_1, S_2)‖² with the scores of the halves alone: the integral is I(1; 2) less what is left of it at T.
    double information = 0;
    /// Of mean 0 by the law of total expectation, whatever the chains do: ⟨x_0⟩ given one half times what the other half
    /// adds to it; (x_0 − ⟨x_0⟩)·⟨x_0⟩, or the same of scores.
    double half_control = 0, posterior_control = 0;

    void add(double weight, const ScoreTerms& terms);
};

class ScoreTarget {
  public:
    virtual ~ScoreTarget() = default;

    /// Takes a new clean sample x_0.
    virtual void draw(RandomSequence& random) = 0;
    /// The integrands at x_t = e^{−t} x_0 + √Δ_t z; t = 0 for continuous data only.
    virtual ScoreTerms integrands(double t, RandomSequence& random) = 0;
    /// What the integrals are subtracted from, for the present x_0.
    [[nodiscard]] virtual ScoreTerms bases() const = 0;

    [[nodiscard]] virtual double dimension() const = 0;
    /// KL(p_T‖q_T) + I(X_0; X_T) = E KL(p(x_T | x_0)‖q_T), in closed form.
    [[nodiscard]] virtual double gap() const = 0;
    [[nodiscard]] virtual ScoreTimes times() const = 0;
    [[nodiscard]] virtual bool discrete() const { return false; }

    /// Exact values, NaN where they are out of reach: entropy and mutual information in nats; E of integrands().reference.
    [[nodiscard]] virtual double exact_entropy() const = 0;
    [[nodiscard]] virtual double exact_information() const = 0;
    [[nodiscard]] virtual double exact_integrand(double t) const = 0;
};

/// The target of a point of `minde`.
[[nodiscard]] std::unique_ptr<ScoreTarget> score_target_of(const Point& point);

}  // namespace gdm
