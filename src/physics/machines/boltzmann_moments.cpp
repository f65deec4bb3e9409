#include "gdm/physics/machines/boltzmann_moments.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "gdm/base/log_sum.hpp"
#include "gdm/physics/machines/rbm_moments.hpp"
#include "gdm/physics/machines/unit_states.hpp"

namespace gdm {
namespace {

double log_partition_of(const BoltzmannMachine& machine, std::size_t first, std::size_t last, std::vector<double> biases,
                        const Stop& stop) {
    if (last - first <= 16) {
        stop.check();
        auto weight = state_log_weights(machine, first, last, biases);
        return normalise_weights(weight);
    }
    const std::size_t top = last - 1;
    const double zero = log_partition_of(machine, first, top, biases, stop), bias = biases[top];
    const double* row = machine.couplings.data() + top * machine.units();
    for (std::size_t j = 0; j < biases.size(); ++j) biases[j] += row[j];
    return log_add_exp(zero, bias + log_partition_of(machine, first, top, std::move(biases), stop));
}

/// Self-consistent means of the hidden units, one after the other, which lowers the free energy in each step.
std::vector<double> mean_field(const BoltzmannMachine& machine, const std::vector<double>& biases) {
    const std::size_t n = machine.units();
    std::vector<double> mean(n, 0.5);
    for (int sweep = 0; sweep < 1000; ++sweep) {
        double change = 0;
        for (std::size_t j = machine.visible; j < n; ++j) {
            double field = biases[j];
            for (std::size_t k = machine.visible; k < n; ++k) field += machine.couplings[j * n + k] * mean[k];
            const double next = unit_probability(field);
            change = std::max(change, std::abs(next - mean[j]));
            mean[j] = next;
        }
        if (change < 1e-10) break;
    }
    return mean;
}

/// P(h|v) of all states of the hidden units.
std::vector<double> hidden_law(const BoltzmannMachine& machine, const std::vector<double>& biases, double& log_sum) {
    require_countable(20, machine.hidden);
    auto law = state_log_weights(machine, machine.visible, machine.units(), biases);
    log_sum = normalise_weights(law);
    return law;
}

}  // namespace

std::size_t counted_units(const BoltzmannMachine& machine) {
    return machine.connections == Connections::restricted ? std::min(machine.visible, machine.hidden) : machine.units();
}

double exact_log_partition(const BoltzmannMachine& machine, const Stop& stop) {
    require_countable(25, counted_units(machine));
    if (machine.connections == Connections::restricted) return exact_log_partition(as_rbm(machine), 1, stop);
    return log_partition_of(machine, 0, machine.units(), machine.biases, stop);
}

UnitMoments model_moments(const BoltzmannMachine& machine, const Stop& stop) {
    require_countable(20, counted_units(machine));
    if (machine.connections != Connections::restricted) {
        auto law = state_log_weights(machine, 0, machine.units(), machine.biases);
        stop.check();
        normalise_weights(law);
        return moments_of_law(machine, std::move(law));
    }
    const RbmMoments rbm = model_moments(as_rbm(machine), 1, stop);
    UnitMoments moments = zero_moments(machine);
    const std::size_t n = machine.units(), visible = machine.visible;
    std::copy(rbm.visible.begin(), rbm.visible.end(), moments.means.begin());
    std::copy(rbm.hidden.begin(), rbm.hidden.end(), moments.means.begin() + static_cast<std::ptrdiff_t>(visible));
    for (std::size_t i = 0; i < visible; ++i)
        for (std::size_t j = visible; j < n; ++j)
            moments.pairs[i * n + j] = moments.pairs[j * n + i] = rbm.weights[i * machine.hidden + j - visible];
    return moments;
}

UnitMoments data_moments(const BoltzmannMachine& machine, const BinaryData& data, ClampedPhase phase) {
    UnitMoments moments = zero_moments(machine);
    const std::size_t n = machine.units(), visible = machine.visible;
    std::vector<double> mean(n), law;
    for (std::size_t r = 0; r < data.rows(); ++r) {
        const auto row = data.row(r);
        const auto biases = clamped_biases(machine, row);
        const bool coupled = phase == ClampedPhase::exact && !machine.independent_hidden();
        if (coupled) {
            double log_sum = 0;
            law = hidden_law(machine, biases, log_sum);
            sum_supersets(law);
            for (std::size_t j = visible; j < n; ++j) mean[j] = law[std::size_t{1} << (j - visible)];
        } else {
            mean = mean_field(machine, biases);  // exact where hidden units are independent
        }
        std::copy(row.begin(), row.end(), mean.begin());
        for (std::size_t i = 0; i < n; ++i) {
            moments.means[i] += mean[i];
            if (mean[i] == 0) continue;
            for (std::size_t j = 0; j < n; ++j)
                moments.pairs[i * n + j] += coupled && i >= visible && j >= visible
                                                ? law[std::size_t{1} << (i - visible) | std::size_t{1} << (j - visible)]
                                                : mean[i] * mean[j];
        }
    }
    for (auto* numbers : {&moments.pairs, &moments.means})
        for (double& x : *numbers) x /= static_cast<double>(data.rows());
    return moments;
}

UnitMoments expected_sweep_moments(const BoltzmannMachine& machine, const BinaryData& data, std::size_t sweeps) {
    require_countable(14, machine.units());
    auto log_weight = state_log_weights(machine, 0, machine.units(), machine.biases);
    std::vector<double> law(log_weight.size(), 0);
    for (std::size_t r = 0; r < data.rows(); ++r) {
        const auto row = data.row(r);
        std::size_t v = 0;
        for (std::size_t i = 0; i < row.size(); ++i) v |= static_cast<std::size_t>(row[i]) << i;
        double log_sum = 0;
        const auto hidden = hidden_law(machine, clamped_biases(machine, row), log_sum);
        for (std::size_t h = 0; h < hidden.size(); ++h)
            law[v | h << machine.visible] += hidden[h] / static_cast<double>(data.rows());
    }
    for (std::size_t sweep = 0; sweep < sweeps; ++sweep) {
        for (std::size_t half = 1; half < law.size(); half *= 2) {
            for (std::size_t s = 0; s < law.size(); ++s) {
                if (s & half) continue;
                const double both = law[s] + law[s | half], one = unit_probability(log_weight[s | half] - log_weight[s]);
                law[s | half] = both * one;
                law[s] = both * (1 - one);
            }
        }
    }
    return moments_of_law(machine, std::move(law));
}

double log_likelihood(const BoltzmannMachine& machine, const BinaryData& data, double log_partition) {
    double sum = 0;
    for (std::size_t r = 0; r < data.rows(); ++r) {
        const auto row = data.row(r);
        const auto biases = clamped_biases(machine, row);
        for (std::size_t i = 0; i < machine.visible; ++i)  // each pair of visible units stands in two of the fields
            if (row[i] != 0) sum += 0.5 * (machine.biases[i] + biases[i]);
        if (machine.independent_hidden()) {
            for (std::size_t j = machine.visible; j < machine.units(); ++j) sum += log1p_exp(biases[j]);
        } else {
            double log_sum = 0;
            (void)hidden_law(machine, biases, log_sum);
            sum += log_sum;
        }
        sum -= log_partition;
    }
    return sum;
}

double exact_overlap_squared(const BoltzmannMachine& machine, const Stop& stop) {
    const UnitMoments spins = spin_moments(model_moments(machine, stop));
    const std::size_t n = machine.visible;
    double sum = static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            if (i != j) sum += std::pow(spins.pairs[i * machine.units() + j], 2);
    return sum / static_cast<double>(n * n);
}

}  // namespace gdm
