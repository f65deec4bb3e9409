#include "gdm/physics/machines/planted_spins.hpp"

#include <Eigen/Cholesky>
#include <cmath>
#include <cstdint>
#include <vector>

#include "gdm/physics/machines/gibbs_sweep.hpp"
#include "gdm/physics/machines/unit_states.hpp"
#include "gdm/physics/spins/lattice.hpp"

namespace gdm {

BoltzmannMachine planted_spins(std::size_t spins, double beta, const RandomStream& random) {
    BoltzmannMachine machine = empty_machine(spins, 0, Connections::full);
    RandomSequence sequence(random, Purpose::couplings);
    for (std::size_t i = 0; i < spins; ++i)
        for (std::size_t j = 0; j < i; ++j)
            machine.couplings[i * spins + j] = machine.couplings[j * spins + i] =
                beta / std::sqrt(static_cast<double>(spins)) * sequence.normal();
    return machine;
}

BoltzmannMachine lattice_spins(std::size_t size, double temperature) {
    const Lattice lattice(LatticeKind::square, size);
    const std::size_t n = lattice.sites();
    BoltzmannMachine machine = empty_machine(n, 0, Connections::full);
    for (std::size_t site = 0; site < n; ++site)
        for (const std::uint32_t other : lattice.neighbours(site)) machine.couplings[site * n + other] += 1 / temperature;
    return machine;
}

BinaryData sampled_rows(const BoltzmannMachine& spins, std::size_t rows, std::size_t sweeps, const RandomStream& random) {
    const GibbsSweep sweep(from_spins(spins));
    UnitPanels states(spins.units(), rows);
    sweep.draw(states, {random, 0, 0, Purpose::dataset}, 0, 0);
    for (std::size_t s = 1; s <= sweeps; ++s)
        sweep.draw(states, {random, static_cast<std::uint32_t>(s), 0, Purpose::dataset});
    BinaryData data{spins.units(), {}};
    data.units.reserve(rows * spins.units());
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t i = 0; i < spins.units(); ++i) data.units.push_back(states.at(r, i) != 0 ? 1 : 0);
    return data;
}

double coupling_norm(const BoltzmannMachine& machine) {
    double sum = 0;
    for (const double coupling : machine.couplings) sum += coupling * coupling;
    return std::sqrt(sum / 2);
}

double reconstruction_error(const BoltzmannMachine& learned, const BoltzmannMachine& planted) {
    double sum = 0;
    const std::size_t n = planted.units();
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j)
            sum += std::pow(learned.couplings[i * learned.units() + j] - planted.couplings[i * n + j], 2);
    return std::sqrt(sum) / coupling_norm(planted);
}

double reconstruction_bound(const BoltzmannMachine& machine, double rows) {
    require_countable(18, machine.units());
    const std::size_t n = machine.units();
    auto moment = state_log_weights(machine, 0, n, machine.biases);
    normalise_weights(moment);
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
