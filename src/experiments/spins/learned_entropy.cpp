#include "gdm/experiments/spins/learned_entropy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>
#include <numeric>
#include <utility>

#include "gdm/base/error.hpp"
#include "gdm/experiments/spins/learned_data.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"
#include "gdm/physics/learned/score_network.hpp"
#include "gdm/physics/spins/kaufman.hpp"

namespace gdm {
namespace {

constexpr std::size_t strata = 32;

SpinShape shape_of(const Point& point) { return spin_shape(model_of(point), static_cast<std::size_t>(point.integer("L"))); }
NetworkShape network_of(const Point& point) {
    return {shape_of(point), network_words.at(point.word("network")), static_cast<std::size_t>(point.integer("width")),
            static_cast<std::size_t>(point.integer("depth"))};
}

/// A training run: the network, and what was measured so far.
struct Training {
    ScoreNetwork network;
    std::uint64_t update = 0, measured = 0;  ///< `measured` of the values of the axis `updates`
    double loss = 0, losses = 0;
    std::vector<double> loss_at, gain, distance;

    explicit Training(const Point& point, const RandomStream& random)
        : network(network_of(point), {.learning_rate = point["learning_rate"]}, random),
          loss_at(point.axis("updates").size()),
          gain(loss_at.size() * point.axis("T").size() * strata),
          distance(gain.size()) {}

    template <class Self, class Visit>
    static void numbers(Self& self, Visit&& visit) {
        visit(std::span(&self.update, 1));
        visit(std::span(&self.measured, 1));
        visit(std::span(&self.loss, 1));
        visit(std::span(&self.losses, 1));
        for (auto* all : {&self.loss_at, &self.gain, &self.distance}) visit(std::span(*all));
    }
    [[nodiscard]] static std::size_t size(const Point& point) {
        const std::size_t rounds = point.axis("updates").size();
        return ScoreNetwork::bytes(network_of(point)) + 2 * sizeof(std::uint64_t) +
               sizeof(double) * (2 + rounds + 2 * rounds * point.axis("T").size() * strata);
    }
    [[nodiscard]] std::vector<std::byte> bytes() const {
        ByteWriter writer;
        network.save(writer);
        numbers(*this, [&](auto values) { writer.put(std::span<const std::remove_cvref_t<decltype(values[0])>>(values)); });
        return writer.take();
    }
    void load(std::span<const std::byte> bytes) {
        ByteReader reader(bytes);
        network.load(reader);
        numbers(*this, [&](auto values) { reader.get(values); });
    }
    /// What a denoiser tells of all temperatures, at the next value of `updates`.
    void measure(const Denoiser& denoiser, const SpinSet& fresh, const RandomStream& random, const Stop& stop) {
        const SignalRange range = SignalRange::of(fresh.shape);
        const std::size_t temperatures = fresh.temperatures.size();
        for (std::size_t k = 0; k < temperatures; ++k) {
            stop.check();
            // The same noise whatever was learned, so that the curve over updates is smooth.
            const RandomSequence noise(random, Purpose::noise, 1, static_cast<std::uint32_t>(k));
            const Divergence found = divergence(denoiser, fresh, k, range, strata, noise);
            const auto place = static_cast<std::ptrdiff_t>((measured * temperatures + k) * strata);
            std::copy(found.gain.begin(), found.gain.end(), gain.begin() + place);
            std::copy(found.distance.begin(), found.distance.end(), distance.begin() + place);
        }
        loss_at[measured++] = losses > 0 ? loss / losses : 0;
        loss = losses = 0;
    }
};

/// The user's module, if there is one.
const Array* find_input(const Inputs& inputs, const std::string& name) {
    const auto found = inputs.find(name);
    return found == inputs.end() ? nullptr : &found->second;
}

/// Part 0 of the configurations trains, part 1 judges.
SpinSet configurations(const Point& point, const Inputs& inputs, std::uint32_t part, const RandomStream& random,
                       const Stop& stop) {
    const auto training = static_cast<std::size_t>(point.integer("configurations")),
               judging = static_cast<std::size_t>(point.integer("test_configurations"));
    const std::size_t count = part == 0 ? training : judging;
    if (const Array* array = find_input(inputs, "dataset")) {
        return spins_of(model_of(point), *array, point.axis("T"), part == 0 ? 0 : training, count);
    }
    return sample_spins(model_of(point), shape_of(point).size, point.axis("T"), count, part, random, stop);
}

void train(const Point& point, const Inputs& inputs, const RandomStream& random, const Stop& stop, Checkpoint& checkpoint,
           Training& training) {
    const SpinSet seen = configurations(point, inputs, 0, random, stop),
                  fresh = configurations(point, inputs, 1, random, stop);
    const SignalRange range = SignalRange::of(seen.shape);
    const auto batch = static_cast<std::size_t>(point.integer("batch"));
    const auto rounds = point.axis("updates");
    while (training.measured < rounds.size()) {
        if (checkpoint.due()) {
            checkpoint.save(training.bytes(), std::min(1., static_cast<double>(training.update) / rounds.back()));
        }
        if (static_cast<double>(training.update) >= rounds[training.measured]) {
            training.measure(training.network, fresh, random, stop);
            continue;
        }
        const RandomSequence draws(random, Purpose::noise, 0, static_cast<std::uint32_t>(training.update++));
        const NoisyBatch noisy = training_batch(seen, range, batch, draws);
        training.loss += training.network.train(noisy.clean, noisy.view());
        training.losses += 1;
    }
}

void run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop, Checkpoint& checkpoint,
         Values& values) {
    const auto& inputs = std::any_cast<const Inputs&>(context);
    Training training(point, random);
    if (!checkpoint.saved().empty()) training.load(checkpoint.saved());
    if (const Array* module = find_input(inputs, "score")) {
        const auto denoiser = scripted_denoiser(shape_of(point), bytes_of(*module));
        training.measure(*denoiser, configurations(point, inputs, 1, random, stop), random, stop);
    } else {
        train(point, inputs, random, stop, checkpoint, training);
    }
    values.set("loss", training.loss_at);
    values.set("gain", training.gain);
    values.set("distance", training.distance);
    const SignalRange range = SignalRange::of(shape_of(point));
    for (std::size_t k = 0; k < strata; ++k) values["gamma"][k] = range.at((static_cast<double>(k) + 0.5) / strata);
    values.set("entropy_integration",
               integrated_entropy(model_of(point), shape_of(point).size, point.axis("T"), random, stop));
}

void check(const Point& point, const Shapes& shapes) {
    if (!networks_are_built_in()) {
        throw UsageError(
            "learned_entropy needs score networks, and this program was built without them; install libtorch-dev, configure "
            "with -DGDM_LEARNED_SCORES=ON and build again");
    }
    if (point.word("network") == "unet" && point.integer("L") % 2 != 0 && shapes.count("score") == 0) {
        throw UsageError("network = unet halves the lattice, so L must be even; take an even L, or network = mlp");
    }
    const auto rounds = point.axis("updates");
    if (!std::is_sorted(rounds.begin(), rounds.end(), std::less_equal<>())) throw UsageError("updates must rise");
    const auto found = shapes.find("dataset");
    if (found == shapes.end()) return;
    const auto& shape = found->second;
    const double needed = point["configurations"] + point["test_configurations"];
    if (shape.size() != 4 || shape[2] != shape[3] || static_cast<double>(shape[2]) != point["L"]) {
        throw UsageError(
            fmt::format("a dataset of learned_entropy has the shape (temperatures, configurations, L, L) with L = "
                        "{}, not ({})",
                        point["L"], fmt::join(shape, ", ")));
    }
    if (shape[0] != point.axis("T").size()) {
        throw UsageError(fmt::format("the dataset has {} temperatures, and T has {} values; give T as it was drawn",
                                     shape[0], point.axis("T").size()));
    }
    if (static_cast<double>(shape[1]) < needed) {
        throw UsageError(
            fmt::format("the dataset has {} configurations of each temperature, fewer than configurations + "
                        "test_configurations = {}",
                        shape[1], needed));
    }
}

/// ln 2 − ∫ `name` d ln γ, at each T and number of updates.
Derived entropy(const std::string& name, const std::string& description, const std::string& integrand) {
    return {
        .name = name,
        .unit = "nat",
        .description = description,
        .axes = {"updates", "T"},
        .compute = [integrand](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
            const auto all = combined[integrand];
            const double width = SignalRange::of(shape_of(point)).logarithm() / strata;
            for (std::size_t i = 0; i < value.size(); ++i) {
                const auto part = all.subspan(i * strata, strata);
                // XY spins: beyond the last stratum the integrand falls as 1/γ, so that what is left is its last value.
                const double rest = model_of(point) == SpinModel::xy ? part.back() : 0;
                value[i] = free_entropy(model_of(point)) - width * std::accumulate(part.begin(), part.end(), 0.) - rest;
            }
        }};
}

/// Not NAME_theory of an estimate: the network's are not expected to agree with it.
Theory exact_entropy() {
    return {.name = "exact_entropy",
            .unit = "nat",
            .description = "Kaufman's exact entropy of a spin, Ising",
            .axes = {"T"},
            .compute = [](const Point& point, std::span<double> value) {
                const auto temperatures = point.axis("T");
                const auto size = static_cast<std::size_t>(point.integer("L"));
                for (std::size_t i = 0; i < value.size(); ++i) {
                    value[i] = model_of(point) == SpinModel::ising ? kaufman(size, size, temperatures[i]).entropy
                                                                   : std::numeric_limits<double>::quiet_NaN();
                }
            }};
}

std::vector<Parameter> parameters() {
    return {model_parameter("ising"),
            size_parameter("8", 32),
            {.name = "network",
             .description = "convolutions at L and L/2, or all sites to all",
             .kind = Kind::word,
             .default_value = "unet",
             .words = network_words.list()},
            temperature_parameter(Role::inner, "linspace(0.5, 5, 10)"),
            {.name = "updates",
             .description = "updates of the weights before the entropy is measured",
             .role = Role::inner,
             .kind = Kind::integer,
             .default_value = "100, 200, 400, 800",
             .range = {.min = 0, .max = 1e7}},
            count_setting("configurations", "of each temperature, to train on", "2048", 1, 1e7),
            count_setting("test_configurations", "of each temperature, fresh, to measure the entropy with", "256", 1, 1e7),
            count_setting("batch", "configurations in an update", "128", 1, 65536),
            count_setting("width", "channels of the network's finest level", "24", 1, 512),
            count_setting("depth", "residual blocks of its coarser level", "1", 1, 32),
            {.name = "learning_rate",
             .description = "step of Adam",
             .role = Role::setting,
             .default_value = "0.003",
             .range = {.min = 0, .max = 1, .open_min = true}},
            {.name = "dataset",
             .description = "your configurations, of shape (temperatures, configurations, L, L), signs or angles",
             .role = Role::setting,
             .kind = Kind::dataset,
             .default_value = "none"},
            {.name = "score",
             .description = "a score trained elsewhere, as TorchScript: forward(x, t, T); then nothing is trained",
             .role = Role::setting,
             .kind = Kind::file,
             .default_value = "none"}};
}

}  // namespace

Experiment learned_entropy() {
    Experiment experiment;
    experiment.name = "learned_entropy";
    experiment.question = "Which entropy of spins does a trained score network tell?";
    experiment.source = "MINDE: Franzese, Bounoua and Michiardi 2024; Verdu 2010";
    experiment.parameters = parameters();
    std::vector<double> places(strata);
    std::iota(places.begin(), places.end(), 0.);
    experiment.fixed_axes = {{.name = "stratum", .description = "of ln gamma", .values = places}};
    experiment.observables = {
        {.name = "loss",
         .description = "mean training loss since the last measurement, gamma |X - D|^2 a spin",
         .axes = {"updates"}},
        {.name = "gamma", .description = "signal-to-noise ratio in the middle of a stratum", .axes = {"stratum"}},
        {.name = "gain",
         .description = "gamma (|X - Q|^2 - |X - D|^2)/2 a spin, of fresh configurations",
         .axes = {"updates", "T", "stratum"}},
        {.name = "distance", .description = "gamma |D - Q|^2/2 a spin", .axes = {"updates", "T", "stratum"}},
        {.name = "entropy_integration",
         .unit = "nat",
         .description = "entropy of a spin by thermodynamic integration of a chain of its own",
         .axes = {"T"}}};
    experiment.derived = {
        entropy("entropy_bound", "entropy of a spin by what the network explains, not below the true one", "gain"),
        entropy("entropy_minde", "entropy of a spin by the identity of scores", "distance")};
    experiment.theory = {exact_entropy()};
    experiment.implied = [](const Shapes& shapes) {
        std::vector<Implied> all;
        if (const auto found = shapes.find("dataset"); found != shapes.end() && found->second.size() == 4) {
            all.push_back({"L", fmt::format("{}", found->second[3]), true});
        }
        if (shapes.count("score") > 0) all.push_back({"updates", "0", true});
        return all;
    };
    experiment.check = check;
    experiment.prepare = [](const Point&, const Inputs& inputs) { return Context(inputs); };
    experiment.state_size = [](const Point& point) { return Training::size(point); };
    experiment.run_from = run;
    experiment.cost = [](const Point& point) {  // ns: three passes over each weight at each site
        return 0.1 * 3 * static_cast<double>(count_weights(network_of(point))) * point["L"] * point["L"] * point["batch"] *
               point.axis("updates").back() / 4;
    };
    return experiment;
}

}  // namespace gdm
