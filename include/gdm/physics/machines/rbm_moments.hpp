#pragma once

#include <cstddef>
#include <vector>

#include "gdm/base/stop.hpp"
#include "gdm/physics/machines/machine_data.hpp"
#include "gdm/physics/machines/rbm.hpp"

/// Averages of a restricted Boltzmann machine whose difference, over T, is the gradient of the mean log-likelihood, in
/// double precision: ⟨v_i P(h_j = 1|v)⟩, ⟨v_i⟩, ⟨P(h_j = 1|v)⟩ under one law of v or another.
namespace gdm {

struct RbmMoments {
    std::vector<double> weights;  ///< ⟨v_i P(h_j = 1|v)⟩, (visible, hidden)
    std::vector<double> visible;  ///< ⟨v_i⟩
    std::vector<double> hidden;   ///< ⟨P(h_j = 1|v)⟩
    double log_partition = 0;     ///< ln Z; of model_moments alone
};

/// Under the machine's own law at T, exactly: the smaller layer is enumerated, 2^6 states in vector lanes and these blocks
/// in a Gray code; about 1 ns times the units of the other layer for each state. The smaller layer has ≤ 25 units; throws
/// std::invalid_argument.
[[nodiscard]] RbmMoments model_moments(const Rbm& machine, double temperature = 1, const Stop& stop = {});

/// Under the data: the mean over its rows.
[[nodiscard]] RbmMoments data_moments(const Rbm& machine, const BinaryData& data, double temperature = 1);

/// After k ≥ 1 Gibbs steps from the data, exactly: what CD-k finds on average. Both layers have ≤ 12 units; throws
/// std::invalid_argument.
[[nodiscard]] RbmMoments expected_gibbs_moments(const Rbm& machine, const BinaryData& data, std::size_t steps,
                                                double temperature = 1);

/// Σ_rows ln P(row), given ln Z.
[[nodiscard]] double log_likelihood(const Rbm& machine, const BinaryData& data, double log_partition,
                                    double temperature = 1);

/// How the expected step of CD-k lies to the exact gradient of the log-likelihood, over all parameters.
struct GradientBias {
    double cosine = 0;    ///< of the angle between them
    double ratio = 0;     ///< of their norms, CD-k over exact
    double distance = 0;  ///< norm of their difference over that of the gradient, to rounding of the averages
};
/// Both enumerated, so that no noise is in it; what expected_gibbs_moments throws.
[[nodiscard]] GradientBias contrastive_divergence_bias(const Rbm& machine, const BinaryData& data, std::size_t steps,
                                                       double temperature = 1);

/// Mean squared difference of v and ⟨v|h = ⟨h|v⟩⟩ over rows and units: what training sees without ln Z.
[[nodiscard]] double reconstruction_error(const Rbm& machine, const BinaryData& data, double temperature = 1);

}  // namespace gdm
