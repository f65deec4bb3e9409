#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/memories/hopfield_network.hpp"

namespace gdm {

/// Bins of the overlap m_f of fixed points, from 0 to 1.
inline constexpr std::size_t retrieval_bins = 50;

/// All descents of a replica of hopfield_capacity, one after the other: at each α a set of patterns, `samples` of which are
/// started at.
class HopfieldDescents {
  public:
    /// What is given must outlive this.
    HopfieldDescents(const Point& point, const Context& context, const RandomStream& random);

    [[nodiscard]] static std::size_t state_size(const Point& point);
    [[nodiscard]] std::vector<std::byte> bytes() const;
    void load(std::span<const std::byte> state);

    [[nodiscard]] bool done() const { return at_.alpha == tallies_.size(); }
    [[nodiscard]] double progress() const;
    /// One sweep, and what begins and ends with it.
    void step();
    /// The observables, after the last step.
    void write(const Values& values) const;

  private:
    struct Position {
        std::uint64_t alpha = 0, sample = 0, sweep = 0;
    };
    /// Sums over the starts at one α.
    struct Tally {
        double retrieved = 0, overlap = 0, retrieved_overlap = 0, first_step_error = 0, energy = 0, sweeps = 0,
               most_sweeps = 0, turned = 0, other_overlap = 0;
        std::array<double, retrieval_bins> histogram{};
    };

    void begin(std::span<const std::int8_t> spins);
    void end();

    const Point* point_;
    const Context* context_;
    RandomStream random_;
    Position at_;
    std::vector<Tally> tallies_;
    std::optional<PackedPatterns> patterns_;
    std::vector<std::int8_t> start_;
    std::optional<HopfieldNetwork> network_;
};

}  // namespace gdm
