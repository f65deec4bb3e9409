#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/spins/spin_strip.hpp"

namespace gdm {

/// A Markov chain of the spins of a strip of any width, p ∝ exp(K Σ_<ij> s_i s_j + Σ h_i s_i): each step is a sweep of heat
/// bath, site by site, and one of Swendsen and Wang (1987), whose clusters turn by their total field.
class StripChain {
  public:
    explicit StripChain(const SpinStrip& strip);

    [[nodiscard]] std::span<double> spins() noexcept { return spins_; }
    [[nodiscard]] std::span<const double> spins() const noexcept { return spins_; }
    /// Each spin up or down with probability ½.
    void start_at_random(RandomSequence& random);
    /// One step in the given fields. Adds to `means`, unless it is empty, each site's ⟨s_i⟩ given its neighbours, as it was
    /// when the heat bath came by: of a chain in equilibrium an unbiased value of ⟨s_i⟩.
    void step(std::span<const double> fields, RandomSequence& random, std::span<double> means = {});

  private:
    [[nodiscard]] std::size_t root(std::size_t site) noexcept;
    void turn_clusters(std::span<const double> fields, RandomSequence& random);

    double coupling_, bond_probability_;
    std::vector<std::pair<std::size_t, std::size_t>> bonds_;
    std::vector<std::size_t> first_, neighbours_;  ///< those of site i stand from first_[i] to first_[i + 1]
    std::vector<double> spins_, cluster_field_;
    std::vector<std::size_t> parent_;
};

}  // namespace gdm
