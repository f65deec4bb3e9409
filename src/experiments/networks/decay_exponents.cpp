#include "gdm/experiments/networks/decay_exponents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gdm/base/error.hpp"
#include "gdm/base/not_a_number.hpp"

namespace gdm {
namespace {

double log_of(double y, DecayForm form) {
    if (form == DecayForm::logarithm) return y;
    return y > 0 ? std::log(y) : not_a_number;
}

}  // namespace

void local_exponents(std::span<const double> x, std::span<const double> y, DecayForm form, std::span<double> exponent) {
    std::fill(exponent.begin(), exponent.end(), not_a_number);
    for (std::size_t k = 1; k + 1 < x.size(); ++k) {
        if (y[k + 1] == y[k - 1]) continue;  // counts that did not change measure no exponent
        exponent[k] = -(log_of(y[k + 1], form) - log_of(y[k - 1], form)) / std::log(x[k + 1] / x[k - 1]);
    }
}

double fitted_exponent(std::span<const double> x, std::span<const double> y, DecayForm form, double from) {
    double n = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
        if (x[k] < from) continue;
        const double a = std::log(x[k]), b = log_of(y[k], form);
        n += 1, sum_x += a, sum_y += b, sum_xx += a * a, sum_xy += a * b;
    }
    return n < 2 ? not_a_number : -(n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
}

Derived local_exponent_of(const std::string& name, const std::string& description, const std::string& observable,
                          const std::string& axis, DecayForm form) {
    return {.name = name,
            .description = description,
            .axes = {axis},
            .compute = [=](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
                local_exponents(point.axis(axis), combined[observable], form, value);
            }};
}

Derived fitted_exponent_of(const std::string& name, const std::string& description, const std::string& observable,
                           const std::string& axis, DecayForm form) {
    return {.name = name,
            .description = description,
            .compute = [=](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
                value[0] = fitted_exponent(point.axis(axis), combined[observable], form, point["fit_from"]);
            }};
}

Parameter fit_from_setting(const std::string& default_value, const std::string& of_what) {
    return {.name = "fit_from",
            .description = of_what + " from which exponents are fitted",
            .role = Role::setting,
            .default_value = default_value,
            .range = {.min = 1, .max = 1e9}};
}

Parameter counting_axis(const std::string& name, const std::string& description, const std::string& default_value) {
    return {.name = name,
            .description = description,
            .role = Role::inner,
            .kind = Kind::integer,
            .default_value = default_value,
            .range = {.min = 1, .max = 1e9}};
}

void check_ascending(const Point& point, const std::string& axis) {
    const auto values = point.axis(axis);
    for (std::size_t k = 1; k < values.size(); ++k)
        if (!(values[k] > values[k - 1]))
            throw UsageError(
                fmt::format("{} = {:g} after {:g}: give the values in ascending order", axis, values[k], values[k - 1]));
}

double scaled_time(double scale, double size, double z) { return std::max(1.0, std::round(scale * std::pow(size, z))); }

}  // namespace gdm
