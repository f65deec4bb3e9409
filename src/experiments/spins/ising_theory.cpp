#include "gdm/experiments/spins/ising_theory.hpp"

#include <cmath>

#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/spins/ising_copies.hpp"
#include "gdm/physics/spins/critical.hpp"
#include "gdm/physics/spins/curie_weiss.hpp"
#include "gdm/physics/spins/kaufman.hpp"
#include "gdm/physics/spins/lattice.hpp"
#include "gdm/physics/spins/onsager.hpp"

namespace gdm {
namespace {

bool is_on(const Point& point, LatticeKind kind) { return point.word("lattice") == lattice_words[kind]; }
bool is_square_without_field(const Point& point) { return is_on(point, LatticeKind::square) && point["h"] == 0; }
bool is_kaufmans(const Point& point) { return is_square_without_field(point) && point["L"] <= 256; }

CurieWeiss complete(const Point& point) { return curie_weiss(point.integer("L"), point["T"], point["h"]); }
SpinThermodynamics square(const Point& point, double T) {
    const auto size = static_cast<std::size_t>(point.integer("L"));
    return kaufman(size, size, T);
}

/// Of finite lattices and of the complete graph.
Theory thermal(const std::string& quantity, const std::string& unit, double SpinThermodynamics::*of) {
    return closed_form(quantity + "_theory", "exact at this L: Kaufman up to L = 256, Curie and Weiss", unit,
                       [of](const Point& point) {
                           if (is_complete(point)) return complete(point).thermodynamics.*of;
                           return is_kaufmans(point) ? square(point, point["T"]).*of : not_a_number;
                       });
}

/// Of the complete graph alone.
Theory magnetic(const std::string& quantity, const std::string& unit, double (*of)(const CurieWeiss&, const Point&)) {
    return closed_form(quantity + "_theory", "exact at this L: Curie and Weiss", unit,
                       [of](const Point& point) { return is_complete(point) ? of(complete(point), point) : not_a_number; });
}

Theory limit(const std::string& quantity, const std::string& description, const std::string& unit, double (*of)(double T)) {
    return closed_form(quantity + "_limit", description, unit,
                       [of](const Point& point) { return is_square_without_field(point) ? of(point["T"]) : not_a_number; });
}

}  // namespace

std::vector<Theory> ising_theory() {
    return {
        thermal("energy", "J", &SpinThermodynamics::energy),
        thermal("heat_capacity", "k_B", &SpinThermodynamics::heat_capacity),
        magnetic("abs_magnetisation", "1", [](const CurieWeiss& at, const Point&) { return at.abs_magnetisation; }),
        magnetic("magnetisation_squared", "1", [](const CurieWeiss& at, const Point&) { return at.magnetisation_squared; }),
        magnetic("magnetisation_fourth", "1", [](const CurieWeiss& at, const Point&) { return at.magnetisation_fourth; }),
        magnetic("magnetisation", "1",
                 [](const CurieWeiss& at, const Point& point) { return point["h"] == 0 ? not_a_number : at.magnetisation; }),
        magnetic("binder", "1",
                 [](const CurieWeiss& at, const Point&) {
                     return 1 - at.magnetisation_fourth / (3 * at.magnetisation_squared * at.magnetisation_squared);
                 }),
        magnetic("susceptibility", "1/J",
                 [](const CurieWeiss& at, const Point& point) {
                     const double mean = point["h"] == 0 ? 0 : at.magnetisation;
                     return point["L"] / point["T"] * (at.magnetisation_squared - mean * mean);
                 }),
        magnetic("susceptibility_abs", "1/J",
                 [](const CurieWeiss& at, const Point& point) {
                     return point["L"] / point["T"] *
                            (at.magnetisation_squared - at.abs_magnetisation * at.abs_magnetisation);
                 }),
        limit("energy", "L to infinity: Onsager", "J", [](double T) { return onsager(T).energy; }),
        limit("heat_capacity", "L to infinity: Onsager", "k_B", [](double T) { return onsager(T).heat_capacity; }),
        limit("abs_magnetisation", "L to infinity: Yang", "1", [](double T) { return onsager_magnetisation(T); })};
}

double ising_critical_temperature(const Point& point) {
    if (point["h"] != 0) return not_a_number;
    if (is_complete(point)) return 1;
    return ising_critical_temperature(lattice_words.at(point.word("lattice")));
}

IsingExponents ising_exponents(const Point& point) {
    if (point["h"] != 0) return {not_a_number, not_a_number, not_a_number};
    if (is_complete(point)) return {2, 0.5, 1};
    return is_on(point, LatticeKind::cubic) ? IsingExponents{0.629971, 0.326419, 1.237075} : IsingExponents{1, 0.125, 1.75};
}

HeatCapacityPeak exact_heat_capacity_peak(const Point& point) {
    if (!is_kaufmans(point)) return {not_a_number, not_a_number};
    // Between 2.2 and 3.5 for every L; by golden sections, as its derivative is not at hand.
    const double ratio = (std::sqrt(5.) - 1) / 2;
    double low = 2.2, high = 3.5;
    while (high - low > 1e-7) {
        const double left = high - ratio * (high - low), right = low + ratio * (high - low);
        if (square(point, left).heat_capacity < square(point, right).heat_capacity) {
            low = left;
        } else {
            high = right;
        }
    }
    const double T = (low + high) / 2;
    return {T, square(point, T).heat_capacity};
}

}  // namespace gdm
