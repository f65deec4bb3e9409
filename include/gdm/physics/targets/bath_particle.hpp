#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/targets/two_deltas_law.hpp"

/// A Brownian particle that the bath of two deltas drives (Ambrogioni 36–38): dx/ds = F − x, F the mean of H of the K
/// microstates, while θ = θ_0 e^{−s} falls. The bath does not feel the particle.
namespace gdm {

struct BathParticle {
    std::int64_t K = 64, H = 16;  ///< 1 ≤ H ≤ K
    double theta_start = 10, theta_end = 0.01;
    double rate = 4;  ///< how often, in a unit of s, the microstates are drawn again
    /// true: from equilibrium at θ, in the pure state that a vanishing field along x selects: with the sign of x below θ =
    /// 1, either sign above. That is the noise of (37) at rate 1. false: a chain goes on, by one noising and denoising of
    /// all.
    bool fresh = true;

    /// Draws on the way: whole, at least one.
    [[nodiscard]] std::size_t draws() const;
    /// θ of draw n, at which F is drawn; it holds until draw n + 1.
    [[nodiscard]] double theta(std::size_t n) const;
};

/// One particle after the other. Equilibrium laws at all θ of the draws are kept, K/2 numbers each, if the bath is fresh.
class BathParticlePaths {
  public:
    explicit BathParticlePaths(const BathParticle& particle);

    /// What is seen of one path, at each θ of the list, which falls: x and ȳ there.
    struct Seen {
        std::vector<double> x, bath;
        double end = 0;        ///< x at theta_end
        double last_turn = 0;  ///< ln θ at which x had its last change of sign; that of the start without any
    };
    /// Path number `sample` from x = 0 and a bath in equilibrium; values of θ beyond start and end are left as NaN.
    void run(const RandomStream& random, std::uint32_t sample, std::span<const double> thetas, Seen& seen) const;

  private:
    BathParticle particle_;
    std::vector<TwoDeltasLaw> laws_;  ///< of each draw, or of the first alone
};

/// ⟨x²⟩ at θ ≥ 1 of a fresh bath, where draws are independent: a sum over them, with
/// ⟨F²⟩ = 1/H + (1 − 1/H)(K⟨ȳ²⟩ − 1)/(K − 1). NaN below 1, and above the start.
[[nodiscard]] std::vector<double> bath_particle_squares(const BathParticle& particle, std::span<const double> thetas);

/// |x| of a bath of K → ∞ in equilibrium at all times, x = θ ∫_θ^1 m(θ′)/θ′² dθ′ below θ = 1 and 0 above.
[[nodiscard]] double bath_particle_mean_field(double theta);

}  // namespace gdm
