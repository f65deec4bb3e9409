#include "gdm/experiments/entropy/fluctuation_theorem.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "gdm/base/error.hpp"
#include "gdm/experiments/entropy/fluctuation_tally.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point make_point(double mu, double sigma2, double d, const std::string& direction = "reverse", double dt = 0.05) {
    Point point;
    for (const auto& [name, value] :
         {std::pair{"mu", mu}, {"sigma2", sigma2}, {"d", d}, {"dt", dt}, {"T", 3.0}, {"samples", 4000.0}})
        point.set(name, value);
    for (const auto& [name, word] : {std::pair{"direction", direction.c_str()},
                                     {"integrator", "euler_maruyama"},
                                     {"drift_time", "middle"},
                                     {"time_grid", "uniform"},
                                     {"precision", "double"},
                                     {"start", "exact"},
                                     {"method", "reduced"}})
        point.set(name, 0, word);
    return point;
}

double theory_at(const std::string& name, const Point& point) {
    for (const auto& one : fluctuation_theorem().theory) {
        if (one.name != name) continue;
        double value = 0;
        one.compute(point, {&value, 1});
        return value;
    }
    throw std::logic_error("no theory " + name);
}

const Observable& observable_of(const Experiment& experiment, const std::string& name) {
    return *std::find_if(experiment.observables.begin(), experiment.observables.end(),
                         [&](const auto& one) { return one.name == name; });
}

TEST(FluctuationTheorem, DeclarationIsValid) { EXPECT_NO_THROW(fluctuation_theorem().validate()); }

TEST(FluctuationTheorem, MeasuredMeansAreThoseOfTheory) {
    const Experiment experiment = fluctuation_theorem();
    for (const auto& [direction, integrator, sigma2, d] : {std::tuple{"forward", "euler_maruyama", 1.0, 1.0},
                                                           {"reverse", "euler_maruyama", 1.0, 1.0},
                                                           {"reverse", "exponential", 0.8, 1.0},
                                                           {"reverse", "heun", 0.8, 4.0},
                                                           {"reverse", "exact", 1.2, 1.0},
                                                           {"forward", "euler_maruyama", 1.3, 4.0},
                                                           {"reverse", "euler_maruyama", 0.8, 4.0}}) {
        Point point = make_point(0.5, sigma2, d, direction, 0.1);
        point.set("integrator", 0, integrator);
        const auto replicas = test::run_replicas(experiment, point, 8);
        for (const std::string name :
             {"system_entropy", "environment_entropy_midpoint", "total_entropy_midpoint", "integral_fluctuation_midpoint",
              "environment_entropy_unbiased", "total_entropy_unbiased", "integral_fluctuation_unbiased"}) {
            const auto moments = replicas.moments(name);
            if (std::isnan(moments.mean())) continue;
            EXPECT_NEAR(moments.mean(), theory_at(name + "_theory", point), 4.5 * moments.standard_error())
                << name << ' ' << direction << ' ' << integrator;
        }
        const double mean = replicas.moments("total_entropy_midpoint").mean();
        EXPECT_GT(replicas.moments("total_entropy_midpoint_2").mean(), mean * mean);
    }
    // At steps as long as these the chain is not the continuum.
    const Point point = make_point(0.5, 0.8, 4, "reverse", 0.1);
    EXPECT_GT(theory_at("integral_fluctuation_midpoint_theory", point), 1.005);
    EXPECT_GT(std::abs(theory_at("total_entropy_unbiased_theory", point) - theory_at("total_entropy_continuum", point)),
              0.005);
}

TEST(FluctuationTheorem, TransverseFactorIsMeasured) {
    // μ = 0: every coordinate is a Gaussian one, so the average is the (d/(d − 1))-th power of the factor.
    const Experiment experiment = fluctuation_theorem();
    const Point point = make_point(0, 0.8, 8, "reverse", 0.1);
    const auto replicas = test::run_replicas(experiment, point, 16);
    const auto measured = replicas.moments("integral_fluctuation_midpoint");
    const double exact = std::pow(theory_at("transverse_average_midpoint", point), 8.0 / 7);
    EXPECT_NEAR(measured.mean(), exact, 4 * measured.standard_error());
    EXPECT_GT(std::abs(exact - 1), 6 * measured.standard_error());
    EXPECT_NEAR(theory_at("transverse_average_unbiased", point), 1, 1e-12);
}

TEST(FluctuationTheorem, TalliesAreWhatTheySay) {
    Experiment toy;
    toy.observables = fluctuation_observables([](const Point&, const std::string&, double) { return true; });
    toy.fixed_axes = fluctuation_axes();
    const Layout layout = make_layout(toy, {});
    std::vector<double> block(layout.size());
    const Values values(layout, block);
    FluctuationTally tally("midpoint");
    const std::vector<double> system = {0.25, -1, 100}, environment = {0.5, 0.5, 0};
    tally.add(system, environment);
    tally.write(values);
    const double a = std::exp(-0.75), b = std::exp(0.5);
    EXPECT_NEAR(values["integral_fluctuation_midpoint"][0], (a + b) / 3, 1e-15);
    EXPECT_NEAR(values["total_entropy_midpoint"][0], 100.25 / 3, 1e-12);
    EXPECT_NEAR(values["total_entropy_midpoint_2"][0], (0.5625 + 0.25 + 1e4) / 3, 1e-10);
    EXPECT_NEAR(values["environment_entropy_midpoint"][0], 1.0 / 3, 1e-15);
    EXPECT_NEAR(values["negative_share_midpoint"][0], 1.0 / 3, 1e-15);
    EXPECT_NEAR(values["effective_share_midpoint"][0], (a + b) * (a + b) / (a * a + b * b) / 3, 1e-12);
    EXPECT_NEAR(values["largest_share_midpoint"][0], b / (a + b), 1e-12);
    EXPECT_NEAR(values["running_average_midpoint"][0], a, 1e-15);
    EXPECT_NEAR(values["running_average_midpoint"][1], (a + b) / 2, 1e-15);
    EXPECT_TRUE(std::isnan(values["running_average_midpoint"][4]));
    EXPECT_TRUE(std::isnan(values["tail_index_midpoint"][0]));
    // Densities: bins of 0.1 from −12, of 0.05 from 0; the value 100 is in none.
    EXPECT_NEAR(values["total_entropy_midpoint_density"][127], 10.0 / 3, 1e-12);  // 0.7 … 0.8
    double inside = 0;
    for (const double bin : values["total_entropy_midpoint_density"]) inside += 0.1 * bin;
    EXPECT_NEAR(inside, 2.0 / 3, 1e-12);
    EXPECT_NEAR(values["exponential_density_midpoint"][static_cast<std::size_t>(b / 0.05)], 20.0 / 3, 1e-12);
}

TEST(FluctuationTheorem, HillsIndexAndItsScaleOfAPowerLaw) {
    // w = u^{−1/a}: P(w) = w^{−a}, C = 1.
    FluctuationTally tally("midpoint");
    constexpr std::size_t n = 100000;
    std::vector<double> system(n), zero(n);
    RandomSequence random(RandomStream(1, 0), Purpose::test);
    for (double& s : system) s = std::log(random.uniform()) / 1.5;
    tally.add(system, zero);
    Experiment toy;
    toy.observables = fluctuation_observables({});
    toy.fixed_axes = fluctuation_axes();
    const Layout layout = make_layout(toy, {});
    std::vector<double> block(layout.size());
    const Values values(layout, block);
    tally.write(values);
    EXPECT_NEAR(values["tail_index_midpoint"][0], 1.5, 4 * 1.5 / std::sqrt(1000.0));
    EXPECT_NEAR(values["tail_log_scale_midpoint"][0], 0, 0.6);
}

TEST(FluctuationTheorem, AStandardErrorWhereTheVarianceIsFiniteAndSeen) {
    const Experiment experiment = fluctuation_theorem();
    const Observable& average = observable_of(experiment, "integral_fluctuation_midpoint");
    const Layout layout = make_layout(experiment, {});
    std::vector<double> block(layout.size());
    const Values values(layout, block);
    const Combined combined(layout, block);
    values.set("trajectories", 160000);
    values.set("tail_index_midpoint", 1.4);  // what Hill's estimator makes of the sample does not matter
    EXPECT_TRUE(average.spread_is_error(make_point(1, 1, 1, "forward"), combined));
    EXPECT_TRUE(average.spread_is_error(make_point(1, 1, 2, "forward"), combined));
    EXPECT_TRUE(average.spread_is_error(make_point(2, 1, 1, "reverse"), combined));
    EXPECT_TRUE(average.spread_is_error(make_point(1, 1.5, 1, "reverse"), combined));
    EXPECT_FALSE(average.spread_is_error(make_point(1, 0.4, 1, "forward"), combined));
    EXPECT_FALSE(average.spread_is_error(make_point(1, 2.2, 1, "reverse"), combined));
    EXPECT_EQ(theory_at("variance_is_finite_midpoint", make_point(1, 0.4, 1, "forward")), 0);
    EXPECT_EQ(theory_at("variance_is_finite_midpoint", make_point(1, 0.6, 1, "forward")), 1);
    // Finite, but made by paths that 160,000 do not have; in its place a quantile of the deviations.
    const Point unseen = make_point(4, 1, 1, "reverse", 0.02);
    EXPECT_EQ(theory_at("variance_is_finite_midpoint", unseen), 1);
    EXPECT_FALSE(average.spread_is_error(unseen, combined));
    double scale = std::nan(""), systematic = 0;
    experiment.derived[1].compute(unseen, combined, {&scale, 1}, {&systematic, 1});
    EXPECT_GT(scale, 0.1);
    EXPECT_LT(scale, 1.1);
    scale = std::nan("");
    experiment.derived[1].compute(make_point(1, 1, 1, "forward"), combined, {&scale, 1}, {&systematic, 1});
    EXPECT_TRUE(std::isnan(scale));
}

TEST(FluctuationTheorem, TypicalDeviationIsThatOfRepeatedSweeps) {
    const Experiment experiment = fluctuation_theorem();
    const auto& typical = experiment.derived[1];
    ASSERT_EQ(typical.name, "typical_deviation_midpoint");
    for (const auto& [direction, sigma2, d] : {std::tuple{"forward", 0.1, 1.0},
                                               {"forward", 0.2, 1.0},
                                               {"forward", 0.3, 1.0},
                                               {"forward", 0.4, 1.0},
                                               {"forward", 0.1, 2.0},
                                               {"forward", 0.2, 2.0},
                                               {"forward", 0.3, 2.0},
                                               {"forward", 0.4, 2.0},
                                               {"reverse", 1.95, 1.0},
                                               {"reverse", 2.5, 1.0},
                                               {"reverse", 1.95, 2.0},
                                               {"reverse", 2.5, 2.0}}) {
        Point point = make_point(1, sigma2, d, direction);
        point.set("samples", 1000);
        constexpr std::size_t seeds = 150;
        const auto replicas = test::run_replicas(experiment, point, seeds);
        const double exact = theory_at("integral_fluctuation_midpoint_theory", point);
        std::vector<double> deviations;
        for (const auto& block : replicas.blocks)
            deviations.push_back(
                std::abs(Combined(replicas.layout, block).scalar("integral_fluctuation_midpoint") / exact - 1));
        std::sort(deviations.begin(), deviations.end());
        double scale = std::nan(""), systematic = 0;
        typical.compute(point, Combined(replicas.layout, replicas.blocks[0]), {&scale, 1}, {&systematic, 1});
        const double ratio = scale / deviations[static_cast<std::size_t>(0.6827 * seeds)];
        EXPECT_GT(ratio, 1 / 1.5) << direction << ' ' << sigma2 << ' ' << d;
        EXPECT_LT(ratio, 1.5) << direction << ' ' << sigma2 << ' ' << d;
    }
}

TEST(FluctuationTheorem, BiasFromTheDifferenceOfTheRules) {
    const Experiment experiment = fluctuation_theorem();
    const Point point = make_point(0, 0.8, 8, "reverse", 0.02);
    const auto replicas = test::run_replicas(experiment, point, 16);
    RunningMoments difference;
    for (const auto& block : replicas.blocks) {
        double bias = 0, systematic = 0;
        experiment.derived[0].compute(point, Combined(replicas.layout, block), {&bias, 1}, {&systematic, 1});
        EXPECT_EQ(systematic, 0);
        difference.add(bias);
    }
    const double exact = std::pow(theory_at("transverse_average_midpoint", point), 8.0 / 7) - 1;
    EXPECT_NEAR(difference.mean(), exact, 4 * difference.standard_error());
    EXPECT_LT(difference.standard_error(), 0.3 * replicas.moments("integral_fluctuation_midpoint").standard_error());
    double bias = 0, systematic = 0;
    experiment.derived[0].compute(make_point(0, 0.4, 8, "forward"), Combined(replicas.layout, replicas.blocks[0]),
                                  {&bias, 1}, {&systematic, 1});
    EXPECT_TRUE(std::isnan(systematic));
}

TEST(FluctuationTheorem, PathsWithoutLengthHaveNoTail) {
    Point point = make_point(1, 1, 1);
    point.set("T", 1e-300);
    point.set("samples", 2000);
    const auto replicas = test::run_replicas(fluctuation_theorem(), point, 1);
    EXPECT_FALSE(std::isinf(Combined(replicas.layout, replicas.blocks[0]).scalar("tail_index_midpoint")));
    EXPECT_NEAR(Combined(replicas.layout, replicas.blocks[0]).scalar("integral_fluctuation_midpoint"), 1, 1e-12);
}

TEST(FluctuationTheorem, UnbiasedRuleIsMissingWhereItDoesNotApply) {
    Point point = make_point(1, 1, 1);
    point.set("integrator", 1, "heun");
    point.set("samples", 100);
    const auto replicas = test::run_replicas(fluctuation_theorem(), point, 1);
    const Combined combined(replicas.layout, replicas.blocks[0]);
    EXPECT_TRUE(std::isnan(combined.scalar("total_entropy_unbiased")));
    EXPECT_TRUE(std::isfinite(combined.scalar("total_entropy_midpoint")));
    EXPECT_TRUE(std::isnan(theory_at("integral_fluctuation_unbiased_theory", point)));
}

TEST(FluctuationTheorem, RefusesWhatItCannotCompute) {
    const Experiment experiment = fluctuation_theorem();
    EXPECT_NO_THROW(experiment.check(make_point(1, 1, 1e9), {}));
    Point point = make_point(1, 1, 2000);
    point.set("method", 1, "full");
    EXPECT_THROW(experiment.check(point, {}), UsageError);
    point = make_point(1, 1, 1, "forward");
    point.set("start", 1, "noise");
    EXPECT_THROW(experiment.check(point, {}), UsageError);
    EXPECT_FALSE(experiment.find_parameter("samples")->range.contains(1e9));
    // The step that ends at t = 0 spans ½ ln(1 + (e^{2h} − 1)/σ²) relaxation times: 2.03 for h = 0.025, σ² = 0.0009.
    EXPECT_THROW(experiment.check(make_point(1, 0.0009, 1, "reverse", 0.025), {}), UsageError);
    EXPECT_NO_THROW(experiment.check(make_point(1, 0.0009, 1, "forward", 0.025), {}));
    EXPECT_NO_THROW(experiment.check(make_point(1, 0.001, 1, "reverse", 0.025), {}));
    // Forward steps that amplify the state: exp(-entropy) would overflow.
    point = make_point(1, 1e6, 1, "forward", 10);
    point.set("T", 10);
    EXPECT_THROW(experiment.check(point, {}), UsageError);
    point.set("integrator", 2, "exponential");
    EXPECT_NO_THROW(experiment.check(point, {}));
}

}  // namespace
}  // namespace gdm
