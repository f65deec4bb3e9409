#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/base/words.hpp"

/// The generative bath (Ambrogioni 33–35 with the attractive sign): K microstates y of a target share their mean
/// ȳ = Σ y/K,
///
///     p(y¹…y^K) ∝ Π φ(y^μ) exp{[Σ_{μ<ν} y^μ·y^ν/K + h Σ e·y^μ − (1 − 1/K) Σ ‖y^μ‖²/2]/θ}.
///
/// The last term is a constant where norms are equal; otherwise it is the renormalisation ψ of (34), with which aligned
/// microstates have the law of the target. It is the law of K posterior samples behind one noisy state
/// x = ȳ + h e + √(θ/K) z, and K → ∞ is the self-consistency m = ⟨y⟩_{m + h e}.
namespace gdm {

enum class BathTarget { two_deltas, four_deltas, hypersphere, discrete };
inline constexpr Words bath_target_words{
    std::array{Word{BathTarget::two_deltas, "two_deltas"}, Word{BathTarget::four_deltas, "four_deltas"},
               Word{BathTarget::hypersphere, "hypersphere"}, Word{BathTarget::discrete, "discrete"}}};

/// heat_bath: K times a microstate at random is drawn again given the others. noising: x is drawn given ȳ, and all
/// microstates from their posterior given x; this costs the same for every K, but for the sphere.
enum class BathUpdate { heat_bath, noising };
inline constexpr Words bath_update_words{
    std::array{Word{BathUpdate::heat_bath, "heat_bath"}, Word{BathUpdate::noising, "noising"}}};

/// ordered: all along the field (at the first point); opposed: all against it (at the second point); random: drawn from φ.
enum class BathStart { ordered, opposed, random };

struct BathModel {
    BathTarget target = BathTarget::two_deltas;
    double theta = 1;
    double h = 0;  ///< ≥ 0, along the first coordinate; of given points, along the first of them
    std::uint32_t K = 1;
    std::size_t d = 1;                ///< of the sphere, and of given points
    std::vector<double> points = {};  ///< of the discrete target, row by row
    BathUpdate update = BathUpdate::heat_bath;
};

class GenerativeBath {
  public:
    GenerativeBath() = default;
    GenerativeBath(const GenerativeBath&) = delete;
    GenerativeBath& operator=(const GenerativeBath&) = delete;
    virtual ~GenerativeBath() = default;

    virtual void start(BathStart start, const RandomStream& random, std::uint32_t copy) = 0;
    /// One sweep, a pure function of (state, stream, copy, number).
    virtual void sweep(const RandomStream& random, std::uint32_t copy, std::uint32_t number) = 0;
    /// A move between wells that keeps the law (Metropolis): two points exchange their microstates, the sphere is reflected
    /// at random. Purpose::state.
    virtual void mirror(const RandomStream& random, std::uint32_t copy, std::uint32_t number) = 0;

    [[nodiscard]] virtual std::span<const double> mean() const = 0;  ///< ȳ
    /// ȳ·e averaged over the mirror images that a symmetry of φ gives to ȳ, with their weights in the field: for two and
    /// four deltas; otherwise ȳ·e itself.
    [[nodiscard]] virtual double along_field() const = 0;
    /// ȳ·e.
    [[nodiscard]] virtual double along() const { return mean()[0]; }
    /// Σ_j (n_j/K)², n_j the microstates at point j: 1 where all are alike. NaN for the sphere.
    [[nodiscard]] virtual double participation() const = 0;

    virtual void save(ByteWriter& bytes) const = 0;
    virtual void load(ByteReader& bytes) = 0;
};

/// Throws std::invalid_argument unless θ > 0, h ≥ 0, K ≥ 1, and points are N ≥ 1 rows of d numbers.
[[nodiscard]] std::unique_ptr<GenerativeBath> generative_bath(const BathModel& model);

/// θ below which the bath of K → ∞ orders without a field: 1, ½, 1/d. Of points, the estimate (1 + √(d/N))²/d for random
/// ones of norm 1: the largest eigenvalue of their covariance.
[[nodiscard]] double bath_critical_theta(BathTarget target, std::size_t d, std::size_t points);

}  // namespace gdm
