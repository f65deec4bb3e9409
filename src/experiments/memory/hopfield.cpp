#include "gdm/experiments/memory/hopfield.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "gdm/base/bytes.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/memo.hpp"
#include "gdm/experiment/chain_observables.hpp"
#include "gdm/experiments/memory/hopfield_parameters.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"
#include "gdm/physics/memories/enumerated_network.hpp"
#include "gdm/physics/memories/hopfield_network.hpp"
#include "gdm/physics/memories/hopfield_theory.hpp"

namespace gdm {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

constexpr std::size_t most_enumerated = 16;  // spins; their states take some ms

bool from_pattern(const Point& point) { return point.word("start") == "pattern"; }

std::uint64_t sweeps_of(const Point& point) {
    return static_cast<std::uint64_t>(point["thermalisation"] + point["samples"]);
}

std::vector<std::int8_t> start_of(const Point& point, const std::vector<std::int8_t>& pattern, const RandomStream& random) {
    if (from_pattern(point)) return pattern;
    std::vector<std::int8_t> spins(pattern.size());
    WordSequence words(random, Purpose::initial_state, 0, 0);
    for (std::int8_t& spin : spins) spin = (words.next() & 1) != 0 ? 1 : -1;
    return spins;
}

void set_average(const Values& values, const std::string& name, const BinnedMean& binned) {
    values.set(name, binned.mean);
    values.set(name + "_binned_error", binned.error);
    values.set(name + "_tau", binned.tau);
    values.set(name + "_tau_error", std::isfinite(binned.tau_error) ? binned.tau_error : 0);  // of a constant chain
}

/// The chain of a replica. Sums of each spin over both halves give q without the noise that a square would add.
class HopfieldChain {
  public:
    HopfieldChain(const Point& point, const Context& context, const RandomStream& random)
        : thermalisation_(static_cast<std::uint64_t>(point["thermalisation"])),
          half_(static_cast<std::uint64_t>(point["samples"]) / 2),
          temperature_(point["T"]),
          rule_(learning_rule_words.at(point.word("rule"))),
          patterns_(patterns_of(point, pattern_count(point, point["alpha"]), context, random)),
          pattern_(spins_of(patterns_, 0)),
          network_(patterns_, rule_, start_of(point, pattern_, random)),
          sums_(2 * pattern_.size(), 0) {}

    [[nodiscard]] static std::size_t state_size(const Point& point) {
        return sizeof(std::uint64_t) + 9 * static_cast<std::size_t>(point.integer("N")) + 2 * ChainAverage::bytes();
    }
    [[nodiscard]] std::vector<std::byte> bytes() const {
        ByteWriter bytes;
        bytes.put(sweeps_);
        bytes.put(network_.spins());
        bytes.put(std::span<const std::int32_t>(sums_));
        magnetisation_.save(bytes);
        energy_.save(bytes);
        return bytes.take();
    }
    void load(std::span<const std::byte> state) {
        ByteReader bytes(state);
        std::vector<std::int8_t> spins(pattern_.size());
        bytes.get(sweeps_);
        bytes.get(std::span(spins));
        bytes.get(std::span(sums_));
        magnetisation_.load(bytes);
        energy_.load(bytes);
        network_ = HopfieldNetwork(patterns_, rule_, spins);
    }

    [[nodiscard]] std::uint64_t sweeps() const noexcept { return sweeps_; }
    void sweep(const RandomStream& random) {
        WordSequence words(random, Purpose::markov_chain, 0, static_cast<std::uint32_t>(sweeps_));
        network_.heat_bath(temperature_, words);
        if (++sweeps_ <= thermalisation_) return;
        const auto spins = network_.spins();
        magnetisation_.add(overlap_of(pattern_, spins));
        energy_.add(network_.energy());
        std::int32_t* sums = sums_.data() + (sweeps_ - thermalisation_ <= half_ ? 0 : spins.size());
        for (std::size_t i = 0; i < spins.size(); ++i) sums[i] += spins[i];
    }

    void write(const Values& values, double retrieved_above) const {
        set_average(values, "magnetisation", magnetisation_.binned());
        set_average(values, "energy", energy_.binned());
        const std::size_t n = pattern_.size();
        double q = 0;
        for (std::size_t i = 0; i < n; ++i) q += static_cast<double>(sums_[i]) * sums_[n + i];
        const double first = static_cast<double>(half_), second = static_cast<double>(sweeps_ - thermalisation_ - half_);
        values.set("error_rate", (1 - magnetisation_.binned().mean) / 2);
        values.set("overlap", q / (first * second * static_cast<double>(n)));
        values.set("retrieved", magnetisation_.binned().mean > retrieved_above ? 1 : 0);
        const auto overlaps = network_.overlaps();
        double other = 0;
        for (std::size_t mu = 1; mu < overlaps.size(); ++mu) other = std::max(other, std::abs(overlaps[mu]));
        values.set("largest_other_overlap", other);
        if (n <= most_enumerated) values.set("energy_exact", enumerate_network(patterns_, rule_, temperature_).energy);
    }

  private:
    std::uint64_t thermalisation_, half_, sweeps_ = 0;
    double temperature_;
    LearningRule rule_;
    PackedPatterns patterns_;
    std::vector<std::int8_t> pattern_;
    HopfieldNetwork network_;
    std::vector<std::int32_t> sums_;  ///< of each spin in the first half, then in the second
    ChainAverage magnetisation_, energy_;
};

void check(const Point& point, const Shapes& shapes) {
    check_patterns(point, point["alpha"], shapes);
    if (point["thermalisation"] + point["samples"] >= 2147483648.)
        throw UsageError("thermalisation + samples must be less than 2^31 sweeps; take more replicas instead");
}

void run(const Point& point, const Context& context, const RandomStream& random, const Stop&, Checkpoint& checkpoint,
         Values& values) {
    HopfieldChain chain(point, context, random);
    if (!checkpoint.saved().empty()) chain.load(checkpoint.saved());
    const std::uint64_t sweeps = sweeps_of(point);
    const auto often =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(1e6 / point["N"] / (10 + point["alpha"] * point["N"] / 8)));
    for (std::uint64_t asked = 0; chain.sweeps() < sweeps; ++asked) {
        if (asked % often == 0 && checkpoint.due())
            checkpoint.save(chain.bytes(), static_cast<double>(chain.sweeps()) / static_cast<double>(sweeps));
        chain.sweep(random);
    }
    checkpoint.end(chain.bytes());
    chain.write(values, point["retrieved_above"]);
}

/// α = P/N as it is with whole patterns.
double true_alpha(const Point& point) { return static_cast<double>(pattern_count(point, point["alpha"])) / point["N"]; }

/// The state of theory that a point starts in.
HopfieldState theory_of(const Point& point) {
    static Memo<HopfieldState> memo;
    const double alpha = true_alpha(point), temperature = point["T"], retrieval = from_pattern(point) ? 1 : 0;
    if (!theory_holds(point)) return {nan, nan, nan, nan, nan, nan};
    return memo.at({alpha, temperature, retrieval}, [&] {
        return retrieval == 1 ? hopfield_retrieval(alpha, temperature) : hopfield_spin_glass(alpha, temperature);
    });
}

/// Of a mean over spins and sweeps from `least` to 1: no spin of a cold network may turn in so many.
std::function<Bounds(const Point&)> bounds_of_spins(double least) {
    return [least](const Point& point) { return Bounds{.min = least, .max = 1, .samples = point["N"] * point["samples"]}; };
}

/// A line of the phase diagram, which depends on one number.
Theory line(const std::string& name, const std::string& description, double (*of)(double),
            double (*argument)(const Point&)) {
    return closed_form(name, description, [of, argument, name](const Point& point) {
        static Memo<double> memo;
        if (!theory_holds(point)) return nan;
        const double x = argument(point);
        return memo.at({static_cast<double>(std::hash<std::string>()(name)), x}, [&] { return of(x); });
    });
}

/// The limit N → ∞ at fixed α and T, beside theory where the network stays in the state that it starts in.
Along limit(const std::string& quantity, double HopfieldState::*part) {
    return {.name = quantity + "_limit",
            .description = "limit of the " + quantity + " for large N, linear in 1/N",
            .quantity = quantity,
            .axis = "N",
            .kind = along::Limit{.abscissa = [](const Point&, double n) { return 1 / n; }},
            .theory = [part](const Point& point) { return from_pattern(point) ? theory_of(point).*part : nan; }};
}

/// Of an average along the chain: with the error and autocorrelation time of each chain, but resampled by sets of patterns
/// alone, which differ by more than their chains' errors.
void declare_average(Experiment& experiment, Observable average) {
    auto all = chain_observables(std::move(average));
    all[0].axes.pop_back();   // the blocks
    all[1].error_of.clear();  // it is no error of the average over sets
    for (Observable& one : all) experiment.observables.push_back(std::move(one));
}

}  // namespace

Experiment hopfield() {
    Experiment experiment;
    experiment.name = "hopfield";
    experiment.question = "Where does a Hopfield network retrieve its patterns, over alpha and T, and how well?";
    experiment.source =
        "Hopfield, PNAS 79, 2554 (1982); Amit, Gutfreund and Sompolinsky, PRL 55, 1530 (1985), Ann. Phys. 173, 30 (1987)";
    experiment.parameters = {{.name = "start",
                              .description = "pattern: the first one, to be retrieved; random: independent spins",
                              .kind = Kind::word,
                              .default_value = "pattern",
                              .words = {"pattern", "random"},
                              .keyed = false}};
    for (Parameter& parameter : hopfield_parameters("2000")) experiment.parameters.push_back(std::move(parameter));
    for (Parameter& parameter : std::vector<Parameter>{{.name = "alpha",
                                .description = "patterns per spin, P/N; P is rounded",
                                .default_value = "0.03, 0.05, 0.08, 0.1",
                                .range = {.min = 1e-7, .max = 1e3},
                                .alternatives = {{"P",
                                                  "1",
                                                  "number of patterns",
                                                  {.min = 1, .max = 1e9},
                                                  [](double count, const Point&point) { return count / point["N"]; }}}},
                                                       temperature_parameter(Role::grid, "linspace(0.1, 0.8, 15)"),
                                                       samples_setting("256"),
                                                       thermalisation_setting("256"),
                                                       retrieved_above_setting("0.5"),
                                                       patterns_dataset()})
        experiment.parameters.push_back(std::move(parameter));
    declare_average(experiment, {.name = "magnetisation",
                                 .description = "overlap m = sum xi_i s_i/N with the first pattern",
                                 .bounds = bounds_of_spins(-1)});
    declare_average(experiment, {.name = "energy", .unit = "J", .description = "energy per spin"});
    for (Observable& one : std::vector<Observable>{
             {.name = "overlap",
              .description = "q = sum <s_i>^2/N, of both halves of the chain",
              .bounds = bounds_of_spins(0)},
             {.name = "error_rate",
             .description = "(1 - m)/2, the share of spins that differ from the pattern",
             .bounds = bounds_of_spins(0)},
             {.name = "retrieved",
             .description = "share of networks whose mean overlap with the pattern is above retrieved_above",
             .bounds = between(0, 1, 1)},
             {.name = "largest_other_overlap",
             .description = "largest overlap of the last configuration with another pattern"},
             {.name = "energy_exact",
             .unit = "J",
             .description = "energy per spin by all states of the same network",
             .may_be_missing = {"more than 16 spins"}}})
        experiment.observables.push_back(std::move(one));
    experiment.derived = {

        {.name = "energy_minus_exact",
         .unit = "J",
         .description = "energy - energy_exact, of the same networks",
         .compute = [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
             value[0] = combined.scalar("energy") - combined.scalar("energy_exact");
         }}};
    const auto alpha = [](const Point& point) { return point["alpha"]; };
    const auto temperature = [](const Point& point) { return point["T"]; };
    experiment.theory = {
        closed_form("energy_minus_exact_theory", "for 16 spins or less, unless they are so cold that they stay in one state",
                    [](const Point& point) { return point["N"] <= most_enumerated && point["T"] >= 0.5 ? 0 : nan; }),
        closed_form("magnetisation_replica_symmetric", "m of the state it starts in, N to infinity",
                    [](const Point& point) { return theory_of(point).m; }),
        closed_form("energy_replica_symmetric", "energy of that state, N to infinity", "J",
                    [](const Point& point) { return theory_of(point).energy; }),
        closed_form("overlap_replica_symmetric", "q of that state, N to infinity",
                    [](const Point& point) { return theory_of(point).q; }),
        line("retrieval_T", "T_M, below which there are retrieval states, N to infinity", hopfield_retrieval_temperature,
             alpha),
        line("retrieval_alpha", "alpha up to which there are retrieval states at T", hopfield_retrieval_alpha, temperature),
        line("ground_state_alpha", "alpha up to which they are the ground state at T", hopfield_ground_state_alpha,
             temperature),
        line("spin_glass_T", "T_g = 1 + sqrt(alpha), below which there is a spin glass", hopfield_spin_glass_temperature,
             alpha),
        line("instability_T", "T_R, below which replica symmetry is broken in the retrieval state",
             hopfield_instability_temperature, alpha)};
    experiment.along = {
        limit("magnetisation", &HopfieldState::m),
        limit("energy", &HopfieldState::energy),
        {.name = "T_retrieval",
         .unit = "J",
         .description = "T at which half of the networks stay with the pattern, at this N and length of chains",
         .quantity = "retrieved",
         .axis = "T",
         .kind = along::Root{.level = 0.5},
         .error = ErrorMethod::bootstrap}};
    experiment.implied = implied_by_patterns;
    experiment.check = check;
    experiment.prepare = [](const Point&, const Inputs& inputs) { return prepare_patterns(inputs); };
    experiment.state_size = HopfieldChain::state_size;
    experiment.run_from = run;
    experiment.cost = [](const Point& point) {
        const double n = point["N"], words = std::ceil(point["alpha"] * n / 64);
        return n * (words * 40 + static_cast<double>(sweeps_of(point)) * (words * std::log2(n) * 0.2 + 12));
    };
    return experiment;
}

}  // namespace gdm
