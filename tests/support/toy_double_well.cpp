#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "gdm/experiment/chain_observables.hpp"
#include "gdm/experiments/shared/tempering_quantities.hpp"
#include "gdm/physics/chains/parallel_tempering.hpp"
#include "gdm/physics/chains/thermalisation.hpp"
#include "support/setting.hpp"
#include "support/test_experiments.hpp"

namespace gdm::test {
namespace {

struct DoubleWell {
    double barrier, tilt;
    explicit DoubleWell(const Point& point) : barrier(point["barrier"]), tilt(point["tilt"]) {}
    [[nodiscard]] double energy(double x) const { return barrier * std::pow(x * x - 1, 2) + tilt * x; }
    /// Some Metropolis steps, so narrow that a cold walker does not jump over the barrier.
    void update(double& x, double beta, RandomSequence random) const {
        constexpr int steps = 8;
        constexpr double width = 0.6;
        for (int step = 0; step < steps; ++step) {
            const double proposed = x + width * (random.uniform() - 0.5);
            if (random.uniform() < std::exp(-beta * (energy(proposed) - energy(x)))) x = proposed;
        }
    }
};

/// Two ladders, one from each well, and what is measured of them.
struct Chain {
    std::array<ParallelTempering<double>, 2> ladders;
    Thermalisation thermalisation;
    std::vector<ChainAverage> right, energy;             ///< at each temperature, of both ladders together
    std::vector<std::array<Binning, 2>> right_by_start;  ///< and one by one
    std::vector<TemperingAverages> exchanges;

    explicit Chain(const Point& point)
        : Chain(ladder_of(point, "T"), static_cast<std::uint64_t>(point.integer("thermalisation"))) {}
    Chain(const std::vector<double>& beta, std::uint64_t longest)
        : ladders{ParallelTempering<double>(beta, std::vector<double>(beta.size(), -1)),
                  ParallelTempering<double>(beta, std::vector<double>(beta.size(), 1))},
          thermalisation(64, longest),
          right(beta.size()),
          energy(beta.size()),
          right_by_start(beta.size()),
          exchanges(2, TemperingAverages(beta.size())) {}

    /// The place of the lowest temperature, which is the last to forget.
    [[nodiscard]] std::size_t cold() const {
        const auto beta = ladders[0].exchange().beta();
        return beta.front() > beta.back() ? 0 : beta.size() - 1;
    }
    void step(const DoubleWell& well, const RandomStream& random, bool exchange) {
        for (std::size_t i = 0; i < 2; ++i) {
            const auto first_sample = static_cast<std::uint32_t>(i * (right.size() + 1));
            ladders[i].step(
                random, [&](double& x, double beta, RandomSequence sequence) { well.update(x, beta, sequence); },
                [&](double x) { return well.energy(x); }, exchange, first_sample);
        }
    }
    void measure(bool exchange) {
        for (std::size_t place = 0; place < right.size(); ++place) {
            double both = 0, energies = 0;
            for (std::size_t i = 0; i < 2; ++i) {
                const double here = ladders[i].at(place) > 0 ? 1 : 0;
                right_by_start[place][i].add(here);
                both += here / 2;
                energies += ladders[i].energy(place) / 2;
            }
            right[place].add(both);
            energy[place].add(energies);
        }
        for (std::size_t i = 0; exchange && i < 2; ++i) exchanges[i].add(ladders[i].exchange());
    }

    /// Calls `visit` with each part of the state.
    template <class Self, class Visit>
    static void parts(Self& self, Visit&& visit) {
        for (auto& one : self.ladders) visit(one);
        visit(self.thermalisation);
        for (auto& one : self.right) visit(one);
        for (auto& one : self.energy) visit(one);
        for (auto& pair : self.right_by_start)
            for (auto& one : pair) visit(one);
        for (auto& one : self.exchanges) visit(one);
    }
    [[nodiscard]] std::vector<std::byte> bytes() const {
        ByteWriter writer;
        parts(*this, [&](const auto& part) { part.save(writer); });
        return writer.take();
    }
    void load(std::span<const std::byte> bytes) {
        ByteReader reader(bytes);
        parts(*this, [&](auto& part) { part.load(reader); });
    }
};

void run(const Point& point, const Context&, const RandomStream& random, const Stop&, Checkpoint& checkpoint,
         Values& values) {
    const DoubleWell well(point);
    const bool exchange = point.word("exchange") == "on";
    const std::uint64_t samples = point.integer("samples");
    Chain chain(point);
    if (!checkpoint.saved().empty()) chain.load(checkpoint.saved());
    while (chain.right[0].count() < samples) {
        if (chain.ladders[0].steps() % 256 == 0 && checkpoint.due()) {
            checkpoint.save(chain.bytes(), static_cast<double>(chain.right[0].count()) / static_cast<double>(samples));
        }
        chain.step(well, random, exchange);
        if (chain.thermalisation.over()) {
            chain.measure(exchange);
        } else {
            const std::size_t cold = chain.cold();
            chain.thermalisation.add(std::array{chain.ladders[0].at(cold), chain.ladders[1].at(cold)});
        }
    }
    checkpoint.end(chain.bytes());
    values.set("thermalisation_steps", static_cast<double>(chain.thermalisation.steps()));
    for (std::size_t place = 0; place < chain.right.size(); ++place) {
        set_chain(values, "right", chain.right[place], place);
        set_chain(values, "energy", chain.energy[place], place);
        const auto& [left, right] = chain.right_by_start[place];
        values["right_start_z"][place] = difference_of_starts(left.result(), right.result());
    }
    if (exchange) set_tempering(values, chain.exchanges);
}

/// Averages of the Boltzmann law, by the trapezoidal rule, which converges fast where a function falls off on both sides.
struct Exact {
    double right = 0, energy = 0;
    Exact(const Point& point, double temperature) {
        const DoubleWell well(point);
        constexpr double step = 1e-3;
        double whole = 0;
        for (int i = -4000; i <= 4000; ++i) {
            const double x = step * i, energy_here = well.energy(x), weight = std::exp(-(energy_here + 2) / temperature);
            whole += weight;
            right += weight * (i > 0 ? 1 : i == 0 ? 0.5 : 0);
            energy += weight * energy_here;
        }
        right /= whole;
        energy /= whole;
    }
};

double free_energy_difference(double right, double temperature) { return -temperature * std::log(right / (1 - right)); }

Theory exact(const std::string& name, const std::string& description, double (*of)(const Exact&, double)) {
    return {.name = name,
            .description = description,
            .axes = {"T"},
            .compute = [of](const Point& point, std::span<double> value) {
                const auto temperatures = point.axis("T");
                for (std::size_t i = 0; i < value.size(); ++i) value[i] = of({point, temperatures[i]}, temperatures[i]);
            }};
}

void declare_measured(Experiment& experiment) {
    const Observable right{.name = "right", .description = "probability of the right well", .axes = {"T"}};
    for (const Observable& average : {right, {.name = "energy", .description = "mean energy", .axes = {"T"}}}) {
        for (Observable& one : chain_observables(average)) experiment.observables.push_back(std::move(one));
    }
    experiment.observables.push_back(starts_observable(right));
    experiment.observables.push_back(
        {.name = "thermalisation_steps", .unit = "step", .description = "steps before measuring"});
    for (Observable& one : tempering_observables("T")) experiment.observables.push_back(std::move(one));
    experiment.derived = tempering_derived("T");
    experiment.derived.push_back(
        {.name = "free_energy_difference",
         .description = "-T ln(right/left)",
         .axes = {"T"},
         .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
             const auto all = combined["right"], temperatures = point.axis("T");
             for (std::size_t i = 0; i < value.size(); ++i) value[i] = free_energy_difference(all[i], temperatures[i]);
         }});
    experiment.theory = {exact("right_theory", "by quadrature", [](const Exact& law, double) { return law.right; }),
                         exact("energy_theory", "by quadrature", [](const Exact& law, double) { return law.energy; }),
                         exact("free_energy_difference_theory", "by quadrature", [](const Exact& law, double temperature) {
                             return free_energy_difference(law.right, temperature);
                         })};
}

}  // namespace

Experiment toy_double_well() {
    Experiment experiment;
    experiment.name = "toy_double_well";
    experiment.question = "How often does a cold particle change its well if its temperature changes places?";
    experiment.source = "quadrature";
    experiment.parameters = {
        {.name = "barrier", .description = "between the wells", .default_value = "1", .range = {.min = 0, .max = 100}},
        {.name = "tilt",
         .description = "half the difference of the wells",
         .default_value = "0.02",
         .range = {.min = -0.5, .max = 0.5}},
        {.name = "T",
         .description = "temperature",
         .role = Role::inner,
         .default_value = "geomspace(0.05, 1, 8)",
         .range = {.min = 0, .open_min = true}},
        {.name = "exchange",
         .description = "whether temperatures change places",
         .role = Role::setting,
         .kind = Kind::word,
         .default_value = "on",
         .words = {"on", "off"}},
        setting("samples", "steps measured of a ladder", "4096", {.min = 4 * blocks_of_chain}),
        setting("thermalisation", "steps before measuring at most", "16384", {.min = 64})};
    experiment.fixed_axes = {chain_blocks()};
    declare_measured(experiment);
    experiment.check = [](const Point& point, const Shapes&) { check_ladder(point, "T"); };
    experiment.state_size = [](const Point& point) { return Chain(point).bytes().size(); };
    experiment.run_from = run;
    experiment.lengthened_by = "samples";
    experiment.cost = [](const Point& point) {
        return 2 * 300 * (point["samples"] + point["thermalisation"]) * static_cast<double>(point.axis("T").size());
    };
    return experiment;
}

}  // namespace gdm::test
