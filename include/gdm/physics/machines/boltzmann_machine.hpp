#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/words.hpp"
#include "gdm/physics/machines/rbm.hpp"

namespace gdm {

/// Which units couple. full: all pairs; semi_restricted: all but pairs of hidden units, which are independent of each other
/// given the visible ones (Osindero and Hinton 2008); restricted: visible with hidden units alone.
enum class Connections { full, semi_restricted, restricted };
inline constexpr Words connection_words{std::array{Word{Connections::full, "full"},
                                                   Word{Connections::semi_restricted, "semi_restricted"},
                                                   Word{Connections::restricted, "restricted"}}};

/// A Boltzmann machine: E(s) = −Σ_{i<j} w_ij s_i s_j − Σ_i θ_i s_i, visible units first, then hidden ones. Units are 0 and 1
/// wherever nothing else is said. (Ackley, Hinton and Sejnowski 1985)
struct BoltzmannMachine {
    std::size_t visible = 0, hidden = 0;
    Connections connections = Connections::full;
    std::vector<double> couplings;  ///< w, (units, units), symmetric, 0 on the diagonal and where units do not couple
    std::vector<double> biases;     ///< θ, (units)
    [[nodiscard]] std::size_t units() const noexcept { return visible + hidden; }
    [[nodiscard]] bool couples(std::size_t i, std::size_t j) const noexcept {
        const bool both_visible = i < visible && j < visible, both_hidden = i >= visible && j >= visible;
        return i != j && !(both_visible && connections == Connections::restricted) &&
               !(both_hidden && connections != Connections::full);
    }
    /// Whether hidden units are independent of each other given the visible ones.
    [[nodiscard]] bool independent_hidden() const noexcept { return connections != Connections::full || hidden < 2; }
};

/// A machine without couplings and biases.
[[nodiscard]] BoltzmannMachine empty_machine(std::size_t visible, std::size_t hidden, Connections connections);

/// The machine of units 0 and 1 with the law of a given one of units ±1, s = 2v − 1: w = 4J, θ_i = 2h_i − 2Σ_j J_ij, up to a
/// constant of the energy.
[[nodiscard]] BoltzmannMachine from_spins(BoltzmannMachine spins);
/// And back: J = w/4, h_i = θ_i/2 + Σ_j w_ij/4.
[[nodiscard]] BoltzmannMachine to_spins(BoltzmannMachine binary);

/// The machine with couplings and biases divided by T, whose law at temperature 1 is that of `machine` at T.
[[nodiscard]] BoltzmannMachine at_temperature(BoltzmannMachine machine, double temperature);

/// A restricted machine as such. Throws std::invalid_argument for another.
[[nodiscard]] Rbm as_rbm(const BoltzmannMachine& machine);
[[nodiscard]] BoltzmannMachine as_boltzmann_machine(const Rbm& rbm);

/// The visible units ±1 of a machine whose hidden units have the normal law of variance 1 around their fields b + vᵀW, these
/// integrated over: a Hopfield network, J_ij = Σ_μ W_iμ W_jμ/4 where b_μ = −Σ_i W_iμ/2 (then no bias is left).
[[nodiscard]] BoltzmannMachine without_gaussian_layer(const Rbm& machine);

/// Biases with what units held at `row`, the first ones, do to all others: θ_j + Σ_i w_ij row_i.
[[nodiscard]] std::vector<double> clamped_biases(const BoltzmannMachine& machine, std::span<const std::uint8_t> row);

/// The eigenvalues of the couplings, greatest first.
[[nodiscard]] std::vector<double> coupling_eigenvalues(const BoltzmannMachine& machine);

}  // namespace gdm
