#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <vector>

#include "gdm/physics/spins/lattice.hpp"

namespace gdm {

/// e^{2πi n/L}, n = 0 … L − 1: the longest wave that fits into a periodic lattice, along one of its axes.
class SmallestWave {
  public:
    explicit SmallestWave(std::size_t size) : cosine_(size), sine_(size) {
        for (std::size_t n = 0; n < size; ++n) {
            const double angle = 2 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(size);
            cosine_[n] = std::cos(angle);
            sine_[n] = std::sin(angle);
        }
    }
    [[nodiscard]] double cosine(std::size_t n) const { return cosine_[n]; }
    [[nodiscard]] double sine(std::size_t n) const { return sine_[n]; }

    /// |Σ_n f(n) e^{2πi n/L}|².
    template <class T>
    [[nodiscard]] double power(std::span<const T> f) const {
        double real = 0, imaginary = 0;
        for (std::size_t n = 0; n < f.size(); ++n) {
            real += static_cast<double>(f[n]) * cosine_[n];
            imaginary += static_cast<double>(f[n]) * sine_[n];
        }
        return real * real + imaginary * imaginary;
    }

  private:
    std::vector<double> cosine_, sine_;
};

/// k² of that wave as the lattice has it: (4d/z) Σ_forward (1 − cos k·δ) = 4 sin²(π/L) on the square and the cubic lattice,
/// (16/3) sin²(π/L) on the triangular one. Of the order of (2π/L)² (4/3 of it) for large L.
[[nodiscard]] inline double smallest_wave_squared(LatticeKind kind, double size) {
    return (kind == LatticeKind::triangular ? 16. / 3 : 4.) * std::pow(std::sin(std::numbers::pi / size), 2);
}

}  // namespace gdm
