#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/base/words.hpp"
#include "gdm/physics/learned/denoiser.hpp"

namespace gdm {

enum class NetworkKind { unet, mlp };
inline constexpr Words network_words{std::array{Word{NetworkKind::unet, "unet"}, Word{NetworkKind::mlp, "mlp"}}};

struct NetworkShape {
    SpinShape spins;
    NetworkKind kind = NetworkKind::unet;  ///< unet: convolutions at L and L/2 (L even); mlp: all sites to all
    std::size_t width = 32;                ///< channels of the finest level; a hidden layer of the mlp has 8 times as many
    std::size_t depth = 2;                 ///< residual blocks of the coarser level, or of the mlp
};

/// Shapes of the weights, in order, and how many numbers they are.
[[nodiscard]] std::vector<std::vector<std::int64_t>> weight_shapes(const NetworkShape& shape);
[[nodiscard]] std::size_t count_weights(const NetworkShape& shape);

struct TrainingRule {
    double learning_rate = 2e-3;  ///< of Adam after 100 updates; falls as 1/√(1 + k/1000) with their number k
    double forgetting = 20;       ///< the averaged weights look back over k/forgetting updates
};

/// A denoiser D = ⟨X⟩ of independent spins in the fields y + f(y, γ, T)/T, f a network: f = 0, where its training begins, is
/// the exact answer at T = ∞. ⟨X⟩ is tanh for one component and v I_1(|v|)/(|v| I_0(|v|)) for two. Of a network of its own
/// for all γ and T it is trained on E γ|X − D|² with ln γ uniform: the integrand of I(X; y) = ½∫ E|X − E[X|y]|² dγ. It
/// denoises with an average of its weights over the last updates. Single precision, one thread: the same bytes on the same
/// machine.
class ScoreNetwork : public Denoiser {
  public:
    /// Weights at random. Throws std::invalid_argument for shapes without a network; std::logic_error where networks are not
    /// built in.
    ScoreNetwork(const NetworkShape& shape, const TrainingRule& rule, const RandomStream& random);
    ~ScoreNetwork() override;

    /// One update by the mean over these, `clean` as long as their fields. Returns the mean of γ|X − D|² a spin before it.
    double train(std::span<const float> clean, const NoisySpins& noisy);
    void denoise(const NoisySpins& noisy, std::span<float> mean) const override;
    [[nodiscard]] std::size_t updates() const noexcept;

    void save(ByteWriter& bytes) const;
    void load(ByteReader& bytes);
    /// Of a saved state.
    [[nodiscard]] static std::size_t bytes(const NetworkShape& shape);

  private:
    struct Weights;
    std::unique_ptr<Weights> weights_;
};

}  // namespace gdm
