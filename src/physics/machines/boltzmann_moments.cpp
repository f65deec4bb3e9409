#include "gdm/physics/machines/boltzmann_moments.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "gdm/base/log_sum.hpp"
#include "gdm/physics/machines/rbm_moments.hpp"

namespace gdm {
namespace {

double probability_of(double field) { return 1 / (1 + std::exp(-field)); }

void require_at_most(std::size_t most, std::size_t units) {
    if (units > most)
        throw std::invalid_argument("the states of more than " + std::to_string(most) + " units are not counted");
}

/// −E of all states of the units from `first` to before `last`, without couplings to others; bit i is unit first + i.
std::vector<double> state_log_weights(const BoltzmannMachine& machine, std::size_t first, std::size_t last,
                                      const std::vector<double>& biases) {
    const std::size_t n = machine.units(), count = last - first;
    std::vector<double> weight(std::size_t{1} << count, 0), field(weight.size() / 2 + 1);
    for (std::size_t k = 0; k < count; ++k) {
        const double* row = machine.couplings.data() + (first + k) * n + first;
        field[0] = biases[first + k];
        for (std::size_t j = 0; j < k; ++j) {
            const std::size_t half = std::size_t{1} << j;
            for (std::size_t s = 0; s < half; ++s) field[half + s] = field[s] + row[j];
        }
        const std::size_t half = std::size_t{1} << k;
        for (std::size_t s = 0; s < half; ++s) weight[half + s] = weight[s] + field[s];
    }
    return weight;
}

/// Turns logarithms of weights into the law, and returns that of their sum.
double normalise(std::vector<double>& weight) {
    const double greatest = *std::max_element(weight.begin(), weight.end());
    double sum = 0;
    for (double& x : weight) sum += x = std::exp(x - greatest);
    for (double& x : weight) x /= sum;
    return greatest + std::log(sum);
}

/// a[t] = Σ_{s ⊇ t} law[s].
void sum_supersets(std::vector<double>& law) {
    for (std::size_t half = 1; half < law.size(); half *= 2)
        for (std::size_t block = 0; block < law.size(); block += 2 * half)
            for (std::size_t s = block; s < block + half; ++s) law[s] += law[s + half];
}

UnitMoments zero_moments(const BoltzmannMachine& machine) {
    return {std::vector<double>(machine.couplings.size(), 0), std::vector<double>(machine.units(), 0)};
}

UnitMoments moments_of_law(const BoltzmannMachine& machine, std::vector<double> law) {
    sum_supersets(law);
    UnitMoments moments = zero_moments(machine);
    const std::size_t n = machine.units();
    for (std::size_t i = 0; i < n; ++i) {
        moments.means[i] = law[std::size_t{1} << i];
        for (std::size_t j = 0; j < n; ++j) moments.pairs[i * n + j] = law[std::size_t{1} << i | std::size_t{1} << j];
    }
    return moments;
}

/// Biases with what units held at `row` do to all others.
void clamp(const BoltzmannMachine& machine, std::span<const std::uint8_t> row, std::vector<double>& biases) {
    biases = machine.biases;
    const std::size_t n = machine.units();
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] == 0) continue;
        const double* from = machine.couplings.data() + i * n;
        for (std::size_t j = 0; j < n; ++j) biases[j] += from[j];
    }
}
std::vector<double> clamped_biases(const BoltzmannMachine& machine, std::span<const std::uint8_t> row) {
    std::vector<double> biases;
    clamp(machine, row, biases);
    return biases;
}

double log_partition_of(const BoltzmannMachine& machine, std::size_t first, std::size_t last, std::vector<double> biases,
                        const Stop& stop) {
    if (last - first <= 16) {
        stop.check();
        auto weight = state_log_weights(machine, first, last, biases);
        return normalise(weight);
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
            const double next = probability_of(field);
            change = std::max(change, std::abs(next - mean[j]));
            mean[j] = next;
        }
        if (change < 1e-10) break;
    }
    return mean;
}

/// P(h|v) of all states of the hidden units.
std::vector<double> hidden_law(const BoltzmannMachine& machine, const std::vector<double>& biases, double& log_sum) {
    require_at_most(20, machine.hidden);
    auto law = state_log_weights(machine, machine.visible, machine.units(), biases);
    log_sum = normalise(law);
    return law;
}

/// Visits each row of a fully visible machine with the fields of all units given the others.
template <class Visit>
void for_conditionals(const BoltzmannMachine& machine, const BinaryData& data, Visit&& visit) {
    if (machine.hidden != 0) throw std::invalid_argument("a pseudo-likelihood takes a machine without hidden units");
    std::vector<double> field;
    for (std::size_t r = 0; r < data.rows(); ++r) {
        clamp(machine, data.row(r), field);
        visit(data.row(r), field);
    }
}

}  // namespace

UnitMoments spin_moments(UnitMoments moments, bool of_difference) {
    const std::size_t n = moments.means.size();
    const double constant = of_difference ? 0 : 1;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            double& pair = moments.pairs[i * n + j];
            pair = 4 * pair - 2 * moments.means[i] - 2 * moments.means[j] + constant;
        }
    for (double& mean : moments.means) mean = 2 * mean - constant;
    return moments;
}

UnitMoments difference(UnitMoments from, const UnitMoments& what) {
    for (std::size_t k = 0; k < from.pairs.size(); ++k) from.pairs[k] -= what.pairs[k];
    for (std::size_t i = 0; i < from.means.size(); ++i) from.means[i] -= what.means[i];
    return from;
}

double inner_product(const BoltzmannMachine& machine, const UnitMoments& a, const UnitMoments& b) {
    const std::size_t n = machine.units();
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        sum += a.means[i] * b.means[i];
        for (std::size_t j = 0; j < i; ++j)
            if (machine.couples(i, j)) sum += a.pairs[i * n + j] * b.pairs[i * n + j];
    }
    return sum;
}

std::size_t counted_units(const BoltzmannMachine& machine) {
    return machine.connections == Connections::restricted ? std::min(machine.visible, machine.hidden) : machine.units();
}

double exact_log_partition(const BoltzmannMachine& machine, const Stop& stop) {
    require_at_most(25, counted_units(machine));
    if (machine.connections == Connections::restricted) return exact_log_partition(as_rbm(machine), 1, stop);
    return log_partition_of(machine, 0, machine.units(), machine.biases, stop);
}

UnitMoments model_moments(const BoltzmannMachine& machine, const Stop& stop) {
    require_at_most(20, counted_units(machine));
    if (machine.connections != Connections::restricted) {
        auto law = state_log_weights(machine, 0, machine.units(), machine.biases);
        stop.check();
        normalise(law);
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

UnitMoments pseudo_moments(const BoltzmannMachine& machine, const BinaryData& data) {
    UnitMoments moments = zero_moments(machine);
    const std::size_t n = machine.units();
    const double share = 1 / static_cast<double>(data.rows());
    for_conditionals(machine, data, [&](std::span<const std::uint8_t> row, std::vector<double>& field) {
        for (double& x : field) x = probability_of(x);
        for (std::size_t i = 0; i < n; ++i) {
            moments.means[i] += share * field[i];
            if (row[i] == 0) continue;
            for (std::size_t j = 0; j < n; ++j) {
                const double part = share * (field[j] - 0.5 * row[j]);
                moments.pairs[i * n + j] += part;
                moments.pairs[j * n + i] += part;
            }
        }
    });
    return moments;
}

UnitMoments expected_sweep_moments(const BoltzmannMachine& machine, const BinaryData& data, std::size_t sweeps) {
    require_at_most(14, machine.units());
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
                const double both = law[s] + law[s | half], one = probability_of(log_weight[s | half] - log_weight[s]);
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

double pseudo_log_likelihood(const BoltzmannMachine& machine, const BinaryData& data) {
    double sum = 0;
    for_conditionals(machine, data, [&](std::span<const std::uint8_t> row, const std::vector<double>& field) {
        for (std::size_t i = 0; i < row.size(); ++i) sum -= log1p_exp(row[i] ? -field[i] : field[i]);
    });
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

double reconstruction_bound(const BoltzmannMachine& machine, double rows) {
    require_at_most(18, machine.units());
    const std::size_t n = machine.units();
    auto moment = state_log_weights(machine, 0, n, machine.biases);
    normalise(moment);
    sum_supersets(moment);
    std::vector<std::size_t> statistic;  // pairs first, then units
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j) statistic.push_back(std::size_t{1} << i | std::size_t{1} << j);
    const std::size_t pairs = statistic.size();
    for (std::size_t i = 0; i < n; ++i) statistic.push_back(std::size_t{1} << i);
    const auto size = static_cast<Eigen::Index>(statistic.size());
    Eigen::MatrixXd information(size, size);
    for (Eigen::Index a = 0; a < size; ++a)
        for (Eigen::Index b = 0; b < size; ++b) {
            const std::size_t one = statistic[static_cast<std::size_t>(a)], other = statistic[static_cast<std::size_t>(b)];
            information(a, b) = moment[one | other] - moment[one] * moment[other];
        }
    const Eigen::MatrixXd inverse = information.llt().solve(Eigen::MatrixXd::Identity(size, size));
    return std::sqrt(inverse.diagonal().head(static_cast<Eigen::Index>(pairs)).sum() / rows) / 4;  // J = w/4
}

}  // namespace gdm
