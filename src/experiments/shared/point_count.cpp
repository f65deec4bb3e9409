#include "gdm/experiments/shared/point_count.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gdm/base/error.hpp"

namespace gdm {

namespace {

double log_of_count(double n) {
    if (n < 9e15 && n != std::round(n))
        throw UsageError(fmt::format("N = {} is not allowed; N (number of training points) takes whole numbers", n));
    return std::log(n);
}

}  // namespace

Parameter point_count_axis(const std::string& default_value) {
    return {.name = "ln_N",
            .description = "natural logarithm of the number of training points, which is rounded to a whole one",
            .default_value = default_value,
            .range = {.min = 0.69, .max = 1e4},
            .alternatives = {{.name = "N",
                              .description = "number of training points",
                              .range = {.min = 2, .max = 1e300},
                              .to_parameter = [](double n, const Point&) { return log_of_count(n); }},
                             {.name = "alpha",
                              .description = "ln N / d",
                              .range = {.min = 0, .max = 1e4, .open_min = true},
                              .to_parameter = [](double alpha, const Point& point) { return alpha * point["d"]; }}}};
}

std::uint64_t point_count(double log_n) {
    const double n = std::round(std::exp(log_n));
    if (!(n <= 9007199254740992.0)) throw UsageError("N is above 2^53");
    return static_cast<std::uint64_t>(n);
}

Parameter levels_setting() {
    return {.name = "levels",
            .description =
                "random energy levels drawn one by one (all, up to 6 times this number of points); the error of "
                "<ln Z> is about 1/(3 levels^2)",
            .role = Role::setting,
            .kind = Kind::integer,
            .default_value = "128",
            .range = {.min = 16, .max = 1e6}};
}

void check_levels(const Point& point) {
    const double most = std::max(300., 150 * point["d"]);
    if (point["ln_N"] > most)
        throw UsageError(
            fmt::format("ln_N is {:.6g}, but with d = {:g} it is at most {:g}: closer points are not told apart; "
                        "take a smaller ln_N or a larger d",
                        point["ln_N"], point["d"], most));
}

double level_cost(double log_n, double levels) {
    const double all = 6 * levels;  // up to here every level is drawn
    return log_n <= std::log(all) ? 80 * std::exp(log_n) : 20000 + 120 * levels;
}

}  // namespace gdm
