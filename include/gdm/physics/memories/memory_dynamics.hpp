#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/base/stop.hpp"
#include "gdm/physics/memories/dense_memory.hpp"

/// A dense associative memory with its patterns one by one, and its dynamics.
namespace gdm {

/// Patterns y_j as rows of d coordinates.
class StoredPatterns {
  public:
    StoredPatterns(std::vector<double> rows, std::size_t d);

    [[nodiscard]] std::size_t size() const noexcept { return norm2_.size(); }
    [[nodiscard]] std::size_t dimension() const noexcept { return d_; }
    [[nodiscard]] std::span<const double> operator[](std::size_t j) const { return {rows_.data() + j * d_, d_}; }
    /// −E_j/λ up to a constant, for the first `count` patterns: x·y_j, less ‖y_j‖²/2 for the weights of diffusion.
    [[nodiscard]] std::vector<double> scores(WeightRule rule, std::span<const double> x, std::size_t count) const;
    /// Σ_j w_j y_j over the first w.size() patterns; those of weight 0 cost nothing.
    [[nodiscard]] std::vector<double> mean(std::span<const double> weights) const;

  private:
    std::size_t d_;
    std::vector<double> rows_, norm2_;
};

/// w_j = e^{λ s_j}/Σ e^{λ s}; those below e^{−40} of the largest are 0.
[[nodiscard]] std::vector<double> softmax(std::span<const double> scores, double lambda);

/// Σ_j w_j².
[[nodiscard]] double sum_of_squares(std::span<const double> weights);

/// E(x) = −λ^{−1} ln Σ_j e^{λ s_j(x)} + ‖x‖²/2 over the first `count` patterns, which x ← Σ_j w_j y_j never raises
/// (Ramsauer et al., arXiv:2008.02217).
[[nodiscard]] double memory_energy(const StoredPatterns& patterns, WeightRule rule, double lambda, std::size_t count,
                                   std::span<const double> x);

/// Where x ← Σ_j w_j y_j leads.
struct FixedPoint {
    std::vector<double> state, weights;
    std::size_t updates = 0;
    bool reached = false;  ///< the last step was shorter than 1e-6 √d; otherwise `most` updates were made
};
[[nodiscard]] FixedPoint find_fixed_point(const StoredPatterns& patterns, WeightRule rule, double lambda, std::size_t count,
                                          std::span<const double> cue, std::size_t most, const Stop& stop);

}  // namespace gdm
