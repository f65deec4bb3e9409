#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gdm {

/// What a random number is for. Different purposes never share numbers; the values are part of the file format.
enum class Purpose : std::uint8_t {
    initial_state = 1,
    noise = 2,           ///< the thermal noise of a trajectory
    clone_noise = 3,     ///< the noise of a copied trajectory
    response_noise = 4,  ///< the common noise of a pair of trajectories
    dataset = 5,         ///< the points of a sampled training set
    transverse = 6,      ///< the components orthogonal to the axis of the two classes
    markov_chain = 7,
    bootstrap = 8,
    state = 9,       ///< states at which a sampled training set is examined
    levels = 10,     ///< random energy levels
    couplings = 11,  ///< the disorder of a spin glass
    target = 12,     ///< a target drawn at random: a covariance
    python = 13,     ///< keys of the generators that experiments in Python are given
    test = 255
};

/// Where in a stream a block of four words stands (draw 32 | step 32 | sample 32 | purpose 8 + replica 24 bits).
struct Counter {
    std::uint32_t draw = 0;
    std::uint32_t step = 0;
    std::uint32_t sample = 0;
};

/// Philox4x32-10 (Salmon et al., SC11; Random123 is the reference): four 32-bit words from a counter and a key.
[[nodiscard]] std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                      std::array<std::uint32_t, 2> key) noexcept;

/// The random numbers of one replica of one point: a pure function of (key, replica, purpose, counter), so that results
/// do not depend on ranks, lanes, chunks or order. 2^24 replicas; 2^32 samples, steps and draws each.
class RandomStream {
  public:
    static constexpr std::uint32_t max_replicas = 1u << 24;

    RandomStream(std::uint64_t key, std::uint32_t replica) noexcept : key_(key), replica_(replica) {}

    [[nodiscard]] std::uint64_t key() const noexcept { return key_; }
    [[nodiscard]] std::uint32_t replica() const noexcept { return replica_; }
    /// The fourth counter word: purpose in the upper 8 bits, replica in the lower 24.
    [[nodiscard]] std::uint32_t high_word(Purpose purpose) const noexcept {
        return (static_cast<std::uint32_t>(purpose) << 24) | (replica_ & (max_replicas - 1));
    }
    [[nodiscard]] std::array<std::uint32_t, 4> block(Purpose purpose, Counter at) const noexcept;

  private:
    std::uint64_t key_;
    std::uint32_t replica_;
};

/// Numbers drawn one after the other from one (purpose, step, sample) of a stream, for code where a number of draws is
/// not known beforehand (rejection, Markov chains). `draw` counts blocks, so 2^32 blocks of two doubles each.
class RandomSequence {
  public:
    RandomSequence(const RandomStream& stream, Purpose purpose, std::uint32_t sample = 0, std::uint32_t step = 0) noexcept
        : stream_(stream), purpose_(purpose), at_{0, step, sample} {}

    /// Uniform on the open interval (0, 1): (k + 1/2) 2^-52, k = 0 … 2^52 − 1.
    double uniform() noexcept;
    /// 64 uniform bits.
    std::uint64_t bits() noexcept;
    /// Standard normal by Box–Muller, |z| ≤ 9.5.
    double normal() noexcept;
    /// Gamma(shape, 1) by Marsaglia and Tsang (2000), shape > 0. χ²_k = 2 Gamma(k/2).
    double gamma(double shape) noexcept;
    double chi_squared(double degrees_of_freedom) noexcept;
    /// Uniform integer in [0, n), unbiased, n ≥ 1.
    std::uint64_t below(std::uint64_t n) noexcept;

  private:
    RandomStream stream_;
    Purpose purpose_;
    Counter at_;
    std::uint64_t spare_bits_ = 0;
    double spare_normal_ = 0;
    bool has_spare_bits_ = false;
    bool has_spare_normal_ = false;
};

/// Uniform on (0, 1) from two words of a block: (k + 1/2) 2^-52 with k the upper 52 of 64 bits. The lane kernels use the
/// same map, so that scalar and vector code agree.
[[nodiscard]] double uniform_from_words(std::uint32_t high, std::uint32_t low) noexcept;
/// Uniform on (0, 1]: (k + 1/2) 2^-64 with k all 64 bits, rounded; fine near 0, where the radius of a normal is large.
[[nodiscard]] double fine_uniform_from_words(std::uint32_t high, std::uint32_t low) noexcept;

}  // namespace gdm
