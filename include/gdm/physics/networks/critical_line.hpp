#pragma once

namespace gdm {

/// Where order and chaos of signals in a deep network meet: variances of weights and biases, and the fixed point of the
/// squared length of the preactivations.
struct CriticalPoint {
    double weight_variance, bias_variance, length;
};

/// The critical line σ_w² E φ′(√q z)² = 1 of φ(x) = erf(√π x/2), explicitly in its fixed point q ≥ 0: σ_w² = √(1 + πq),
/// σ_b² = q − σ_w² (2/π) asin(πq/(2 + πq)). (Poole et al. 2016; Schoenholz et al. 2017, for this φ)
[[nodiscard]] CriticalPoint erf_critical_point(double length);

}  // namespace gdm
