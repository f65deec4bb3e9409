#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gdm/base/binning.hpp"
#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/chains/exchange.hpp"
#include "gdm/physics/chains/tempering_averages.hpp"
#include "gdm/physics/spins/glass_copies.hpp"

namespace gdm {

/// Bins of P(q): of width 1/20 around −1, −0.95, … 1, those at the ends half as wide.
inline constexpr std::size_t overlap_bins = 41;
/// Windows of steps (2^{k−1}, 2^k], k = 0 … 31.
inline constexpr std::size_t chain_windows = 32;

/// What is measured of one realisation at one temperature. Everything is per spin.
struct GlassAverages {
    Binning energy, overlap_squared, link_overlap;            ///< of all copies, or both pairs, together
    std::array<Binning, GlassCopies::pairs> squared_of{};     ///< ⟨q²⟩ of each pair
    std::array<double, GlassCopies::ladders> energy_sum{};    ///< of each copy
    double energy_squared = 0;                                ///< Σ e², mean over copies
    double overlap = 0, overlap_abs = 0, overlap_fourth = 0;  ///< sums, mean over pairs
    std::array<double, overlap_bins> histogram{};             ///< counts
};

/// One realisation of a spin glass under parallel tempering: four copies at each temperature, two pairs of which one starts
/// with independent spins, q near 0, and the other with equal ones, q = 1, so that ⟨q²⟩ comes from below and from above
/// (Bhatt and Young, PRL 54, 924, 1985). The replica's state is all of it.
class GlassChain {
  public:
    GlassChain(const Point& point, const RandomStream& random);
    [[nodiscard]] static std::size_t state_size(const Point& point);

    /// One update of every spin, then a round of exchanges, if the point wants them; measures when it is time.
    void step(const RandomStream& random);
    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }

    void write(const Values& values) const;
    [[nodiscard]] std::vector<std::byte> bytes() const;
    void load(std::span<const std::byte> state);

  private:
    /// One quantity in each window of steps, at each temperature.
    enum Quantity { energy, squared_below, squared_above, link, quantities };
    void exchange(const RandomStream& random);
    void measure();
    void add_to_window(std::size_t window);
    void write_windows(const Values& values) const;
    void write_exact(const Values& values) const;
    [[nodiscard]] double energy_per_spin(std::size_t ladder, std::size_t place) const {
        return energies_[ladder * beta_.size() + place] / static_cast<double>(sites_);
    }
    [[nodiscard]] std::size_t window_place(std::size_t window, Quantity quantity, std::size_t place) const {
        return (window * quantities + quantity) * beta_.size() + place;
    }

    std::vector<double> beta_;
    std::size_t sites_ = 0;
    bool exchanges_ = true;
    std::uint64_t thermalisation_, interval_;
    SpinGlass glass_;
    std::unique_ptr<GlassCopies> copies_;
    std::vector<double> energies_;          ///< (ladder, place)
    std::vector<double> overlaps_, links_;  ///< (pair, place), when they are measured

    std::vector<Exchange> exchange_;
    std::vector<TemperingAverages> tempering_;
    std::vector<GlassAverages> averages_;  ///< by place
    std::vector<double> window_sums_;
    std::array<std::uint64_t, chain_windows> window_counts_{};
    double lowest_;  ///< energy
    std::uint64_t steps_ = 0;
};

/// L of a lattice, or n spins of a complete graph.
[[nodiscard]] std::size_t glass_sites(const Point& point);

}  // namespace gdm
