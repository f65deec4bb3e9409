#include "gdm/experiments/machines/sampled_machines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "gdm/base/error.hpp"
#include "gdm/physics/machines/ais.hpp"

namespace gdm {
namespace {

/// Machines in an array that holds `each` numbers of one.
std::size_t machines_in(const std::vector<std::size_t>& shape, std::size_t each) {
    std::size_t all = 1;
    for (const std::size_t length : shape) all *= length;
    return all / each;
}

/// s = 2v − 1 of the visible units: hidden ones have the fields Σ w s, visible ones 2 Σ w λ.
Rbm gaussian_machine(Rbm machine, const Point& point, RandomSequence& draws) {
    const double size = point["J"] / std::sqrt(point["density"] * point["visible"] * point["T"]);
    for (std::size_t i = 0; i < machine.visible; ++i) {
        for (std::size_t j = 0; j < machine.hidden; ++j) {
            const bool there = draws.uniform() < point["density"], up = draws.uniform() < 0.5;
            const double weight = there ? (up ? size : -size) : 0;
            machine.weights[i * machine.hidden + j] = 2 * weight;
            machine.hidden_bias[j] -= weight;
        }
    }
    return machine;
}

}  // namespace

std::vector<Parameter> machine_parameters() {
    const auto dataset = [](const char* name, const char* description) {
        return Parameter{
            .name = name, .description = description, .role = Role::setting, .kind = Kind::dataset, .default_value = "none"};
    };
    return {
        {.name = "machine",
         .description = "binary: random weights between units 0 and 1; spins: between units -1 and 1, then without random "
                        "fields; gaussian: between spins and hidden units of the normal law, a Hopfield network of patterns "
                        "with weights 0 and, as often up as down, of size J/sqrt(density visible T); dataset: one's own "
                        "weights, of units 0 and 1",
         .kind = Kind::word,
         .default_value = "binary",
         .words = {"binary", "spins", "dataset", "gaussian"}},
        {.name = "visible",
         .description = "visible units",
         .kind = Kind::integer,
         .default_value = "32",
         .range = {.min = 1, .max = 65536}},
        {.name = "hidden",
         .description = "hidden units",
         .kind = Kind::integer,
         .default_value = "16",
         .range = {.min = 1, .max = 65536},
         .alternatives = {{.name = "load",
                           .description = "hidden units for each visible one; hidden is rounded",
                           .range = {.min = 0, .max = 65536, .open_min = true},
                           .to_parameter =
                               [](double load, const Point& point) {
                                   return std::max(1.0, std::round(load * point["visible"]));
                               }}}},
        {.name = "J",
         .description = "scale of random weights, of variance J^2/(density sqrt(visible hidden))",
         .default_value = "1",
         .range = {.min = 0, .max = 1e3}},
        {.name = "J0",
         .description = "mean of random weights times sqrt(visible hidden): ferromagnetic",
         .default_value = "0",
         .range = {.min = -1e3, .max = 1e3}},
        {.name = "density",
         .description = "share of random weights that are not 0",
         .default_value = "1",
         .range = {.min = 0, .max = 1, .open_min = true}},
        dataset("weights",
                "W (visible, hidden) of one's own machine, or of several, (..., visible, hidden), as an experiment "
                "rbm stores them; fixes machine, visible, hidden"),
        dataset("visible_bias", "a (..., visible) of one's own machines; none: 0"),
        dataset("hidden_bias", "b (..., hidden) of one's own machines; none: 0")};
}

std::vector<Implied> implied_by_weights(const Shapes& shapes) {
    if (!shapes.contains("weights")) throw UsageError("biases alone are no machine; give weights = file.h5:/name too");
    const auto& shape = shapes.at("weights");
    if (shape.size() < 2)
        throw UsageError("weights must be a table, a row for each visible and a column for each hidden unit");
    const std::size_t visible = shape[shape.size() - 2], hidden = shape.back();
    if (visible * hidden == 0) throw UsageError("weights must have at least one visible and one hidden unit");
    const std::size_t machines = machines_in(shape, visible * hidden);
    for (const auto& [name, units] : {std::pair{"visible_bias", visible}, std::pair{"hidden_bias", hidden}}) {
        const auto found = shapes.find(name);
        if (found == shapes.end()) continue;
        const auto& bias = found->second;
        if (bias.empty() || bias.back() != units || machines_in(bias, units) != machines)
            throw UsageError(fmt::format("{} has the shape ({}), but the weights ({}) need {} numbers for each machine",
                                         name, fmt::join(bias, ", "), fmt::join(shape, ", "), units));
    }
    return {{"machine", "dataset", true},
            {"visible", fmt::format("{}", visible), true},
            {"hidden", fmt::format("{}", hidden), true},
            {"J", "nan", true},
            {"J0", "nan", true},
            {"density", "nan", true}};
}

void check_machine(const Point& point, const Shapes& shapes) {
    if (point.word("machine") == "gaussian" && point["J0"] != 0)
        throw UsageError(fmt::format("machine = gaussian has weights without a mean: take J0 = 0, not {}", point["J0"]));
    if (point.word("machine") == "dataset" && !shapes.contains("weights"))
        throw UsageError("machine = dataset needs weights; give weights = file.h5:/name");
}

Context prepare_machines(const Point&, const Inputs& inputs) {
    const auto weights = inputs.find("weights");
    if (weights == inputs.end()) return {};
    const auto& shape = weights->second.shape;
    const std::size_t visible = shape[shape.size() - 2], hidden = shape.back();
    std::vector<Rbm> machines;
    for (std::size_t k = 0; k < machines_in(shape, visible * hidden); ++k) {
        const auto part = [&](const char* name, std::size_t count) {
            const auto found = inputs.find(name);
            if (found == inputs.end()) return std::vector<double>(count, 0);
            const double* from = found->second.values.get() + k * count;
            return std::vector<double>(from, from + count);
        };
        machines.push_back({visible, hidden, part("weights", visible * hidden), part("visible_bias", visible),
                            part("hidden_bias", hidden)});
    }
    return machines;
}

Rbm machine_of(const Point& point, const Context& context, const RandomStream& random) {
    if (point.word("machine") == "dataset") {
        const auto& machines = std::any_cast<const std::vector<Rbm>&>(context);
        return at_temperature(machines[random.replica() % machines.size()], point["T"]);
    }
    const auto visible = static_cast<std::size_t>(point.integer("visible"));
    const auto hidden = static_cast<std::size_t>(point.integer("hidden"));
    Rbm machine{visible, hidden, std::vector<double>(visible * hidden), std::vector<double>(visible, 0),
                std::vector<double>(hidden, 0)};
    RandomSequence draws(random, Purpose::couplings);
    if (point.word("machine") == "gaussian") return gaussian_machine(std::move(machine), point, draws);
    const double size = std::sqrt(static_cast<double>(visible) * static_cast<double>(hidden)), density = point["density"];
    const double deviation = point["J"] / std::sqrt(density * size), mean = point["J0"] / size;
    for (double& weight : machine.weights) {
        const bool there = draws.uniform() < density;
        const double normal = draws.normal();
        weight = there ? mean / density + deviation * normal : 0;
    }
    if (point.word("machine") != "spins") return at_temperature(machine, point["T"]);
    // s = 2v − 1: Σ w s t = Σ (4w) v h − Σ 2w (v + h) + Σ w.
    for (std::size_t i = 0; i < visible; ++i) {
        for (std::size_t j = 0; j < hidden; ++j) {
            double& weight = machine.weights[i * hidden + j];
            machine.visible_bias[i] -= 2 * weight;
            machine.hidden_bias[j] -= 2 * weight;
            weight *= 4;
        }
    }
    return at_temperature(machine, point["T"]);
}

}  // namespace gdm
