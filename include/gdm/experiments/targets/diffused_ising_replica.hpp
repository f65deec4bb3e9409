#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "gdm/base/stop.hpp"
#include "gdm/experiment/experiment.hpp"
#include "gdm/experiments/targets/ising_prior.hpp"
#include "gdm/physics/targets/covariance_modes.hpp"
#include "gdm/physics/targets/posterior_chain.hpp"

namespace gdm {

/// Up to this number of spins all states are counted beside what chains measure, at the same noisy states.
inline constexpr std::size_t most_compared_spins = 16;

/// One replica of `diffused_ising`, unit by unit: states of the data at all temperatures, of which the covariance and its
/// leading mode u; then noisy states x = y + √θ z, and the posterior at each; then generated paths. All of it is the state
/// of the replica.
class DiffusedIsing {
  public:
    DiffusedIsing(const Point& point, const Context& context, const RandomStream& random);

    [[nodiscard]] bool done() const noexcept { return unit_ == units_; }
    /// Share of the work that is done, roughly.
    [[nodiscard]] double progress() const noexcept { return static_cast<double>(unit_) / static_cast<double>(units_); }
    /// Some ms of work. May throw Stopped within.
    void advance(const Stop& stop);
    void write(const Values& values) const;

    [[nodiscard]] std::vector<std::byte> bytes() const;
    void load(std::span<const std::byte> state);
    [[nodiscard]] static std::size_t state_size(const Point& point);

  private:
    /// Sums over noisy states, at each temperature and θ.
    enum Pair { overlap, planted, mode_overlap, mode_spread, upper, lower, information, pair_sums };
    /// Sums over paths, at each temperature and θ.
    enum Path { path_overlap, path_mode, path_sums };
    /// Counters of the posterior chains; those of the data are below.
    static constexpr std::uint32_t posterior_steps = 1u << 31;

    struct Sums {
        std::vector<double> energy, squared, abs_first, abs_second;  ///< by place
        std::vector<std::int32_t> covariance;                        ///< (half, place, n, n), of data without a given mode
        std::vector<double> mode;                                    ///< u, (place, n)
        std::vector<double> pairs, exact;                            ///< (Pair, place, θ): measured, and by all states
        std::vector<double> spectrum;                                ///< (place, θ, rank)
        std::vector<double> paths, path_energy;                      ///< (Path, place, θ); by place
        template <class Self, class Visit>
        static void parts(Self& self, Visit&& visit);
    };

    [[nodiscard]] std::size_t at(std::size_t place, std::size_t k) const { return place * theta_.size() + k; }
    [[nodiscard]] std::size_t at(std::size_t quantity, std::size_t place, std::size_t k) const {
        return quantity * temperatures_.size() * theta_.size() + at(place, k);
    }
    [[nodiscard]] std::span<const double> mode_of(std::size_t place) const {
        return std::span(sums_.mode).subspan(place * n_, n_);
    }
    void move_prior(std::uint64_t steps);
    void sample(bool second_half);
    void find_modes();
    void measure(std::size_t state, std::size_t place, std::size_t k, const Stop& stop);
    void measure_by_chains(std::size_t state, std::size_t place, std::size_t k, const std::vector<double>& fields,
                           const Stop& stop);
    void measure_exactly(std::size_t place, std::size_t k, const std::vector<double>& fields);
    void run_path(std::size_t path, std::size_t place, const Stop& stop);
    void record_path(std::size_t place, const std::vector<std::size_t>& order, std::span<const double> means,
                     const std::vector<std::int8_t>& sample);
    void write_data(const Values& values) const;
    void write_modes_of_all_states(const Values& values) const;

    RandomStream random_;
    std::size_t n_;
    std::vector<double> temperatures_, theta_;
    bool exact_, uniform_, start_exact_, mean_step_;
    std::uint64_t thermalisation_, interval_, samples_, states_, paths_, sweeps_, steps_;
    IsingCouplings couplings_;
    std::optional<EnumeratedIsing> all_;
    std::vector<double> log_partition_;  ///< ln Z without fields, by all states
    std::unique_ptr<IsingPrior> prior_;

    Sums sums_;
    std::uint64_t unit_ = 0, units_ = 0, prior_steps_ = 0;
    std::vector<std::int8_t> spins_, other_;  ///< room
    EnumeratedIsing::Law law_;
};

}  // namespace gdm
