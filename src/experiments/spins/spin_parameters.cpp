#include "gdm/experiments/spins/spin_parameters.hpp"

#include "gdm/base/chain_average.hpp"

namespace gdm {

Parameter temperature_parameter(Role role, const std::string& default_value) {
    return {
        .name = "T",
        .unit = "J",
        .description = "temperature, k_B = 1",
        .role = role,
        .default_value = default_value,
        .range = {.min = 1e-3, .max = 1e6},
        .alternatives = {{"beta", "1/J", "inverse temperature", {.min = 1e-6, .max = 1e3}, [](double beta, const Point&) {
                              return 1 / beta;
                          }}}};
}

Parameter size_parameter(const std::string& default_value, double largest) {
    return {.name = "L",
            .description = "sites a side of the periodic lattice",
            .kind = Kind::integer,
            .default_value = default_value,
            .range = {.min = 2, .max = largest}};
}

Parameter update_parameter(const std::string& default_value) {
    return {.name = "update",
            .description = "how spins change: one by one, one cluster after the other, all clusters at once",
            .kind = Kind::word,
            .default_value = default_value,
            .words = spin_update_words.list()};
}

Parameter samples_setting(const std::string& default_value) {
    return {.name = "samples",
            .description = "measurements in a replica",
            .role = Role::setting,
            .kind = Kind::integer,
            .default_value = default_value,
            .range = {.min = 4 * blocks_of_chain, .max = 1e12}};
}

Parameter interval_setting(const std::string& default_value) {
    return {.name = "interval",
            .description = "steps from one measurement to the next",
            .role = Role::setting,
            .kind = Kind::integer,
            .default_value = default_value,
            .range = {.min = 1, .max = 1e6}};
}

Parameter thermalisation_setting(const std::string& default_value) {
    return {.name = "thermalisation",
            .description = "steps before measuring, at most",
            .role = Role::setting,
            .kind = Kind::integer,
            .default_value = default_value,
            .range = {.min = 64, .max = 1e12}};
}

Parameter count_setting(const std::string& name, const std::string& description, const std::string& default_value,
                        double least, double most) {
    return {.name = name,
            .description = description,
            .role = Role::setting,
            .kind = Kind::integer,
            .default_value = default_value,
            .range = {.min = least, .max = most}};
}

}  // namespace gdm
