#pragma once

#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/process/gaussian_mixture.hpp"

namespace gdm {

/// The grid parameters mu, sigma2 and d of two Gaussian classes, with the defaults that differ between experiments.
[[nodiscard]] std::vector<Parameter> mixture_parameters(const std::string& mu, const std::string& sigma2,
                                                        const std::string& d);

/// The target of a point that has them.
[[nodiscard]] GaussianMixture mixture_of(const Point& point);

}  // namespace gdm
