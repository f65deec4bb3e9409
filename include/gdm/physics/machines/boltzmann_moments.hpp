#pragma once

#include <cstddef>

#include "gdm/base/stop.hpp"
#include "gdm/physics/machines/boltzmann_machine.hpp"
#include "gdm/physics/machines/machine_data.hpp"
#include "gdm/physics/machines/unit_moments.hpp"

/// Averages of Boltzmann machines of units 0 and 1 at temperature 1, by their states. The weights of the 2^n states of n
/// units are built by doubling, and summed over all supersets of each state, a[t] = Σ_{s ⊇ t} P(s): a then holds every
/// moment, as ⟨Π_{i∈t} s_i⟩ = a[t]. A restricted machine counts the states of its smaller layer alone, like any Rbm.
namespace gdm {

/// Units whose states are counted: of the smaller layer of a restricted machine, else all.
[[nodiscard]] std::size_t counted_units(const BoltzmannMachine& machine);

/// ln Z. Beyond 16 units, one after the other is held at 0 and at 1. At most 25 counted units; throws
/// std::invalid_argument.
[[nodiscard]] double exact_log_partition(const BoltzmannMachine& machine, const Stop& stop = {});

/// Under the machine's own law. At most 20 counted units; throws std::invalid_argument.
[[nodiscard]] UnitMoments model_moments(const BoltzmannMachine& machine, const Stop& stop = {});

/// How hidden units are averaged with the visible ones held at the data. exact: by all of their states, at most 20 where
/// they couple; sampled: by Gibbs sweeps; mean_field: as independent units with the self-consistent means μ_j = P(h_j = 1|v,
/// μ) (Peterson and Anderson 1987; Salakhutdinov and Hinton 2009).
enum class ClampedPhase { exact, sampled, mean_field };
inline constexpr Words clamped_phase_words{std::array{Word{ClampedPhase::exact, "exact"},
                                                      Word{ClampedPhase::sampled, "sampled"},
                                                      Word{ClampedPhase::mean_field, "mean_field"}}};

/// Under the data, the mean over its rows, exactly or in the mean field. Throws std::invalid_argument for too many units.
[[nodiscard]] UnitMoments data_moments(const BoltzmannMachine& machine, const BinaryData& data,
                                       ClampedPhase phase = ClampedPhase::exact);

/// After k sweeps from the data, in each of which every unit in turn is drawn given all others, exactly: what CD-k finds on
/// average. At most 14 units; throws std::invalid_argument.
[[nodiscard]] UnitMoments expected_sweep_moments(const BoltzmannMachine& machine, const BinaryData& data,
                                                 std::size_t sweeps);

/// Σ_rows ln P(row), given ln Z, by the states of the hidden units where they couple, at most 20 of them.
[[nodiscard]] double log_likelihood(const BoltzmannMachine& machine, const BinaryData& data, double log_partition);

/// E[(Σ s s'/n)²] over two states of the n visible units, s = ±1: n^{−2} Σ_ij ⟨s_i s_j⟩². What model_moments throws.
[[nodiscard]] double exact_overlap_squared(const BoltzmannMachine& machine, const Stop& stop = {});

}  // namespace gdm
