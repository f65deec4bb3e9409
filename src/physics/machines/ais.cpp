#include "gdm/physics/machines/ais.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "gdm/base/log_sum.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/physics/machines/gibbs_sweep.hpp"

namespace gdm {
namespace {

/// Σ_j ln(1 + e^{βf_j}) of one chain, as one logarithm for up to 512 units: a factor 1 + e^{−|βf|} is at most 2.
class SoftplusSum {
  public:
    void add(double x) {
        linear_ += std::max(x, 0.0);
        product_ *= 1 + std::exp(-std::abs(x));
        if (++factors_ == 512) close();
    }
    [[nodiscard]] double take() {
        close();
        return linear_;
    }

  private:
    void close() {
        linear_ += std::log(product_);
        product_ = 1;
        factors_ = 0;
    }
    double linear_ = 0, product_ = 1;
    int factors_ = 0;
};

double base_log_partition_of(std::size_t visible, std::size_t hidden, std::span<const double> base) {
    double sum = static_cast<double>(hidden) * std::numbers::ln2;
    for (std::size_t i = 0; i < visible; ++i) sum += log1p_exp(base.empty() ? 0 : base[i]);
    return sum;
}

void check_annealing(const AnnealingSettings& settings, std::size_t visible) {
    if (settings.steps < 1 || settings.runs < 1)
        throw std::invalid_argument("annealing takes at least one step and one run");
    if (!settings.base.empty() && settings.base.size() != visible)
        throw std::invalid_argument("a base has one bias for each visible unit");
}

/// −E(s) − a_B·s of one chain.
double base_to_machine(const BoltzmannMachine& machine, std::span<const double> base, const UnitPanels& states,
                       std::size_t chain) {
    const std::size_t n = machine.units();
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (states.at(chain, i) == 0) continue;
        double pairs = 0;
        for (std::size_t j = 0; j < i; ++j) pairs += machine.couplings[i * n + j] * states.at(chain, j);
        sum += machine.biases[i] - base[i] + pairs;
    }
    return sum;
}

}  // namespace

Rbm at_temperature(Rbm machine, double temperature) {
    for (auto* part : {&machine.weights, &machine.visible_bias, &machine.hidden_bias})
        for (double& value : *part) value /= temperature;
    return machine;
}

double base_log_partition(const Rbm& machine, std::span<const double> base) {
    return base_log_partition_of(machine.visible, machine.hidden, base);
}
double base_log_partition(const BoltzmannMachine& machine, std::span<const double> base) {
    return base_log_partition_of(machine.visible, machine.hidden, base);
}

std::vector<double> base_of_means(std::span<const double> means) {
    std::vector<double> base;
    for (const double mean : means) {
        const double p = std::clamp(mean, 1e-3, 1 - 1e-3);
        base.push_back(std::log(p / (1 - p)));
    }
    return base;
}

AnnealedRuns::AnnealedRuns(const Rbm& machine, double temperature, AnnealingSettings settings, const RandomStream& random)
    : settings_(std::move(settings)),
      random_(&random),
      machine_(at_temperature(machine, temperature)),
      kernel_(machine_),
      log_weights_(settings_.runs, 0.),
      visible_(machine.visible, settings_.runs),
      hidden_(machine.hidden, settings_.runs),
      fields_(machine.hidden, settings_.runs) {
    check_annealing(settings_, machine.visible);
    if (!settings_.base.empty()) kernel_.set_base(settings_.base);
    const float start = 0;
    kernel_.draw(RbmLayer::visible, hidden_, visible_, draws(), std::span(&start, 1));
}

void AnnealedRuns::advance() {
    // The β of the kernel itself, so that weights and steps belong to the same laws.
    const float next = beta(step_ + 1);
    const double low = beta(step_), high = next;
    ++step_;
    kernel_.fields(RbmLayer::hidden, visible_, fields_);
    for (std::size_t run = 0; run < settings_.runs; ++run) {
        double linear = 0;
        for (std::size_t i = 0; i < machine_.visible; ++i)
            if (visible_.at(run, i) != 0)
                linear += machine_.visible_bias[i] - (settings_.base.empty() ? 0 : settings_.base[i]);
        SoftplusSum above, below;
        for (std::size_t j = 0; j < machine_.hidden; ++j) {
            const double field = fields_.at(run, j);
            above.add(high * field);
            below.add(low * field);
        }
        log_weights_[run] += (high - low) * linear + above.take() - below.take();
    }
    if (!done()) kernel_.step(visible_, hidden_, draws(), std::span(&next, 1));
}

void AnnealedRuns::save(ByteWriter& writer) const {
    writer.put(step_);
    writer.put(std::span<const double>(log_weights_));
    writer.put(visible_.values());
}

void AnnealedRuns::load(ByteReader& reader) {
    reader.get(step_);
    reader.get(std::span(log_weights_));
    reader.get(visible_.values());
}

std::vector<double> annealed_log_weights(const Rbm& machine, double temperature, const AnnealingSettings& settings,
                                         const RandomStream& random, const Stop& stop) {
    AnnealedRuns runs(machine, temperature, settings, random);
    for (; !runs.done(); runs.advance()) stop.check();
    return runs.log_weights();
}

std::vector<double> annealed_log_weights(const BoltzmannMachine& machine, const AnnealingSettings& settings,
                                         const RandomStream& random, const Stop& stop) {
    check_annealing(settings, machine.visible);
    std::vector<double> base = settings.base;
    base.resize(machine.units(), 0);
    GibbsSweep sweep(machine);
    sweep.set_base(base);
    UnitPanels states(machine.units(), settings.runs);
    std::vector<double> log_weights(settings.runs, 0);
    float beta = 0;
    for (std::size_t k = 0; k < settings.steps; ++k) {
        stop.check();
        sweep.draw(states, {random, static_cast<std::uint32_t>(k), settings.first_chain}, 0, beta);
        const float before = beta;
        beta = static_cast<float>(static_cast<double>(k + 1) / static_cast<double>(settings.steps));
        for (std::size_t run = 0; run < settings.runs; ++run)
            log_weights[run] +=
                (static_cast<double>(beta) - static_cast<double>(before)) * base_to_machine(machine, base, states, run);
    }
    return log_weights;
}

AnnealedEstimate annealed_estimate(std::span<const double> log_weights, double base_log_partition) {
    const double greatest = *std::max_element(log_weights.begin(), log_weights.end());
    RunningMoments moments;
    for (const double x : log_weights) moments.add(std::exp(x - greatest));
    const double runs = static_cast<double>(log_weights.size());
    AnnealedEstimate estimate;
    estimate.log_partition = base_log_partition + greatest + std::log(moments.mean());
    estimate.relative_variance = moments.variance() / (moments.mean() * moments.mean());
    estimate.error = std::sqrt(estimate.relative_variance / runs);
    estimate.effective = effective_sample_size(log_weights);
    estimate.bias = -estimate.relative_variance / (2 * runs);
    estimate.lower_bound = base_log_partition + std::accumulate(log_weights.begin(), log_weights.end(), 0.0) / runs;
    return estimate;
}

}  // namespace gdm
