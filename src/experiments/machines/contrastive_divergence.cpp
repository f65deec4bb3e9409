#include "gdm/experiments/machines/contrastive_divergence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gdm/base/error.hpp"
#include "gdm/experiments/machines/counted_units.hpp"
#include "gdm/experiments/machines/training_data.hpp"
#include "gdm/physics/machines/gibbs_spectrum.hpp"
#include "gdm/physics/machines/rbm_moments.hpp"

namespace gdm {
namespace {

void run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop, Values& values) {
    const BinaryData data = training_data(point, context, random);
    const auto hidden = static_cast<std::size_t>(point.integer("hidden"));
    Rbm machine{data.visible, hidden, std::vector<double>(data.visible * hidden), std::vector<double>(data.visible, 0),
                std::vector<double>(hidden, 0)};
    RandomSequence draws(random, Purpose::couplings);
    for (double& weight : machine.weights) weight = point["weights"] * draws.normal();
    const double temperature = point["T"];
    const auto axis = point.axis("k");
    for (std::size_t i = 0; i < axis.size(); ++i) {
        stop.check();
        const GradientBias bias = contrastive_divergence_bias(machine, data, static_cast<std::size_t>(axis[i]), temperature);
        values["cosine"][i] = bias.cosine;
        values["norm_ratio"][i] = bias.ratio;
        values["bias"][i] = bias.distance;
    }
    stop.check();
    const double second = second_eigenvalue(machine, temperature);
    values.set("second_eigenvalue", second);
    for (std::size_t i = 0; i < axis.size(); ++i) values["slowest_decay"][i] = std::pow(second, axis[i]);
}

void check(const Point& point, const Shapes& shapes) {
    check_training_data(point, shapes);
    const double visible = static_cast<double>(visible_units(point));
    if (std::max(visible, point["hidden"]) > most_transition_units)
        throw UsageError(
            fmt::format("all states of both layers are counted, at most {} units each, not {} visible and {} "
                        "hidden ones; larger machines are trained by the experiment rbm",
                        most_transition_units, visible, point["hidden"]));
}

}  // namespace

Experiment contrastive_divergence() {
    Experiment experiment;
    experiment.name = "contrastive_divergence";
    experiment.question = "How far does the step of contrastive divergence turn from the gradient that it stands for?";
    experiment.source =
        "Hinton, Neural Computation 14, 1771 (2002); Carreira-Perpinan and Hinton, AISTATS (2005); Fischer and Igel, Neural "
        "Computation 23, 664 (2011)";
    experiment.parameters = training_data_grid();
    for (Parameter& one : experiment.parameters)
        if (one.name == "size") one.default_value = "3";
    for (Parameter& one :
         std::vector<Parameter>{{.name = "hidden",
         .description = "hidden units",
         .kind = Kind::integer,
         .default_value = "6",
         .range = {.min = 1, .max = most_transition_units}},
                                {.name = "weights",
                                .description = "deviation of the normal weights; biases are 0. A replica keeps "
                                               "its machine, which this scales",
                                .default_value = "0.3, 1, 3",
                                .range = {.min = 0, .max = 1e3, .open_min = true},
                                .keyed = false},
                                {.name = "T",
                                .description = "temperature, which divides the energy",
                                .default_value = "1",
                                .range = {.min = 1e-3, .max = 1e3},
                                .keyed = false},
                                {.name = "k",
                                .description = "Gibbs steps from the data",
                                .role = Role::inner,
                                .kind = Kind::integer,
                                .default_value = "1, 2, 4, 8, 16, 32",
                                .range = {.min = 1, .max = 4096}}})
        experiment.parameters.push_back(one);
    for (Parameter& one : training_data_settings()) experiment.parameters.push_back(one);
    experiment.observables = {
        {.name = "cosine", .description = "of the angle between the expected step of CD-k and the gradient", .axes = {"k"}},
        {.name = "norm_ratio", .description = "norm of that step over that of the gradient", .axes = {"k"}},
        {.name = "bias", .description = "norm of their difference over that of the gradient", .axes = {"k"}},
        {.name = "second_eigenvalue", .description = "of the transition matrix of a Gibbs step"},
        {.name = "slowest_decay", .description = "second_eigenvalue^k", .axes = {"k"}}};
    experiment.implied = implied_by_training_data;
    experiment.check = check;
    experiment.prepare = prepare_training_data;
    experiment.run = run;
    experiment.cost = [](const Point& point) {
        double steps = 300;  // of the power method
        for (const double k : point.axis("k")) steps += k + 2;
        return steps * 2 * std::exp2(static_cast<double>(visible_units(point)) + point["hidden"]);
    };
    return experiment;
}

}  // namespace gdm
