#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// How well a ladder of temperatures carries walkers from end to end, and which would do so better (Syed, Bouchard-Côté,
/// Deligiannidis and Doucet, J. R. Stat. Soc. B 84, 321, 2022). Valid where the configurations at a place forget, between
/// two rounds, how they came there; then rejections depend on the ladder alone.
namespace gdm {

/// Λ = Σ_i r_i with the rejections r_i = 1 − a_i of neighbours: the communication barrier between the ends. It hardly
/// depends on the number of places, up to O(1/n²).
[[nodiscard]] double communication_barrier(std::span<const double> acceptances);

/// Round trips of all walkers together in a round of exchanges: 1/(2 + 2 Σ_i r_i/(1 − r_i)), which rises to 1/(2 + 2Λ) as
/// places are added.
[[nodiscard]] double round_trip_rate(std::span<const double> acceptances);

/// The flow (see TemperingAverages) at each place, from the cold end on, of walkers that keep their direction until they are
/// rejected: f_i = 1 − J (½ + Σ_{j<i} r_j/(1 − r_j)) between the ends, 1/J = 1 + Σ_j r_j/(1 − r_j). Where the measured flow
/// falls faster, configurations are slow to forget.
[[nodiscard]] std::vector<double> ideal_flow(std::span<const double> acceptances);

/// The inverse temperatures of `places` places between the same ends at which all neighbours reject alike: equal steps of
/// Λ(β), which is interpolated between the known ones by a monotone cubic in ln β (in β, if one of them is not positive;
/// Fritsch and Carlson 1980). `beta` rises or falls, and has one value more than `acceptances`. Throws std::invalid_argument
/// for fewer than two places or lengths that do not fit.
[[nodiscard]] std::vector<double> equal_rejection_ladder(std::span<const double> beta, std::span<const double> acceptances,
                                                         std::size_t places);

}  // namespace gdm
