#include "gdm/physics/machines/rbm_moments.hpp"

#include <cmath>
#include <stdexcept>

#include "gdm/base/log_sum.hpp"

namespace gdm {
namespace {

/// (b + Wᵀv)/T.
std::vector<double> hidden_fields(const Rbm& machine, std::span<const std::uint8_t> row, double temperature) {
    std::vector<double> field = machine.hidden_bias;
    for (std::size_t i = 0; i < machine.visible; ++i) {
        if (row[i] == 0) continue;
        const double* weights = machine.weights.data() + i * machine.hidden;
        for (std::size_t j = 0; j < machine.hidden; ++j) field[j] += weights[j];
    }
    for (double& x : field) x /= temperature;
    return field;
}

/// Moments of v with a weight for each, of which P(h_j = 1|v) is given.
struct MomentSums {
    RbmMoments moments;
    explicit MomentSums(const Rbm& machine)
        : moments{std::vector<double>(machine.weights.size(), 0), std::vector<double>(machine.visible, 0),
                  std::vector<double>(machine.hidden, 0)} {}
    template <class IsOne>
    void add(double weight, IsOne&& is_one, const std::vector<double>& probability) {
        const std::size_t hidden = moments.hidden.size();
        for (std::size_t j = 0; j < hidden; ++j) moments.hidden[j] += weight * probability[j];
        for (std::size_t i = 0; i < moments.visible.size(); ++i) {
            if (!is_one(i)) continue;
            moments.visible[i] += weight;
            for (std::size_t j = 0; j < hidden; ++j) moments.weights[i * hidden + j] += weight * probability[j];
        }
    }
};

/// The probabilities of all states of independent units with these fields; bit i of the place is unit i.
std::vector<double> product_law(const std::vector<double>& field) {
    std::vector<double> law{1};
    for (const double x : field) {
        const std::size_t before = law.size();
        const double p = unit_probability(x), q = unit_probability(-x);
        law.resize(2 * before);
        for (std::size_t s = 0; s < before; ++s) {
            law[before + s] = law[s] * p;
            law[s] *= q;
        }
    }
    return law;
}

}  // namespace

RbmMoments data_moments(const Rbm& machine, const BinaryData& data, double temperature) {
    MomentSums sums(machine);
    const double weight = 1 / static_cast<double>(data.rows());
    for (std::size_t r = 0; r < data.rows(); ++r) {
        const auto row = data.row(r);
        auto probability = hidden_fields(machine, row, temperature);
        for (double& x : probability) x = unit_probability(x);
        sums.add(
            weight, [&](std::size_t i) { return row[i] != 0; }, probability);
    }
    return sums.moments;
}

RbmMoments expected_gibbs_moments(const Rbm& machine, const BinaryData& data, std::size_t steps, double temperature) {
    if (machine.visible > 12 || machine.hidden > 12)
        throw std::invalid_argument("transitions are enumerated of at most 12 units in each layer");
    const std::size_t states = std::size_t{1} << machine.visible, hidden_states = std::size_t{1} << machine.hidden;
    std::vector<std::vector<double>> to_hidden(states), to_visible(hidden_states);
    std::vector<std::uint8_t> row(machine.visible);
    for (std::size_t v = 0; v < states; ++v) {
        for (std::size_t i = 0; i < machine.visible; ++i) row[i] = static_cast<std::uint8_t>(v >> i & 1);
        to_hidden[v] = hidden_fields(machine, row, temperature);
    }
    for (std::size_t h = 0; h < hidden_states; ++h) {
        std::vector<double> field = machine.visible_bias;
        for (std::size_t i = 0; i < machine.visible; ++i) {
            for (std::size_t j = 0; j < machine.hidden; ++j)
                if (h >> j & 1) field[i] += machine.weights[i * machine.hidden + j];
            field[i] /= temperature;
        }
        to_visible[h] = product_law(field);
    }
    std::vector<double> law(states, 0);
    for (std::size_t r = 0; r < data.rows(); ++r) {
        std::size_t v = 0;
        for (std::size_t i = 0; i < machine.visible; ++i) v |= static_cast<std::size_t>(data.row(r)[i]) << i;
        law[v] += 1 / static_cast<double>(data.rows());
    }
    for (std::size_t step = 0; step < steps; ++step) {
        std::vector<double> hidden(hidden_states, 0);
        for (std::size_t v = 0; v < states; ++v) {
            if (law[v] == 0) continue;
            const auto given = product_law(to_hidden[v]);
            for (std::size_t h = 0; h < hidden_states; ++h) hidden[h] += law[v] * given[h];
        }
        law.assign(states, 0);
        for (std::size_t h = 0; h < hidden_states; ++h)
            for (std::size_t v = 0; v < states; ++v) law[v] += hidden[h] * to_visible[h][v];
    }
    MomentSums sums(machine);
    for (std::size_t v = 0; v < states; ++v) {
        for (double& x : to_hidden[v]) x = unit_probability(x);
        sums.add(
            law[v], [v](std::size_t i) { return (v >> i & 1) != 0; }, to_hidden[v]);
    }
    return sums.moments;
}

double log_likelihood(const Rbm& machine, const BinaryData& data, double log_partition, double temperature) {
    double sum = 0;
    for (std::size_t r = 0; r < data.rows(); ++r) {
        const auto row = data.row(r);
        double bias = 0;
        for (std::size_t i = 0; i < machine.visible; ++i)
            if (row[i] != 0) bias += machine.visible_bias[i];
        sum += bias / temperature;
        for (const double x : hidden_fields(machine, row, temperature)) sum += log1p_exp(x);
        sum -= log_partition;
    }
    return sum;
}

GradientBias contrastive_divergence_bias(const Rbm& machine, const BinaryData& data, std::size_t steps, double temperature) {
    const RbmMoments seen = data_moments(machine, data, temperature), model = model_moments(machine, temperature),
                     gibbs = expected_gibbs_moments(machine, data, steps, temperature);
    double product = 0, exact = 0, biased = 0, apart = 0;
    for (const auto part : {&RbmMoments::weights, &RbmMoments::visible, &RbmMoments::hidden}) {
        for (std::size_t k = 0; k < (seen.*part).size(); ++k) {
            const double gradient = (seen.*part)[k] - (model.*part)[k], step = (seen.*part)[k] - (gibbs.*part)[k];
            product += gradient * step;
            exact += gradient * gradient;
            biased += step * step;
            apart += std::pow((model.*part)[k] - (gibbs.*part)[k], 2);
        }
    }
    return {product / std::sqrt(exact * biased), std::sqrt(biased / exact), std::sqrt(apart / exact)};
}

double reconstruction_error(const Rbm& machine, const BinaryData& data, double temperature) {
    double sum = 0;
    for (std::size_t r = 0; r < data.rows(); ++r) {
        const auto row = data.row(r);
        auto probability = hidden_fields(machine, row, temperature);
        for (double& x : probability) x = unit_probability(x);
        for (std::size_t i = 0; i < machine.visible; ++i) {
            double field = machine.visible_bias[i];
            for (std::size_t j = 0; j < machine.hidden; ++j)
                field += machine.weights[i * machine.hidden + j] * probability[j];
            const double difference = row[i] - unit_probability(field / temperature);
            sum += difference * difference;
        }
    }
    return sum / static_cast<double>(data.units.size());
}

}  // namespace gdm
