#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gdm/base/memo.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/networks/few_networks.hpp"
#include "gdm/experiments/networks/signal_parameters.hpp"
#include "gdm/experiments/networks/signal_propagation.hpp"
#include "gdm/experiments/networks/signal_theory.hpp"

namespace gdm {
namespace {

Derived scaled(const std::string& name, const std::string& of, std::vector<std::string> axes) {
    return {.name = name,
            .description = "width times " + of,
            .axes = std::move(axes),
            .compute = [of](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
                for (std::size_t i = 0; i < value.size(); ++i) value[i] = point["width"] * combined[of][i];
            }};
}

/// −d ln y/d ln l between the neighbours of each layer.
void exponents(std::span<const double> layers, const std::function<double(std::size_t)>& y, std::span<double> value) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::size_t before = i > 0 ? i - 1 : 0, after = std::min(i + 1, layers.size() - 1);
        value[i] =
            before < after ? -std::log(y(after) / y(before)) / std::log(layers[after] / layers[before]) : not_a_number;
        if (!std::isfinite(value[i])) value[i] = not_a_number;
    }
}

/// c* of a resnet of erf, where σ_w² (2/π) asin c + σ_b² = c (σ_w² + σ_b²), c < 1.
double resnet_correlation(const Point& point) {
    const double weight = point["sw2"], bias = point["sb2"];
    double low = -1e-12, high = 1 - 1e-9;
    for (int i = 0; i < 60; ++i) {
        const double c = (low + high) / 2;
        (weight * 2 / M_PI * std::asin(c) + bias > c * (weight + bias) ? low : high) = c;
    }
    return (low + high) / 2;
}

double fixed_length_of(const Point& point) {
    static Memo<double> known;
    return known.at({point["activation"], point["sb2"], point["sw2"]}, [&] { return fixed_length(random_layer(point)); });
}

}  // namespace

std::vector<Derived> signal_propagation_derived() {
    return {
        mean_of_few_networks("rho", "1 - c of the two inputs, mean over networks", "rho", "layer"),
        mean_of_few_networks("scaled_rho", "width times rho", "rho", "layer",
                             [](const Point& point) { return point["width"]; }),
        scaled("scaled_median", "rho_median", {"layer"}),
        scaled("scaled_lyapunov", "lyapunov", {}),
        {.name = "length_variance",
         .description = "width times the variance of q over layers and networks",
         .compute =
             [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
                 value[0] =
                     point["width"] * (combined.scalar("mean_squared_length") - std::pow(combined.scalar("mean_length"), 2));
             }},
        {.name = "length_shift",
         .description = "width (<q> - q*), q* the fixed point of infinite width",
         .compute =
             [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
                 const double fixed = is_resnet(point) ? not_a_number : fixed_length_of(point);
                 value[0] = std::isfinite(fixed) ? point["width"] * (combined.scalar("mean_length") - fixed) : not_a_number;
             }},
        {.name = "decay_exponent",
         .description = "-d ln(rho)/d ln(layer) between neighbouring layers; none where the decay is not universal: relu, "
                        "sb2 = 0, resnets",
         .axes = {"layer"},
         .compute =
             [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
                 std::fill(value.begin(), value.end(), not_a_number);
                 if (!has_universal_decay(point)) return;
                 exponents(
                     point.axis("layer"), [&](std::size_t i) { return combined["rho_mean"][i]; }, value);
             }},
        {.name = "resnet_exponent",
         .description = "-d ln|c - c*|/d ln(layer) of a resnet of erf",
         .axes = {"layer"},
         .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
             std::fill(value.begin(), value.end(), not_a_number);
             if (!is_resnet(point) || point.word("activation") != "erf") return;
             const double limit = resnet_correlation(point);
             exponents(
                 point.axis("layer"), [&](std::size_t i) { return std::abs(1 - combined["rho_mean"][i] - limit); }, value);
         }}};
}

std::vector<Along> signal_propagation_along() {
    const auto inverse_width = [](const Point&, double width) { return 1 / width; };
    // A parabola does not follow the exponent over six points: its chi^2 would be that of the exact curve.
    return {{.name = "sw2_boundary",
             .description = "sw2 at which the Lyapunov exponent of this width changes its sign",
             .quantity = "lyapunov",
             .axis = "sw2",
             .kind = along::Root{.points = 6, .order = 3}},
            {.name = "sw2_boundary_limit",
             .description = "the same for infinite width, where width times the exponent of neighbouring widths crosses",
             .quantity = "scaled_lyapunov",
             .axis = "sw2",
             .kind = along::Crossing{.size_axis = "width", .drift = 2, .points = 6, .order = 3},
             .theory = critical_weight_variance},
            {.name = "lyapunov_infinite",
             .description = "Lyapunov exponent, extrapolated to infinite width",
             .quantity = "lyapunov",
             .axis = "width",
             .kind = along::Limit{.abscissa = inverse_width},
             .needs_axis = "sw2"},
            {.name = "scaled_lyapunov_infinite",
             .description = "width times the Lyapunov exponent, extrapolated to infinite width at fixed distance",
             .quantity = "scaled_lyapunov",
             .axis = "width",
             .kind = along::Limit{.abscissa = inverse_width},
             .needs_axis = "distance"}};
}

}  // namespace gdm
