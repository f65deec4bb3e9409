#include "gdm/experiments/spins/spin_entropy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "gdm/base/chain_average.hpp"
#include "gdm/base/error.hpp"
#include "gdm/physics/spins/xy_series.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point point_of(const std::string& model, double L, std::vector<double> temperatures, std::size_t places,
               const std::string& lattice = "square") {
    Point point;
    point.set("model", model == "xy" ? 1 : 0, model);
    point.set("lattice", 0, lattice);
    point.set("L", L);
    point.set("samples", 256);
    point.set("interval", 1);
    point.set("thermalisation", 256);
    point.set_axis("T", std::move(temperatures));
    std::vector<double> x;
    for (std::size_t i = 0; i < places; ++i) x.push_back(static_cast<double>(i) / static_cast<double>(places - 1));
    point.set_axis("place", std::move(x));
    return point;
}

std::vector<double> theory_of(const std::string& name, const Point& point, std::size_t size) {
    std::vector<double> value(size);
    for (const auto& theory : spin_entropy().theory)
        if (theory.name == name) theory.compute(point, value);
    return value;
}

/// The entropy by integration of one replica, or of all together.
struct Integrated {
    std::vector<double> value, systematic;
    Integrated(const Point& point, const test::Replicas& replicas, std::size_t first, std::size_t count) {
        const std::size_t places = point.axis("place").size();
        const Layout layout({{"energy", {places}, 0, places},
                             {"energy_squared", {places}, 0, places},
                             {"energy_cubed", {places}, 0, places}});
        std::vector<double> means(layout.size(), 0);
        for (std::size_t replica = first; replica < first + count; ++replica) {
            const Combined combined(replicas.layout, replicas.blocks[replica]);
            for (const auto& entry : layout.entries())
                for (std::size_t i = 0; i < places * blocks_of_chain; ++i)
                    means[entry.offset + i / blocks_of_chain] +=
                        combined[entry.name][i] / static_cast<double>(count * blocks_of_chain);
        }
        value.resize(point.axis("T").size());
        systematic.assign(value.size(), 0);
        spin_entropy().derived[0].compute(point, Combined(layout, means), value, systematic);
    }
};

void expect_entropy(const Point& point, const std::vector<double>& exact, std::uint32_t count, double largest_error) {
    const auto replicas = test::run_replicas(spin_entropy(), point, count);
    const Integrated all(point, replicas, 0, count);
    for (std::size_t i = 0; i < exact.size(); ++i) {
        const std::string where = "T = " + std::to_string(point.axis("T")[i]);
        const auto histogram = replicas.moments("entropy", i);
        EXPECT_NEAR(histogram.mean(), exact[i], 4 * histogram.standard_error()) << where;
        EXPECT_LT(histogram.standard_error(), largest_error) << where;
        RunningMoments integrated;
        for (std::uint32_t replica = 0; replica < count; ++replica)
            integrated.add(Integrated(point, replicas, replica, 1).value[i]);
        EXPECT_NEAR(all.value[i], exact[i], 4 * std::hypot(integrated.standard_error(), all.systematic[i])) << where;
        EXPECT_LT(integrated.standard_error(), 2 * largest_error) << where;
        EXPECT_LT(all.systematic[i], largest_error) << where;
    }
}

TEST(SpinEntropy, OfIsingIsThatOfKaufman) {
    const Point point = point_of("ising", 6, {0.1, 1, 1.8, 2.3, 3, 8}, 24);
    expect_entropy(point, theory_of("entropy_theory", point, 6), 32, 1e-3);
    EXPECT_NEAR(theory_of("entropy_theory", point, 6)[0], std::log(2) / 36, 1e-12);
}

TEST(SpinEntropy, LowTemperaturesKnowTheGroundStates) {
    // Two states on every lattice, from β = 0 on.
    for (const auto* lattice : {"triangular", "cubic"}) {
        const Point point = point_of("ising", 4, {0.2}, 32, lattice);
        expect_entropy(point, {std::log(2) / (lattice == std::string("cubic") ? 64 : 16)}, 12, 3e-3);
    }
}

TEST(SpinEntropy, OfXyIsThatOfTheRingAndOfTheSeries) {
    const Point small = point_of("xy", 2, {0.1, 0.7, 1.5, 5}, 24);
    expect_entropy(small, theory_of("entropy_theory", small, 4), 32, 6e-3);
    const Point large = point_of("xy", 12, {0.1, 2, 4}, 48);
    expect_entropy(large,
                   {xy_spin_waves(12, 0.1).entropy, xy_high_temperature(2).thermodynamics.entropy,
                    xy_high_temperature(4).thermodynamics.entropy},
                   8, 2e-3);
}

TEST(SpinEntropy, GoesOnWhereItWasSaved) {
    for (const auto* model : {"ising", "xy"}) {
        const Experiment experiment = spin_entropy();
        Point point = point_of(model, 4, {0.5, 2}, 12);
        point.set("samples", 128);
        EXPECT_GT(test::expect_same_bits_in_pieces(experiment, point, 5), 1u) << model;
    }
}

TEST(SpinEntropy, RefusesWhatItCannotDo) {
    const auto check = spin_entropy().check;
    EXPECT_THROW(check(point_of("xy", 4, {1}, 8, "triangular"), {}), UsageError);
    EXPECT_THROW(check(point_of("ising", 40, {1}, 8, "cubic"), {}), UsageError);
    EXPECT_THROW(check(point_of("ising", 8, {1}, 80), {}), UsageError);
    EXPECT_THROW(check(point_of("xy", 8, {0.005}, 64), {}), UsageError);
    EXPECT_NO_THROW(check(point_of("ising", 8, {0.005}, 64), {}));
    Point point = point_of("ising", 8, {1}, 8);
    point.set("samples", 3e9);
    EXPECT_THROW(check(point, {}), UsageError);
    point.set("samples", 256);
    EXPECT_NO_THROW(check(point, {}));
    point.set_axis("place", {0, 0.5, 0.4, 1});
    EXPECT_THROW(check(point, {}), UsageError);
}

}  // namespace
}  // namespace gdm
