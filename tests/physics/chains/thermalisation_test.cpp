#include "gdm/physics/chains/thermalisation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace gdm {
namespace {

struct Found {
    std::uint64_t steps;
    bool found;
    double left;  ///< of the distance between the two starts
};

/// Two chains x' = a x + √(1 − a²) ξ from ±`start`.
Found thermalise(double a, double start, std::uint64_t longest, std::uint32_t seed) {
    Thermalisation thermalisation(64, longest);
    RandomSequence random(RandomStream(11, seed), Purpose::test);
    double hot = start, cold = -start;
    const double noise = std::sqrt(1 - a * a);
    while (!thermalisation.over()) {
        hot = a * hot + noise * random.normal();
        cold = a * cold + noise * random.normal();
        thermalisation.add(std::vector{hot, cold});
    }
    return {thermalisation.steps(), thermalisation.found(), std::pow(a, thermalisation.steps()) * start};
}

TEST(Thermalisation, ForgetsTheStart) {
    for (const double a : {0.0, 0.8, 0.98}) {
        const double tau = (1 + a) / (1 - a) / 2;
        int found = 0;
        for (std::uint32_t seed = 0; seed < 50; ++seed) {
            const Found one = thermalise(a, 20, 1 << 17, seed);
            found += one.found ? 1 : 0;
            EXPECT_LT(one.left, 0.01) << a << " " << seed;  // beside a deviation of 1
            EXPECT_GE(one.steps, 10 * tau) << a;
            EXPECT_LE(one.steps, 1000 + 800 * tau) << a;
        }
        EXPECT_EQ(found, 50) << a;
    }
}

TEST(Thermalisation, IsNotFoundWhereStartsStayApart) {
    const Found stuck = thermalise(0.99999, 20, 5000, 1);
    EXPECT_FALSE(stuck.found);
    EXPECT_EQ(stuck.steps, 5000u);
    // Two states between which nobody goes.
    Thermalisation frozen(64, 1000);
    while (!frozen.over()) frozen.add(std::vector{1., 0.});
    EXPECT_FALSE(frozen.found());
    // A drift, from one start alone.
    Thermalisation drift(64, 1000, 1);
    for (double x = 0; !drift.over(); x += 0.01) drift.add(std::vector{x + (drift.steps() % 2 == 0 ? 1 : -1)});
    EXPECT_FALSE(drift.found());
}

TEST(Thermalisation, GoesOnFromItsBytes) {
    RandomSequence random(RandomStream(12, 0), Purpose::test);
    Thermalisation whole(64, 100000), part(64, 100000);
    const auto both = [&](auto& one, auto& other) {
        const std::vector<double> values{random.normal() + 0.01, random.normal()};
        one.add(values);
        other.add(values);
    };
    for (int step = 0; step < 40; ++step) both(whole, part);
    ByteWriter bytes;
    part.save(bytes);
    Thermalisation rest(64, 100000);
    ByteReader reader(bytes.bytes());
    rest.load(reader);
    EXPECT_EQ(reader.left(), 0u);
    while (!whole.over()) both(whole, rest);
    EXPECT_TRUE(rest.over());
    EXPECT_EQ(rest.steps(), whole.steps());
    EXPECT_THROW(Thermalisation(63, 100), std::invalid_argument);
    EXPECT_THROW(Thermalisation(64, 100, 3), std::invalid_argument);
}

TEST(DifferenceOfStarts, InUnitsOfItsError) {
    const BinnedMean a{1, 0.3, 0.5, 1, true}, b{3, 0.4, 0.5, 1, true}, still{3, 0, 0.5, 1, true}, there{4, 0, 0.5, 1, true};
    EXPECT_DOUBLE_EQ(difference_of_starts(a, b), -4);
    EXPECT_EQ(difference_of_starts(still, still), 0);
    EXPECT_EQ(difference_of_starts(there, still), 1000);
}

}  // namespace
}  // namespace gdm
