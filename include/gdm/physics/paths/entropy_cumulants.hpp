#pragma once

#include <vector>

#include "gdm/physics/paths/path_entropies.hpp"

/// Exact averages over the paths of a chain of steps, at its dt, without sampling.
namespace gdm {

/// ln ⟨e^{−kΔS}⟩ with its first two derivatives by k: minus the mean and the variance of ΔS in the measure tilted by
/// e^{−kΔS}.
struct Cumulants {
    double value = 0;
    double slope = 0;
    double curvature = 0;
};

/// A value of ln w and its probability.
struct WeightMass {
    double log_weight;
    double mass;
};

/// Which entropy: that given to the environment, or the total, with ΔS = ln p(start) − ln p(end).
enum class EntropyPart { environment, total };

/// ln ⟨e^{−kΔS}⟩ of the axis coordinate of the paths of a problem, by any stochastic integrator and either rule. From the
/// end backwards, v_n(a) = ∫ k_n(y|a) e^{−k s_n(a,y)} v_{n+1}(y) dy with v_N = p_end^k, k_n the kernel of a step
/// (StepKernel) and s_n its environment entropy, and at last ∫ p_start^{1−k} v_0 da; by the trapezoidal rule on grids that
/// reach 8.5 deviations of the tilted paths (known far out, where everything is Gaussian) and resolve the kernels. Forward
/// and with equal steps ΔS_E is a function of both ends, and one step does the work of all. Relative errors: 1e-6 of
/// ⟨e^{−kΔS}⟩ for |k| ≤ 1, 1e-5 near the tail index.
class AxisCumulants {
  public:
    AxisCumulants(const PathProblem& problem, EntropyRule rule, EntropyPart part = EntropyPart::total);
    /// +∞ where the average does not exist; NaN where a grid would need more than 4,000 points or heun's kernel has no
    /// density (StepKernel::valid).
    [[nodiscard]] Cumulants operator()(double k) const;
    /// Steps that are followed.
    [[nodiscard]] std::size_t steps() const noexcept { return course_.steps.size(); }
    /// The law of −ΔS on a grid of both ends; empty where more than one step is taken.
    [[nodiscard]] std::vector<WeightMass> one_step_law() const;

  private:
    struct Reach;
    struct Layer;
    [[nodiscard]] std::vector<Reach> reach(double k) const;
    [[nodiscard]] Layer empty_layer(const Reach& reach) const;
    [[nodiscard]] Layer before(const Layer& after, std::size_t n, double k, const std::vector<Reach>& far) const;

    PathProblem problem_;
    EntropyRule rule_;
    EntropyPart part_;
    PathCourse course_;
    Integrator kernel_;  ///< whose kernel the steps have
};

/// The same of one transverse coordinate, by log_exp_average; derivatives by central differences, to 1e-7.
[[nodiscard]] Cumulants transverse_cumulants(const TailProblem& problem, double k, double index);

}  // namespace gdm
