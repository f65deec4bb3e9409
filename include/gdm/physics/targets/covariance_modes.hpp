#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// The greatest eigenvalue of a covariance, exactly and from samples: θ_c = λ_max(Cov y) is where the symmetric state of a
/// Brownian reverse process loses its stability, −1/θ + λ_max/θ² = 0.
namespace gdm {

/// Eigenvalues of a symmetric matrix (n, n), greatest first.
[[nodiscard]] std::vector<double> eigenvalues_of(std::span<const double> matrix, std::size_t n);

struct LeadingMode {
    double eigenvalue = 0;
    std::vector<double> vector;  ///< of length 1, its greatest component positive
};
/// The greatest eigenvalue of a symmetric matrix and its eigenvector.
[[nodiscard]] LeadingMode leading_mode(std::span<const double> matrix, std::size_t n);

/// vᵀ M v.
[[nodiscard]] double quadratic_form(std::span<const double> matrix, std::span<const double> vector);

/// Two estimates of the greatest eigenvalue of a covariance, between which it lies on average.
struct EigenvalueBracket {
    double upper = 0;  ///< λ_max of the sample covariance: by Jensen's inequality too large on average
    double lower = 0;  ///< vᵀ C v, v from the one half of the samples and C from the other: too small on average
    /// (2 upper + lower)/3. With b/n the bias of `upper` from n samples that of `lower` is −b/(n/2) to leading order in 1/n,
    /// so that it cancels here.
    [[nodiscard]] double combined() const { return (2 * upper + lower) / 3; }
};
/// From `count` ≥ 2 samples of mean zero, (count, n), by the matrix of their products, (count, count).
[[nodiscard]] EigenvalueBracket bracket_of_samples(std::span<const double> samples, std::size_t n);

}  // namespace gdm
