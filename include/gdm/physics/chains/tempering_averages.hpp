#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gdm/base/chain_average.hpp"
#include "gdm/physics/chains/exchange.hpp"

namespace gdm {

/// What an exchange did along a chain, as averages with blocks. Round trips are a rate: of all walkers, in one round.
/// The flow f(T) = from_cold/labelled is the share of the walkers with a label at a place that were last at the cold end: 1
/// there, 0 at the hot end, and a straight line between where no bottleneck holds walkers up (Katzgraber et al., J. Stat.
/// Mech. P03018, 2006).
class TemperingAverages {
  public:
    explicit TemperingAverages(std::size_t places) : acceptance_(places - 1), from_cold_(places), labelled_(places) {}
    /// After each round.
    void add(const Exchange& exchange);

    [[nodiscard]] const std::vector<ChainAverage>& acceptance() const noexcept { return acceptance_; }  ///< by pair
    [[nodiscard]] const std::vector<ChainAverage>& from_cold() const noexcept { return from_cold_; }
    [[nodiscard]] const std::vector<ChainAverage>& labelled() const noexcept { return labelled_; }
    [[nodiscard]] const ChainAverage& round_trips() const noexcept { return round_trips_; }

    void save(ByteWriter& bytes) const;
    void load(ByteReader& bytes);

  private:
    std::vector<ChainAverage> acceptance_, from_cold_, labelled_;
    ChainAverage round_trips_;
    std::uint64_t trips_before_ = 0;
    bool begun_ = false;
};

}  // namespace gdm
