#include "gdm/experiments/memory/hopfield.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "gdm/base/error.hpp"
#include "gdm/base/memo.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiment/chain_observables.hpp"
#include "gdm/experiments/memory/hopfield_chain.hpp"
#include "gdm/experiments/memory/hopfield_parameters.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"
#include "gdm/physics/memories/hopfield_theory.hpp"

namespace gdm {
namespace {

void check(const Point& point, const Shapes& shapes) {
    check_patterns(point, point["alpha"], shapes);
    if (point["thermalisation"] + point["samples"] >= 2147483648.)
        throw UsageError("thermalisation + samples must be less than 2^31 sweeps; take more replicas instead");
}

void run(const Point& point, const Context& context, const RandomStream& random, const Stop&, Checkpoint& checkpoint,
         Values& values) {
    HopfieldChain chain(point, context, random);
    if (!checkpoint.saved().empty()) chain.load(checkpoint.saved());
    const std::uint64_t sweeps = HopfieldChain::all_sweeps(point);
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
    const double alpha = true_alpha(point), temperature = point["T"], retrieval = HopfieldChain::from_pattern(point) ? 1 : 0;
    if (!theory_holds(point)) return {not_a_number, not_a_number, not_a_number, not_a_number, not_a_number, not_a_number};
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
    const auto known = std::make_shared<Memo<double>>();  // of this line alone
    return closed_form(name, description, [of, argument, known](const Point& point) {
        if (!theory_holds(point)) return not_a_number;
        const double x = argument(point);
        return known->at({x}, [&] { return of(x); });
    });
}

/// The limit N → ∞ at fixed α and T, beside theory where the network stays in the state that it starts in.
Along limit(const std::string& quantity, double HopfieldState::*part) {
    return {.name = quantity + "_limit",
            .description = "limit of the " + quantity + " for large N, linear in 1/N",
            .quantity = quantity,
            .axis = "N",
            .kind = along::Limit{.abscissa = [](const Point&, double n) { return 1 / n; }},
            .theory = [part](const Point& point) {
                return HopfieldChain::from_pattern(point) ? theory_of(point).*part : not_a_number;
            }};
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
                    [](const Point& point) {
                        return point["N"] <= HopfieldChain::most_enumerated && point["T"] >= 0.5 ? 0 : not_a_number;
                    }),
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
        return n * (words * 40 + static_cast<double>(HopfieldChain::all_sweeps(point)) * (words * std::log2(n) * 0.2 + 12));
    };
    return experiment;
}

}  // namespace gdm
