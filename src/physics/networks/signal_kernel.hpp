#pragma once

#include <cstddef>
#include <cstdint>

#include "gdm/base/noise_key.hpp"
#include "gdm/physics/networks/activation.hpp"

namespace gdm {

/// The sums over units that a layer is made of: of φφ, φδ, δδ, φτ, ττ with τ = φ′(u) t.
inline constexpr std::size_t signal_sums = 5;

/// The part of a layer that units pass one by one. Arrays over `networks`, a multiple of `signal_columns`.
struct SignalLayer {
    Activation activation = Activation::tanh;
    NoiseKey key;
    std::uint32_t layer = 0;
    std::size_t width = 0, networks = 0;
    /// Of the Gaussian parts: u = root z_1, d = slope z_1 + rest z_2, t = tangent_slope z_1 + tangent_rest z_2.
    const double *root = nullptr, *slope = nullptr, *rest = nullptr, *tangent_slope = nullptr, *tangent_rest = nullptr;
    /// Row-major (unit, network), to which the Gaussian parts are added, t after division by tangent_norm; null: none.
    double *u = nullptr, *d = nullptr, *t = nullptr;
    const double* tangent_norm = nullptr;
    double* sums = nullptr;       ///< (signal_sums, networks)
    double* unit_sums = nullptr;  ///< of uu, ud, dd, ut, tt, if u is not null
};

/// What `networks` is rounded up to: no instruction set takes more at once.
inline constexpr std::size_t signal_columns = 16;

void pass_signal_layer(const SignalLayer& layer);

}  // namespace gdm
