#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "gdm/physics/paths/path_steps.hpp"
#include "gdm/physics/paths/step_kernel.hpp"
#include "gdm/physics/process/gaussian_mixture.hpp"

namespace gdm {

/// The law of the axis coordinate of reverse paths from p_T, from step to step: p′(y) = ∫ p(a) k(y|a) da with the kernel of
/// a step (StepKernel), by the trapezoidal rule, which converges faster than any power here.
///
/// The law is even and kept on a ≥ 0. The grid resolves the kernels before and behind it and the score, and once no mass is
/// left between the classes it begins beside them and needs to resolve the linear dynamics of a class alone. Errors of
/// averages: 1e-8 where steps are as long as Γ, 1e-10 where they are short.
class AxisDensity {
  public:
    /// p_t at the time t from where `next` is the step that is taken.
    [[nodiscard]] static std::optional<AxisDensity> start(const GaussianMixture& mixture, double t, const PathStep& next,
                                                          const PathSettings& settings);
    /// One step on; `next` is the step behind it, or nullptr: then averages of functions of tanh(`end_slope` a) are wanted.
    /// Nothing where the grid would need more than 20,000 points or the kernel of heun has no density (StepKernel::valid).
    [[nodiscard]] std::optional<AxisDensity> after(const PathStep& step, const PathStep* next, double end_slope,
                                                   const PathSettings& settings) const;

    /// Of an even function.
    template <class Function>
    [[nodiscard]] double average(Function function) const {
        double sum = 0;
        for (std::size_t i = 0; i < values_.size(); ++i) sum += mass(i) * function(at(i));
        return sum;
    }
    /// ⟨(y − a) f((y + a)/2)⟩ over the next step, f the drift of its midpoint rule.
    [[nodiscard]] double heat(const PathStep& step, const PathSettings& settings) const;

  private:
    [[nodiscard]] static std::optional<AxisDensity> empty(double near, double far, double spacing);
    [[nodiscard]] double at(std::size_t i) const { return first_ + spacing_ * static_cast<double>(i); }
    [[nodiscard]] double mass(std::size_t i) const { return values_[i] * spacing_ * (i == 0 && first_ == 0 ? 0.5 : 1); }
    /// At so many spacings from the middle.
    void add(double place, double value);
    void add_gaussian(double mass, double mean, double noise);
    void add_corrected(double mass, double a, const StepKernel& kernel);

    double first_ = 0, spacing_ = 1;  ///< first_ = 0: the grid reaches the middle
    std::vector<double> values_;      ///< of both signs together
};

}  // namespace gdm
