#include "gdm/experiments/networks/signal_parameters.hpp"

#include <fmt/format.h>

#include <cmath>

#include "gdm/base/error.hpp"

namespace gdm {

std::vector<Parameter> signal_parameters() {
    const auto critical = [](const Point& point) {
        return critical_point(activation_words.at(point.word("activation")), point["sb2"]).weight_variance;
    };
    return {{.name = "activation",
             .description = "tanh; erf: erf(sqrt(pi) x/2); relu: max(0, x)",
             .kind = Kind::word,
             .default_value = "tanh",
             .words = {"tanh", "erf", "relu"}},
            {.name = "architecture",
             .description = "mlp: h' = W phi(h) + b; resnet: h' = h + branch (W phi(h) + b)",
             .kind = Kind::word,
             .default_value = "mlp",
             .words = architecture_words.list()},
            {.name = "width",
             .description = "units of a layer",
             .kind = Kind::integer,
             .default_value = "32, 128",
             .range = {.min = 2, .max = 1e6}},
            {.name = "sb2", .description = "variance of the biases", .default_value = "0.1", .range = {.min = 0, .max = 20}},
            {.name = "sw2",
             .description = "variance of the weights times the width",
             .default_value = "linspace(1.6, 2.4, 9)",
             .range = {.min = 0, .max = 100, .open_min = true},
             .alternatives = {{"distance",
                               "1",
                               "width (sw2 - sw2_c), with the critical line sw2_c(sb2) of infinite width",
                               {.min = -1e6, .max = 1e6},
                               [critical](double distance, const Point& point) {
                                   return critical(point) + distance / point["width"];
                               },
                               {"architecture", {"mlp"}}}}},
            {.name = "layer",
             .description = "layers behind the inputs",
             .role = Role::inner,
             .default_value = "geomspace(1, 512, 10)",
             .range = {.min = 1, .max = 1e8}},
            {.name = "c0",
             .description = "correlation of the two inputs",
             .role = Role::setting,
             .default_value = "0.5",
             .range = {.min = -1, .max = 1, .open_min = true, .open_max = true}},
            {.name = "q0",
             .description =
                 "mean square of the inputs, which are Gaussian, unit by unit; 0: the fixed point, or 1 where there is none",
             .role = Role::setting,
             .default_value = "0",
             .range = {.min = 0, .max = 1e3}},
            {.name = "branch",
             .description = "factor of what a layer of a resnet adds",
             .role = Role::setting,
             .default_value = "1",
             .range = {.min = 0, .max = 10, .open_min = true}},
            {.name = "networks",
             .description = "independent networks in a replica; multiples of 16 cost least",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "32",
             .range = {.min = 2, .max = 1e5}},
            {.name = "thermalisation",
             .description = "layers before those over which the Lyapunov exponent and lengths are averaged",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "32",
             .range = {.min = 0, .max = 1e8}}};
}

RandomLayer random_layer(const Point& point) {
    return {activation_words.at(point.word("activation")), point["sw2"], point["sb2"]};
}

bool is_resnet(const Point& point) { return point.word("architecture") == "resnet"; }

double first_length(const Point& point) {
    if (point["q0"] > 0) return point["q0"];
    const double fixed = is_resnet(point) ? 1 : fixed_length(random_layer(point));
    return std::isfinite(fixed) && fixed > 0 ? fixed : 1;
}

double signal_depth(const Point& point) {
    double last = 0;
    for (const double layer : point.axis("layer")) last = std::max(last, layer);
    return last;
}

void check_signal(const Point& point, const Shapes&) {
    double before = 0;
    for (const double layer : point.axis("layer")) {
        if (layer != std::floor(layer) || layer <= before)
            throw UsageError(fmt::format("layer = {:g}: layers are whole numbers in ascending order", layer));
        before = layer;
    }
    const RandomLayer layer = random_layer(point);
    const double depth = signal_depth(point), thermalisation = point["thermalisation"];
    if (std::isnan(layer.weight_variance))
        throw UsageError(
            fmt::format("distance is not defined for relu with sb2 = {:g}: its critical line is the point sb2 = "
                        "0, sw2 = 2; give sw2",
                        layer.bias_variance));
    if (point["width"] * point["networks"] > 1e8)
        throw UsageError(fmt::format("width * networks = {:g} is too large: at most 1e8; take more replicas instead",
                                     point["width"] * point["networks"]));
    if (thermalisation >= depth)
        throw UsageError(fmt::format("thermalisation = {:g} leaves nothing of {:g} layers; take fewer, or more layers",
                                     thermalisation, depth));
    if (layer.activation == Activation::relu && point["width"] < 32)
        throw UsageError(
            fmt::format("width = {:g} is too small for relu: with probability 2^-width all units of a layer are "
                        "off, and nothing passes; take 32 or more",
                        point["width"]));
    // Lengths that grow or shrink by a factor in each layer leave the range of numbers.
    double rate = 0;
    const bool resnet = is_resnet(point);
    const double growth = layer.weight_variance * (layer.activation == Activation::relu ? 0.5 : 1);
    if (resnet) {
        if (layer.activation == Activation::relu) rate = std::log1p(std::pow(point["branch"], 2) * growth);
    } else if (layer.bias_variance == 0 || (layer.activation == Activation::relu && growth > 1)) {
        if (layer.activation == Activation::relu || growth < 1) rate = std::abs(std::log(growth)) + 5 / point["width"];
    }
    if (rate * depth > 600)
        throw UsageError(
            fmt::format("{:g} layers are too many at sw2 = {:g}, sb2 = {:g}: lengths change by e^{:.3g} a layer "
                        "and leave the range of numbers; take {:.0f} or fewer",
                        depth, layer.weight_variance, layer.bias_variance, rate, 600 / rate));
}

}  // namespace gdm
