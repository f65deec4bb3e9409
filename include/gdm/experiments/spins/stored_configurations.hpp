#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/packed_spins.hpp"
#include "gdm/experiment/experiment.hpp"

/// Configurations of a chain that are kept in the sweep file, as data for other experiments. A job says `store = 1000`; the
/// file then holds /replicas/configurations of shape (points, replicas, store, numbers of a configuration) and
/// /replicas/stored_sites. An experiment adds all of these to its declaration:
///
///     parameters += store_parameters();   observables += store_observables(StoredSpins::ising);
///     experiment.implied = [](const Shapes& given) { return implied_by_store(given, largest_lattice(given), kind); };
///     check: check_store(point);          the chain: a StoredConfigurations among the parts of its state
namespace gdm {

/// ising: 48 spins in a number (packed_spins.hpp); xy: an angle in radians a number.
enum class StoredSpins { ising, xy };

/// `store`: how many configurations of a replica are kept, 0 by default; `store_interval`: measurements from one to the
/// next; and the inner axes that they imply, `configuration` and `number`.
[[nodiscard]] std::vector<Parameter> store_parameters();
/// `configurations` (configuration, number) and `stored_sites`, kept in the sweep file alone.
[[nodiscard]] std::vector<Observable> store_observables(StoredSpins kind);
/// The lengths of the two axes, from the values of a job's parameters (Experiment::implied) and the number of sites of its
/// largest lattice; smaller ones fill the rest with NaN.
[[nodiscard]] std::vector<Implied> implied_by_store(const Shapes& given, std::size_t largest_sites, StoredSpins kind);
/// Throws UsageError if there are fewer measurements (the setting `samples`) than the last stored one needs.
void check_store(const Point& point);

/// Takes every store_interval-th measurement of a chain, the first `store` of them. They do not depend on how long the chain
/// will be, so that it can be lengthened.
class StoredConfigurations {
  public:
    StoredConfigurations(const Point& point, std::size_t sites, StoredSpins kind);

    /// Whether measurement number `sample`, counted from 1, is to be added.
    [[nodiscard]] bool wants(std::uint64_t sample) const noexcept {
        return count_ < store_ && sample == (count_ + 1) * interval_;
    }
    /// `is_up(site)` of an Ising configuration.
    template <class IsUp>
    void add_spins(IsUp&& is_up) {
        pack_spins(sites_, is_up, next());
    }
    /// One angle in radians for each site. Throws std::invalid_argument for another number of them.
    void add_angles(std::span<const double> angles);

    /// Writes both observables at the end of the chain.
    void write(const Values& values) const;

    void save(ByteWriter& bytes) const;
    void load(ByteReader& bytes);

  private:
    [[nodiscard]] std::span<double> next() { return std::span(numbers_).subspan(count_++ * length_, length_); }

    std::size_t sites_, length_;
    std::uint64_t store_, interval_, count_ = 0;
    std::vector<double> numbers_;  ///< of all configurations, one after the other
};

}  // namespace gdm
