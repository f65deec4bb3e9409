#pragma once

#include <cstddef>
#include <numeric>
#include <span>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/targets/target_law.hpp"

namespace gdm {

/// Paths of a target in as few coordinates as carry its law, so that they cost the same in every dimension. Where the law
/// knows all d coordinates (d = n) they are the coordinates. A target that is isotropic by one coordinate (the hypersphere
/// in d > 1) has three: the component along a fixed axis, the length ρ of the rest, and what fresh noise adds across both,
/// which fold() turns into the length; its d − 1 components across the axis enter as they are, by χ² variables. States are
/// in the Brownian convention, x = y + √θ z.
class FramedTarget {
  public:
    /// `law` must outlive it, and be of d = n or of n = 1.
    explicit FramedTarget(const TargetLaw& law);

    [[nodiscard]] std::size_t coordinates() const noexcept { return isotropic_ ? 3 : law_->coordinates(); }
    /// Whether end points are known by their component along the axis alone.
    [[nodiscard]] bool isotropic() const noexcept { return isotropic_; }
    [[nodiscard]] double dimension() const noexcept { return law_->dimension(); }

    /// Writes ⟨y⟩_x and returns ln Z(x, θ), see TargetLaw.
    double mean(std::span<const double> x, double theta, std::span<double> mean) const;
    /// x = y + √θ z with y from the target. An isotropic one has its axis along y.
    void start(double theta, RandomSequence& random, std::span<double> x) const;
    /// Draws y from the posterior of x. An isotropic target turns its axis into the direction of x first.
    void draw(std::span<double> x, double theta, RandomSequence& random, std::span<double> y) const;
    /// Adds √variance z, z ~ N(0, I) in all d dimensions, to a folded state.
    void add_noise(double variance, RandomSequence& random, std::span<double> x) const;
    /// Turns the frame so that the state has nothing across; distances to states before are no longer known.
    void fold(std::span<double> x) const;
    /// y₁·y₂ of two end points of states from one fold on; of an isotropic target averaged over what stands across the axis,
    /// where they are independent.
    [[nodiscard]] double overlap(std::span<const double> y1, std::span<const double> y2) const;

  private:
    const TargetLaw* law_;
    bool isotropic_;
    double radius_ = 1;  ///< of an isotropic target
};

/// |x|².
[[nodiscard]] inline double squared_length(std::span<const double> x) {
    return std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
}

}  // namespace gdm
