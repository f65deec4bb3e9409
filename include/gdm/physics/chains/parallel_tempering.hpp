#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "gdm/physics/chains/exchange.hpp"

namespace gdm {

/// Parallel tempering of configurations of any kind: one at each inverse temperature of a ladder, updated there and
/// exchanged with its neighbours (Exchange). A step is a pure function of the configurations, the random stream and the
/// number of the step, so a chain that is saved and loaded goes on with the same bits.
///
/// Configuration: trivially copyable, or a container of such things in one piece (std::vector<int>), whose length does not
/// change.
template <class Configuration>
class ParallelTempering {
  public:
    /// `start` by place. Throws std::invalid_argument unless there are as many as temperatures (see Exchange).
    ParallelTempering(std::vector<double> beta, std::vector<Configuration> start)
        : exchange_(std::move(beta)), walkers_(std::move(start)), energies_(walkers_.size()) {
        if (walkers_.size() != exchange_.beta().size()) {
            throw std::invalid_argument("parallel tempering needs one configuration for each temperature");
        }
    }

    /// One step: `update(configuration, beta, RandomSequence)` at every place, which must leave exp(−βE) invariant; then, if
    /// `exchanges`, a round of exchanges with `energy(configuration)`. The numbers are those of Purpose::markov_chain,
    /// samples `first_sample` + 0 (exchanges) to + n (updates), step `steps()`; two ladders of a replica need samples of
    /// their own.
    template <class Update, class Energy>
    void step(const RandomStream& random, Update&& update, Energy&& energy, bool exchanges = true,
              std::uint32_t first_sample = 0) {
        const auto number = static_cast<std::uint32_t>(steps_);
        for (std::size_t place = 0; place < walkers_.size(); ++place) {
            Configuration& walker = walkers_[exchange_.walker_at(place)];
            const auto sample = first_sample + 1 + static_cast<std::uint32_t>(place);
            update(walker, exchange_.beta()[place], RandomSequence(random, Purpose::markov_chain, sample, number));
            energies_[place] = energy(std::as_const(walker));
        }
        if (exchanges) {
            exchange_.run(steps_, energies_, RandomSequence(random, Purpose::markov_chain, first_sample, number));
        }
        ++steps_;
    }

    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }
    [[nodiscard]] const Exchange& exchange() const noexcept { return exchange_; }
    /// The configuration at a place of the ladder, and its energy.
    [[nodiscard]] const Configuration& at(std::size_t place) const { return walkers_[exchange_.walker_at(place)]; }
    [[nodiscard]] double energy(std::size_t place) const { return energies_[place]; }

    void save(ByteWriter& bytes) const {
        exchange_.save(bytes);
        bytes.put(std::span(energies_));
        bytes.put(steps_);
        for (const Configuration& walker : walkers_) {
            if constexpr (std::is_trivially_copyable_v<Configuration>) {
                bytes.put(walker);
            } else {
                bytes.put(std::span(walker));
            }
        }
    }
    void load(ByteReader& bytes) {
        exchange_.load(bytes);
        bytes.get(std::span(energies_));
        bytes.get(steps_);
        for (Configuration& walker : walkers_) {
            if constexpr (std::is_trivially_copyable_v<Configuration>) {
                bytes.get(walker);
            } else {
                bytes.get(std::span(walker));
            }
        }
    }

  private:
    Exchange exchange_;
    std::vector<Configuration> walkers_;  ///< by walker
    std::vector<double> energies_;        ///< by place
    std::uint64_t steps_ = 0;
};

}  // namespace gdm
