#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/base/words.hpp"
#include "gdm/physics/targets/framed_target.hpp"

/// Generative trajectories of a target by its exact score, and clones of them.
namespace gdm {

/// In whose coordinates a step is made: dX = dW from θ = 0 on (Ambrogioni 1), or dX = −X dt + √2 dW with θ = e^{2t} − 1 and
/// x_OU = e^{−t} x (Yu and Huang).
enum class NoisingProcess { brownian, ornstein_uhlenbeck };
inline constexpr Words noising_process_words{
    std::array{Word{NoisingProcess::brownian, "brownian"}, Word{NoisingProcess::ornstein_uhlenbeck, "ornstein_uhlenbeck"}}};

/// exact: y is drawn from the posterior and x from the bridge between, one step whatever its length; the same law in both
/// processes. euler_maruyama: the reverse equation dx = ∇ln p_θ dτ + dW, dτ = −dθ (Ambrogioni 3 with the sign and the power
/// of dt of the derivation), or dX = [X + 2∇ln p_t] ds + √2 dW.
enum class PathStepping { exact, euler_maruyama };
inline constexpr Words path_stepping_words{
    std::array{Word{PathStepping::exact, "exact"}, Word{PathStepping::euler_maruyama, "euler_maruyama"}}};

/// One step of the reverse process from θ to `next` < θ; x is a folded state before and after, in the Brownian convention.
void step_reverse(const FramedTarget& target, NoisingProcess process, PathStepping stepping, double theta, double next,
                  RandomSequence& random, std::span<double> x);

struct GenerativePaths {
    NoisingProcess process = NoisingProcess::brownian;
    PathStepping stepping = PathStepping::exact;
    double step = 0.05;      ///< greatest length in ln θ of a step of euler_maruyama
    double end = 1e-3;       ///< where its clones end, as a share of the smallest θ
    std::size_t clones = 2;  ///< copies of the state made at each θ, which run to the end with noise of their own
    std::size_t samples = 1000;
};

/// Means over trajectories, in the order of the given θ.
struct GenerativeResults {
    std::vector<double> state_squared;          ///< ‖x‖²
    std::vector<double> magnetisation;          ///< ‖⟨y⟩_x‖
    std::vector<double> magnetisation_squared;  ///< ‖⟨y⟩_x‖²
    std::vector<double> overlap;                ///< y_a·y_b of pairs of clones
    std::vector<double> agreement;              ///< P(y_a = y_b) of pairs of clones; NaN where points are not discrete
};

/// Trajectories start at the largest θ from the exact law of x there. Calls stop.check() for each of them.
[[nodiscard]] GenerativeResults run_generative_paths(const FramedTarget& target, const GenerativePaths& paths,
                                                     std::span<const double> thetas, const RandomStream& random,
                                                     const Stop& stop);

}  // namespace gdm
