#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/targets/ising_couplings.hpp"

namespace gdm {

/// Ising spins in site fields by all of their 2^n states, p(y) ∝ e^{−E(y)/T + h·y}: with h = x/θ the posterior of a target
/// e^{−E/T} that is seen through Brownian noise of variance θ as x = y + √θ z, because ‖y‖² = n for every state.
class EnumeratedIsing {
  public:
    static constexpr std::size_t most_spins = 20;
    /// O(2^n). Throws std::invalid_argument for more than most_spins, or none.
    explicit EnumeratedIsing(const IsingCouplings& couplings);

    [[nodiscard]] std::size_t spins() const noexcept { return spins_; }

    /// The law at T > 0 in n fields (none: all 0).
    struct Law {
        double log_partition = 0;         ///< ln Σ_y e^{−E/T + h·y}
        double energy = 0;                ///< ⟨E⟩
        std::vector<double> probability;  ///< of each state, bit i of which is set where spin i is −1
    };
    void law(double T, std::span<const double> fields, Law& law) const;

    /// ⟨y_i⟩, and the covariance ⟨y_i y_j⟩ − ⟨y_i⟩⟨y_j⟩, (n, n): one Walsh–Hadamard transform, n 2^n additions.
    struct Moments {
        std::vector<double> means, covariance;
    };
    [[nodiscard]] Moments moments(const Law& law) const;

    /// The spins of state number `state`.
    static void set_spins(std::size_t state, std::span<std::int8_t> spins);
    /// A state of the law; O(2^n).
    void draw(const Law& law, RandomSequence& random, std::span<std::int8_t> spins) const;

  private:
    std::size_t spins_;
    std::vector<double> energies_;
};

}  // namespace gdm
