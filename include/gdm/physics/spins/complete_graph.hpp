#pragma once

#include <cstdint>

#include "gdm/physics/spins/word_sequence.hpp"

namespace gdm {

/// The Ising model on the complete graph of n sites (Curie–Weiss), E = −(1/n) Σ_{i<j} s_i s_j − h Σ s_i, at inverse
/// temperature β. Sites are alike, so the number of spins that are up is a Markov chain by itself, and the whole
/// configuration here: E = (n − M²)/(2n) − hM, M = 2 up − n.
class CompleteGraph {
  public:
    CompleteGraph(std::uint32_t sites, double beta, double field) : sites_(sites), beta_(beta), field_(field) {}

    [[nodiscard]] double energy(std::uint32_t up) const {
        const double n = sites_, m = 2. * up - n;
        return (n - m * m) / (2 * n) - field_ * m;
    }
    /// n single-spin updates at random sites; return the new number of spins that are up.
    [[nodiscard]] std::uint32_t metropolis(std::uint32_t up, WordSequence& random) const;
    [[nodiscard]] std::uint32_t heat_bath(std::uint32_t up, WordSequence& random) const;
    /// One Wolff cluster of bonds kept with 1 − e^{−2β/n}; `turned` becomes its size.
    [[nodiscard]] std::uint32_t wolff(std::uint32_t up, WordSequence& random, std::uint32_t& turned) const;
    /// All clusters. E M² and E M⁴ over their signs, without a field, as in ClusterEstimates.
    struct Estimates {
        double squared = 0, fourth = 0;
    };
    [[nodiscard]] std::uint32_t swendsen_wang(std::uint32_t up, WordSequence& random, Estimates* estimates = nullptr) const;

  private:
    template <class Probability>
    [[nodiscard]] std::uint32_t single_spins(std::uint32_t up, WordSequence& random, Probability&& probability) const;
    /// The size of the cluster of a site among `alike` spins of its sign: each site of it reaches every other one that is
    /// left with the probability of a bond. Geometric leaps over those that are not reached.
    [[nodiscard]] std::uint32_t grow(std::uint32_t alike, WordSequence& random) const;

    std::uint32_t sites_;
    double beta_, field_;
};

}  // namespace gdm
