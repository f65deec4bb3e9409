#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"

namespace gdm {

/// A matrix Q diag(λ) Qᵀ by its eigenvalues and vectors: a covariance of zero-mean Gaussian data.
struct Covariance {
    std::size_t d = 0;
    std::vector<double> eigenvalues;  ///< ascending
    std::vector<double> vectors;      ///< component i of vector k at i + d k

    /// ½ Σ ln(2πe λ): the entropy of the data in nats.
    [[nodiscard]] double entropy() const;
    /// ∇ln p_t(x) of the noised data, −(e^{−2t} C + Δ_t I)^{−1} x.
    void score(std::span<const double> x, double t, std::span<double> score) const;
};

/// Gaussian data of a covariance that is drawn at random, C = G Gᵀ/(2d) with G of d × 2d standard normal numbers (Wishart;
/// for large d its eigenvalues lie between 0.086 and 2.91), and of its two halves: the first ⌊d/2⌋ components, the others.
struct GaussianData {
    Covariance whole, first, second;

    /// The covariance of that number in d ≥ 2 dimensions: the same wherever it is asked for.
    GaussianData(std::size_t d, std::uint64_t number);
    /// ½ ln(|C_11| |C_22|/|C|): mutual information of the halves in nats.
    [[nodiscard]] double information() const;
    void draw(RandomSequence& random, std::span<double> x) const;
};

}  // namespace gdm
