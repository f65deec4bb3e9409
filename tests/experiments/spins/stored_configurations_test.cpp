#include "gdm/experiments/spins/stored_configurations.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/random_stream.hpp"

namespace gdm {
namespace {

Point point_of(double store, double interval, double samples = 1000) {
    Point point;
    point.set("store", store);
    point.set("store_interval", interval);
    point.set("samples", samples);
    return point;
}

/// A spin that depends on the measurement and the site.
bool is_up(std::uint64_t sample, std::size_t site) { return (sample * 2654435761u + site * site * 40503u) >> 7 & 1; }

TEST(PackedSpins, AreSpinsAgain) {
    for (const std::size_t spins : {1, 47, 48, 49, 96, 250}) {
        std::vector<double> numbers(packed_length(spins), -1), back(spins);
        pack_spins(
            spins, [](std::size_t site) { return is_up(3, site); }, numbers);
        for (const double number : numbers)
            EXPECT_TRUE(number >= 0 && number < std::exp2(48) && number == std::floor(number));
        unpack_spins(numbers, back);
        for (std::size_t site = 0; site < spins; ++site) EXPECT_EQ(back[site], is_up(3, site) ? 1 : -1);
    }
    std::vector<double> all(1);
    pack_spins(
        48, [](std::size_t) { return true; }, all);
    EXPECT_EQ(all[0], std::exp2(48) - 1);
}

/// Measures `samples` times, through a saved state after number `cut`.
StoredConfigurations measured(const Point& point, std::uint64_t samples, std::size_t sites, std::uint64_t cut = 0) {
    StoredConfigurations stored(point, sites, StoredSpins::ising);
    for (std::uint64_t sample = 1; sample <= samples; ++sample) {
        if (stored.wants(sample)) stored.add_spins([&](std::size_t site) { return is_up(sample, site); });
        if (sample != cut) continue;
        ByteWriter writer;
        stored.save(writer);
        const auto bytes = writer.take();
        stored = StoredConfigurations(point, sites, StoredSpins::ising);
        ByteReader reader(bytes);
        stored.load(reader);
    }
    return stored;
}

TEST(StoredConfigurations, AreEveryNthMeasurementAndLeaveRoomForLargerLattices) {
    const Layout layout({{"configurations", {4, 3}}, {"stored_sites", {}}});
    for (const std::uint64_t cut : {0, 11}) {
        std::vector<double> block(layout.size());
        const Values values(layout, block);
        measured(point_of(4, 5), 100, 50, cut).write(values);
        EXPECT_EQ(values["stored_sites"][0], 50);
        for (std::size_t i = 0; i < 4; ++i) {
            std::vector<double> spins(50);
            unpack_spins(values["configurations"].subspan(3 * i, 2), spins);
            for (std::size_t site = 0; site < 50; ++site) EXPECT_EQ(spins[site] > 0, is_up(5 * (i + 1), site)) << i;
            EXPECT_TRUE(std::isnan(values["configurations"][3 * i + 2]));
        }
    }
}

TEST(StoredConfigurations, OfXYAreAngles) {
    const Layout layout({{"configurations", {2, 3}}, {"stored_sites", {}}});
    std::vector<double> block(layout.size());
    StoredConfigurations stored(point_of(2, 1), 3, StoredSpins::xy);
    EXPECT_THROW(stored.add_angles(std::vector<double>(2)), std::invalid_argument);
    for (const double first : {0.5, 1.5}) stored.add_angles(std::vector<double>{first, -1, 3});
    EXPECT_FALSE(stored.wants(3));
    stored.write(Values(layout, block));
    EXPECT_EQ(std::vector<double>(block.begin(), block.begin() + 6), (std::vector<double>{0.5, -1, 3, 1.5, -1, 3}));
}

TEST(StoredConfigurations, SayWhatRoomTheyNeed) {
    const auto room = [](std::size_t store, std::size_t sites, StoredSpins kind) {
        std::map<std::string, std::string> axes;
        for (const auto& one : implied_by_store({{"store", {store}}}, sites, kind)) axes[one.key] = one.expression;
        return axes["configuration"] + " x " + axes["number"];
    };
    EXPECT_EQ(room(100, 256, StoredSpins::ising), "arange(0, 100) x arange(0, 6)");
    EXPECT_EQ(room(100, 256, StoredSpins::xy), "arange(0, 100) x arange(0, 256)");
    EXPECT_EQ(room(0, 256, StoredSpins::xy), "arange(0, 1) x arange(0, 1)");
    EXPECT_THROW(static_cast<void>(room(1000000, 4096, StoredSpins::xy)), UsageError);
    EXPECT_NO_THROW(check_store(point_of(100, 10)));
    EXPECT_THROW(check_store(point_of(101, 10)), UsageError);
}

}  // namespace
}  // namespace gdm
