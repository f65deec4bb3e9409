#pragma once

#include <vector>

#include "gdm/physics/networks/dense_matrix.hpp"

namespace gdm {

/// A = Σ_k λ_k v_k v_kᵀ.
struct SymmetricSpectrum {
    std::vector<double> values;  ///< λ_k, ascending
    DenseMatrix vectors;         ///< row k is v_k
};

/// All eigenvalues and eigenvectors of a symmetric matrix: reflections to tridiagonal form, then implicit QL steps (Golub
/// and Van Loan, section 8.3). Absolute errors near 1e-15 times the largest eigenvalue and √n. Sums have one fixed order, so
/// the bits do not depend on lanes, caches or alignment, as those of LAPACK and of Eigen's eigenvectors do. Throws
/// std::runtime_error for entries that are not finite.
[[nodiscard]] SymmetricSpectrum symmetric_spectrum(const DenseMatrix& matrix, const Stop& stop);

}  // namespace gdm
