#include "gdm/experiments/machines/training_parameters.hpp"

#include <fmt/format.h>

#include "gdm/base/error.hpp"
#include "gdm/experiments/machines/training_data.hpp"

namespace gdm {

std::vector<Parameter> training_parameters() {
    return {{.name = "k",
             .description = "Gibbs steps in an update",
             .kind = Kind::integer,
             .default_value = "1",
             .range = {.min = 1, .max = 1e6},
             .keyed = false},
            {.name = "rate",
             .description = "learning rate, of the gradient of the mean log-likelihood",
             .default_value = "0.1",
             .range = {.min = 0, .max = 1e3, .open_min = true},
             .keyed = false},
            {.name = "batch",
             .description = "rows in an update; 0: all",
             .kind = Kind::integer,
             .default_value = "0",
             .range = {.min = 0, .max = 1e6},
             .keyed = false},
            {.name = "decay",
             .description = "weight decay lambda: weights lose rate lambda W in an update",
             .default_value = "0",
             .range = {.min = 0, .max = 1e3},
             .keyed = false},
            {.name = "T",
             .description = "temperature of the machine, which divides its energy",
             .default_value = "1",
             .range = {.min = 1e-3, .max = 1e3},
             .keyed = false},
            {.name = "update",
             .description = "updates done, at which the machine is looked at",
             .role = Role::inner,
             .kind = Kind::integer,
             .default_value = "0, 1, 2, 4, 7, 10, 20, 40, 70, 100, 200, 400, 700, 1000, 2000, 4000, 7000, 10000",
             .range = {.min = 0, .max = 1e9}}};
}

std::vector<Parameter> annealing_settings(const std::string& large) {
    return {
        {.name = "annealing",
         .description =
             "when ln Z is estimated by annealed importance sampling, beside the exact one or in its place; large: where " +
             large,
         .role = Role::setting,
         .kind = Kind::word,
         .default_value = "large",
         .words = {"large", "always", "off"}},
        {.name = "annealing_steps",
         .description = "steps of annealed importance sampling from beta = 0 to 1/T",
         .role = Role::setting,
         .kind = Kind::integer,
         .default_value = "1000",
         .range = {.min = 1, .max = 1e6}},
        {.name = "annealing_runs",
         .description = "its runs",
         .role = Role::setting,
         .kind = Kind::integer,
         .default_value = "128",
         .range = {.min = 2, .max = 1 << 20}}};
}

void check_training(const Point& point) {
    const auto updates = point.axis("update");
    for (std::size_t u = 1; u < updates.size(); ++u)
        if (updates[u] <= updates[u - 1])
            throw UsageError(fmt::format("the values of update must rise: {} comes after {}", updates[u], updates[u - 1]));
    if (updates.back() * point["k"] >= 4294967296.)
        throw UsageError("update times k must be less than 2^32 Gibbs steps; take more replicas instead");
    const double rows = static_cast<double>(training_rows(point));
    if (point["batch"] > rows)
        throw UsageError(fmt::format(
            "batch = {} is more than the {} rows of the data; take 0 for all of them in each update", point["batch"], rows));
}

void check_stored_units(const Point& point, const char* axis, std::size_t units) {
    const auto values = point.axis(axis);
    for (std::size_t k = 0; k < values.size(); ++k)
        if (values[k] != static_cast<double>(k))
            throw UsageError(
                fmt::format("{} counts units from 0; take arange(0, {}), or 0 alone to store no machine", axis, units));
    if (values.size() > 1 && values.size() < units)
        throw UsageError(
            fmt::format("{} has {} values, but there are {} units; take arange(0, {})", axis, values.size(), units, units));
}

}  // namespace gdm
