#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/physics/weights/training_set.hpp"

/// Weights w_j(x, t) = e^{−E_j}/Z of the training points in the empirical score, E_j = ‖x − e^{−t}y_j‖²/(2Δ_t) (Biroli et
/// al., section on collapse; Ambrogioni 10), at states x = e^{−t} y_0 + √Δ_t z.
namespace gdm {

/// planted: y_0 = y_a is one of the N points, so that x follows p_t^emp, as the reverse process with the empirical score
/// does. population: y_0 is a fresh point, so that x follows p_t and is independent of the training set.
enum class StateKind { planted, population };

/// What a state owes to its own draws, with y_0 = c m + σ g: squares and overlaps of g and z in d dimensions, and their
/// components along m. Means over draws: d, d, 0, 0, 0.
struct StateNorms {
    double point_square = 0;  ///< ‖g‖²
    double noise_square = 0;  ///< ‖z‖²
    double overlap = 0;       ///< g·z
    double point_axis = 0;    ///< m̂·g, times the class c
    double noise_axis = 0;    ///< m̂·z, times the class c
};

/// The weights of one state at one time, energies relative to E_0 = ‖z‖²/2. Planted states count their own point.
struct WeightSums {
    double log_z = 0;           ///< ln Σ_j e^{−(E_j − E_0)}; planted: −ln w_a
    double log_squares = 0;     ///< ln Σ_j e^{−2(E_j − E_0)}
    double mean_energy = 0;     ///< Σ_j w_j (E_j − E_0)
    double own_class = 0;       ///< Σ w_j over the points of the state's class
    double lowest = 0;          ///< smallest E_j − E_0 among the points other than the state's own
    std::uint64_t nearest = 0;  ///< which point is nearest to the state, its own included; not known to every method

    /// Y = Σ w².
    [[nodiscard]] double participation_ratio() const;
    /// P(two clones of the empirical reverse process end in the same class) = W² + (1 − W)², W = `own_class`.
    [[nodiscard]] double clone_agreement() const { return own_class * own_class + (1 - own_class) * (1 - own_class); }
    /// S_w = −Σ w ln w.
    [[nodiscard]] double weight_entropy() const { return log_z + mean_energy > 0 ? log_z + mean_energy : 0; }
};

/// Adds the state's own point, of energy E_0, to sums over the others.
[[nodiscard]] WeightSums with_own_point(WeightSums others);

struct EmpiricalWeights {
    std::vector<StateNorms> states;
    std::vector<WeightSums> sums;  ///< state by state, all times of each
};

struct WeighingPlan {
    double axis_mean = 0;  ///< M, half the distance of the two classes
    double sigma = 1;      ///< deviation of a class per coordinate
    StateKind kind = StateKind::planted;
    std::size_t states = 256;
};

/// Passes once through the training set; every state and every time (> 0) is served by the same two inner products with
/// each point. Cost: N · states · (4 d flops + an exponential per time). Products and exponentials are in single precision:
/// energies are off by about 1e-7 times themselves, above 16 dimensions by 1e-7 σ²d/(e^{2t} − 1); sums over N are in double.
[[nodiscard]] EmpiricalWeights weigh_training_set(const TrainingSet& set, const WeighingPlan& plan,
                                                  std::span<const double> times, const RandomStream& random,
                                                  const Stop& stop);

}  // namespace gdm
