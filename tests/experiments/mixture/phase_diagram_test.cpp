#include "gdm/experiments/mixture/phase_diagram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "gdm/physics/process/speciation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

const std::vector<double> times = {0, 0.01, 0.04, 0.1, 0.2, 0.35, 0.55, 0.8, 1.1, 1.5, 2, 2.5, 3};

Point make_point(double mu, double sigma2, double d, double n = std::numeric_limits<double>::infinity()) {
    Point point;
    for (const auto& [name, value] : {std::pair{"mu", mu},
                                      {"sigma2", sigma2},
                                      {"d", d},
                                      {"N", n},
                                      {"samples", 64.0},
                                      {"T", 3.0},
                                      {"dt", 0.1},
                                      {"response_pairs", 16.0},
                                      {"response_steps", 8.0},
                                      {"response_step", 0.002},
                                      {"response_separation", 0.01},
                                      {"response_distance", 1000.0}})
        point.set(name, value);
    point.set("method", 0, "reduced");
    point.set("integrator", 1, "heun");
    point.set("time_grid", 2, "clock");
    point.set("precision", 0, "double");
    point.set("start", 0, "exact");
    point.set_axis("t", times);
    return point;
}

struct Measured {
    double value;
    double error;  ///< jackknife and systematic, in quadrature
};

/// A derived quantity with its errors, as the reduction computes them.
std::vector<Measured> derive(const Experiment& experiment, const std::string& name, const Point& point,
                             const test::Replicas& replicas) {
    const auto derived =
        std::find_if(experiment.derived.begin(), experiment.derived.end(), [&](auto& d) { return d.name == name; });
    const std::size_t n = replicas.blocks.size();
    const auto combined = [&](std::size_t left_out) {
        std::vector<double> sum(replicas.layout.size(), 0);
        double count = 0;
        for (std::size_t r = 0; r < n; ++r) {
            if (r == left_out) continue;
            count += 1;
            for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += replicas.blocks[r][i];
        }
        for (const auto& observable : experiment.observables) {
            if (observable.combine == Combine::sum) continue;
            const auto& entry = replicas.layout.at(observable.name);
            for (std::size_t i = 0; i < entry.size; ++i) sum[entry.offset + i] /= count;
        }
        return sum;
    };
    const std::size_t size = derived->axes.empty() ? 1 : times.size();
    const auto compute = [&](std::size_t left_out, std::vector<double>& systematic) {
        std::vector<double> value(size);
        const auto block = combined(left_out);
        derived->compute(point, Combined(replicas.layout, block), value, systematic);
        return value;
    };
    std::vector<double> systematic(size), unused(size);
    const auto value = compute(n, systematic);
    std::vector<std::vector<double>> without(size);
    for (std::size_t r = 0; r < n; ++r) {
        const auto one = compute(r, unused);
        for (std::size_t i = 0; i < size; ++i) without[i].push_back(one[i]);
    }
    std::vector<Measured> result;
    for (std::size_t i = 0; i < size; ++i)
        result.push_back({value[i], std::hypot(jackknife_error(without[i]), systematic[i])});
    return result;
}

std::vector<double> theory(const Experiment& experiment, const std::string& name, const Point& point) {
    const auto found =
        std::find_if(experiment.theory.begin(), experiment.theory.end(), [&](auto& t) { return t.name == name; });
    std::vector<double> value(found->axes.empty() ? 1 : times.size());
    found->compute(point, value);
    return value;
}

/// Every number within the errors that n replicas exceed as rarely as a normal number exceeds 4 σ; NaN in both where a
/// transition does not exist.
void compare(const Experiment& experiment, const std::string& measured, const std::string& expected, const Point& point,
             const test::Replicas& replicas, double floor = 1e-12) {
    const boost::math::students_t law(static_cast<double>(replicas.blocks.size()) - 1);
    const double allowed = boost::math::quantile(boost::math::complement(law, 3.17e-5));
    const auto values = derive(experiment, measured, point, replicas);
    const auto reference = theory(experiment, expected, point);
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_EQ(std::isnan(values[i].value), std::isnan(reference[i])) << measured;
        if (std::isnan(reference[i])) continue;
        EXPECT_NEAR(values[i].value, reference[i], allowed * values[i].error + floor) << measured << ' ' << i;
    }
}

TEST(PhaseDiagram, DeclarationIsValid) {
    const Experiment experiment = phase_diagram();
    EXPECT_NO_THROW(experiment.validate());
    for (const char* name : {"axis_abs", "axis_2", "axis_4", "clone_agreement", "clone_agreement_sign", "transverse_2",
                             "quality_histogram", "t_s_dataset", "broken"})
        EXPECT_TRUE(std::any_of(experiment.observables.begin(), experiment.observables.end(), [&](const Observable& o) {
            return o.name == name;
        })) << name;
    const auto& n = *experiment.find_parameter("N");
    EXPECT_EQ(n.alternatives.at(0).to_parameter(std::log(2048.0), Point()), 2048);
}

TEST(PhaseDiagram, ResponseTimesAndPhaseAgreeWithTheoryWithinTheirErrors) {
    const Experiment experiment = phase_diagram();
    for (const double mu : {0.0, 0.2, 0.6, 1.5})
        for (const double sigma2 : {0.05, 0.4, 0.97, 1.6, 2.4, 4.0})
            for (const double d : {1.0, 16.0}) {
                SCOPED_TRACE(testing::Message() << mu << ' ' << sigma2 << ' ' << d);
                const Point point = make_point(mu, sigma2, d);
                const auto replicas = test::run_replicas(experiment, point, 6);
                compare(experiment, "response", "response_theory", point, replicas);
                compare(experiment, "outer_response", "outer_response_theory", point, replicas);
                compare(experiment, "t_s", "t_s_theory", point, replicas);
                compare(experiment, "t_usb", "t_usb_theory", point, replicas);
                EXPECT_EQ(derive(experiment, "phase", point, replicas)[0].value,
                          theory(experiment, "phase_theory", point)[0]);
            }
}

/// The pulls (value − theory)/error of t_s and t_usb over many seeds have Student's law: rms √(ν/(ν − 2)) with ν = n − 1.
/// The points: near to the edge of the unbroken phase (t_S = 0.0006, 0.0045), σ² near 1 and 2, unstable, M small and large.
TEST(PhaseDiagram, ErrorsOfTransitionTimesAreTheirSpread) {
    const Experiment experiment = phase_diagram();
    constexpr std::uint32_t seeds = 40, few = 4, many = 16;
    RunningMoments pulls_t_s, pulls_t_usb;
    double beyond = 0, counted = 0;
    std::uint64_t key = 0;
    for (const auto& [mu, sigma2, d] : {std::tuple{0.6, 0.4, 1.0},
                                        {0.31, 0.05, 1.0},
                                        {0.71, 0.999, 1.0},
                                        {1.5, 1.001, 1.0},
                                        {1e-3, 2.3, 1.0},
                                        {0.5, 2.01, 1.0},
                                        {0.4, 4.0, 16.0},
                                        {1.0, 0.3, 16.0},
                                        {0.05, 3.0, 1e4},
                                        {1.0, 1.0, 100.0}}) {
        SCOPED_TRACE(testing::Message() << mu << ' ' << sigma2 << ' ' << d);
        Point point = make_point(mu, sigma2, d);
        point.set("integrator", 3, "exact");
        point.set("samples", 1);
        RunningMoments here, variance_of_few, variance_of_many;
        for (std::uint32_t seed = 0; seed < seeds; ++seed) {
            auto replicas = test::run_replicas(experiment, point, many, ++key);
            for (const char* name : {"t_s", "t_usb"}) {
                const double reference = theory(experiment, std::string(name) + "_theory", point)[0];
                const Measured measured = derive(experiment, name, point, replicas)[0];
                if (std::isnan(reference)) {
                    EXPECT_TRUE(std::isnan(measured.value)) << name;
                    continue;
                }
                const double pull = (measured.value - reference) / measured.error;
                (std::string(name) == "t_s" ? pulls_t_s : pulls_t_usb).add(pull * pull);
                if (std::string(name) != "t_s") continue;
                here.add(pull * pull);
                variance_of_many.add(measured.error * measured.error);
            }
            replicas.blocks.resize(few);
            const Measured measured = derive(experiment, "t_s", point, replicas)[0];
            variance_of_few.add(measured.error * measured.error);
            const double pull = (measured.value - theory(experiment, "t_s_theory", point)[0]) / measured.error;
            beyond += std::abs(pull) > 3.182 ? 1 : 0;  // 5 % of Student's law with 3 degrees of freedom
            counted += 1;
        }
        EXPECT_LT(std::sqrt(here.mean()), 1.6);  // 40 pulls: the rms is 1.07 ± 0.13
        EXPECT_GT(std::sqrt(here.mean()), 0.6);
        EXPECT_NEAR(std::sqrt(variance_of_few.mean() / variance_of_many.mean()), 2, 0.7);  // 1/√n: it is statistical
    }
    for (const RunningMoments& pulls : {pulls_t_s, pulls_t_usb}) {
        EXPECT_GT(std::sqrt(pulls.mean()), 0.8) << pulls.count();
        EXPECT_LT(std::sqrt(pulls.mean()), 1.2) << pulls.count();
    }
    EXPECT_NEAR(beyond / counted, 0.05, 4 * std::sqrt(0.05 * 0.95 / counted));
}

TEST(PhaseDiagram, PhasesAreToldApartCloseToTheirBoundaries) {
    const Experiment experiment = phase_diagram();
    for (const double sigma2 : {0.1, 0.5, 1.2, 1.8})
        for (const double side : {-1.0, 1.0}) {
            // Stable breaking begins at 2M² = 1 − (σ² − 1)²; 0.2 % to either side.
            const double mu = std::sqrt(0.5 * (1 - std::pow(sigma2 - 1, 2))) * (1 + 0.002 * side);
            const Point point = make_point(mu, sigma2, 1);
            const auto replicas = test::run_replicas(experiment, point, 4);
            EXPECT_EQ(derive(experiment, "phase", point, replicas)[0].value, side > 0 ? 1 : 0) << sigma2;
        }
    for (const double side : {-1.0, 1.0}) {
        const Point point = make_point(0.9, 2 + 0.002 * side, 1);
        const auto replicas = test::run_replicas(experiment, point, 4);
        EXPECT_EQ(derive(experiment, "phase", point, replicas)[0].value, side > 0 ? 2 : 1);
    }
}

TEST(PhaseDiagram, OrderParametersAndClonesAgreeWithTheory) {
    const Experiment experiment = phase_diagram();
    for (const auto& [mu, sigma2, d] : {std::tuple{1.0, 0.6, 1.0}, {0.3, 0.2, 16.0}, {0.8, 3.0, 4.0}}) {
        Point point = make_point(mu, sigma2, d);
        point.set("samples", 1024);
        point.set("dt", 0.05);
        const auto replicas = test::run_replicas(experiment, point, 24);
        for (const char* name : {"axis_abs", "axis_2", "clone_agreement", "clone_agreement_sign"}) {
            const auto reference = theory(experiment, std::string(name) + "_theory", point);
            for (std::size_t k = 0; k < times.size(); ++k) {
                const auto moments = replicas.moments(name, k);
                EXPECT_NEAR(moments.mean(), reference[k], 4 * moments.standard_error() + 2e-3 * reference[k])
                    << name << times[k];
            }
        }
        compare(experiment, "binder", "binder_theory", point, replicas, 2e-3);
        const double across = theory(experiment, "transverse_2_theory", point)[0];
        if (d > 1) {
            EXPECT_NEAR(replicas.moments("transverse_2").mean(), across,
                        4 * replicas.moments("transverse_2").standard_error() + 2e-3 * across);
        } else {
            EXPECT_TRUE(std::isnan(across) && std::isnan(replicas.moments("transverse_2").mean()));
        }
        const GaussianMixture mixture{mu, sigma2, d};
        const Measured clone_time = derive(experiment, "t_clone", point, replicas)[0];
        if (t_b(mixture) > 0) {
            EXPECT_NEAR(clone_time.value, t_b(mixture), 4 * clone_time.error);
            EXPECT_LT(clone_time.error, 0.05);
        } else {
            EXPECT_TRUE(std::isnan(clone_time.value));
        }
        const double distance = derive(experiment, "ks_distance", point, replicas)[0].value;
        const double expected = derive(experiment, "ks_distance_expected", point, replicas)[0].value;
        EXPECT_NEAR(expected, 0.7657 / std::sqrt(24 * 1024.0), 1e-9);
        EXPECT_LT(distance, 3 * expected);  // P(√n D > 2.3) = 5e-5
        EXPECT_GT(distance, 0.2 * expected);
    }
}

TEST(PhaseDiagram, EulerMaruyamaAndFullDynamicsAreOptions) {
    const Experiment experiment = phase_diagram();
    for (const char* integrator : {"euler_maruyama", "heun", "exponential", "exact"})
        for (const char* method : {"reduced", "full"}) {
            Point point = make_point(0.4, 0.5, 4);
            point.set("integrator", 0, integrator);
            point.set("method", 0, method);
            point.set("dt",
                      std::string(integrator) == "euler_maruyama" || std::string(integrator) == "exponential" ? 0.01 : 0.1);
            point.set("samples", 512);
            const auto replicas = test::run_replicas(experiment, point, 12);
            const auto reference = theory(experiment, "clone_agreement_theory", point);
            for (std::size_t k = 0; k < times.size(); ++k) {
                const auto moments = replicas.moments("clone_agreement", k);
                EXPECT_NEAR(moments.mean(), reference[k], 5 * moments.standard_error() + 3e-3)
                    << integrator << method << times[k];
            }
            compare(experiment, "t_s", "t_s_theory", point, replicas);
            compare(experiment, "outer_response", "outer_response_theory", point, replicas);
            EXPECT_NEAR(replicas.moments("transverse_2").mean(), 0.5,
                        4 * replicas.moments("transverse_2").standard_error() + 0.01);
        }
}

TEST(PhaseDiagram, FiniteNMeasuresTheCurvatureOnly) {
    const Experiment experiment = phase_diagram();
    const Point point = make_point(0.5, 0.3, 4, 3000);
    const auto replicas = test::run_replicas(experiment, point, 16);
    for (const char* name : {"axis_abs", "clone_agreement", "quality_histogram", "transverse_2", "outer_response_higher"})
        EXPECT_TRUE(std::isnan(replicas.moments(name).mean())) << name;
    EXPECT_TRUE(std::isnan(replicas.moments("response_higher", 0).mean()));  // −∞ at t = 0 for every data set
    const GaussianMixture mixture{0.5, 0.3, 4};
    for (std::size_t k = 5; k < times.size(); ++k) {
        const auto moments = replicas.moments("response_higher", k);
        EXPECT_NEAR(moments.mean(), symmetric_response(mixture, times[k]), 4 * moments.standard_error() + 0.01) << times[k];
    }
    EXPECT_EQ(replicas.moments("broken").mean(), 1);
    const auto t_s = derive(experiment, "t_s", point, replicas)[0];
    const auto t_s_mean = derive(experiment, "t_s_dataset_mean", point, replicas)[0];
    EXPECT_NEAR(t_s.value, t_s_potential(mixture), 4 * t_s.error + 0.01);
    EXPECT_NEAR(t_s_mean.value, t_s_potential(mixture), 4 * t_s_mean.error + 0.01);
    EXPECT_NEAR(replicas.moments("t_s_dataset").mean(), t_s_mean.value, 1e-12);
    EXPECT_EQ(derive(experiment, "phase", point, replicas)[0].value, 1);
    // Deep in the unbroken phase a large data set keeps the symmetry, down to the times that resolve its points one by one.
    Point unbroken = make_point(0.02, 1, 1, 3000);
    unbroken.set_axis("t", {0.1, 0.2, 0.5, 1, 2});
    const auto none = test::run_replicas(experiment, unbroken, 6);
    EXPECT_EQ(derive(experiment, "phase", unbroken, none)[0].value, 0);
    EXPECT_EQ(none.moments("broken").mean(), 0);
    EXPECT_TRUE(std::isnan(none.moments("t_s_dataset").mean()));
    const auto grainy = test::run_replicas(experiment, make_point(0.02, 1, 1, 3000), 6);
    EXPECT_GT(grainy.moments("broken").mean(), 0.5);
    Point full = make_point(1, 1, 70000);
    full.set("method", 1, "full");
    EXPECT_THROW(experiment.check(full, {}), UsageError);
}

TEST(PhaseDiagram, FullAndReducedDatasetsAgree) {
    const Experiment experiment = phase_diagram();
    Point point = make_point(0.4, 0.6, 5, 100);
    const auto reduced = test::run_replicas(experiment, point, 100, 1);
    point.set("method", 1, "full");
    const auto full = test::run_replicas(experiment, point, 100, 2);
    for (const std::size_t k : {5u, 7u, 9u}) {
        const auto a = reduced.moments("response_higher", k);
        const auto b = full.moments("response_higher", k);
        EXPECT_NEAR(a.mean(), b.mean(), 4 * std::hypot(a.standard_error(), b.standard_error()));
    }
}

TEST(PhaseDiagram, RunsAreBitwiseRepeatable) {
    const Experiment experiment = phase_diagram();
    for (const Point& point : {make_point(0.7, 0.4, 3), make_point(0.7, 0.4, 3, 50)}) {
        const auto first = test::run_replicas(experiment, point, 3);
        const auto second = test::run_replicas(experiment, point, 3);
        for (std::size_t r = 0; r < 3; ++r)
            EXPECT_EQ(std::memcmp(first.blocks[r].data(), second.blocks[r].data(), first.blocks[r].size() * sizeof(double)),
                      0);
        EXPECT_NE(std::memcmp(first.blocks[0].data(), first.blocks[1].data(), first.blocks[0].size() * sizeof(double)), 0);
    }
}

}  // namespace
}  // namespace gdm
