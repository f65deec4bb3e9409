#include <cmath>
#include <utility>
#include <vector>

#include "gdm/experiment/chain_observables.hpp"
#include "support/setting.hpp"
#include "support/test_experiments.hpp"

namespace gdm::test {
namespace {

struct Chain {
    double x = 0;
    std::uint64_t step = 0;
    ChainAverage first = {}, squared = {}, fourth = {};

    [[nodiscard]] std::vector<std::byte> bytes() const {
        ByteWriter writer;
        writer.put(x);
        writer.put(step);
        for (const auto* one : {&first, &squared, &fourth}) one->save(writer);
        return writer.take();
    }
    void load(std::span<const std::byte> bytes) {
        ByteReader reader(bytes);
        reader.get(x);
        reader.get(step);
        for (auto* one : {&first, &squared, &fourth}) one->load(reader);
    }
};

void run(const Point& point, const Context&, const RandomStream& random, const Stop&, Checkpoint& checkpoint,
         Values& values) {
    const double a = point["a"], noise = std::sqrt(1 - a * a);
    const std::uint64_t thermalisation = point.integer("thermalisation");
    const std::uint64_t steps = thermalisation + point.integer("samples");
    Chain chain{point["start"]};
    if (!checkpoint.saved().empty()) chain.load(checkpoint.saved());
    while (chain.step < steps) {
        if (chain.step % 1024 == 0 && checkpoint.due()) {
            checkpoint.save(chain.bytes(), static_cast<double>(chain.step) / static_cast<double>(steps));
        }
        RandomSequence sequence(random, Purpose::markov_chain, 0, static_cast<std::uint32_t>(chain.step));
        chain.x = a * chain.x + noise * sequence.normal();
        if (++chain.step <= thermalisation) continue;
        chain.first.add(chain.x);
        chain.squared.add(chain.x * chain.x);
        chain.fourth.add(std::pow(chain.x, 4));
    }
    checkpoint.end(chain.bytes());
    set_chain(values, "x", chain.first);
    set_chain(values, "x_squared", chain.squared);
    set_chain(values, "x_fourth", chain.fourth);
}

Theory closed_form(const std::string& name, const std::string& description, double (*of)(double a)) {
    return {.name = name, .description = description, .compute = [of](const Point& point, std::span<double> value) {
                value[0] = of(point["a"]);
            }};
}

}  // namespace

Experiment toy_ar1() {
    Experiment experiment;
    experiment.name = "toy_ar1";
    experiment.question = "How well does an autoregressive chain know its averages?";
    experiment.source = "closed forms";
    experiment.parameters = {
        {.name = "a",
         .description = "correlation of neighbours",
         .default_value = "0, 0.5, 0.9",
         .range = {.min = -1, .max = 1, .open_min = true, .open_max = true}},
        {.name = "start", .description = "where chains begin", .role = Role::setting, .default_value = "0"},
        setting("samples", "steps of a chain", "4096", {.min = blocks_of_chain}),
        setting("thermalisation", "steps before measuring", "200")};
    experiment.fixed_axes = {chain_blocks()};
    for (const Observable& average : {Observable{.name = "x", .description = "the variable"},
                                      Observable{.name = "x_squared", .description = "its square"},
                                      Observable{.name = "x_fourth", .description = "its fourth power"}}) {
        for (Observable& one : chain_observables(average)) experiment.observables.push_back(std::move(one));
    }
    experiment.derived = {
        {.name = "kurtosis_ratio",
         .description = "E x^4/(3 (E x^2)^2)",
         .compute = [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
             value[0] = combined.scalar("x_fourth") / (3 * std::pow(combined.scalar("x_squared"), 2));
         }}};
    experiment.theory = {
        closed_form("x_theory", "0", [](double) { return 0.; }),
        closed_form("x_squared_theory", "1", [](double) { return 1.; }),
        closed_form("x_fourth_theory", "3", [](double) { return 3.; }),
        closed_form("x_tau_theory", "(1 + a)/(1 - a)/2", [](double a) { return (1 + a) / (1 - a) / 2; }),
        closed_form("x_squared_tau_theory", "the same with a^2", [](double a) { return (1 + a * a) / (1 - a * a) / 2; }),
        closed_form("kurtosis_ratio_theory", "1", [](double) { return 1.; })};
    experiment.state_size = [](const Point&) { return Chain{0}.bytes().size(); };
    experiment.run_from = run;
    experiment.lengthened_by = "samples";
    experiment.cost = [](const Point& point) { return 150 * (point["samples"] + point["thermalisation"]); };
    return experiment;
}

}  // namespace gdm::test
