#include "gdm/experiments/shared/time_axis.hpp"

#include "gdm/physics/process/forward_process.hpp"

namespace gdm {

Parameter noise_parameter(const std::string& description, Role role, const std::string& default_value, Range range) {
    return {.name = "theta",
            .description = description,
            .role = role,
            .default_value = default_value,
            .range = range,
            .alternatives = {{.name = "t",
                              .description = "time of the Ornstein-Uhlenbeck process, theta = exp(2 t) - 1",
                              .range = {.min = 0, .max = 10, .open_min = true},
                              .to_parameter = [](double t, const Point&) { return brownian_from_time(t); }},
                             {.name = "alpha_bar",
                              .description = "signal of a DDPM schedule, theta = 1/alpha_bar - 1",
                              .range = {.min = 0, .max = 1, .open_min = true, .open_max = true},
                              .to_parameter = [](double alpha_bar, const Point&) { return 1 / alpha_bar - 1; }}}};
}

Parameter time_axis(const std::string& default_value, bool zero_allowed) {
    return {
        .name = "t",
        .description = "diffusion time (Ornstein-Uhlenbeck)",
        .role = Role::inner,
        .default_value = default_value,
        .range = {.min = 0, .max = 100, .open_min = !zero_allowed},
        .alternatives = {{.name = "theta",
                          .description = "variance of the Brownian noise, exp(2 t) - 1",
                          .range = {.min = 0, .open_min = !zero_allowed},
                          .to_parameter = [](double theta, const Point&) { return time_from_brownian(theta); }},
                         {.name = "alpha_bar",
                          .description = "signal of a DDPM schedule, exp(-2 t)",
                          .range = {.min = 0, .max = 1, .open_min = true, .open_max = !zero_allowed},
                          .to_parameter = [](double alpha_bar, const Point&) { return time_from_alpha_bar(alpha_bar); }}}};
}

}  // namespace gdm
