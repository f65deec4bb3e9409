#include "gdm/experiments/targets/path_target.hpp"

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/shared/time_axis.hpp"

namespace gdm {

std::vector<Parameter> path_target_parameters(const std::vector<std::string>& words, const std::string& targets,
                                              const std::string& d) {
    const bool discrete = words.back() == "discrete";
    return {
        {.name = "target",
         .description = "two_deltas: -1 and 1; four_deltas: (+-1, 0) and (0, +-1); hypersphere of radius 1 in d dimensions" +
                        std::string(discrete ? "; discrete: N random points in d dimensions" : ""),
         .kind = Kind::word,
         .default_value = targets,
         .words = words},
        {.name = "d",
         .description = "dimension; two_deltas and four_deltas have 1 and 2 of their own, whatever d",
         .kind = Kind::integer,
         .default_value = d,
         .range = {.min = 1, .max = 1e6}}};
}

std::vector<Parameter> noise_parameters(const std::string& default_value) {
    Parameter theta = noise_parameter("variance of the Brownian noise, in the units of theta_unit", Role::inner,
                                      default_value, {.min = 1e-9, .max = 1e9});
    theta.scale = [](double value, const Point& point) {
        return point.word("theta_unit") == "theta_c" ? value * critical_theta(point) : value;
    };
    return {std::move(theta),
            {.name = "theta_unit",
             .description = "unit of theta (not of t and alpha_bar): theta_c = 1 of two_deltas, 1/2 of four_deltas, 1/d of "
                            "the others; or absolute",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = "theta_c",
             .words = {"theta_c", "absolute"}}};
}

double critical_theta(const Point& point) {
    const std::string& target = point.word("target");
    return target == "two_deltas" ? 1 : target == "four_deltas" ? 0.5 : 1 / point["d"];
}

double critical_or_nan(const Point& point) { return is_discrete(point) ? not_a_number : critical_theta(point); }

bool is_discrete(const Point& point) { return point.word("target") == "discrete"; }

std::unique_ptr<TargetLaw> path_target_of(const Point& point, const RandomStream& random, const TargetPoints* data) {
    const std::string& target = point.word("target");
    if (target == "two_deltas") return two_deltas_target();
    if (target == "four_deltas") return four_deltas_target();
    if (target == "hypersphere") return hypersphere_target(point["d"]);
    return discrete_target(discrete_points(point, data, random), static_cast<std::size_t>(point.integer("d")));
}

SphereForm sphere_form(const Point& point) {
    const std::string& target = point.word("target");
    if (target == "two_deltas") return {1, 1};
    if (target == "four_deltas") return {1, 2};  // two deltas at ±1/√2 along either diagonal
    if (target == "hypersphere") return {point["d"], 1};
    throw std::logic_error("a discrete target is no sphere");
}

}  // namespace gdm
