#pragma once

#include <cstddef>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/paths/linear_chain.hpp"

/// Environment entropy of the d − 1 transverse coordinates of a path without simulating them, at a cost that grows neither
/// with d nor with the number of steps.
///
/// Given both ends of the path each coordinate is a Gaussian bridge, and ΔS_E is, up to a quadratic form of the ends,
/// Σ_j λ_j‖w_j‖² + 2 l_j·w_j with independent standard normal vectors w_j of d − 1 components, λ_j the eigenvalues of the
/// form in the bridge's own coordinates and l_j = p_j x_0 + q_j x_N. They fall as 1/j², so a few of the terms are drawn
/// exactly and the sum of the others is a normal of its exact mean and variance.
namespace gdm {

/// ‖x_0‖², x_0·x_N and ‖x_N‖² of the transverse part of a path.
struct TransverseEnds {
    double start_square = 0;
    double product = 0;
    double end_square = 0;
};

/// e_00‖x_0‖² + 2 e_0N x_0·x_N + e_NN‖x_N‖².
struct EndForm {
    double start = 0, product = 0, end = 0;
    [[nodiscard]] double at(const TransverseEnds& ends) const noexcept {
        return start * ends.start_square + 2 * product * ends.product + end * ends.end_square;
    }
};

/// The law of the ends of a chain in `coordinates` ≥ 1 independent copies: x_N = gain x_0 + deviation z.
class TransverseEndLaw {
  public:
    TransverseEndLaw(const LinearChain& chain, double coordinates);
    [[nodiscard]] TransverseEnds draw(RandomSequence& random) const;
    [[nodiscard]] TransverseEnds mean() const noexcept;

  private:
    double coordinates_, start_variance_, gain_ = 1, deviation_ = 0;
};

/// Random numbers of the interior of a path, shared by the rules so that they see nearly the same path.
struct InteriorNoise {
    struct Mode {
        double along;   ///< component of w_j along l_j
        double across;  ///< ‖w_j‖² without it, χ² of d − 2 degrees of freedom
    };
    double rest = 0;
    std::vector<Mode> modes;
    void draw(double coordinates, std::size_t count, RandomSequence& random);
};

/// A quadratic form of the states of a path in `coordinates` ≥ 1 independent copies of a chain, given its ends.
class TransverseEntropy {
  public:
    /// Takes as many terms exactly as bring the third cumulant of the others, Σ 8 (d − 1) λ_j³ + 24 λ_j‖l_j‖², below
    /// tolerance·max(1, v^{3/2}), v the variance given the ends: a sixth of it is the relative error of ⟨e^{−ΔS}⟩, the mean
    /// and the variance being exact.
    TransverseEntropy(const LinearChain& chain, const ChainForm& form, double coordinates, double tolerance = 1e-4);

    [[nodiscard]] double value(const TransverseEnds& ends, const InteriorNoise& noise) const;

    [[nodiscard]] std::size_t modes() const noexcept { return modes_.size(); }
    /// The third cumulant that is neglected, for ends at their mean squares.
    [[nodiscard]] double neglected_cumulant() const noexcept { return neglected_; }

  private:
    struct Mode {
        double value;       ///< λ_j
        double start, end;  ///< p_j, q_j
    };
    double coordinates_;
    EndForm ends_;
    double rest_mean_ = 0;      ///< of the terms that are not drawn
    double rest_variance_ = 0;  ///< of ‖w‖² terms
    EndForm rest_linear_;       ///< ‖l‖² of those terms
    std::vector<Mode> modes_;
    double neglected_ = 0;
};

}  // namespace gdm
