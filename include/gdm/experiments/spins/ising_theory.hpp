#pragma once

#include <vector>

#include "gdm/experiment/experiment.hpp"

/// What is known exactly of the Ising models of the experiment ising.
namespace gdm {

/// NAME_theory at this L: energy and heat_capacity of the square lattice without a field up to L = 256 (Kaufman 1949), and
/// everything on the complete graph; NAME_limit for L → ∞ on the square lattice without a field (Onsager 1944, Yang 1952).
[[nodiscard]] std::vector<Theory> ising_theory();

/// T_c of its lattice, 1 on the complete graph; NaN in a field.
[[nodiscard]] double ising_critical_temperature(const Point& point);
/// ν, β and γ of its universality class (three dimensions: Kos, Poland, Simmons-Duffin and Vichi, JHEP 08, 036, 2016; of the
/// complete graph with L sites: ν = 2, β = ½, γ = 1).
struct IsingExponents {
    double nu, beta, gamma;
};
[[nodiscard]] IsingExponents ising_exponents(const Point& point);
/// Where the exact heat capacity of a square lattice peaks, and how high (Kaufman); NaN where it is not known.
struct HeatCapacityPeak {
    double temperature, height;
};
[[nodiscard]] HeatCapacityPeak exact_heat_capacity_peak(const Point& point);

}  // namespace gdm
