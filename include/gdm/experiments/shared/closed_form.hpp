#pragma once

#include <functional>
#include <string>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/process/gaussian_mixture.hpp"

/// Closed forms of a point as columns of the reduced file.
namespace gdm {

/// One number at each point.
[[nodiscard]] Theory closed_form(const std::string& name, const std::string& description,
                                 std::function<double(const Point& point)> function);
[[nodiscard]] Theory closed_form(const std::string& name, const std::string& description, const std::string& unit,
                                 std::function<double(const Point& point)> function);
/// A number for each value of the inner axis t.
[[nodiscard]] Theory closed_form_over_t(const std::string& name, const std::string& description,
                                        std::function<double(const Point& point, double t)> function);

/// Functions of the two classes alone, as functions of the point that has mu, sigma2 and d.
[[nodiscard]] std::function<double(const Point&)> of_mixture(double (*function)(const GaussianMixture&));
[[nodiscard]] std::function<double(const Point&, double)> of_mixture(double (*function)(const GaussianMixture&, double));

}  // namespace gdm
