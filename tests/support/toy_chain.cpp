#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/happen.hpp"
#include "support/test_experiments.hpp"

namespace gdm::test {
namespace {

/// The chain and its sums after `step` steps.
struct Chain {
    double step = 0, x = 0, sum = 0, squares = 0;
};

std::byte ballast(double step, std::size_t place) {
    return static_cast<std::byte>((static_cast<std::size_t>(step) * 2654435761u + place * 40503u) >> 7);
}

std::vector<std::byte> packed(const Chain& chain, std::size_t size) {
    std::vector<std::byte> state(size);
    std::memcpy(state.data(), &chain, sizeof chain);
    for (std::size_t i = sizeof chain; i < size; ++i) state[i] = ballast(chain.step, i);
    return state;
}

Chain unpacked(std::span<const std::byte> state) {
    Chain chain;
    std::memcpy(&chain, state.data(), sizeof chain);
    for (std::size_t i = sizeof chain; i < state.size(); ++i) {
        if (state[i] != ballast(chain.step, i)) throw std::runtime_error("the state is not what was saved");
    }
    return chain;
}

std::size_t size_of_state(const Point& point) { return sizeof(Chain) + static_cast<std::size_t>(point.integer("ballast")); }

void run_chain(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Checkpoint& checkpoint,
               Values& values) {
    static const bool at_once = std::getenv("TOY_AT_ONCE") != nullptr;
    const auto pause = std::chrono::microseconds(at_once ? 0 : point.integer("microseconds"));
    const double phi = (point["p"] + 1) / (point["p"] + 2), noise = std::sqrt(1 - phi * phi), samples = point["samples"];
    Chain chain;
    if (checkpoint.saved().empty()) {
        chain.x = RandomSequence(random, Purpose::initial_state).normal();
    } else {
        chain = unpacked(checkpoint.saved());
    }
    while (chain.step < samples) {
        happen(chain.step, random.replica(), stop);
        if (checkpoint.due()) checkpoint.save(packed(chain, size_of_state(point)), chain.step / samples);
        if (pause.count() > 0) std::this_thread::sleep_for(pause);
        const auto step = static_cast<std::uint32_t>(chain.step);
        chain.x = phi * chain.x + noise * RandomSequence(random, Purpose::markov_chain, 0, step).normal();
        chain.sum += chain.x;
        chain.squares += chain.x * chain.x;
        ++chain.step;
    }
    checkpoint.end(packed(chain, size_of_state(point)));
    values.set("x", chain.sum / samples);
    values.set("x_squared", chain.squares / samples);
    values.set("last", chain.x);
    log_finished(point["p"], random.replica());
}

Parameter whole(const char* name, const char* description, const char* value) {
    return {.name = name,
            .description = description,
            .role = Role::setting,
            .kind = Kind::integer,
            .default_value = value,
            .range = {.min = 0}};
}

}  // namespace

Experiment toy_chain() {
    Experiment experiment;
    experiment.name = "toy_chain";
    experiment.question = "How does a chain go on that was stopped?";
    experiment.source = "closed forms";
    experiment.parameters = {{.name = "p", .description = "phi = (p + 1)/(p + 2)", .default_value = "0, 1"},
                             whole("samples", "steps of a replica", "1000"),
                             whole("microseconds", "time that a step takes, without using a core", "0"),
                             whole("ballast", "bytes of the state beside the chain's own", "0")};
    experiment.observables = {{.name = "x", .description = "mean along the chain"},
                              {.name = "x_squared", .description = "mean square along the chain"},
                              {.name = "last", .description = "where it ends", .combine = Combine::stored}};
    experiment.state_size = size_of_state;
    experiment.run_from = run_chain;
    experiment.lengthened_by = "samples";
    experiment.cost = [](const Point& point) { return point["samples"] * (50 + 1000 * point["microseconds"]); };
    return experiment;
}

}  // namespace gdm::test
