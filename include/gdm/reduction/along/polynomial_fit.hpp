#pragma once

#include <span>
#include <vector>

namespace gdm {

/// A weighted least-squares polynomial through (x_i, y_i ± error_i), errors > 0, with weights 1/error²: orthogonal
/// polynomials P_k on the points (Forsythe 1957), f(x) = Σ_k c_k P_k(x), c_k = ⟨y, P_k⟩/⟨P_k, P_k⟩, Var f(x) = Σ_k
/// P_k(x)²/⟨P_k, P_k⟩.
class PolynomialFit {
  public:
    PolynomialFit(std::span<const double> x, std::span<const double> y, std::span<const double> error, int order);

    /// False where fewer than order + 1 of the x_i are distinct; all numbers are NaN then.
    [[nodiscard]] bool exists() const noexcept { return !terms_.empty(); }
    [[nodiscard]] double value(double x) const;
    [[nodiscard]] double slope(double x) const;
    [[nodiscard]] double error(double x) const;                   ///< of the value, from the errors of the points alone
    [[nodiscard]] double chi2() const noexcept { return chi2_; }  ///< Σ ((y − f)/error)²
    [[nodiscard]] double freedom() const noexcept { return freedom_; }  ///< points − order − 1
    /// (y_i − f(x_i))/error_i
    [[nodiscard]] const std::vector<double>& residuals() const noexcept { return residuals_; }

  private:
    struct Term {
        double coefficient, norm;  ///< c_k, ⟨P_k, P_k⟩
        double alpha, beta;        ///< P_{k+1}(x) = (x/scale − α_k) P_k(x) − β_k P_{k−1}(x)
    };
    std::vector<Term> terms_;
    std::vector<double> residuals_;
    double centre_ = 0, scale_ = 1;
    double chi2_, freedom_;
};

}  // namespace gdm
