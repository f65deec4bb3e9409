#pragma once

namespace gdm {

/// The thermodynamics of a spin system at one temperature, for each site; J = k_B = 1.
struct SpinThermodynamics {
    double log_partition = 0;  ///< ln Z/N
    double energy = 0;         ///< U/N = −∂(ln Z/N)/∂β
    double heat_capacity = 0;  ///< ∂(U/N)/∂T = β² ∂²(ln Z/N)/∂β²
    double entropy = 0;        ///< (ln Z + βU)/N in nats
    double free_energy = 0;    ///< −T ln Z/N
};

/// The same from β and ln Z/N with its first two derivatives by β.
[[nodiscard]] inline SpinThermodynamics thermodynamics(double beta, double log_partition, double slope, double curvature) {
    return {log_partition, -slope, beta * beta * curvature, log_partition - beta * slope, -log_partition / beta};
}

}  // namespace gdm
