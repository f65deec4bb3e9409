#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/chain_average.hpp"
#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/memories/hopfield_network.hpp"

namespace gdm {

/// The chain of a replica of hopfield: a network at its temperature, measured after each sweep. Sums of each spin over both
/// halves of the chain give q without the noise that a square would add.
class HopfieldChain {
  public:
    static constexpr std::size_t most_enumerated = 16;  ///< spins; their states take some ms

    HopfieldChain(const Point& point, const Context& context, const RandomStream& random);
    HopfieldChain(const HopfieldChain&) = delete;
    HopfieldChain& operator=(const HopfieldChain&) = delete;

    /// Whether a point starts at the first pattern.
    [[nodiscard]] static bool from_pattern(const Point& point) { return point.word("start") == "pattern"; }
    [[nodiscard]] static std::uint64_t all_sweeps(const Point& point);
    [[nodiscard]] static std::size_t state_size(const Point& point);
    [[nodiscard]] std::vector<std::byte> bytes() const;
    void load(std::span<const std::byte> state);

    [[nodiscard]] std::uint64_t sweeps() const noexcept { return sweeps_; }
    void sweep(const RandomStream& random);
    /// The observables, after the last sweep.
    void write(const Values& values, double retrieved_above) const;

  private:
    std::uint64_t thermalisation_, half_, sweeps_ = 0;
    double temperature_;
    LearningRule rule_;
    PackedPatterns patterns_;
    std::vector<std::int8_t> pattern_;
    HopfieldNetwork network_;
    std::vector<std::int32_t> sums_;  ///< of each spin in the first half, then in the second
    ChainAverage magnetisation_, energy_;
};

}  // namespace gdm
