/// Configurations that a sweep stored, as rows of a dataset.
#include "gdm/storage/configuration_rows.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gdm/base/packed_spins.hpp"
#include "gdm/storage/user_dataset.hpp"
#include "support/refusal.hpp"
#include "support/sweep_fixture.hpp"
#include "support/test_experiments.hpp"

namespace gdm {
namespace {

using test::refusal;

/// L² spins, or angles, that tell where they stand: a hash of site, configuration, L and replica.
double angle_at(double site, double configuration, double size, double replica) {
    return std::fmod(site * 0.7 + configuration * 1.3 + size * 0.11 + replica * 2.9, 2.0) - 1;
}

Experiment storing(bool angles) {
    Experiment experiment = test::toy_eight();
    experiment.parameters = {
        {.name = "T", .description = "temperature", .default_value = "1, 2.5"},
        {.name = "L", .description = "size", .kind = Kind::integer, .default_value = "4, 8"},
        {.name = "store", .description = "kept", .role = Role::setting, .kind = Kind::integer, .default_value = "3"},
        {.name = "configuration", .description = "c", .role = Role::inner, .default_value = "0, 1, 2"},
        {.name = "number", .description = "n", .role = Role::inner, .default_value = angles ? "arange(0, 64)" : "0, 1"}};
    experiment.observables = {{.name = configurations_name,
                               .unit = angles ? angles_unit : packed_spins_unit,
                               .description = "stored",
                               .axes = {"configuration", "number"},
                               .combine = Combine::stored,
                               .may_be_missing = {"beyond L"}},
                              {.name = stored_sites_name, .description = "sites", .combine = Combine::stored}};
    experiment.run = [angles](const Point& point, const Context&, const RandomStream& random, const Stop&, Values& values) {
        const double size = point["L"];
        const auto sites = static_cast<std::size_t>(size * size);
        values.set(stored_sites_name, static_cast<double>(sites));
        const auto all = values[configurations_name];
        for (std::size_t k = 0; k < 3; ++k) {
            const auto at = [&](std::size_t site) {
                return angle_at(static_cast<double>(site), static_cast<double>(k), size, random.replica());
            };
            const auto row = all.subspan(k * all.size() / 3, all.size() / 3);
            if (angles) {
                for (std::size_t site = 0; site < sites; ++site) row[site] = at(site);
            } else {
                pack_spins(
                    sites, [&](std::size_t site) { return at(site) > 0; }, row);
            }
        }
    };
    experiment.validate();
    return experiment;
}

TEST(ConfigurationRows, AreThoseOfTheChosenPointAndItsFinishedReplicas) {
    const test::TemporaryFolder folder;
    for (const bool angles : {false, true}) {
        test::HandmadeSweep sweep(storing(angles), "replicas = 3", folder / (angles ? "xy.h5" : "ising.h5"));
        sweep.compute([](std::size_t point, std::size_t replica) { return point != 3 || replica != 1; });
        const std::string place = sweep.path().string() + ":/replicas/configurations";
        for (const double size : {4., 8.}) {
            const std::string source = place + "[L = " + std::to_string(static_cast<int>(size)) + ", T = 2.5]";
            const auto sites = static_cast<std::size_t>(size * size), columns = angles ? 2 * sites : sites;
            const std::vector<double> replicas = size == 8 ? std::vector<double>{0, 2} : std::vector<double>{0, 1, 2};
            const Array array = read_user_dataset(source);
            ASSERT_EQ(array.shape, (std::vector<std::size_t>{3 * replicas.size(), columns}));
            EXPECT_EQ(user_dataset_shape(source), array.shape);
            const double* next = array.values.get();
            for (const double replica : replicas) {
                for (int k = 0; k < 3; ++k) {
                    for (std::size_t site = 0; site < sites; ++site) {
                        const double angle = angle_at(static_cast<double>(site), k, size, replica);
                        if (angles) {
                            ASSERT_EQ(*next++, std::cos(angle));
                            ASSERT_EQ(*next++, std::sin(angle));
                        } else {
                            ASSERT_EQ(*next++, angle > 0 ? 1 : -1) << size << " " << replica << " " << k << " " << site;
                        }
                    }
                }
            }
        }
        EXPECT_NE(read_user_dataset(place + "[L = 4, T = 1]").content_hash,
                  read_user_dataset(place + "[L = 8, T = 1]").content_hash);
    }
}

TEST(ConfigurationRows, AnswerToAWrongChoice) {
    const test::TemporaryFolder folder;
    test::HandmadeSweep sweep(storing(false), "replicas = 1", folder / "a.h5");
    sweep.compute([](std::size_t point, std::size_t) { return point == 0; });
    const std::string place = sweep.path().string() + ":/replicas/configurations";
    const auto told = [&](const std::string& choice) { return refusal([&] { return user_dataset_shape(place + choice); }); };
    EXPECT_NE(told("").find("4 points fit; choose one, as a.h5:/replicas/configurations[T = 1, L = 4]"), std::string::npos);
    EXPECT_NE(told("[T = 1]").find("2 points fit"), std::string::npos);
    EXPECT_NE(told("[T = 3]").find("no point has T = 3; there are 1, 2.5"), std::string::npos);
    EXPECT_NE(told("[t = 1]").find("its points have no t; did you mean 'T'?; they have T, L"), std::string::npos)
        << told("[t = 1]");
    EXPECT_NE(told("[T]").find("NAME = VALUE"), std::string::npos);
    EXPECT_NE(told("[T = 2.5, L = 8]").find("no replica of this point is done yet"), std::string::npos);
    EXPECT_EQ(told("[T = 1, L = 4]"), "");

    test::HandmadeSweep other(test::toy_eight(), "replicas = 1", folder / "b.h5");
    const std::string b = other.path().string();
    EXPECT_NE(refusal([&] { return user_dataset_shape(b + ":/replicas/configurations"); }).find("stores no configurations"),
              std::string::npos);
    EXPECT_NE(refusal([&] { return user_dataset_shape(b + ":/axes/p[p = 0]"); }).find("chooses a point of"),
              std::string::npos);
}

}  // namespace
}  // namespace gdm
