#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace gdm {

/// ln(e^a + e^b) without overflow; −inf is ln 0, NaN stays NaN.
[[nodiscard]] inline double log_add_exp(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
    const double larger = std::max(a, b);
    return std::isinf(larger) ? larger : larger + std::log1p(std::exp(-std::abs(a - b)));
}

/// ln(1 + e^y) without overflow.
[[nodiscard]] inline double log1p_exp(double y) { return y > 40 ? y : std::log1p(std::exp(y)); }

/// ln cosh x without overflow.
[[nodiscard]] inline double log_cosh(double x) { return std::abs(x) + log1p_exp(-2 * std::abs(x)) - std::numbers::ln2; }

/// ln Σ e^{l} of terms given by their logarithms l, one after the other, at whatever scale.
class LogSum {
  public:
    explicit LogSum(double negligible = hidden) : negligible_(negligible) {}
    /// False where the term is less than e^{−negligible} of the greatest so far. What rounding hides is not added.
    bool add(double log_term) {
        if (log_term > greatest_) {
            sum_ = sum_ * std::exp(greatest_ - log_term) + 1;
            greatest_ = log_term;
            return true;
        }
        if (log_term > greatest_ - hidden) sum_ += std::exp(log_term - greatest_);
        return log_term > greatest_ - negligible_;
    }
    [[nodiscard]] double log() const { return greatest_ + std::log(sum_); }

  private:
    static constexpr double hidden = 40;  // e^{−40} is below rounding
    double negligible_;
    double greatest_ = -std::numeric_limits<double>::infinity(), sum_ = 0;
};

}  // namespace gdm
