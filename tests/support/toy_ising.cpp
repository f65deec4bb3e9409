#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "gdm/experiment/chain_observables.hpp"
#include "support/setting.hpp"
#include "support/test_experiments.hpp"

namespace gdm::test {
namespace {

/// L² updates at random sites. (In order, Metropolis is not ergodic at L = 2, where updates without cost are certain.)
void update_spins(std::vector<int>& spins, int size, double beta, bool metropolis, RandomSequence random) {
    for (int update = 0; update < size * size; ++update) {
        const int site = static_cast<int>(random.below(static_cast<std::uint64_t>(size * size)));
        const int row = site / size, column = site % size;
        const int field = spins[(row + 1) % size * size + column] + spins[(row + size - 1) % size * size + column] +
                          spins[row * size + (column + 1) % size] + spins[row * size + (column + size - 1) % size];
        const double uniform = random.uniform();
        if (metropolis) {
            if (uniform < std::exp(-2 * beta * spins[site] * field)) spins[site] = -spins[site];
        } else {
            spins[site] = uniform < 1 / (1 + std::exp(-2 * beta * field)) ? 1 : -1;
        }
    }
}

/// One cluster (Wolff 1989): bonds between equal spins are kept with probability 1 − e^{−2β}, and what hangs together is
/// turned.
void turn_cluster(std::vector<int>& spins, int size, double beta, RandomSequence random) {
    const double kept = -std::expm1(-2 * beta);
    const int first = static_cast<int>(random.below(static_cast<std::uint64_t>(size * size)));
    const int sign = spins[first];
    std::vector<int> waiting{first};
    spins[first] = -sign;
    while (!waiting.empty()) {
        const int site = waiting.back(), row = site / size, column = site % size;
        waiting.pop_back();
        for (const int other : {(row + 1) % size * size + column, (row + size - 1) % size * size + column,
                                row * size + (column + 1) % size, row * size + (column + size - 1) % size}) {
            if (spins[other] != sign || random.uniform() >= kept) continue;
            spins[other] = -sign;
            waiting.push_back(other);
        }
    }
}

/// All that a step needs or changes: the state of a replica.
struct Chain {
    std::vector<int> spins;
    std::uint64_t step = 0;
    ChainAverage energy, squared, fourth;
    std::vector<ChainAverage> correlation;  ///< at each dx < L

    /// Even replicas start in order, odd ones at random: where they have not forgotten it, they scatter.
    Chain(const Point& point, const RandomStream& random) : spins(static_cast<std::size_t>(std::pow(point["L"], 2)), 1) {
        for (const double dx : point.axis("dx"))
            if (dx < point["L"]) correlation.emplace_back();
        RandomSequence start(random, Purpose::initial_state);
        if (random.replica() % 2 == 1)
            for (int& spin : spins) spin = start.uniform() < 0.5 ? 1 : -1;
    }

    [[nodiscard]] std::vector<std::byte> bytes() const {
        ByteWriter writer;
        writer.put(std::span(spins));
        writer.put(step);
        for (const auto* one : {&energy, &squared, &fourth}) one->save(writer);
        for (const ChainAverage& one : correlation) one.save(writer);
        return writer.take();
    }
    void load(std::span<const std::byte> bytes) {
        ByteReader reader(bytes);
        reader.get(std::span(spins));
        reader.get(step);
        for (auto* one : {&energy, &squared, &fourth}) one->load(reader);
        for (ChainAverage& one : correlation) one.load(reader);
    }

    void measure(int size, std::span<const double> dx) {
        double bonds = 0;
        std::vector<double> products(correlation.size());
        for (int row = 0; row < size; ++row) {
            for (int column = 0; column < size; ++column) {
                const int here = spins[row * size + column];
                bonds += here * (spins[row * size + (column + 1) % size] + spins[(row + 1) % size * size + column]);
                for (std::size_t i = 0; i < products.size(); ++i)
                    products[i] += here * spins[row * size + (column + static_cast<int>(dx[i])) % size];
            }
        }
        const double sites = size * size;
        const double magnetisation = std::accumulate(spins.begin(), spins.end(), 0.) / sites;
        energy.add(-bonds / sites);
        squared.add(magnetisation * magnetisation);
        fourth.add(std::pow(magnetisation, 4));
        for (std::size_t i = 0; i < products.size(); ++i) correlation[i].add(products[i] / sites);
    }
};

void run_ising(const Point& point, const Context&, const RandomStream& random, const Stop&, Checkpoint& checkpoint,
               Values& values) {
    const int size = static_cast<int>(point.integer("L"));
    const std::string& update = point.word("update");
    const std::uint64_t thermalisation = point.integer("thermalisation");
    const std::uint64_t steps = thermalisation + point.integer("sweeps");
    Chain chain(point, random);
    if (!checkpoint.saved().empty()) chain.load(checkpoint.saved());
    while (chain.step < steps) {
        if (chain.step % 64 == 0 && checkpoint.due()) {
            checkpoint.save(chain.bytes(), static_cast<double>(chain.step) / static_cast<double>(steps));
        }
        const RandomSequence sequence(random, Purpose::markov_chain, 0, static_cast<std::uint32_t>(chain.step));
        if (update == "wolff") {
            turn_cluster(chain.spins, size, 1 / point["T"], sequence);
        } else {
            update_spins(chain.spins, size, 1 / point["T"], update == "metropolis", sequence);
        }
        if (++chain.step > thermalisation) chain.measure(size, point.axis("dx"));
    }
    checkpoint.end(chain.bytes());
    set_chain(values, "energy", chain.energy);
    set_chain(values, "magnetisation_squared", chain.squared);
    set_chain(values, "magnetisation_fourth", chain.fourth);
    for (std::size_t i = 0; i < chain.correlation.size(); ++i) set_blocks(values, "correlation", chain.correlation[i], i);
    for (int row = 0; row < std::min(size, 8); ++row) {
        for (int column = 0; column < std::min(size, 8); ++column)
            values["snapshot"][row * 8 + column] = chain.spins[row * size + column];
    }
}

}  // namespace

Experiment toy_ising() {
    Experiment experiment;
    experiment.name = "toy_ising";
    experiment.question = "How does the square-lattice Ising model order at small sizes?";
    experiment.source = "Onsager 1944; exact enumeration";
    experiment.parameters = {{.name = "T",
                              .description = "temperature, J = 1",
                              .default_value = "2, 2.5, 3",
                              .range = {.min = 0, .open_min = true},
                              .alternatives = {{"beta",
                                                "1",
                                                "inverse temperature",
                                                {.min = 0, .open_min = true},
                                                [](double beta, const Point&) { return 1 / beta; }}}},
                             {.name = "L",
                              .description = "lattice size",
                              .kind = Kind::integer,
                              .default_value = "2, 4, 8",
                              .range = {.min = 2, .max = 64}},
                             {.name = "update",
                              .description = "rule of an update: of single spins, or of one cluster",
                              .kind = Kind::word,
                              .default_value = "metropolis, heat_bath",
                              .words = {"metropolis", "heat_bath", "wolff"}},
                             {.name = "dx",
                              .unit = "lattice spacing",
                              .description = "distance along a row",
                              .role = Role::inner,
                              .kind = Kind::integer,
                              .default_value = "arange(0, 4)",
                              .range = {.min = 0}},
                             setting("sweeps", "sweeps measured in one replica", "2000", {.min = blocks_of_chain}),
                             setting("thermalisation", "sweeps before measuring", "100")};
    std::vector<double> places(8);
    std::iota(places.begin(), places.end(), 0.);
    experiment.fixed_axes = {chain_blocks(),
                             {.name = "row", .description = "row of the lattice", .values = places},
                             {.name = "column", .description = "column of the lattice", .values = places}};
    experiment.observables = {
        {.name = "correlation", .description = "<s(0) s(dx)>", .axes = {"dx", block_axis}, .may_be_missing = {"dx >= L"}},
        {.name = "snapshot",
         .description = "last configuration, its first 8 rows and columns",
         .axes = {"row", "column"},
         .combine = Combine::stored,
         .may_be_missing = {"beyond L"}}};
    for (const Observable& average :
         {Observable{.name = "energy", .unit = "J", .description = "energy per site"},
          Observable{.name = "magnetisation_squared", .description = "mean squared magnetisation"},
          Observable{.name = "magnetisation_fourth", .description = "mean fourth power of the magnetisation"}}) {
        for (Observable& one : chain_observables(average, "sweeps")) experiment.observables.push_back(std::move(one));
    }
    experiment.derived = {
        {.name = "binder",
         .description = "1 - <m^4>/(3 <m^2>^2)",
         .compute = [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
             value[0] =
                 1 - combined.scalar("magnetisation_fourth") / (3 * std::pow(combined.scalar("magnetisation_squared"), 2));
         }}};
    const auto critical = [](const Point&) { return 2 / std::log1p(std::sqrt(2.)); };  // Kramers and Wannier 1941
    experiment.along = {
        {.name = "binder_crossing",
         .description = "critical temperature, from the crossings of neighbouring sizes",
         .quantity = "binder",
         .axis = "T",
         .kind = along::Crossing{.size_axis = "L", .drift = 2.75, .points = 6},
         .theory = critical},
        {.name = "nu",
         .description = "exponent of the correlation length, by a collapse",
         .quantity = "binder",
         .axis = "T",
         .kind = along::Collapse{.size_axis = "L", .nu = {0.5, 2}, .critical = {2.1, 2.5}, .order = 5, .width = 5},
         .theory = [](const Point&) { return 1.; }}};
    experiment.state_size = [](const Point& point) { return Chain(point, RandomStream(0, 0)).bytes().size(); };
    experiment.run_from = run_ising;
    experiment.lengthened_by = "sweeps";
    experiment.cost = [](const Point& point) {
        return (point["sweeps"] + point["thermalisation"]) * std::pow(point["L"], 2) * 50;
    };
    return experiment;
}

}  // namespace gdm::test
