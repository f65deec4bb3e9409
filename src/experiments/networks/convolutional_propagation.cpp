#include "gdm/experiments/networks/convolutional_propagation.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/networks/convolutional_replica.hpp"
#include "gdm/experiments/networks/decay_exponents.hpp"
#include "gdm/experiments/networks/few_networks.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/physics/networks/channel_theory.hpp"
#include "gdm/physics/networks/mean_field.hpp"
#include "gdm/physics/spins/directed_percolation.hpp"
#include "gdm/physics/spins/percolation_theory.hpp"

namespace gdm {
namespace {

using Exponents = DirectedPercolationExponents;

std::vector<Parameter> parameters() {
    std::vector<Parameter> all{
        {.name = "activation",
         .description = "phi: tanh(x), or erf(sqrt(pi) x/2), of the same slope at 0",
         .kind = Kind::word,
         .default_value = "tanh",
         .words = {"tanh", "erf"}},
        {.name = "shared_weights",
         .description = "1: one kernel and bias for all sites of a layer; 0: independent ones at every site",
         .kind = Kind::integer,
         .default_value = "1",
         .range = {.min = 0, .max = 1}},
        {.name = "channels",
         .description = "number of channels C of a layer",
         .kind = Kind::integer,
         .default_value = "8",
         .range = {.min = 1, .max = 256}},
        {.name = "kernel",
         .description = "sites that a weight reaches over, odd",
         .kind = Kind::integer,
         .default_value = "3",
         .range = {.min = 1, .max = 31}},
        {.name = "L",
         .description = "sites of the ring, a multiple of 64",
         .kind = Kind::integer,
         .default_value = "1024",
         .range = {.min = 64, .max = 1e7}},
        {.name = "sw2",
         .description = "variance of the weights times channels * kernel",
         .default_value = "2, 2.2, 2.4, 2.6",
         .range = {.min = 0, .max = 1e4, .open_min = true}},
        {.name = "sb2", .description = "variance of the biases", .default_value = "0.1", .range = {.min = 0, .max = 1e4}},
        counting_axis("layer", "layers passed",
                      "1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256, 362, 512, 724, 1024")};
    all.push_back({.name = "rho_0",
                   .description = "1 - correlation of the two inputs",
                   .role = Role::setting,
                   .default_value = "1",
                   .range = {.min = 0, .max = 2, .open_min = true}});
    all.push_back({.name = "q_0",
                   .description = "mean square of the preactivations that the inputs are",
                   .role = Role::setting,
                   .default_value = "1",
                   .range = {.min = 0, .max = 1e4, .open_min = true}});
    all.push_back(fit_from_setting("50", "layer"));
    all.push_back({.name = "scale",
                   .description = "scaled_rho is measured at layer scale * L^1.580745, as the claimed exponents have it",
                   .role = Role::setting,
                   .default_value = "1",
                   .range = {.min = 1e-6, .max = 1e6}});
    all.push_back({.name = "reference",
                   .description = "lattices of critical directed percolation, of L sites each, beside a network; 0: none",
                   .role = Role::setting,
                   .kind = Kind::integer,
                   .default_value = "8",
                   .range = {.min = 0, .max = 1e4}});
    return all;
}

void check(const Point& point, const Shapes&) {
    check_ascending(point, "layer");
    if (std::fmod(point["L"], 64) != 0)
        throw UsageError(fmt::format("L = {:g} is no multiple of 64, as vectors of sites need it", point["L"]));
    if (std::fmod(point["kernel"], 2) != 1)
        throw UsageError(fmt::format("kernel = {:g} is even: a kernel reaches as far to both sides", point["kernel"]));
    if (point["L"] * point["channels"] > 1e8)
        throw UsageError(fmt::format("L * channels = {:g} is too large: at most 1e8", point["L"] * point["channels"]));
    if (point.axis("layer").back() >= 4294967296.) throw UsageError("layers are fewer than 2^32");
}

bool beyond_last_layer(const Point& point) { return scaled_layer(point) > point.axis("layer").back(); }
bool without_reference(const Point& point) { return point["reference"] == 0; }

std::vector<Observable> observables() {
    const auto over_layers = [](const std::string& name, const std::string& description) {
        return Observable{.name = name, .description = description, .axes = {"layer"}};
    };
    std::vector<Observable> all =
        few_networks_observables("rho", "sum |h - h~|^2 over sum (|h|^2 + |h~|^2), 1 for unrelated signals", "layer");
    for (Observable& one :
         few_networks_observables("active_fraction", "share of sites with |h - h~|^2/channels > 0.01", "layer"))
        all.push_back(std::move(one));
    for (Observable& one : std::vector<Observable>{
             over_layers("log_rho", "mean over networks of ln rho"),
             over_layers("log_rho_squared", "mean over networks of its square"),
             over_layers("q", "mean square of the preactivations of the first input"),
             over_layers("log_tangent", "ln of the root mean square of a tangent"),
             {.name = "lyapunov", .description = "slope of log_tangent from an eighth of the layers on"},
             {.name = "scaled_rho",
             .description = "rho at layer scale * L^1.580745",
             .may_be_missing = {.when = "beyond the last layer", .at = beyond_last_layer}},
             {.name = "reference_density",
             .description = "active sites of critical directed percolation after as many steps, on as many sites",
             .axes = {"layer"},
             .may_be_missing = {.when = "reference = 0", .at = without_reference}},
             // A sum, because all networks but the first give 0.
             {.name = "log_difference",
             .description = "ln of the root mean square of h - h~ in a block of sites, of one network (the first)",
             .axes = {"layer", "block_of_sites"},
             .combine = Combine::sum,
             .spread_is_error = [](const Point&, const Combined&) { return false; },
             .error_missing = "it is one network"},
             networks_measured()})
        all.push_back(std::move(one));
    return all;
}

/// √(⟨y²⟩ − ⟨y⟩²) of an observable over networks.
Derived spread_of(const std::string& name, const std::string& what, const std::string& mean_name,
                  const std::string& square_name) {
    return {.name = name,
            .description = "standard deviation of " + what + " between networks",
            .axes = {"layer"},
            .compute = [=](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
                const auto mean = combined[mean_name], square = combined[square_name];
                for (std::size_t k = 0; k < value.size(); ++k)
                    value[k] = std::sqrt(std::max(0.0, square[k] - mean[k] * mean[k]));
            }};
}

std::vector<Derived> derived() {
    return {mean_of_few_networks("rho", "sum |h - h~|^2 over sum (|h|^2 + |h~|^2), mean over networks", "rho", "layer"),
            mean_of_few_networks("active_fraction", "share of sites with |h - h~|^2/channels > 0.01, mean over networks",
                                 "active_fraction", "layer"),
            local_exponent_of("exponent", "-d ln rho/d ln layer of the mean over networks", "rho_mean", "layer"),
            local_exponent_of("typical_exponent", "-d <ln rho>/d ln layer", "log_rho", "layer", DecayForm::logarithm),
            local_exponent_of("active_exponent", "-d ln/d ln layer of the active fraction", "active_fraction_mean", "layer"),
            local_exponent_of("reference_exponent", "the same of reference_density", "reference_density", "layer"),
            fitted_exponent_of("delta", "exponent of the mean of rho, fitted from fit_from on", "rho_mean", "layer"),
            fitted_exponent_of("delta_typical", "exponent of exp<ln rho>, fitted from fit_from on", "log_rho", "layer",
                               DecayForm::logarithm),
            fitted_exponent_of("delta_active", "exponent of the active fraction, fitted from fit_from on",
                               "active_fraction_mean", "layer"),
            fitted_exponent_of("delta_reference", "exponent of reference_density, fitted from fit_from on",
                               "reference_density", "layer"),
            spread_of("rho_spread", "rho", "rho_mean", "rho_squared"),
            spread_of("log_rho_spread", "ln rho", "log_rho", "log_rho_squared"),
            spread_of("active_spread", "the active fraction", "active_fraction_mean", "active_fraction_squared"),
            {.name = "typical_rho",
             .description = "exp<ln rho>",
             .axes = {"layer"},
             .compute = [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
                 for (std::size_t k = 0; k < value.size(); ++k) value[k] = std::exp(combined["log_rho"][k]);
             }}};
}

/// What a layer of infinitely many channels is.
RandomLayer wide_layer(const Point& point) { return {network_of(point).activation, point["sw2"], point["sb2"]}; }

std::vector<Theory> theory() {
    return {
        {.name = "q_theory",
         .description = "of the first layer: sw2 E phi(sqrt(q_0) z)^2 + sb2, for any number of channels",
         .axes = {"layer"},
         .compute =
             [](const Point& point, std::span<double> value) {
                 const auto layers = point.axis("layer");
                 const RandomLayer layer = wide_layer(point);
                 for (std::size_t k = 0; k < value.size(); ++k)
                     value[k] = layers[k] == 1 ? next_length(layer, point["q_0"]) : not_a_number;
             }},
        {.name = "reference_density_theory",
         .description = "exact in the first eight steps",
         .axes = {"layer"},
         .compute =
             [](const Point& point, std::span<double> value) {
                 const auto layers = point.axis("layer");
                 for (std::size_t k = 0; k < value.size(); ++k)
                     value[k] =
                         point["reference"] > 0 ? percolation_density(Exponents::critical_bond, layers[k]) : not_a_number;
             }},
        closed_form("lyapunov_mean_field", "ln(chi)/2 for infinitely many channels",
                    [](const Point& point) {
                        const RandomLayer layer = wide_layer(point);
                        return std::log(growth_factor(layer, fixed_length(layer))) / 2;
                    }),
        closed_form("lyapunov_uniform", "of one channel in a uniform state, the fastest wave of shared weights",
                    [](const Point& point) {
                        if (point["channels"] != 1 || point["shared_weights"] != 1) return not_a_number;
                        return uniform_lyapunov(network_of(point).activation, point["sw2"], point["sb2"], point["kernel"]);
                    })};
}

}  // namespace

Experiment convolutional_propagation() {
    Experiment experiment;
    experiment.name = "convolutional_propagation";
    experiment.question =
        "How does a difference spread and die in a deep convolutional network: is it directed percolation?";
    experiment.source =
        "Tamai, Okubo, Duy, Natori and Todo, arXiv:2307.02284; Poole et al., NeurIPS 2016; Hinrichsen, Adv. Phys. 49, 815 "
        "(2000)";
    experiment.version = 2;
    experiment.parameters = parameters();
    experiment.fixed_axes = {{.name = "block_of_sites",
                              .description = "place on the ring, of 1: the middle of a block of L/64 sites",
                              .values = {}}};
    for (std::size_t block = 0; block < picture_blocks; ++block)
        experiment.fixed_axes[0].values.push_back((static_cast<double>(block) + 0.5) / picture_blocks);
    experiment.observables = observables();
    experiment.derived = derived();
    experiment.theory = theory();
    experiment.along = {
        {.name = "critical_sw2",
         .description = "sw2 at which the Lyapunov exponent changes sign",
         .quantity = "lyapunov",
         .axis = "sw2",
         .kind = along::Root{.level = 0, .points = 5}},
        {.name = "nu_collapse",
         .description =
             "nu of the best collapse of scaled_rho of all sizes; directed percolation: 1.0969, with scaling -0.2521",
         .quantity = "scaled_rho",
         .axis = "sw2",
         .kind = along::Collapse{.size_axis = "L", .nu = {0.2, 5}, .critical = {1, 8}, .scaling = {-3, 0.5}, .order = 4}}};
    experiment.check = check;
    experiment.state_size = [](const Point& point) { return ConvolutionalReplica::state_size(point); };
    experiment.run_from = run_convolutional_replica;
    experiment.cost = [](const Point& point) {
        const double numbers = point["channels"] * (point["channels"] * point["kernel"] + 1);
        const double site = 0.05 * numbers + 0.6 * point["channels"] + (point["shared_weights"] == 1 ? 0 : 0.4 * numbers);
        return point.axis("layer").back() * point["L"] * (site + 0.15 * point["reference"]);
    };
    return experiment;
}

}  // namespace gdm
