#include "gdm/reduction/chains.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "gdm/base/statistics.hpp"
#include "gdm/experiment/chain_observables.hpp"
#include "gdm/reduction/derive.hpp"
#include "gdm/reduction/reduce.hpp"
#include "support/replicas.hpp"
#include "support/sweep_fixture.hpp"
#include "support/test_experiments.hpp"

namespace gdm::test {
namespace {

ObservableRecord record(const std::string& name, Combine combine, const std::vector<std::string>& axes,
                        std::vector<std::size_t> shape, const std::string& error_of = {}) {
    return {name, "1", "", combine, error_of, axes, std::move(shape)};
}

const std::vector<ObservableRecord> by_hand = {
    record("x", Combine::mean, {"T", "block"}, {2, 4}), record("n", Combine::sum, {"block"}, {4}),
    record("l", Combine::log_mean_exp, {"block"}, {4}), record("error", Combine::mean, {"T"}, {2}, "x"),
    record("tau", Combine::mean, {}, {})};

/// Blocks of x at two temperatures, n, l; then the binning errors and tau.
const std::vector<std::vector<double>> two = {
    {1, 2, 3, 6, 10, 20, 30, 60, 1, 1, 2, 4, std::log(1.), std::log(1.), std::log(3.), std::log(3.), 0.3, 0.4, 7},
    {5, 5, 4, 4, 50, 50, 40, 40, 0, 2, 2, 0, std::log(2.), std::log(2.), std::log(2.), std::log(2.), 0.1, 0.2, 9}};

std::vector<double> pack(const Combiner& combiner, std::size_t replicas) {
    std::vector<double> rows;
    for (std::size_t i = 0; i < replicas; ++i) combiner.pack(two[i], rows);
    return rows;
}

TEST(CombinerOfChains, BlocksAreRows) {
    const Combiner combiner(by_hand);
    EXPECT_EQ(combiner.blocks(), 4u);
    ASSERT_EQ(combiner.layout().size(), 7u);
    EXPECT_EQ(combiner.layout().at("x").shape, std::vector<std::size_t>{2});
    const auto rows = pack(combiner, 2);
    ASSERT_EQ(rows.size(), 8u * 7);
    const auto [value, error] = combiner.combine(rows);
    EXPECT_DOUBLE_EQ(value[0], 30. / 8);
    EXPECT_DOUBLE_EQ(value[1], 300. / 8);
    EXPECT_DOUBLE_EQ(value[2], 12);
    EXPECT_NEAR(value[3], std::log(2.), 1e-14);
    EXPECT_DOUBLE_EQ(value[4], std::sqrt(0.09 + 0.01) / 2);
    EXPECT_DOUBLE_EQ(value[6], 8);
    RunningMoments x, n;
    for (const double one : {1., 2., 3., 6., 5., 5., 4., 4.}) x.add(one);
    for (const double one : {1., 1., 2., 4., 0., 2., 2., 0.}) n.add(one);
    EXPECT_DOUBLE_EQ(error[0], x.standard_error());
    EXPECT_DOUBLE_EQ(error[2], 8 * n.standard_error());
    EXPECT_DOUBLE_EQ(error[6], 1);  // of the two replicas
    EXPECT_TRUE(std::isnan(error[4]));
}

TEST(CombinerOfChains, JoinsConsecutiveBlocks) {
    const Combiner combiner(by_hand);
    const auto rows = pack(combiner, 2), joined = combiner.join_blocks(rows, 2), whole = combiner.join_blocks(rows, 1);
    ASSERT_EQ(joined.size(), 4u * 7);
    EXPECT_DOUBLE_EQ(joined[0], 1.5);
    EXPECT_DOUBLE_EQ(joined[7 + 1], 45);
    EXPECT_DOUBLE_EQ(joined[7 + 2], 6);
    EXPECT_DOUBLE_EQ(joined[7 + 3], std::log(3.));
    const auto value = combiner.combine(rows).value;
    for (const auto* some : {&joined, &whole}) {
        const auto other = combiner.combine(*some);
        for (std::size_t i = 0; i < value.size(); ++i) EXPECT_NEAR(other.value[i], value[i], 1e-14) << i;
        EXPECT_DOUBLE_EQ(other.error[6], 1);
    }
    // Whole replicas are resampled as those of experiments without blocks.
    std::vector<std::vector<double>> others;
    combiner.leave_one_out(whole, [&](auto some) { others.emplace_back(some.begin(), some.end()); });
    ASSERT_EQ(others.size(), 2u);
    EXPECT_DOUBLE_EQ(others[0][0], 4.5);
    EXPECT_DOUBLE_EQ(others[0][6], 9);
}

/// What belongs to a whole chain does not exist without one of its blocks.
TEST(CombinerOfChains, ResamplesHaveNoTimesOfChains) {
    const Combiner combiner(by_hand);
    std::size_t visited = 0;
    combiner.leave_one_out(pack(combiner, 2), [&](std::span<const double> others) {
        const double left_out = two[visited / 4][visited % 4];
        EXPECT_NEAR(others[0], (30 - left_out) / 7, 1e-14);
        EXPECT_TRUE(std::isnan(others[4]));
        EXPECT_TRUE(std::isnan(others[6]));
        ++visited;
    });
    EXPECT_EQ(visited, 8u);
}

TEST(CombinerOfChains, OneChainHasItsBinningError) {
    const Combiner combiner(by_hand);
    const auto [value, error] = combiner.combine(pack(combiner, 1));
    EXPECT_DOUBLE_EQ(value[0], 3);
    EXPECT_DOUBLE_EQ(error[0], 0.3);
    EXPECT_DOUBLE_EQ(error[1], 0.4);
    EXPECT_TRUE(std::isfinite(error[2]));  // by its blocks
    EXPECT_TRUE(std::isnan(error[6]));
}

Point ar1_point(double a, double samples, double start = 0, double thermalisation = 500) {
    Point point;
    point.set("a", a);
    point.set("start", start);
    point.set("samples", samples);
    point.set("thermalisation", thermalisation);
    return point;
}

/// Chains of an autoregression, and their rows.
struct Chains {
    Chains(const Point& at, std::uint32_t replicas, std::uint64_t key)
        : point(at), combiner(records()), found(run_replicas(experiment(), at, replicas, key)) {
        for (const auto& block : found.blocks) combiner.pack(block, packed);
        rows = resampled_rows(&experiment(), point, combiner, packed);
    }
    static const Experiment& experiment() {
        static const Experiment made = toy_ar1();
        return made;
    }
    static std::vector<ObservableRecord> records() {
        const Layout layout = make_layout(experiment(), {});
        std::vector<ObservableRecord> result;
        for (const auto& one : experiment().observables)
            result.push_back(record(one.name, one.combine, one.axes, layout.at(one.name).shape, one.error_of));
        return result;
    }
    [[nodiscard]] std::size_t units() const { return rows.size() / combiner.layout().size(); }
    [[nodiscard]] std::vector<ChainChecks::Warning> warnings() const {
        ChainChecks checks(experiment(), combiner);
        checks.check(point, "here", packed);
        return checks.warnings();
    }

    Point point;
    Combiner combiner;
    Replicas found;
    std::vector<double> packed, rows;
};

TEST(ResampledRows, AreTenAutocorrelationTimesLong) {
    for (const double a : {0., 0.7, 0.9, 0.97, 0.99, 0.999}) {
        for (const std::uint32_t replicas : {1u, 2u, 8u}) {
            const Chains chains(ar1_point(a, 4096), replicas, 1);
            double tau = 0;
            for (const char* name : {"x_tau", "x_squared_tau", "x_fourth_tau"})
                tau = std::max(tau, chains.found.moments(name).mean());
            const double each = static_cast<double>(chains.units()) / replicas, fewest = std::max(1., 4. / replicas);
            const double length = 4096 / each / tau;
            if (4096 < 50 * tau) {
                EXPECT_EQ(each, fewest) << a;
            } else {
                EXPECT_GE(length, 10) << a;
                EXPECT_TRUE(each == 32 || length < 20) << a;
            }
        }
    }
    EXPECT_EQ(Chains(ar1_point(0, 4096), 1, 1).units(), 32u);
    EXPECT_EQ(Chains(ar1_point(0.999, 4096), 8, 1).units(), 8u);
}

/// Shares of errors that a quantity's deviation from its exact value exceeds at 68.3 and 95.4 %.
struct Coverage {
    int one = 0, two = 0, all = 0;
    void add(double deviation, double error) {
        ++all;
        one += std::abs(deviation) < error ? 1 : 0;
        two += std::abs(deviation) < 2 * error ? 1 : 0;
    }
    void expect(const std::string& what) const {
        const auto band = [&](double share) { return 4 * std::sqrt(share * (1 - share) / all); };
        EXPECT_NEAR(static_cast<double>(one) / all, 0.683, band(0.683)) << what;
        EXPECT_NEAR(static_cast<double>(two) / all, 0.954, band(0.954) + 0.01) << what;  // of 31 degrees of freedom 0.946
    }
};

TEST(Chains, ErrorsOfOneChainAndOfSeveralCover) {
    const Experiment& experiment = Chains::experiment();
    for (const std::uint32_t replicas : {1u, 3u}) {
        Coverage mean, squared, ratio, bootstrapped;
        for (std::uint64_t key = 0; key < 500; ++key) {
            const Chains chains(ar1_point(0.8, 4096, 0, 100), replicas, key);
            const auto combined = chains.combiner.combine(chains.rows);
            const Combined value(chains.combiner.layout(), combined.value), error(chains.combiner.layout(), combined.error);
            mean.add(value.scalar("x"), error.scalar("x"));
            squared.add(value.scalar("x_squared") - 1, error.scalar("x_squared"));
            auto derived = experiment.derived;
            derived.push_back(derived[0]);
            derived[1].error = ErrorMethod::bootstrap;
            const auto found = derive(derived, {1, 1}, chains.point, chains.combiner, chains.rows, combined.value, key);
            ratio.add(found[0].value[0] - 1, found[0].error[0]);
            bootstrapped.add(found[1].value[0] - 1, found[1].error[0]);
        }
        mean.expect("x");
        squared.expect("x_squared");
        ratio.expect("kurtosis_ratio");
        bootstrapped.expect("kurtosis_ratio by bootstrap");
    }
}

TEST(ChainChecks, ASoundChainHasNoWarning) {
    for (std::uint64_t key = 0; key < 20; ++key) {
        EXPECT_TRUE(Chains(ar1_point(0.8, 4096), 1, key).warnings().empty()) << key;
        EXPECT_TRUE(Chains(ar1_point(0.8, 4096), 5, key).warnings().empty()) << key;
    }
}

TEST(ChainChecks, TellsWhatIsWrong) {
    const auto first = [](const Chains& chains) {
        const auto all = chains.warnings();
        return all.empty() ? std::string() : all[0].observable + ": " + all[0].text;
    };
    EXPECT_NE(first(Chains(ar1_point(0.98, 1024), 1, 1)).find("x: the chain is shorter than 50 autocorrelation times"),
              std::string::npos);
    EXPECT_NE(first(Chains(ar1_point(0.98, 1024), 1, 1)).find("1024 steps"), std::string::npos);
    // Replicas that stay where they are: half of them begin elsewhere.
    Chains stuck(ar1_point(0.5, 4096), 4, 1);
    const auto& x = stuck.found.layout.at("x");
    stuck.packed.clear();
    for (std::size_t i = 0; i < 4; ++i) {
        auto block = stuck.found.blocks[i];
        for (std::size_t j = 0; j < x.size; ++j) block[x.offset + j] += i % 2 == 0 ? 1 : -1;
        stuck.combiner.pack(block, stuck.packed);
    }
    EXPECT_NE(first(stuck).find("x: replicas scatter more than their binning errors"), std::string::npos);
}

const std::string& text(const ReducedFile& file, const std::string& name) {
    return std::get<std::string>(*file.find_attribute(name));
}

std::string note(const ReducedVariable& variable, const std::string& name) {
    for (const auto& [key, value] : variable.notes)
        if (key == name) return value;
    return {};
}

TEST(ReduceChains, WarnsInTheFile) {
    const TemporaryFolder folder;
    HandmadeSweep sweep(toy_ar1(), "a = 0.5, 0.98\nsamples = 1024\nreplicas = 1\n", folder / "ar1.h5");
    sweep.compute();
    const Experiment experiment = toy_ar1();
    const auto [file, counts, warnings] = reduce(SweepReader(sweep.path()), &experiment, "ar1.h5");
    const ReducedVariable& x = *file.find("x");
    EXPECT_EQ(x.dimensions, std::vector<std::string>{"a"});
    const std::string warning = note(x, "warning");
    EXPECT_NE(warning.find("shorter than 50 autocorrelation times"), std::string::npos);
    EXPECT_NE(warning.find("at 1 of 2 points, the first a = 0.98: tau = "), std::string::npos) << warning;
    EXPECT_NE(text(file, "warnings").find("x: " + warning), std::string::npos);
    EXPECT_EQ(file.find("x_stderr")->values, file.find("x_binned_error")->values);
    EXPECT_NE(note(*file.find("x_stderr"), "method").find("of one replica, its binning error"), std::string::npos);
    EXPECT_EQ(file.find("x_tau_stderr")->values, file.find("x_tau_error")->values);
    EXPECT_GT(file.find("kurtosis_ratio_stderr")->values[0], 0);
    for (const auto& dimension : file.dimensions) EXPECT_NE(dimension.name, block_axis);
}

/// A cold particle that no exchange helps over the barrier: its two starts say so.
TEST(ReduceChains, TemperingHelpsOverTheBarrier) {
    const Experiment experiment = toy_double_well();
    const TemporaryFolder folder;
    for (const std::string exchange : {"off", "on"}) {
        HandmadeSweep sweep(
            toy_double_well(),
            "T = geomspace(0.05, 1, 5)\nsamples = 4096\nthermalisation = 4096\nreplicas = 4\nexchange = " + exchange + "\n",
            folder / (exchange + ".h5"));
        sweep.compute();
        const auto [file, counts, warnings] = reduce(SweepReader(sweep.path()), &experiment, "double_well.h5");
        const std::string warning = note(*file.find("right"), "warning");
        EXPECT_EQ(warning.find("opposite starts disagree") == std::string::npos, exchange == "on") << warning;
        if (exchange == "off") continue;
        const auto values = [&](const std::string& name) { return file.find(name)->values; };
        const auto found = values("free_energy_difference"), error = values("free_energy_difference_stderr"),
                   exact = values("free_energy_difference_theory");
        for (std::size_t i = 0; i < found.size(); ++i) {
            EXPECT_NEAR(found[i], exact[i], 4 * error[i]) << i;
            EXPECT_LT(error[i], 0.04) << i;
        }
        EXPECT_EQ(values("flow")[0], 1);
        EXPECT_EQ(values("flow")[4], 0);
        EXPECT_TRUE(std::isnan(values("swap_acceptance")[4]));
        EXPECT_DOUBLE_EQ(values("proposed_T")[0], 0.05);
        EXPECT_GT(values("round_trips")[0], 0);
        EXPECT_LT(values("round_trips")[0], values("round_trips_ideal")[0]);
    }
}

}  // namespace
}  // namespace gdm::test
