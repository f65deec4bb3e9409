#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"

/// What a target says of the clean point y behind a noisy state x = y + √θ z (Brownian convention, β = 1/θ): the posterior
/// p(y | x) = φ(y) e^{−H}/Z, H = (‖y‖²/2 − x·y)/θ (Ambrogioni 6–8), one interface for every target.
namespace gdm {

/// At one state. Response, self-consistent response and score Jacobian are functions of the covariance C alone: βC,
/// (I − βC)^{−1} βC and −βI + β²C (Ambrogioni 24–26, with the signs of the derivation).
struct Posterior {
    double log_partition = 0;        ///< ln Z
    std::vector<double> mean;        ///< ⟨y⟩_x, n coordinates
    std::vector<double> covariance;  ///< C of y given x, n × n
    double across = 0;               ///< variance of y along each of the d − n directions that are no coordinates
};

/// A target φ, a probability measure in d dimensions, by n ≤ d coordinates: where d > n it is isotropic around the origin,
/// states have no component in the d − n directions left out, and neither has the mean.
class TargetLaw {
  public:
    virtual ~TargetLaw() = default;
    [[nodiscard]] std::size_t coordinates() const noexcept { return coordinates_; }  ///< n
    [[nodiscard]] double dimension() const noexcept { return dimension_; }           ///< d

    /// Writes ⟨y⟩_x and returns ln Z(x, θ) = ln ∫ φ(y) e^{−(‖y‖²/2 − x·y)/θ} dy, at θ > 0. The score is (⟨y⟩_x − x)/θ, the
    /// density ln p_θ(x) = ln Z − ‖x‖²/(2θ) − (d/2) ln(2πθ).
    virtual double mean(std::span<const double> x, double theta, std::span<double> mean) const = 0;
    /// The same with the covariance; sizes the vectors of `result`.
    virtual void evaluate(std::span<const double> x, double theta, Posterior& result) const = 0;
    /// Draws the coordinates of y from the posterior. With y the reverse process has no discretisation error:
    /// x_u ~ N(y + (u/θ)(x − y), u(1 − u/θ) I) for u < θ.
    virtual void draw(std::span<const double> x, double theta, RandomSequence& random, std::span<double> y) const = 0;

    /// ⟨y⟩ under φ itself, where every state stands for θ → ∞.
    [[nodiscard]] virtual std::vector<double> prior_mean() const { return std::vector<double>(coordinates_, 0.0); }
    /// Points of φ, n numbers each, one after the other: where the stable states stand for θ → 0 (one of each orbit of a
    /// continuous symmetry that the coordinates leave).
    [[nodiscard]] virtual std::vector<double> points() const = 0;

  protected:
    TargetLaw(std::size_t coordinates, double dimension) : coordinates_(coordinates), dimension_(dimension) {}

  private:
    std::size_t coordinates_;
    double dimension_;
};

/// ½δ(y − 1) + ½δ(y + 1) in one dimension (Ambrogioni 11): ⟨y⟩ = tanh(x/θ).
[[nodiscard]] std::unique_ptr<TargetLaw> two_deltas_target();

/// Equal weights at (±1, 0) and (0, ±1) (Ambrogioni, figure 3). It factorises along the diagonals u = (x₁ + x₂)/√2 and
/// v = (x₁ − x₂)/√2 into two models ±1/√2.
[[nodiscard]] std::unique_ptr<TargetLaw> four_deltas_target();

/// Uniform on the sphere of radius 1 in d ≥ 1 dimensions (Ambrogioni 16, with x·y/θ), by the one coordinate along the state:
/// ⟨y⟩ = I_{d/2}(κ)/I_{d/2−1}(κ) with κ = x/θ; d up to 1e8. `draw` gives the component of y along the state.
[[nodiscard]] std::unique_ptr<TargetLaw> hypersphere_target(double d);

/// The component of y along the direction of the state, its variance, and the variance across it, for the sphere of radius
/// 1 in d dimensions at κ = ‖x‖/θ ≥ 0. `log_average`: ln ⟨e^{κ y}⟩ over the sphere.
struct SphereOverlap {
    double log_average, mean, variance, across;
};
[[nodiscard]] SphereOverlap sphere_overlap(double d, double kappa);
/// The component drawn from the von Mises–Fisher law ∝ e^{κc}(1 − c²)^{(d−3)/2} by rejection (Wood 1994), d ≥ 2; ±1 for d
/// = 1.
[[nodiscard]] double draw_sphere_overlap(double d, double kappa, RandomSequence& random);

/// Equal weights at N = points.size()/d points (Ambrogioni 14), row by row. A state costs N d, its covariance N d².
[[nodiscard]] std::unique_ptr<TargetLaw> discrete_target(std::vector<double> points, std::size_t d);

}  // namespace gdm
