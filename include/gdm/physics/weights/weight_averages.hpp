#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/physics/levels/level_table.hpp"
#include "gdm/physics/process/gaussian_mixture.hpp"
#include "gdm/physics/weights/empirical_weights.hpp"

/// Averages of the weights of training points over all points, the state given: where rare pairs of points, or rare low
/// levels, dominate a mean, they are integrated instead of waited for.
namespace gdm {

/// Averages over the other levels and, planted, over the source's energy.
struct WeightAverages {
    double participation_ratio = 0;          ///< ⟨Y⟩; planted: ⟨w_a⟩, which is the same
    double source_loss = 0;                  ///< planted: ⟨1 − w_a⟩ = ⟨1 − Y⟩, to its own relative accuracy
    double participation_ratio_squared = 0;  ///< ⟨Y²⟩
    double participation_loss_share = 0;     ///< planted: ⟨Y(1 − Y)⟩
    double entropy = 0;                      ///< planted: ⟨S_w⟩ = ⟨−ln w_a⟩
    bool rare_loss = false;                  ///< of average_weights: ⟨1 − Y⟩ < 0.02, made by unusual states
    double not_nearest = 0;                  ///< planted: P(another point is nearer than the source)
};

/// From 1/Z^k = ∫ x^{k−1} e^{−xZ} dx/Γ(k), x = e^y, with T_k(y) = E[(x f)^k e^{−x f}], f = e^{−E} and g = E e^{−x f} of one
/// level and m other levels than the source, whose own law is tilted by f/E f (the posterior of the point behind the state):
///   ⟨w_a⟩ = (1/E f) ∫ e^{−y} T_2 g^m dy,  ⟨1 − w_a⟩ = (m/E f) ∫ e^{−y} T_1² g^{m−1} dy,
///   ⟨Y²⟩ = ⟨w_a Y⟩ = (1/2 E f) ∫ e^{−y} [T_4 g^m + m T_2² g^{m−1}] dy,  ⟨−ln w_a⟩ = (1/E f) ∫ e^{−y} T_1 (1 − g^m) dy,
///   ⟨Y(1 − Y)⟩ = (m/2 E f) ∫ e^{−y} [2 T_3 T_1 g^{m−1} + (m − 1) T_2 T_1² g^{m−2}] dy.
/// All terms are positive. Relative errors near 1e-5, none on average over `shift`, uniform on [0, 1), which moves the grid
/// in y. The table is one of use `source` with log_n = ln m.
[[nodiscard]] WeightAverages planted_averages(const LevelTable& table, double shift = 0.5);

/// For n levels alike, E Y and E Y² as in level_averages, to the accuracy of a table of use `level` with log_n = ln n.
[[nodiscard]] WeightAverages population_averages(const LevelTable& table, double shift = 0.5);

/// The same averaged over `states` states of one mixture at each time; log_n = ln N, N ≥ 2. Where the mean is dominated by
/// states of unusual norm these are drawn: half of the states from their law, the others from that law widened or narrowed
/// to where the averages of a few trial norms say, all weighted by the balance heuristic (Veach and Guibas 1995), weights
/// ≤ 2.
[[nodiscard]] std::vector<WeightAverages> average_weights(const GaussianMixture& mixture, double log_n, StateKind kind,
                                                          std::size_t states, std::span<const double> times,
                                                          const RandomStream& random, const Stop& stop);

}  // namespace gdm
