#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"

/// What follows from the averages of a model with a magnetisation m (of one component or of several), for each site.
namespace gdm {

/// energy, energy_squared, abs_magnetisation, magnetisation_squared, magnetisation_fourth, structure_factor, as quantities
/// of a chain (see spin_chain.hpp).
[[nodiscard]] std::vector<Observable> magnetic_quantities();

/// What differs between models.
struct MagneticModel {
    std::function<double(const Point& point)> sites;
    /// k² of the smallest wave, NaN where there are no waves.
    std::function<double(const Point& point)> wave_squared;
    /// ⟨m⟩² where it does not vanish by symmetry.
    std::function<double(const Point& point, const Combined& combined)> mean_squared;
};

/// heat_capacity = β²N(⟨e²⟩ − ⟨e⟩²), susceptibility = βN(⟨m²⟩ − ⟨m⟩²), susceptibility_abs = βN(⟨m²⟩ − ⟨|m|⟩²), binder = 1 −
/// ⟨m⁴⟩/(3⟨m²⟩²), correlation_length ξ = √((N(⟨m²⟩ − ⟨m⟩²)/S(k) − 1)/k²) and scaled_correlation_length = ξ/L.
[[nodiscard]] std::vector<Derived> magnetic_derived(const MagneticModel& model);

}  // namespace gdm
