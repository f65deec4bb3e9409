#include "gdm/experiments/spins/magnetic_quantities.hpp"

#include <cmath>

namespace gdm {
namespace {

Derived scalar(const std::string& name, const std::string& unit, const std::string& description,
               std::function<double(const Point& point, const Combined& combined)> of) {
    return {.name = name,
            .unit = unit,
            .description = description,
            .compute = [of = std::move(of)](const Point& point, const Combined& combined, std::span<double> value,
                                            std::span<double>) { value[0] = of(point, combined); }};
}

}  // namespace

std::vector<Observable> magnetic_quantities() {
    return {{.name = "energy", .unit = "J", .description = "energy per site"},
            {.name = "energy_squared", .unit = "J^2", .description = "square of the energy per site"},
            {.name = "abs_magnetisation", .description = "|m|"},
            {.name = "magnetisation_squared", .description = "m^2"},
            {.name = "magnetisation_fourth", .description = "m^4"},
            {.name = "structure_factor",
             .description = "|sum s exp(ikx)|^2/N at the smallest k, averaged over the axes of the lattice"}};
}

std::vector<Derived> magnetic_derived(const MagneticModel& model) {
    const auto fluctuation = [model](const Point& point, const Combined& combined) {
        return model.sites(point) * (combined.scalar("magnetisation_squared") - model.mean_squared(point, combined));
    };
    const auto correlation_length = [=](const Point& point, const Combined& combined) {
        return std::sqrt((fluctuation(point, combined) / combined.scalar("structure_factor") - 1) /
                         model.wave_squared(point));
    };
    return {
        scalar("heat_capacity", "k_B", "N/T^2 (<e^2> - <e>^2)",
               [=](const Point& point, const Combined& combined) {
                   return model.sites(point) * std::pow(point["T"], -2) *
                          (combined.scalar("energy_squared") - std::pow(combined.scalar("energy"), 2));
               }),
        scalar("susceptibility", "1/J", "N/T (<m^2> - <m>^2); <m> = 0 without a field",
               [=](const Point& point, const Combined& combined) { return fluctuation(point, combined) / point["T"]; }),
        scalar("susceptibility_abs", "1/J", "N/T (<m^2> - <|m|>^2)",
               [=](const Point& point, const Combined& combined) {
                   return model.sites(point) / point["T"] *
                          (combined.scalar("magnetisation_squared") - std::pow(combined.scalar("abs_magnetisation"), 2));
               }),
        scalar("binder", "1", "1 - <m^4>/(3 <m^2>^2)",
               [](const Point&, const Combined& combined) {
                   return 1 - combined.scalar("magnetisation_fourth") /
                                  (3 * std::pow(combined.scalar("magnetisation_squared"), 2));
               }),
        scalar("correlation_length", "lattice spacing",
               "second moment, sqrt((chi/S - 1)/k^2) with chi = N (<m^2> - <m>^2), S the structure factor at k, "
               "k^2 = 4 sin^2(pi/L) (16/3 of the sine on the triangular lattice)",
               correlation_length),
        scalar("scaled_correlation_length", "1", "correlation_length/L", [=](const Point& point, const Combined& combined) {
            return correlation_length(point, combined) / point["L"];
        })};
}

}  // namespace gdm
