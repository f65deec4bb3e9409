#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/experiments/spins/spin_model.hpp"
#include "gdm/physics/spins/lattice.hpp"

namespace gdm {

/// Spins of some ladders of temperatures side by side in vector lanes: system `ladder * places + place` is at the place's β.
class TemperedSpins {
  public:
    TemperedSpins(std::size_t ladders, std::size_t places) : ladders_(ladders), places_(places) {}
    TemperedSpins(const TemperedSpins&) = delete;
    TemperedSpins& operator=(const TemperedSpins&) = delete;
    virtual ~TemperedSpins() = default;

    [[nodiscard]] std::size_t ladders() const noexcept { return ladders_; }
    [[nodiscard]] std::size_t places() const noexcept { return places_; }

    /// One step of every system that leaves e^{−βE} as it is, with draws of Purpose::markov_chain, samples from 2^31 on.
    virtual void sweep(const RandomStream& random, std::uint32_t step) = 0;
    /// Whole energies and |Σ s| of all systems.
    virtual void measure(std::span<double> energies, std::span<double> magnetisations) = 0;
    /// Swaps the spins at (ladder, place) and (ladder, place + 1); no pair touches another.
    virtual void exchange(std::span<const std::pair<std::size_t, std::size_t>> pairs) = 0;

    /// Energies stand in `bins()` bins: where, and their middles.
    [[nodiscard]] virtual std::size_t bins() const = 0;
    [[nodiscard]] virtual std::size_t bin(double energy) const = 0;
    [[nodiscard]] virtual double bin_energy(std::size_t bin) const = 0;

    virtual void save(ByteWriter& writer) const = 0;
    virtual void load(ByteReader& reader) = 0;

  protected:
    [[nodiscard]] bool begins_in_order(std::size_t system, std::span<const double> beta, double disordered) const {
        return system < ladders_ / 2 * places_ || beta[system % places_] >= disordered;
    }

  private:
    std::size_t ladders_, places_;
};

/// The first half of the ladders begins in order; the others at random where β < `disordered`, in order elsewhere, as a
/// quench of a large lattice below its transition leaves stripes that live too long. Ising: 512 lanes hold ⌊64/places⌋ · 8
/// ladders, heat bath; bins are the energies that there are, 4 J apart. XY: two ladders, heat bath followed by
/// over-relaxation; bins are an eighth of the deviation at the coldest place. Throws std::invalid_argument for more than 64
/// places.
[[nodiscard]] std::unique_ptr<TemperedSpins> tempered_spins(SpinModel model, const Lattice& lattice,
                                                            const std::vector<double>& beta, double disordered,
                                                            const RandomStream& random);

}  // namespace gdm
