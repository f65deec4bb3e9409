#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "gdm/experiment/experiment.hpp"

/// Exponents of what decays as a power of time (or depth): y ~ x^{−δ}.
namespace gdm {

/// Whether `logarithm` holds ln y, or y.
enum class DecayForm { value, logarithm };

/// −d ln y/d ln x at each x, from its two neighbours; NaN at the ends, and where a neighbour is 0.
void local_exponents(std::span<const double> x, std::span<const double> y, DecayForm form, std::span<double> exponent);

/// −d ln y/d ln x of the straight line through all x ≥ from, least squares with equal weights; NaN for fewer than two.
[[nodiscard]] double fitted_exponent(std::span<const double> x, std::span<const double> y, DecayForm form, double from);

/// Both of an observable over the inner axis `axis`: NAME over it, and `fit_name`, from the setting `fit_from` on.
[[nodiscard]] Derived local_exponent_of(const std::string& name, const std::string& description,
                                        const std::string& observable, const std::string& axis,
                                        DecayForm form = DecayForm::value);
[[nodiscard]] Derived fitted_exponent_of(const std::string& name, const std::string& description,
                                         const std::string& observable, const std::string& axis,
                                         DecayForm form = DecayForm::value);
/// The setting `fit_from`.
[[nodiscard]] Parameter fit_from_setting(const std::string& default_value, const std::string& of_what);

/// An inner axis of whole numbers from 1 on, and the check that they ascend (UsageError).
[[nodiscard]] Parameter counting_axis(const std::string& name, const std::string& description,
                                      const std::string& default_value);
void check_ascending(const Point& point, const std::string& axis);

/// The whole number nearest to scale · size^z, at least 1: where lattices of different sizes are as old for their size.
[[nodiscard]] double scaled_time(double scale, double size, double z);

}  // namespace gdm
