#pragma once

#include <cstddef>
#include <vector>

#include "gdm/physics/machines/machine_data.hpp"
#include "gdm/physics/machines/rbm.hpp"

/// Principal modes of weights and of data (Decelle, Fissore and Furtlehner, J. Stat. Phys. 172, 1576, 2018).
namespace gdm {

/// The singular values of W, greatest first, min(visible, hidden) of them; the small ones to 1e-8 of the greatest.
[[nodiscard]] std::vector<double> singular_values(const Rbm& machine);

/// The covariance of the rows of the data, by its eigenvectors.
struct DataModes {
    std::vector<double> variance;    ///< eigenvalues, greatest first
    std::vector<double> directions;  ///< (mode, visible), orthonormal rows
};
[[nodiscard]] DataModes data_modes(const BinaryData& data);

/// ‖Wᵀe_k‖²/‖W‖² for each mode e_k of the data: the share of the weights that lies along it. They sum to 1; modes of equal
/// variance (to 1e-9 of the greatest) have their mean, as their directions are not defined. NaN for W = 0.
[[nodiscard]] std::vector<double> mode_shares(const Rbm& machine, const DataModes& modes);

}  // namespace gdm
