#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gdm/base/chain_average.hpp"
#include "gdm/experiment/checkpoint.hpp"
#include "gdm/experiment/values.hpp"
#include "gdm/experiments/spins/tempered_spins.hpp"
#include "gdm/physics/chains/exchange.hpp"
#include "gdm/physics/chains/multi_histogram.hpp"
#include "gdm/physics/chains/thermalisation.hpp"

namespace gdm {

/// Ladders of spin systems from β = 0 to the lowest temperature, with exchanges, and what is measured of them: the state of
/// a replica of `spin_entropy`.
class EntropyChain {
  public:
    /// `disordered`: see tempered_spins.
    EntropyChain(SpinModel model, const Lattice& lattice, const std::vector<double>& beta, double disordered,
                 std::uint64_t interval, std::uint64_t thermalisation, const RandomStream& random);

    /// `interval` sweeps, a measurement (once thermal), a round of exchanges.
    void step(const RandomStream& random);
    [[nodiscard]] std::uint64_t measured() const noexcept { return measured_; }

    /// All observables over `place`.
    void set(const Values& values) const;
    /// The solved histogram of all places and ladders; `log_states` = ln Z at β = 0.
    [[nodiscard]] MultiHistogram histogram(double log_states) const;

    [[nodiscard]] std::vector<std::byte> bytes() const;
    void load(std::span<const std::byte> bytes);

  private:
    template <class Self, class Visit>
    static void parts(Self& self, Visit&& visit);
    void measure();

    std::unique_ptr<TemperedSpins> spins_;
    std::vector<double> beta_;
    std::uint64_t interval_, sites_;
    std::uint64_t steps_ = 0, measured_ = 0, trips_before_ = 0;
    std::vector<Exchange> exchanges_;  ///< one for each ladder
    Thermalisation thermalisation_;
    std::vector<double> energies_, magnetisations_;  ///< (ladders, places), of the last step
    std::vector<ChainAverage> energy_, energy_squared_, energy_cubed_, abs_magnetisation_, magnetisation_squared_,
        magnetisation_fourth_, acceptance_;                ///< by place, of all ladders together
    std::vector<std::array<Binning, 2>> energy_by_start_;  ///< ladders that began in order, and at random
    ChainAverage round_trips_;
    std::vector<std::uint64_t> histogram_;
};

}  // namespace gdm
