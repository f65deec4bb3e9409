#include "gdm/reduction/reduce.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cmath>
#include <fstream>
#include <numeric>
#include <stdexcept>

#include "gdm/base/chain_average.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/experiment/reserved_names.hpp"
#include "gdm/reduction/point_estimator.hpp"
#include "gdm/storage/hdf5.hpp"
#include "gdm/sweep/points.hpp"
#include "support/sweep_fixture.hpp"
#include "support/test_experiments.hpp"

namespace gdm::test {
namespace {

const std::string normal_job = "p = 0, 1, 2\nreplicas = 40\nsamples = 200\n";

TEST(Reduce, ClosedFormsOfAKnownVariable) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_normal(), normal_job, folder / "normal.h5");
    sweep.compute();
    const Experiment experiment = toy_normal();
    const auto [file, counts, warnings] = reduce(SweepReader(sweep.path()), &experiment, "normal.h5");
    EXPECT_TRUE(warnings.empty());
    EXPECT_EQ(counts.complete, 3u);
    EXPECT_EQ(counts.done, 120u);
    const auto phi = [](double z) { return 0.5 * std::erfc(-z / std::sqrt(2.)); };
    const auto expect = [&, &content = file](const std::string& name, std::size_t place, double exact, double bias = 0) {
        const double value = content.find(name)->values[place], error = content.find(name + "_stderr")->values[place];
        EXPECT_NEAR(value, exact, 4 * error + bias) << name << " " << place;
        EXPECT_GT(error, 0) << name;
    };
    for (std::size_t p = 0; p < 3; ++p) {
        const double mean = static_cast<double>(p);
        expect("x", p, mean);
        expect("x_squared", p, mean * mean + 1);
        expect("variance", p, 1, 1. / (40 * 200));
        expect("log_exp", p, mean + 0.5, 0.01);
        EXPECT_NEAR(file.find("x_stderr")->values[p], 1 / std::sqrt(8000.), 4 / std::sqrt(8000. * 78)) << p;
        for (std::size_t i = 0; i < 3; ++i) {
            const double s = 0.5 * static_cast<double>(i);
            if (i > 0) expect("cosine", 3 * p + i, std::cos(s * mean) * std::exp(-s * s / 2));
        }
        for (std::size_t i = 0; i < 4; ++i) expect("below", 4 * p + i, phi(static_cast<double>(i) - 1));
        expect("histogram", 8 * p + 4, 8000 * (phi(1 - mean) - phi(-mean)));
        EXPECT_EQ(file.find("x_theory")->values[p], mean);
        EXPECT_EQ(file.find("replicas_done")->values[p], 40);
    }
    // At p = 0 the quantity does not exist; elsewhere its systematic part is in the error.
    EXPECT_TRUE(std::isnan(file.find("inverse")->values[0]));
    EXPECT_TRUE(std::isnan(file.find("inverse_stderr")->values[0]));
    EXPECT_EQ(file.find("inverse_systematic")->values[1], 0.01);
    EXPECT_NEAR(file.find("inverse_stderr")->values[1], std::hypot(0.01, file.find("x_stderr")->values[1]), 1e-4);
    EXPECT_EQ(file.find("variance_systematic"), nullptr);
    EXPECT_EQ(file.find("first"), nullptr);
    EXPECT_EQ(file.find("x_theory_stderr"), nullptr);
}

/// Adaptive sweeps have room for as many replicas of each point as the worst one takes. 200,000 of them, of 19 numbers each,
/// are 30 MB a point.
TEST(Reduce, HoldsTheReplicasThatThereAreNotThoseThatThereIsRoomFor) {
    const TemporaryFolder folder;
    const std::string job = "p = 0, 1, 2\nsamples = 20\nreplicas = ";
    HandmadeSweep large(toy_normal(), job + "200000\n", folder / "large.h5");
    HandmadeSweep small(toy_normal(), job + "40\n", folder / "small.h5");
    const auto some = [](std::size_t point, std::size_t replica) { return replica < 5 * (point + 1) && replica != 1; };
    EXPECT_EQ(large.compute(some), small.compute(some));
    for (auto* sweep : {&large, &small}) sweep->tear(1, 2, "x"), sweep->fail(1, 9), sweep->fail(2, 20);
    const auto peak = [] {
        rusage use{};
        getrusage(RUSAGE_SELF, &use);
        return use.ru_maxrss;  // KiB
    };
    const Experiment experiment = toy_normal();
    const auto before = peak();
    const auto [file, counts, warnings] = reduce(SweepReader(large.path()), &experiment, "large.h5");
    const auto taken = peak() - before;
    EXPECT_LT(taken, 15 << 10);
    EXPECT_EQ(counts.done, 25u);
    EXPECT_EQ(counts.torn, 1u);
    EXPECT_EQ(counts.failed, 2u);
    const ReducedFile expected = reduce(SweepReader(small.path()), &experiment, "small.h5").file;
    ASSERT_EQ(file.variables.size(), expected.variables.size());
    for (const auto& variable : expected.variables) {
        const auto& mine = file.find(variable.name)->values;
        ASSERT_EQ(mine.size(), variable.values.size()) << variable.name;
        for (std::size_t i = 0; i < mine.size(); ++i) {
            EXPECT_TRUE(mine[i] == variable.values[i] || (std::isnan(mine[i]) && std::isnan(variable.values[i])))
                << variable.name;
        }
    }
}

/// Of a model in a language that this program does not speak the observables are there all the same.
TEST(Reduce, WithoutTheCodeOfItsExperimentASweepKeepsItsObservables) {
    const TemporaryFolder folder;
    Experiment model = toy_normal();
    model.code = {{"walk.py", "p = grid(0)\n"}};
    HandmadeSweep sweep(model, normal_job, folder / "walk.h5");
    sweep.compute();
    const auto [file, counts, warnings] = reduce(SweepReader(sweep.path()), nullptr, "walk.h5");
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_NE(warnings[0].find("does not run walk.py, which declares 'toy_normal' (a gdm-reduce that is built with Python "
                               "does): derived quantities and theory are left out"),
              std::string::npos)
        << warnings[0];
    const ReducedFile whole = reduce(SweepReader(sweep.path()), &model, "walk.h5").file;
    for (const char* name : {"x", "x_stderr", "cosine", "histogram"}) {
        EXPECT_EQ(file.find(name)->values, whole.find(name)->values) << name;
    }
    EXPECT_EQ(file.find("variance"), nullptr);
    EXPECT_EQ(file.find("x_theory"), nullptr);
}

/// Whatever the reduction names by itself, no experiment can have declared.
TEST(Reduce, NamesOfItsOwnAreReserved) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_normal(), normal_job, folder / "normal.h5");
    sweep.compute();
    const Experiment experiment = toy_normal();
    const ReducedFile file = reduce(SweepReader(sweep.path()), &experiment, "normal.h5").file;
    for (const auto& [name, value] : file.attributes) {
        const bool setting = find_named(sweep.header().settings, name) != nullptr;
        EXPECT_EQ(why_not_declared(name, Declared::parameter).empty(), setting) << name;
    }
    std::size_t own = 0;
    for (const auto& variable : file.variables) {
        const std::string& name = variable.name;
        if (find_named(experiment.observables, name) != nullptr || find_named(experiment.derived, name) != nullptr ||
            find_named(experiment.theory, name) != nullptr || find_named(experiment.parameters, name) != nullptr ||
            find_named(experiment.along, name) != nullptr) {
            continue;
        }
        ++own;
        EXPECT_NE(why_not_declared(name, Declared::derived), "") << name;
    }
    EXPECT_GT(own, 5u);
}

TEST(Reduce, AQuantityThatThrowsIsNaNThereAndToldOnce) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_normal(), normal_job, folder / "normal.h5");
    sweep.compute();
    Experiment experiment = toy_normal();
    const auto fail_above_0 = [](const Point& point) {
        if (point["p"] > 0) throw std::invalid_argument("no such number");
    };
    for (auto& one : experiment.theory) {
        if (one.name != "x_theory") continue;
        one.compute = [=, old = one.compute](const Point& point, std::span<double> value) {
            old(point, value);
            fail_above_0(point);
        };
    }
    for (auto& one : experiment.derived) {
        if (one.name != "variance") continue;
        one.compute = [=, old = one.compute](const Point& point, const Combined& combined, std::span<double> value,
                                             std::span<double> systematic) {
            old(point, combined, value, systematic);
            fail_above_0(point);
        };
    }
    const auto [file, counts, warnings] = reduce(SweepReader(sweep.path()), &experiment, "normal.h5");
    for (const std::string name : {"x_theory", "variance", "variance_stderr"}) {
        EXPECT_TRUE(std::isfinite(file.find(name)->values[0])) << name;
        EXPECT_TRUE(std::isnan(file.find(name)->values[1])) << name;
        EXPECT_TRUE(std::isnan(file.find(name)->values[2])) << name;
    }
    EXPECT_TRUE(std::isfinite(file.find("log_exp")->values[2]));
    ASSERT_EQ(warnings.size(), 2u);
    for (const auto& warning : warnings) {
        EXPECT_NE(warning.find("at 2 of 3 points"), std::string::npos) << warning;
        EXPECT_NE(warning.find("p = 1"), std::string::npos) << warning;
        EXPECT_NE(warning.find("no such number"), std::string::npos) << warning;
    }
}

TEST(Reduce, NoErrorWhereTheSpreadIsNone) {
    // An observable may say where its replicas have no variance, from the point and from what was measured there.
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_normal(), normal_job, folder / "normal.h5");
    sweep.compute();
    Experiment experiment = toy_normal();
    for (auto& one : experiment.observables) {
        if (one.name != "x" && one.name != "cosine") continue;
        one.spread_is_error = [](const Point& point, const Combined& combined) {
            return point["p"] != 1 && combined.scalar("x_squared") < 4;  // at p = 0 alone
        };
    }
    const auto file = reduce(SweepReader(sweep.path()), &experiment, "normal.h5").file;
    for (std::size_t p = 0; p < 3; ++p) {
        EXPECT_EQ(std::isnan(file.find("x_stderr")->values[p]), p > 0);
        EXPECT_TRUE(std::isfinite(file.find("x")->values[p]));
        for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(std::isnan(file.find("cosine_stderr")->values[3 * p + i]), p > 0);
        EXPECT_TRUE(std::isfinite(file.find("x_squared_stderr")->values[p]));
        EXPECT_TRUE(std::isfinite(file.find("variance_stderr")->values[p]));
    }
    // Without the experiment nobody can say so: the plain spread.
    const auto plain = reduce(SweepReader(sweep.path()), nullptr, "normal.h5").file;
    EXPECT_TRUE(std::isfinite(plain.find("x_stderr")->values[2]));
}

/// A probability that all samples agree on is still known to 1/n only; the stopping rule knows it too.
TEST(Reduce, AddsWhatTheSamplesCannotExclude) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_normal(), "p = 0\nu = -9, 0, 9\nsamples = 50\nreplicas = 8\n", folder / "normal.h5");
    const auto rows = sweep.compute();
    const Experiment experiment = toy_normal();
    const SweepReader reader(sweep.path());
    const auto file = reduce(reader, &experiment, "normal.h5").file;
    const auto& error = file.find("below_stderr")->values;
    EXPECT_EQ(file.find("below")->values[0], 0);
    EXPECT_DOUBLE_EQ(file.find("below")->values[2], 1);
    EXPECT_DOUBLE_EQ(error[0], 1. / 400);
    EXPECT_DOUBLE_EQ(error[2], 1. / 400);
    const double spread = reduce(reader, nullptr, "normal.h5").file.find("below_stderr")->values[1];
    EXPECT_DOUBLE_EQ(error[1], std::hypot(spread, 1. / 400));
    std::vector<double> blocks;
    for (const auto& block : rows) blocks.insert(blocks.end(), block.begin(), block.end());
    const PointEstimator estimator(experiment, reader.header(), {"below"});
    EXPECT_EQ(replicas_wanted(estimator, {{"below", 1. / 500}}, Points(reader.header())[0], blocks, 8), 16u);
}

std::string note(const ReducedFile& file, const std::string& variable, const std::string& name) {
    for (const auto& [key, text] : file.find(variable)->notes)
        if (key == name) return text;
    return {};
}

std::string all_missing(const ReducedFile& file) { return std::get<std::string>(*file.find_attribute("error_missing")); }

/// No number with a value is without an error and without a reason.
TEST(Reduce, MissingErrorsSayWhy) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_normal(), "p = 0, 1, 2\nreplicas = 12\nsamples = 20\n", folder / "normal.h5");
    sweep.compute([](std::size_t point, std::size_t replica) { return point > 0 || replica == 0; });
    Experiment experiment = toy_normal();
    experiment.observables[0].spread_is_error = [](const Point& point, const Combined&) { return point["p"] != 1; };
    experiment.observables[0].error_missing = "a heavy tail";
    experiment.observables[1].may_be_missing = {"p > 7"};
    const std::vector<double> means = reduce(SweepReader(sweep.path()), nullptr, "normal.h5").file.find("x")->values;
    experiment.derived = {{.name = "half",
                           .description = "without a bound of its systematic part where p = 2",
                           .compute =
                               [](const Point& point, const Combined& c, std::span<double> v, std::span<double> s) {
                                   v[0] = c.scalar("x") / 2;
                                   if (point["p"] == 2) s[0] = std::nan("");
                               }},
                          {.name = "rare",
                           .description = "exists for one combination of the replicas alone",
                           .error = ErrorMethod::bootstrap,
                           .compute = [&](const Point& point, const Combined& c, std::span<double> v, std::span<double>) {
                               if (c.scalar("x") == means[static_cast<std::size_t>(point["p"])]) v[0] = 1;
                           }}};
    const auto reduction = reduce(SweepReader(sweep.path()), &experiment, "normal.h5");
    const ReducedFile& file = reduction.file;
    EXPECT_EQ(note(file, "x_stderr", "error_missing"),
              "a heavy tail (1 of 3 numbers); fewer than 2 replicas (1 of 3 numbers)");
    EXPECT_EQ(note(file, "cosine_stderr", "error_missing"), "fewer than 2 replicas (3 of 9 numbers)");
    EXPECT_EQ(note(file, "half_stderr", "error_missing"),
              "fewer than 2 replicas (1 of 3 numbers); the part of it that more replicas do not reduce is not known (1 of 3 "
              "numbers)");
    EXPECT_EQ(note(file, "rare_stderr", "error_missing"),
              "fewer than 2 replicas (1 of 3 numbers); it does not exist in more than a third of the resamples (2 of 3 "
              "numbers)");
    EXPECT_EQ(note(file, "x_squared", "missing"), "p > 7");
    EXPECT_NE(all_missing(file).find("x: a heavy tail"), std::string::npos) << all_missing(file);
    for (const auto& variable : file.variables) {
        const ReducedVariable* error = file.find(variable.name + "_stderr");
        if (error == nullptr) continue;
        for (std::size_t i = 0; i < variable.values.size(); ++i) {
            if (!std::isfinite(variable.values[i]) || std::isfinite(error->values[i])) continue;
            EXPECT_NE(note(file, error->name, "error_missing"), "") << variable.name;
        }
    }
    // All whole: nothing to say.
    sweep.compute();
    const auto whole = reduce(SweepReader(sweep.path()), nullptr, "normal.h5");
    EXPECT_EQ(all_missing(whole.file), "");
    EXPECT_EQ(note(whole.file, "x_stderr", "error_missing"), "");
}

TEST(Reduce, OneReplicaHasNoErrors) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_eight(), "p = 0, 1\nreplicas = 1\n", folder / "one.h5");
    sweep.compute();
    const auto reduction = reduce(SweepReader(sweep.path()), nullptr, "one.h5");
    EXPECT_EQ(note(reduction.file, "x3_stderr", "error_missing"), "fewer than 2 replicas");
    EXPECT_EQ(all_missing(reduction.file), "all 8 quantities: fewer than 2 replicas");
}

TEST(Reduce, ShapesAndCoordinates) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_ising(), "beta = 0.3, 0.5\nL = 2\nupdate = heat_bath\nreplicas = 3\nsweeps = 50\n",
                        folder / "ising.h5");
    sweep.compute();
    const Experiment experiment = toy_ising();
    const auto reduction = reduce(SweepReader(sweep.path()), &experiment, "ising.h5");
    const ReducedFile& file = reduction.file;
    const std::vector<std::string> grid = {"beta", "L", "update"};
    EXPECT_EQ(file.find("energy")->dimensions, grid);
    EXPECT_EQ(file.find("correlation")->dimensions, (std::vector<std::string>{"beta", "L", "update", "dx"}));
    EXPECT_TRUE(std::isnan(file.find("correlation")->values[2]));
    EXPECT_TRUE(std::isnan(file.find("correlation_stderr")->values[2]));
    EXPECT_EQ(file.find("energy_binned_error_stderr"), nullptr);
    EXPECT_EQ(file.find("snapshot"), nullptr);
    // The job gave beta: it is the axis, and T lies beside it.
    ASSERT_NE(file.find("T"), nullptr);
    EXPECT_TRUE(file.find("T")->coordinate);
    EXPECT_EQ(file.find("T")->values, (std::vector<double>{round_to_12_digits(1 / 0.3), 2}));
    ASSERT_EQ(file.dimensions.size(), 4u);  // without row and column, which only the stored snapshot spans
    EXPECT_EQ(file.dimensions[2].words, std::vector<std::string>{"heat_bath"});
}

TEST(Reduce, PartialFailedAndTornReplicas) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_eight(), "p = 0, 10, 20, 30\nreplicas = 5\n", folder / "partial.h5");
    // Point 0 whole, point 1 with replicas 0, 1, point 2 with replica 4 only, point 3 empty.
    sweep.compute([](std::size_t point, std::size_t replica) {
        return point == 0 || (point == 1 && replica < 2) || (point == 2 && replica == 4);
    });
    sweep.fail(3, 0);
    sweep.tear(0, 3, "x2");
    const Experiment experiment = toy_eight();
    const auto [file, counts, warnings] = reduce(SweepReader(sweep.path()), &experiment, "partial.h5");
    EXPECT_EQ(file.find("replicas_done")->values, (std::vector<double>{4, 2, 1, 0}));
    EXPECT_EQ(counts.complete, 0u);
    EXPECT_EQ(counts.partial, 3u);
    EXPECT_EQ(counts.torn, 1u);
    EXPECT_EQ(counts.failed, 1u);
    ASSERT_EQ(warnings.size(), 2u);
    const auto& x = file.find("x0")->values;
    EXPECT_DOUBLE_EQ(x[0], (0 + 1 + 2 + 4) / 4. + 0.125);
    EXPECT_DOUBLE_EQ(x[1], 10.5 + 0.125);
    EXPECT_DOUBLE_EQ(x[2], 24.125);
    EXPECT_TRUE(std::isnan(x[3]));
    const auto& error = file.find("x0_stderr")->values;
    EXPECT_DOUBLE_EQ(error[1], 0.5);
    EXPECT_TRUE(std::isnan(error[2]));
}

TEST(Reduce, WithoutTheExperimentOnlyObservablesRemain) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_normal(), normal_job, folder / "normal.h5");
    sweep.compute([](std::size_t, std::size_t replica) { return replica < 2; });
    Experiment newer = toy_normal();
    newer.version = 2;
    Experiment changed = toy_normal();
    changed.observables[0].combine = Combine::sum;
    for (const Experiment* experiment : {static_cast<const Experiment*>(nullptr), static_cast<const Experiment*>(&newer),
                                         static_cast<const Experiment*>(&changed)}) {
        const auto [file, counts, warnings] = reduce(SweepReader(sweep.path()), experiment, "normal.h5");
        EXPECT_EQ(warnings.size(), 1u);
        EXPECT_EQ(counts.partial, 3u);
        EXPECT_NE(file.find("x_stderr"), nullptr);
        EXPECT_EQ(file.find("variance"), nullptr);
        EXPECT_EQ(file.find("x_theory"), nullptr);
    }
}

/// Points from a table: an axis of its rows, with what the table gives as coordinates on it, words in their letters.
TEST(Reduce, ATableIsAnAxisOfRowsWithCoordinates) {
    const TemporaryFolder folder;
    const std::string table = (folder / "points.csv").string();
    std::ofstream(table) << "update,T\nmetropolis,2\nheat_bath,3\nmetropolis,2.5\n";
    HandmadeSweep sweep(toy_ising(), "points = " + table + "\nL = 2, 4\nsweeps = 32\nthermalisation = 0\nreplicas = 3\n",
                        folder / "table.h5");
    const auto blocks = sweep.compute([](std::size_t point, std::size_t) { return point != 3; });
    const Experiment experiment = toy_ising();
    const auto [file, counts, warnings] = reduce(SweepReader(sweep.path()), &experiment, "table.h5");
    EXPECT_EQ(counts.complete, 5u);
    ASSERT_EQ(file.dimensions[0].name, "table_row");
    EXPECT_EQ(file.dimensions[0].values, (std::vector<double>{0, 1, 2}));
    const ReducedVariable &temperature = *file.find("T"), &update = *file.find("update"), &energy = *file.find("energy");
    EXPECT_TRUE(temperature.coordinate);
    EXPECT_EQ(temperature.dimensions, std::vector<std::string>{"table_row"});
    EXPECT_EQ(temperature.values, (std::vector<double>{2, 3, 2.5}));
    EXPECT_EQ(update.word(update.values[1]), "heat_bath");
    EXPECT_EQ(energy.dimensions, (std::vector<std::string>{"table_row", "L"}));
    EXPECT_TRUE(std::isnan(energy.values[3]));
    const Layout layout = sweep.header().layout();
    const auto& entry = layout.at("energy");  // the means of a chain's blocks
    RunningMoments last;
    for (std::size_t i = blocks.size() - 3; i < blocks.size(); ++i) {
        for (std::size_t block = 0; block < entry.size; ++block) last.add(blocks[i][entry.offset + block]);
    }
    EXPECT_NEAR(energy.values[5], last.mean(), 1e-14);
}

/// Many points and replicas, so that they are read in several batches.
TEST(Reduce, BatchesDoNotShow) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_ising(),
                        "T = 2, 3\nL = 2, 3\nupdate = heat_bath\nsweeps = 32\nthermalisation = 0\nreplicas = 5000\n",
                        folder / "batches.h5");
    const auto blocks = sweep.compute([](std::size_t, std::size_t replica) { return replica % 250 == 7; });
    const auto reduction = reduce(SweepReader(sweep.path()), nullptr, "batches.h5");
    ASSERT_EQ(blocks.size(), 80u);
    const std::size_t offset = sweep.header().layout().at("magnetisation_fourth").offset;
    for (std::size_t point = 0; point < 4; ++point) {
        RunningMoments expected;
        for (std::size_t i = 0; i < 20; ++i) {
            const auto parts = std::span(blocks[20 * point + i]).subspan(offset, blocks_of_chain);
            expected.add(std::accumulate(parts.begin(), parts.end(), 0.) / blocks_of_chain);
        }
        EXPECT_NEAR(reduction.file.find("magnetisation_fourth")->values[point], expected.mean(), 1e-14);
        EXPECT_NEAR(reduction.file.find("magnetisation_fourth_stderr")->values[point], expected.standard_error(), 1e-14);
    }
}

}  // namespace
}  // namespace gdm::test
