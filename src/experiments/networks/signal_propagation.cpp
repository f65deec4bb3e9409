#include "gdm/experiments/networks/signal_propagation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/networks/few_networks.hpp"
#include "gdm/experiments/networks/signal_parameters.hpp"
#include "gdm/experiments/networks/signal_theory.hpp"

namespace gdm {
namespace {

/// What a replica writes at each layer of the axis, in this order.
constexpr const char* layer_names[] = {"length",  "rho_mean",   "rho_squared", "rho_median",
                                       "log_rho", "log_growth", "gradient"};
constexpr std::size_t layer_quantities = std::size(layer_names);

/// The networks of a replica, and what was measured of them so far.
struct Signals {
    RandomNetworks networks;
    std::vector<double> start;              ///< log_growth of each network after thermalisation
    std::vector<double> measured;           ///< (layer_quantities, layers of the axis)
    double length = 0, length_squared = 0;  ///< sums over networks and layers after thermalisation

    explicit Signals(const Point& point)
        : networks(random_layer(point), architecture_words.at(point.word("architecture")), point["branch"],
                   static_cast<std::size_t>(point.integer("width")), static_cast<std::size_t>(point.integer("networks")),
                   first_length(point), 1 - point["c0"]),
          start(networks.networks(), 0.),
          measured(layer_quantities * point.axis("layer").size(), not_a_number) {}

    void save(ByteWriter& writer) {
        networks.save(writer);
        writer.put(std::span<const double>(start));
        writer.put(std::span<const double>(measured));
        writer.put(length);
        writer.put(length_squared);
    }
    void load(std::span<const std::byte> bytes) {
        ByteReader reader(bytes);
        networks.load(reader);
        reader.get(std::span(start));
        reader.get(std::span(measured));
        reader.get(length);
        reader.get(length_squared);
    }
};

std::size_t state_size(const Point& point) {
    const auto networks = static_cast<std::size_t>(point.integer("networks"));
    return RandomNetworks::bytes(architecture_words.at(point.word("architecture")),
                                 static_cast<std::size_t>(point.integer("width")), networks) +
           (networks + layer_quantities * point.axis("layer").size() + 2) * sizeof(double);
}

/// ln of the mean of e^x.
double log_mean_exp(const std::vector<double>& x) {
    const double largest = *std::max_element(x.begin(), x.end());
    double sum = 0;
    for (const double one : x) sum += std::exp(one - largest);
    return largest + std::log(sum / static_cast<double>(x.size()));
}

double mean_of(const std::vector<double>& x) {
    double sum = 0;
    for (const double one : x) sum += one;
    return sum / static_cast<double>(x.size());
}

double median_of(std::vector<double> x) {
    std::sort(x.begin(), x.end());
    return (x[(x.size() - 1) / 2] + x[x.size() / 2]) / 2;
}

void measure_layer(Signals& signals, std::size_t place, std::size_t layers) {
    const std::size_t count = signals.networks.networks();
    std::vector<double> length(count), log_rho(count), rho(count), growth(count);
    for (std::size_t i = 0; i < count; ++i) {
        length[i] = signals.networks.length(i);
        log_rho[i] = signals.networks.log_rho(i);
        rho[i] = std::exp(log_rho[i]);
        growth[i] = signals.networks.log_growth(i);
    }
    std::vector<double> squares;
    squares.reserve(count);
    for (const double one : rho) squares.push_back(one * one);
    const double row[layer_quantities] = {mean_of(length),  mean_of(rho),    mean_of(squares),    median_of(rho),
                                          mean_of(log_rho), mean_of(growth), log_mean_exp(growth)};
    for (std::size_t k = 0; k < layer_quantities; ++k) signals.measured[k * layers + place] = row[k];
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop&, Checkpoint& checkpoint,
         Values& values) {
    const auto layers = point.axis("layer");
    const auto depth = static_cast<std::uint32_t>(signal_depth(point)),
               thermalisation = static_cast<std::uint32_t>(point.integer("thermalisation"));
    Signals signals(point);
    const std::size_t count = signals.networks.networks();
    if (!checkpoint.saved().empty()) signals.load(checkpoint.saved());
    // Some ms of work.
    const auto often = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(3e5 / (point["width"] * static_cast<double>(std::max<std::size_t>(count, 16)))));
    while (signals.networks.layer() < depth) {
        if (signals.networks.layer() % often == 0 && checkpoint.due()) {
            ByteWriter writer;
            signals.save(writer);
            checkpoint.save(writer.bytes(), static_cast<double>(signals.networks.layer()) / depth);
        }
        signals.networks.advance(random);
        const std::uint32_t layer = signals.networks.layer();
        const auto place = std::lower_bound(layers.begin(), layers.end(), static_cast<double>(layer));
        if (place != layers.end() && *place == layer)
            measure_layer(signals, static_cast<std::size_t>(place - layers.begin()), layers.size());
        for (std::size_t i = 0; i < count; ++i) {
            if (layer == thermalisation) signals.start[i] = signals.networks.log_growth(i);
            if (layer <= thermalisation) continue;
            const double length = signals.networks.length(i);
            signals.length += length;
            signals.length_squared += length * length;
        }
    }
    for (std::size_t k = 0; k < layer_quantities; ++k)
        values.set(layer_names[k], std::span(signals.measured).subspan(k * layers.size(), layers.size()));
    const double passed = static_cast<double>(depth - thermalisation);
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double growth = (signals.networks.log_growth(i) - signals.start[i]) / passed;
        sum += growth;
        squares += growth * growth;
    }
    const double networks = static_cast<double>(count), mean = sum / networks;
    values.set("lyapunov", mean / 2);
    values.set("growth_diffusion", (squares / networks - mean * mean) * networks / (networks - 1) * passed * point["width"]);
    values.set("networks_measured", networks);
    values.set("mean_length", signals.length / networks / passed);
    values.set("mean_squared_length", signals.length_squared / networks / passed);
}

std::vector<Observable> observables() {
    const auto over_layers = [](const char* name, const char* description, Combine combine = Combine::mean,
                                decltype(Observable::spread_is_error) spread = {}) {
        return Observable{.name = name,
                          .description = description,
                          .axes = {"layer"},
                          .combine = combine,
                          .spread_is_error = std::move(spread),
                          .error_missing = "a few networks dominate the mean where layers are many and narrow"};
    };
    // Growth is log-normal at many layers, of variance growth_diffusion layer/width.
    const auto mean_is_known = [](const Point& point, const Combined& combined) {
        return combined.scalar("growth_diffusion") * signal_depth(point) / point["width"] < 2;
    };
    std::vector<Observable> all = few_networks_observables("rho", "1 - c of the two inputs", "layer");
    for (Observable& one : std::vector<Observable>{
             over_layers("length", "squared length q of the first input over the width"),
             over_layers("rho_median", "median over the networks of a replica, mean over replicas"),
             over_layers("log_rho", "mean of ln rho: its exponential is the typical rho"),
             over_layers("log_growth",
                         "mean over networks of ln of the growth of a small perturbation, squared: of |Jv|^2/|v|^2, J the "
                         "Jacobian of the layer"),
             over_layers("gradient",
                         "ln of the mean of |Jv|^2/|v|^2, which is ln of the mean of |J|_F^2/width: squared gradients that "
                         "many layers before the last",
                         Combine::log_mean_exp, mean_is_known),
             {.name = "lyapunov", .description = "half of the mean growth of ln of a squared perturbation in a layer"},
             {.name = "growth_diffusion",
             .description = "width times the variance of ln of a squared perturbation, per layer, between networks"},
             {.name = "mean_length", .description = "q, averaged over layers"},
             {.name = "mean_squared_length", .description = "q^2, averaged over layers"},
             networks_measured()})
        all.push_back(std::move(one));
    return all;
}

}  // namespace

Experiment signal_propagation() {
    Experiment experiment;
    experiment.name = "signal_propagation";
    experiment.question = "Do signals in a deep random network converge or become chaotic, and what does its width change?";
    experiment.source =
        "Poole, Lahiri, Raghu, Sohl-Dickstein and Ganguli, NeurIPS 2016; Schoenholz, Gilmer, Ganguli and Sohl-Dickstein, "
        "ICLR "
        "2017; Yang and Schoenholz, NeurIPS 2017 (resnets)";
    experiment.version = 2;
    experiment.parameters = signal_parameters();
    experiment.observables = observables();
    experiment.derived = signal_propagation_derived();
    experiment.theory = signal_theory();
    experiment.along = signal_propagation_along();
    experiment.check = check_signal;
    experiment.state_size = state_size;
    experiment.run_from = run;
    experiment.cost = [](const Point& point) {
        const double networks = std::ceil(point["networks"] / 16) * 16;
        return signal_depth(point) * point["width"] * networks * (is_resnet(point) ? 15 : 10);
    };
    return experiment;
}

}  // namespace gdm
