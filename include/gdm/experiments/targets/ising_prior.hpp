#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/base/words.hpp"
#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/targets/enumerated_ising.hpp"
#include "gdm/physics/targets/ising_couplings.hpp"

/// The data of the experiment `diffused_ising`: equilibrium states of Ising spins at all temperatures of the axis T.
namespace gdm {

/// curie_weiss: 1/n for every pair; sherrington_kirkpatrick: normal of variance 1/n; square: 1 for neighbours on the
/// periodic lattice of √n × √n sites; matrix: the user's.
enum class CouplingKind { curie_weiss, sherrington_kirkpatrick, square, matrix };
inline constexpr Words coupling_kind_words{std::array{
    Word{CouplingKind::curie_weiss, "curie_weiss"}, Word{CouplingKind::sherrington_kirkpatrick, "sherrington_kirkpatrick"},
    Word{CouplingKind::square, "square"}, Word{CouplingKind::matrix, "matrix"}}};
[[nodiscard]] CouplingKind coupling_kind(const Point& point);
/// Whether all sites are alike and aligned spins favoured, so that the leading mode of the covariance is the magnetisation.
[[nodiscard]] bool is_uniform(CouplingKind kind);

/// Those of a replica: the disorder is keyed by it. `context` holds the Array of the user's matrix, or nothing.
[[nodiscard]] IsingCouplings couplings_of(const Point& point, const Context& context, const RandomStream& random);

/// Copies of the spins at each temperature, of which the first half is independent of the second.
class IsingPrior {
  public:
    virtual ~IsingPrior() = default;
    [[nodiscard]] virtual std::size_t copies() const = 0;
    /// The next state of every copy: a pure function of the states, the stream and `step` < 2^31.
    virtual void advance(const RandomStream& random, std::uint32_t step) = 0;
    virtual void spins(std::size_t copy, std::size_t place, std::span<std::int8_t> spins) const = 0;
    /// Whether states are independent of those before them.
    [[nodiscard]] virtual bool independent() const { return false; }

    virtual void save(ByteWriter& bytes) const = 0;
    virtual void load(ByteReader& bytes) = 0;
};

/// By all states, if `all` is given; otherwise independent draws (curie_weiss), Swendsen–Wang clusters from ordered and
/// random starts (square), or heat bath with exchanges of temperatures (the others). The arguments must outlive it.
[[nodiscard]] std::unique_ptr<IsingPrior> ising_prior(const Point& point, const IsingCouplings& couplings,
                                                      const EnumeratedIsing* all, const RandomStream& random);

/// Bytes that `save` of it puts.
[[nodiscard]] std::size_t prior_state_size(const Point& point);

}  // namespace gdm
