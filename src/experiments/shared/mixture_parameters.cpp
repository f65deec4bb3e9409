#include "gdm/experiments/shared/mixture_parameters.hpp"

namespace gdm {

std::vector<Parameter> mixture_parameters(const std::string& mu, const std::string& sigma2, const std::string& d) {
    return {{.name = "mu",
             .description = "mean of a class in each coordinate",
             .default_value = mu,
             .range = {.min = 0, .max = 1e4}},
            {.name = "sigma2",
             .description = "variance of a class in each coordinate",
             .default_value = sigma2,
             .range = {.min = 1e-6, .max = 1e6}},
            {.name = "d",
             .description = "dimension",
             .kind = Kind::integer,
             .default_value = d,
             .range = {.min = 1, .max = 1e9}}};
}

GaussianMixture mixture_of(const Point& point) { return {point["mu"], point["sigma2"], point["d"]}; }

}  // namespace gdm
