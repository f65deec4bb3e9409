#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/targets/ising_couplings.hpp"

namespace gdm {

/// Heat bath of Ising spins in site fields, which leaves p(y) ∝ e^{−E(y)/T + h·y} invariant: a random field Ising model, as
/// which a target e^{−E/T} appears when it is seen through Brownian noise as x = y + √θ z, h = x/θ.
///
/// A sweep draws each spin in order from its law given the others, then turns all spins together with the probability 1/(1 +
/// e^{2h·y}), which the couplings do not feel: without that a target below its transition would keep the sign of its start.
class PosteriorChain {
  public:
    explicit PosteriorChain(const IsingCouplings& couplings);

    /// The law that is to be sampled, T > 0 and n fields, and the state to begin with.
    void begin(double T, std::span<const double> fields, std::span<const std::int8_t> spins);
    /// The same law in other fields, from the present state.
    void set_fields(std::span<const double> fields);

    /// One sweep: a pure function of state and random numbers. Adds to each of `sums` (n; may be empty) the mean of its spin
    /// given the others, tanh((Σ_j W_ij y_j)/T + h_i), whose mean is ⟨y_i⟩ as that of the spin itself is, with less noise.
    void sweep(RandomSequence& random, std::span<double> sums);

    [[nodiscard]] std::span<const std::int8_t> spins() const noexcept { return spins_; }

  private:
    void turn(std::size_t site);

    const IsingCouplings& couplings_;
    double beta_ = 1;
    std::vector<double> fields_, local_;  ///< h, and Σ_j W_ij y_j over pairs
    std::vector<std::int8_t> spins_;
    double magnetisation_ = 0;
};

}  // namespace gdm
