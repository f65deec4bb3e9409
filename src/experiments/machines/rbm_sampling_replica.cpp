#include "gdm/experiments/machines/rbm_sampling_replica.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/chain_average.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/machines/chain_snapshot.hpp"
#include "gdm/experiments/machines/counted_units.hpp"
#include "gdm/experiments/machines/sampled_machines.hpp"
#include "gdm/physics/chains/thermalisation.hpp"
#include "gdm/physics/machines/ais.hpp"
#include "gdm/physics/machines/boltzmann_moments.hpp"
#include "gdm/physics/machines/gibbs_kernel.hpp"
#include "gdm/physics/machines/rbm_moments.hpp"

namespace gdm {
namespace {

using Quantities = std::array<double, chain_quantities.size()>;

/// What is looked at after k steps, of both starts.
constexpr const char* start_names[] = {"energy_from_ones", "energy_from_random", "magnetisation_from_ones",
                                       "magnetisation_from_random"};

std::size_t annealings(const Point& point) { return has_gaussian_units(point) ? 0 : point.axis("annealing_steps").size(); }
std::size_t count(const Point& point, const char* name) { return static_cast<std::size_t>(point.integer(name)); }

/// A Gibbs step of hidden units with the normal law of variance 1 around their fields, and of the visible ones given them.
void gaussian_step(const GibbsKernel& kernel, UnitPanels& visible, UnitPanels& hidden, const GibbsDraws& draws) {
    kernel.fields(RbmLayer::hidden, visible, hidden);
    RandomSequence normal(draws.random, draws.purpose, draws.first_chain, draws.step);
    for (std::size_t c = 0; c < hidden.chains(); ++c)
        for (std::size_t j = 0; j < hidden.units(); ++j) hidden.at(c, j) += static_cast<float>(normal.normal());
    kernel.draw(RbmLayer::visible, hidden, visible, draws);
}

/// Annealed importance sampling at each number of steps, one after the other; of machines with normal units, none.
class Annealing {
  public:
    Annealing(const Point& point, const Rbm& machine, const RandomStream& random)
        : point_(point), machine_(machine), random_(random), estimates_(annealings(point)) {
        if (!done()) begin();
    }

    [[nodiscard]] bool done() const { return place_ == estimates_.size(); }
    void advance() {
        runs_->advance();
        if (!runs_->done()) return;
        estimates_[place_++] = annealed_estimate(runs_->log_weights(), base_log_partition(machine_));
        if (!done()) begin();
    }

    void save(ByteWriter& writer) const {
        writer.put(place_);
        writer.put(std::span<const AnnealedEstimate>(estimates_));
        if (runs_) runs_->save(writer);
    }
    void load(ByteReader& reader) {
        reader.get(place_);
        reader.get(std::span(estimates_));
        if (!done()) begin();
        if (runs_) runs_->load(reader);
    }

    /// `exact` ln Z, NaN where it is not known.
    void write(double exact, Values& values) const {
        if (estimates_.empty()) return;
        values.set("log_partition_exact", exact);
        for (std::size_t k = 0; k < estimates_.size(); ++k) {
            const AnnealedEstimate& estimate = estimates_[k];
            values["log_partition"][k] = estimate.log_partition;
            values["stated_error"][k] = estimate.error;
            values["relative_variance"][k] = estimate.relative_variance;
            values["effective_share"][k] = estimate.effective / point_["runs"];
            values["stated_bias"][k] = estimate.bias;
            values["lower_bound"][k] = estimate.lower_bound;
            if (std::isnan(exact)) continue;
            const double difference = estimate.log_partition - exact;
            values["log_partition_difference"][k] = difference;
            values["partition_ratio"][k] = std::exp(difference);
            // Machines without weights: no error and no difference but for rounding.
            const bool without_error = estimate.error < 1e-6;
            values["z_squared"][k] = without_error ? 0 : std::pow(difference / estimate.error, 2);
            values["covered"][k] = std::abs(difference) <= std::max(estimate.error, 1e-6) ? 1 : 0;
        }
    }

  private:
    void begin() {
        // Each number of steps has draws of its own.
        const auto first = static_cast<std::uint32_t>((1u << 30) + place_ * (1u << 21));
        const auto steps = static_cast<std::size_t>(point_.axis("annealing_steps")[place_]);
        runs_ = std::make_unique<AnnealedRuns>(
            machine_, 1, AnnealingSettings{.steps = steps, .runs = count(point_, "runs"), .first_chain = first}, random_);
    }

    const Point& point_;
    const Rbm& machine_;
    const RandomStream& random_;
    std::uint64_t place_ = 0;  ///< of the number of steps that is annealed now
    std::vector<AnnealedEstimate> estimates_;
    std::unique_ptr<AnnealedRuns> runs_;
};

/// Two sets of Gibbs chains, from all units 1 and from random units.
class Chains {
  public:
    Chains(const Point& point, const Rbm& machine, const RandomStream& random)
        : axis_(point.axis("k")),
          random_(random),
          thermal_(std::max(count(point, "thermalisation"), static_cast<std::size_t>(axis_.back()))),
          steps_(thermal_ + count(point, "samples")),
          kernel_(machine),
          gaussian_(has_gaussian_units(point)),
          snapshot_(machine, gaussian_, count(point, "chains")),
          visible_{UnitPanels(machine.visible, count(point, "chains")), UnitPanels(machine.visible, count(point, "chains"))},
          hidden_(machine.hidden, count(point, "chains")),
          looked_(std::size(start_names) * axis_.size(), not_a_number) {
        std::fill(visible_[0].values().begin(), visible_[0].values().end(), 1.0f);
        const float infinite_temperature = 0;
        kernel_.draw(RbmLayer::visible, hidden_, visible_[1], {random, 0, 0, Purpose::initial_state},
                     std::span(&infinite_temperature, 1));
    }

    [[nodiscard]] bool done() const { return step_ == steps_; }
    void advance() {
        std::array<Quantities, 2> now{};
        const auto place = std::find(axis_.begin(), axis_.end(), static_cast<double>(step_));
        const bool looked = step_ >= thermal_ || place != axis_.end();
        for (std::size_t set = 0; set < 2; ++set) {
            if (looked) now[set] = snapshot_.of(kernel_, visible_[set]);
            const GibbsDraws draws{random_, static_cast<std::uint32_t>(step_), static_cast<std::uint32_t>(set) << 24};
            gaussian_ ? gaussian_step(kernel_, visible_[set], hidden_, draws) : kernel_.step(visible_[set], hidden_, draws);
        }
        if (place != axis_.end()) {
            double* to = looked_.data() + std::size(start_names) * static_cast<std::size_t>(place - axis_.begin());
            for (std::size_t i = 0; i < std::size(start_names); ++i) to[i] = now[i % 2][i / 2];
        }
        if (step_++ < thermal_) return;
        for (std::size_t q = 0; q < averages_.size(); ++q) averages_[q].add((now[0][q] + now[1][q]) / 2);
        for (std::size_t set = 0; set < 2; ++set) starts_[set].add(now[set][0]);
    }

    void save(ByteWriter& writer) const {
        writer.put(step_);
        for (const UnitPanels& set : visible_) writer.put(set.values());
        writer.put(std::span<const double>(looked_));
        for (const ChainAverage& average : averages_) average.save(writer);
        for (const Binning& start : starts_) start.save(writer);
    }
    void load(ByteReader& reader) {
        reader.get(step_);
        for (UnitPanels& set : visible_) reader.get(set.values());
        reader.get(std::span(looked_));
        for (ChainAverage& average : averages_) average.load(reader);
        for (Binning& start : starts_) start.load(reader);
    }

    void write(Values& values) const {
        for (std::size_t i = 0; i < std::size(start_names); ++i)
            for (std::size_t k = 0; k < axis_.size(); ++k)
                values[start_names[i]][k] = looked_[std::size(start_names) * k + i];
        for (std::size_t q = 0; q < averages_.size(); ++q) {
            const BinnedMean mean = averages_[q].binned();
            values.set(chain_quantities[q], mean.mean);
            values.set(std::string(chain_quantities[q]) + "_binned_error", mean.error);
            values.set(std::string(chain_quantities[q]) + "_tau", mean.tau);
            values.set(std::string(chain_quantities[q]) + "_tau_error",
                       std::isfinite(mean.tau_error) ? mean.tau_error : 0);  // of a constant chain
        }
        values.set("energy_start_z", difference_of_starts(starts_[0].result(8), starts_[1].result(8)));
    }
    /// Of chain_quantities.
    [[nodiscard]] double mean(std::size_t quantity) const { return averages_[quantity].binned().mean; }

  private:
    std::span<const double> axis_;
    const RandomStream& random_;
    std::uint64_t thermal_, steps_, step_ = 0;
    GibbsKernel kernel_;
    bool gaussian_;
    ChainSnapshot snapshot_;
    std::array<UnitPanels, 2> visible_;
    UnitPanels hidden_;
    std::vector<double> looked_;  ///< (k, start_names)
    std::array<ChainAverage, chain_quantities.size()> averages_;
    std::array<Binning, 2> starts_;
};

/// Unit updates of a replica, roughly in proportion to its time.
double all_steps(const Point& point) {
    double annealing = 0;
    for (std::size_t i = 0; i < annealings(point); ++i) annealing += point.axis("annealing_steps")[i];
    return annealing + point["thermalisation"] + point["samples"];
}

}  // namespace

void run_rbm_sampling(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                      Checkpoint& checkpoint, Values& values) {
    const Rbm machine = machine_of(point, context, random);
    Annealing annealing(point, machine, random);
    Chains chains(point, machine, random);
    double exact = not_a_number;
    std::uint64_t steps = 0;
    if (!checkpoint.saved().empty()) {
        ByteReader reader(checkpoint.saved());
        reader.get(exact);
        reader.get(steps);
        annealing.load(reader);
        chains.load(reader);
    } else if (!has_gaussian_units(point) && smaller_layer(point) <= most_partition_units) {
        exact = exact_log_partition(machine, 1, stop);
    }
    for (; !chains.done(); ++steps) {
        if (checkpoint.due()) {
            ByteWriter writer;
            writer.put(exact);
            writer.put(steps);
            annealing.save(writer);
            chains.save(writer);
            checkpoint.save(writer.bytes(), std::min(1., static_cast<double>(steps) / all_steps(point)));
        }
        annealing.done() ? chains.advance() : annealing.advance();
    }
    annealing.write(exact, values);
    chains.write(values);
    if (overlap_units(point) <= most_moment_units) {
        BoltzmannMachine coupled =
            has_gaussian_units(point) ? without_gaussian_layer(machine) : as_boltzmann_machine(machine);
        coupled.connections = Connections::full;  // so that pairs of visible units are counted
        values.set("overlap_squared_minus_exact", chains.mean(3) - exact_overlap_squared(coupled, stop));
    }
    if (has_gaussian_units(point) || smaller_layer(point) > most_moment_units) return;
    double ones = 0;
    for (const double mean : model_moments(machine, 1, stop).visible) ones += mean;
    values.set("magnetisation_minus_exact", chains.mean(1) - (2 * ones / static_cast<double>(machine.visible) - 1));
}

std::size_t rbm_sampling_state_size(const Point& point) {
    const auto panels = [&](const char* chains) {
        return UnitPanels(count(point, "visible"), count(point, chains)).values().size_bytes();
    };
    const std::size_t annealed = annealings(point) == 0
                                     ? 0
                                     : sizeof(std::uint64_t) + annealings(point) * sizeof(AnnealedEstimate) +
                                           count(point, "runs") * sizeof(double) + panels("runs");
    return 4 * sizeof(std::uint64_t) + annealed + 2 * panels("chains") +
           std::size(start_names) * point.axis("k").size() * sizeof(double) +
           chain_quantities.size() * ChainAverage::bytes() + 2 * sizeof(Binning);
}

double smaller_layer(const Point& point) { return std::min(point["visible"], point["hidden"]); }
bool has_gaussian_units(const Point& point) { return point.word("machine") == "gaussian"; }
double overlap_units(const Point& point) { return point["visible"] + (has_gaussian_units(point) ? 0 : point["hidden"]); }

}  // namespace gdm
