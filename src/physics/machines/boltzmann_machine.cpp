#include "gdm/physics/machines/boltzmann_machine.hpp"

#include <Eigen/Eigenvalues>
#include <stdexcept>
#include <utility>

namespace gdm {

BoltzmannMachine empty_machine(std::size_t visible, std::size_t hidden, Connections connections) {
    const std::size_t units = visible + hidden;
    return {visible, hidden, connections, std::vector<double>(units * units, 0), std::vector<double>(units, 0)};
}

BoltzmannMachine from_spins(BoltzmannMachine spins) {
    const std::size_t n = spins.units();
    for (std::size_t i = 0; i < n; ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < n; ++j) sum += spins.couplings[i * n + j];
        spins.biases[i] = 2 * (spins.biases[i] - sum);
    }
    for (double& coupling : spins.couplings) coupling *= 4;
    return spins;
}

BoltzmannMachine to_spins(BoltzmannMachine binary) {
    const std::size_t n = binary.units();
    for (double& coupling : binary.couplings) coupling /= 4;
    for (std::size_t i = 0; i < n; ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < n; ++j) sum += binary.couplings[i * n + j];
        binary.biases[i] = binary.biases[i] / 2 + sum;
    }
    return binary;
}

BoltzmannMachine at_temperature(BoltzmannMachine machine, double temperature) {
    for (auto* part : {&machine.couplings, &machine.biases})
        for (double& value : *part) value /= temperature;
    return machine;
}

Rbm as_rbm(const BoltzmannMachine& machine) {
    if (machine.connections != Connections::restricted)
        throw std::invalid_argument("only a restricted Boltzmann machine is one");
    const std::size_t n = machine.units(), visible = machine.visible;
    const auto middle = machine.biases.begin() + static_cast<std::ptrdiff_t>(visible);
    Rbm rbm{visible, machine.hidden, {}, {machine.biases.begin(), middle}, {middle, machine.biases.end()}};
    for (std::size_t i = 0; i < visible; ++i)
        for (std::size_t j = visible; j < n; ++j) rbm.weights.push_back(machine.couplings[i * n + j]);
    return rbm;
}

BoltzmannMachine as_boltzmann_machine(const Rbm& rbm) {
    BoltzmannMachine machine = empty_machine(rbm.visible, rbm.hidden, Connections::restricted);
    const std::size_t n = machine.units();
    for (std::size_t i = 0; i < rbm.visible; ++i) {
        machine.biases[i] = rbm.visible_bias[i];
        for (std::size_t j = 0; j < rbm.hidden; ++j)
            machine.couplings[i * n + rbm.visible + j] = machine.couplings[(rbm.visible + j) * n + i] =
                rbm.weights[i * rbm.hidden + j];
    }
    for (std::size_t j = 0; j < rbm.hidden; ++j) machine.biases[rbm.visible + j] = rbm.hidden_bias[j];
    return machine;
}

BoltzmannMachine without_gaussian_layer(const Rbm& machine) {
    const std::size_t n = machine.visible, hidden = machine.hidden;
    BoltzmannMachine spins = empty_machine(n, 0, Connections::full);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            for (std::size_t k = 0; k < hidden && i != j; ++k)
                spins.couplings[i * n + j] += machine.weights[i * hidden + k] * machine.weights[j * hidden + k] / 4;
    return from_spins(spins);
}

std::vector<double> clamped_biases(const BoltzmannMachine& machine, std::span<const std::uint8_t> row) {
    std::vector<double> biases = machine.biases;
    const std::size_t n = machine.units();
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] == 0) continue;
        const double* from = machine.couplings.data() + i * n;
        for (std::size_t j = 0; j < n; ++j) biases[j] += from[j];
    }
    return biases;
}

std::vector<double> coupling_eigenvalues(const BoltzmannMachine& machine) {
    const auto n = static_cast<Eigen::Index>(machine.units());
    const Eigen::Map<const Eigen::MatrixXd> couplings(machine.couplings.data(), n, n);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(couplings, Eigen::EigenvaluesOnly);
    return {solver.eigenvalues().reverse().begin(), solver.eigenvalues().reverse().end()};
}

}  // namespace gdm
