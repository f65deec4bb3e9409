#include "gdm/physics/machines/pseudo_likelihood.hpp"

#include <cmath>
#include <stdexcept>

#include "gdm/base/log_sum.hpp"

namespace gdm {
namespace {

/// Visits each row of a fully visible machine with the fields of all units given the others.
template <class Visit>
void for_conditionals(const BoltzmannMachine& machine, const BinaryData& data, Visit&& visit) {
    if (machine.hidden != 0) throw std::invalid_argument("a pseudo-likelihood takes a machine without hidden units");
    for (std::size_t r = 0; r < data.rows(); ++r) visit(data.row(r), clamped_biases(machine, data.row(r)));
}

}  // namespace

double pseudo_log_likelihood(const BoltzmannMachine& machine, const BinaryData& data) {
    double sum = 0;
    for_conditionals(machine, data, [&](std::span<const std::uint8_t> row, const std::vector<double>& field) {
        for (std::size_t i = 0; i < row.size(); ++i) sum -= log1p_exp(row[i] ? -field[i] : field[i]);
    });
    return sum;
}

UnitMoments pseudo_moments(const BoltzmannMachine& machine, const BinaryData& data) {
    UnitMoments moments = zero_moments(machine);
    const std::size_t n = machine.units();
    const double share = 1 / static_cast<double>(data.rows());
    for_conditionals(machine, data, [&](std::span<const std::uint8_t> row, std::vector<double> field) {
        for (double& x : field) x = unit_probability(x);
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

}  // namespace gdm
