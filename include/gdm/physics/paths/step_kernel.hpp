#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "gdm/physics/paths/path_steps.hpp"

/// The transition kernel of one reverse step of a stochastic integrator, for quadrature over it.
namespace gdm {

/// linear a + coupling tanh(slope a).
[[nodiscard]] inline double increment(const DriftWeights& weights, double a) {
    return weights.linear * a + weights.coupling * std::tanh(weights.slope * a);
}

/// Steepest |1 + D′| over all a: at 0 or far out.
[[nodiscard]] inline double steepest(const DriftWeights& weights) {
    return std::max(std::abs(1 + weights.linear), std::abs(1 + weights.linear + weights.coupling * weights.slope));
}

/// Steepest |D′|.
[[nodiscard]] inline double steepest_increment(const DriftWeights& weights) {
    return std::max(std::abs(weights.linear), std::abs(weights.linear + weights.coupling * weights.slope));
}

/// The Gaussian part of a kernel: mean of the state or predictor, and probability.
struct GaussianBranch {
    double mean;
    double probability;
};

/// One step: a Gaussian N(F(a), noise²) for the predictor b, which is the end point but for heun, where the end point is
/// end_of(b) − offset(a). The exact kernel has two such branches. Keeps a reference to the step.
class StepKernel {
  public:
    StepKernel(const PathStep& step, Integrator integrator)
        : step_(step),
          integrator_(integrator),
          corrected_(integrator == Integrator::heun),
          flattest_(corrected_ ? 1 + 0.5 * step.end.linear : 1) {}

    [[nodiscard]] bool valid() const { return flattest_ > 0.25 && step_.noise > 0; }
    /// The narrowest feature of the kernel as a function of where it ends, and as one of where it starts.
    [[nodiscard]] double width() const { return step_.noise * std::min(1.0, flattest_); }
    [[nodiscard]] double source_width() const {
        double slope = steepest(step_.start);
        if (integrator_ == Integrator::exact) slope = std::abs(step_.start.linear) + step_.noise * step_.start.slope;
        if (corrected_) slope += 0.5 * steepest_increment(step_.start) / flattest_;
        return step_.noise / slope;
    }

    /// Branches from a; the second has probability 0 but for the exact kernel.
    [[nodiscard]] std::pair<GaussianBranch, GaussianBranch> branches(double a) const {
        if (integrator_ != Integrator::exact) return {{a + increment(step_.start, a), 1}, {0, 0}};
        const double mean = step_.start.linear * a, shift = step_.start.coupling;
        const double up = 1 / (1 + std::exp(-2 * step_.start.slope * a));
        const double down = 1 / (1 + std::exp(2 * step_.start.slope * a));
        return {{mean + shift, up}, {mean - shift, down}};
    }
    /// What the corrector of heun takes off: half the increment at the start.
    [[nodiscard]] double offset(double a) const { return corrected_ ? 0.5 * increment(step_.start, a) : 0; }
    [[nodiscard]] double end_of(double predictor) const {
        return corrected_ ? predictor + 0.5 * increment(step_.end, predictor) : predictor;
    }
    [[nodiscard]] double slope_of(double predictor) const {
        if (!corrected_) return 1;
        const double tanh_value = std::tanh(step_.end.slope * predictor);
        return 1 + 0.5 * (step_.end.linear + step_.end.coupling * step_.end.slope * (1 - tanh_value * tanh_value));
    }
    /// The predictor that ends at `value`; end_of grows, and lies within ±coupling/2 of a straight line.
    [[nodiscard]] double predictor_of(double value, double guess) const {
        if (!corrected_) return value;
        const double margin = 0.5 * std::abs(step_.end.coupling);
        double low = (value - margin) / flattest_, high = (value + margin) / flattest_;
        double b = std::clamp(guess, low, high);
        for (int k = 0; k < 60; ++k) {
            const double excess = end_of(b) - value;
            (excess > 0 ? high : low) = b;
            const double next = b - excess / slope_of(b);
            if (std::abs(next - b) < 1e-7 * step_.noise) return next;  // quadratic: the error left is its square
            b = next > low && next < high ? next : 0.5 * (low + high);
        }
        return b;
    }
    /// The same with slope_of there, at one tanh an iteration.
    [[nodiscard]] std::pair<double, double> predictor_and_slope(double value, double guess) const {
        const auto& [linear, coupling, steepness] = step_.end;
        double b = guess;
        for (int k = 0; k < 4; ++k) {
            const double tanh_value = std::tanh(steepness * b), bend = coupling * steepness * (1 - tanh_value * tanh_value);
            const double slope = 1 + 0.5 * (linear + bend);
            const double change = -(b + 0.5 * (linear * b + coupling * tanh_value) - value) / slope;
            b += change;
            if (std::abs(change) < 1e-7 * step_.noise) return {b, slope - steepness * tanh_value * bend * change};
        }
        b = predictor_of(value, guess);
        return {b, slope_of(b)};
    }
    [[nodiscard]] double noise() const { return step_.noise; }
    [[nodiscard]] bool corrected() const { return corrected_; }

  private:
    const PathStep& step_;
    Integrator integrator_;
    bool corrected_;
    double flattest_;
};

}  // namespace gdm
