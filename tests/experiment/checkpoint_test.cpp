/// What an experiment says of the state of its replicas, and a checkpoint in memory.

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "gdm/experiment/experiment.hpp"
#include "support/refusal.hpp"

namespace gdm {
namespace {

using test::contradiction;

/// Counts to `n`; its state is how far it is.
Experiment counting() {
    Experiment experiment;
    experiment.name = "counting";
    experiment.question = "how far?";
    experiment.source = "none";
    experiment.parameters = {{.name = "p", .default_value = "1"},
                             {.name = "n", .role = Role::setting, .kind = Kind::integer, .default_value = "10"}};
    experiment.observables = {{.name = "sum", .description = "of the numbers"}};
    experiment.state_size = [](const Point&) { return 2 * sizeof(double); };
    experiment.run_from = [](const Point& point, const Context&, const RandomStream&, const Stop&, Checkpoint& checkpoint,
                             Values& values) {
        double state[] = {0, 0};  // numbers so far, and their sum
        if (!checkpoint.saved().empty()) std::memcpy(state, checkpoint.saved().data(), sizeof state);
        while (state[0] < point["n"]) {
            if (checkpoint.due()) checkpoint.save(std::as_bytes(std::span(state)), state[0] / point["n"]);
            state[1] += ++state[0];
        }
        checkpoint.end(std::as_bytes(std::span(state)));
        values.set("sum", state[1]);
    };
    experiment.lengthened_by = "n";
    return experiment;
}

TEST(Checkpoint, ContinuesWhereAReplicaStopped) {
    const Experiment experiment = counting();
    Point point;
    point.set("n", 10);
    const Layout layout = make_layout(experiment, {});
    std::vector<double> block(1);
    Values values(layout, block);
    const RandomStream random(1, 0);
    experiment.compute(point, {}, random, {}, values);
    EXPECT_EQ(block[0], 55);

    MemoryCheckpoint first(3, 2);
    EXPECT_THROW(experiment.run_from(point, {}, random, {}, first, values), Stopped);
    EXPECT_EQ(first.saves(), 2u);
    EXPECT_EQ(first.progress(), 0.5);
    MemoryCheckpoint second(0, 0, first.state());
    Values again(layout, block);
    experiment.run_from(point, {}, random, {}, second, again);
    EXPECT_EQ(block[0], 55);
    EXPECT_EQ(second.progress(), 1);
    point.set("n", 20);
    MemoryCheckpoint longer(0, 0, second.state());
    experiment.run_from(point, {}, random, {}, longer, again);
    EXPECT_EQ(block[0], 210);
}

TEST(Checkpoint, AReplicaThatIsKeptNowhereCanBeStopped) {
    const Experiment experiment = counting();
    Point point;
    point.set("n", 10);
    const Layout layout = make_layout(experiment, {});
    std::vector<double> block(1);
    Values values(layout, block);
    const std::atomic<bool> over{true};
    EXPECT_THROW(experiment.compute(point, {}, RandomStream(1, 0), Stop(&over), values), Stopped);
    EXPECT_TRUE(std::isnan(block[0]));
}

TEST(Checkpoint, IsDeclaredAsAWhole) {
    ASSERT_EQ(contradiction(counting()), "");
    Experiment both = counting();
    both.run = [](const Point&, const Context&, const RandomStream&, const Stop&, Values&) {};
    EXPECT_NE(contradiction(both).find("run() or run_from(), and not both"), std::string::npos);
    Experiment neither = counting();
    neither.run_from = {};
    EXPECT_NE(contradiction(neither).find("run() or run_from()"), std::string::npos);
    Experiment without_size = counting();
    without_size.state_size = {};
    EXPECT_NE(contradiction(without_size).find("belong together"), std::string::npos);
    for (const char* wrong : {"p", "m"}) {
        Experiment lengthened = counting();
        lengthened.lengthened_by = wrong;
        EXPECT_NE(contradiction(lengthened).find(std::string("is lengthened by '") + wrong), std::string::npos);
    }
}

}  // namespace
}  // namespace gdm
