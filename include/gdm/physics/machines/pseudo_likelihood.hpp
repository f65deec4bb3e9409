#pragma once

#include "gdm/physics/machines/machine_data.hpp"
#include "gdm/physics/machines/unit_moments.hpp"

/// The pseudo-likelihood Π_i P(s_i|all others) of a machine without hidden units (Besag 1975). Throws std::invalid_argument
/// for one that has them.
namespace gdm {

/// Σ_rows Σ_i ln P(s_i|all others) of a fully visible machine.
[[nodiscard]] double pseudo_log_likelihood(const BoltzmannMachine& machine, const BinaryData& data);

/// What stands for the model where the pseudo-likelihood Π_i P(s_i|all others) of a fully visible machine is climbed in the
/// place of the likelihood (Besag 1975): ⟨s_i p_j⟩ + ⟨p_i s_j⟩ − ⟨s_i s_j⟩ and ⟨p_i⟩ over the rows, with p_i = P(s_i = 1|all
/// others).
[[nodiscard]] UnitMoments pseudo_moments(const BoltzmannMachine& machine, const BinaryData& data);

}  // namespace gdm
