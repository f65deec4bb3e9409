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
#include "gdm/experiments/machines/counted_units.hpp"
#include "gdm/experiments/machines/sampled_machines.hpp"
#include "gdm/physics/chains/thermalisation.hpp"
#include "gdm/physics/machines/ais.hpp"
#include "gdm/physics/machines/gibbs_kernel.hpp"
#include "gdm/physics/machines/rbm_moments.hpp"

namespace gdm {
namespace {

constexpr const char* chain_quantities[] = {"energy",          "magnetisation", "magnetisation_abs",
                                            "overlap_squared", "active_hidden", "largest_hidden"};
using Quantities = std::array<double, std::size(chain_quantities)>;

/// What is looked at after k steps, of both starts.
constexpr const char* start_names[] = {"energy_from_ones", "energy_from_random", "magnetisation_from_ones",
                                       "magnetisation_from_random"};

double sampled_layer(const Point& point) { return std::min(point["visible"], point["hidden"]); }
std::size_t count(const Point& point, const char* name) { return static_cast<std::size_t>(point.integer(name)); }

/// What is averaged over a set of chains of one machine, s = 2v − 1: in the order of chain_quantities.
class Snapshot {
  public:
    Snapshot(const Rbm& machine, std::size_t chains) : machine_(machine), fields_(machine.hidden, chains) {
        column_.assign(machine.hidden, 0);
        absolute_.assign(machine.hidden, 0);
        for (std::size_t i = 0; i < machine.visible; ++i) {
            for (std::size_t j = 0; j < machine.hidden; ++j) {
                column_[j] += machine.weights[i * machine.hidden + j];
                absolute_[j] += std::abs(machine.weights[i * machine.hidden + j]);
            }
        }
    }

    [[nodiscard]] Quantities of(const GibbsKernel& kernel, const UnitPanels& visible) {
        kernel.fields(RbmLayer::hidden, visible, fields_);
        Quantities sums{};
        const std::size_t chains = visible.chains();
        const double n = static_cast<double>(machine_.visible);
        for (std::size_t c = 0; c < chains; ++c) {
            double bias = 0, ones = 0, equal = 0;
            for (std::size_t i = 0; i < machine_.visible; ++i) {
                const double v = visible.at(c, i);
                bias += v * machine_.visible_bias[i];
                ones += v;
                equal += v == visible.at(c ^ 1, i) ? 1 : 0;
            }
            double hidden = 0, second = 0, fourth = 0, largest = 0;
            for (std::size_t j = 0; j < machine_.hidden; ++j) {
                const double field = fields_.at(c, j);
                hidden += field / (1 + std::exp(-field));
                if (absolute_[j] == 0) continue;
                const double overlap = (2 * (field - machine_.hidden_bias[j]) - column_[j]) / absolute_[j];
                second += overlap * overlap;
                fourth += std::pow(overlap, 4);
                largest = std::max(largest, std::abs(overlap));
            }
            const double magnetisation = 2 * ones / n - 1;
            sums[0] -= (bias + hidden) / n;
            sums[1] += magnetisation;
            sums[2] += std::abs(magnetisation);
            sums[3] += std::pow(2 * equal / n - 1, 2);
            sums[4] += fourth == 0 ? 0 : second * second / fourth;
            sums[5] += largest;
        }
        for (double& sum : sums) sum /= static_cast<double>(chains);
        return sums;
    }

  private:
    const Rbm& machine_;
    UnitPanels fields_;
    std::vector<double> column_, absolute_;
};

/// Annealed importance sampling at each number of steps, one after the other.
class Annealing {
  public:
    Annealing(const Point& point, const Rbm& machine, const RandomStream& random)
        : point_(point), machine_(machine), random_(random), estimates_(point.axis("annealing_steps").size()) {
        begin();
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
        runs_->save(writer);
    }
    void load(ByteReader& reader) {
        reader.get(place_);
        reader.get(std::span(estimates_));
        if (!done()) begin();
        runs_->load(reader);
    }

    /// `exact` ln Z, NaN where it is not known.
    void write(double exact, Values& values) const {
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
          snapshot_(machine, count(point, "chains")),
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
            kernel_.step(visible_[set], hidden_,
                         {random_, static_cast<std::uint32_t>(step_), static_cast<std::uint32_t>(set) << 24});
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
    [[nodiscard]] double magnetisation() const { return averages_[1].binned().mean; }

  private:
    std::span<const double> axis_;
    const RandomStream& random_;
    std::uint64_t thermal_, steps_, step_ = 0;
    GibbsKernel kernel_;
    Snapshot snapshot_;
    std::array<UnitPanels, 2> visible_;
    UnitPanels hidden_;
    std::vector<double> looked_;  ///< (k, start_names)
    std::array<ChainAverage, std::size(chain_quantities)> averages_;
    std::array<Binning, 2> starts_;
};

/// Unit updates of a replica, roughly in proportion to its time.
double all_steps(const Point& point) {
    double annealing = 0;
    for (const double steps : point.axis("annealing_steps")) annealing += steps;
    return annealing + point["thermalisation"] + point["samples"];
}

}  // namespace

void run_rbm_sampling(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                      Checkpoint& checkpoint, Values& values) {
    const Rbm machine = at_temperature(machine_of(point, context, random), point["T"]);
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
    } else if (sampled_layer(point) <= most_partition_units) {
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
    if (sampled_layer(point) > most_moment_units) return;
    double ones = 0;
    for (const double mean : model_moments(machine, 1, stop).visible) ones += mean;
    values.set("magnetisation_minus_exact", chains.magnetisation() - (2 * ones / static_cast<double>(machine.visible) - 1));
}

std::size_t rbm_sampling_state_size(const Point& point) {
    const auto panels = [&](const char* chains) {
        return UnitPanels(count(point, "visible"), count(point, chains)).values().size_bytes();
    };
    return 5 * sizeof(std::uint64_t) + point.axis("annealing_steps").size() * sizeof(AnnealedEstimate) +
           count(point, "runs") * sizeof(double) + panels("runs") + 2 * panels("chains") +
           std::size(start_names) * point.axis("k").size() * sizeof(double) +
           std::size(chain_quantities) * ChainAverage::bytes() + 2 * sizeof(Binning);
}

}  // namespace gdm
