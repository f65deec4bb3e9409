#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace gdm {

/// The spins of a square lattice seen through noise: the field y = γ X + √γ Z of each component of each spin, Z ~ N(0, 1), γ
/// the signal-to-noise ratio. Of the process X_t = e^{−t} X_0 + √Δ_t Z it is y = e^{−t} X_t/Δ_t with γ = e^{−2t}/Δ_t.
struct SpinShape {
    std::size_t size = 8;        ///< L
    std::size_t components = 1;  ///< of a spin: 1 for Ising, 2 for XY
    [[nodiscard]] std::size_t sites() const noexcept { return size * size; }
    [[nodiscard]] std::size_t length() const noexcept { return sites() * components; }
    friend bool operator==(const SpinShape&, const SpinShape&) = default;
};

/// Many noisy configurations, all one after the other.
struct NoisySpins {
    std::span<const float> fields;       ///< (count, components, L, L)
    std::span<const float> gamma;        ///< (count)
    std::span<const float> temperature;  ///< (count): of the law that the spins were drawn from
    [[nodiscard]] std::size_t count() const noexcept { return gamma.size(); }
};

/// An estimate D(y, γ, T) of the mean spin given what is seen of all, E[X | y]. The score of X_t is (e^{−t} D − X_t)/Δ_t.
class Denoiser {
  public:
    Denoiser() = default;
    Denoiser(const Denoiser&) = delete;
    Denoiser& operator=(const Denoiser&) = delete;
    virtual ~Denoiser() = default;
    /// Writes D, as long as `noisy.fields`. Throws std::invalid_argument if lengths do not fit.
    virtual void denoise(const NoisySpins& noisy, std::span<float> mean) const = 0;
};

/// The score S(x, t, T) that somebody trained elsewhere, as a TorchScript module: `forward(x, t, T)` takes tensors of shapes
/// (count, components, L, L), (count), (count), single precision, x at time t of the process dX = −X dt + √2 dW, and returns
/// the score in the shape of x. Throws std::invalid_argument, with the reason, if the bytes are no module or it does not
/// take them; std::logic_error where networks are not built in.
[[nodiscard]] std::unique_ptr<Denoiser> scripted_denoiser(const SpinShape& shape, std::span<const std::byte> module);

/// Whether this program was built with networks (GDM_LEARNED_SCORES).
[[nodiscard]] bool networks_are_built_in() noexcept;

}  // namespace gdm
