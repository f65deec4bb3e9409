#include "gdm/experiments/mixture/speciation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

/// E over z ~ N(0, 1) by the trapezoidal rule, which converges faster than any power for such integrands.
template <class Function>
double normal_mean(Function function) {
    double sum = 0;
    for (int i = -1600; i <= 1600; ++i) {
        const double z = i * 0.00625;
        sum += function(z) * std::exp(-z * z / 2);
    }
    return sum * 0.00625 / std::sqrt(2 * std::numbers::pi);
}

/// λ_t, from the definitions alone.
double signal_to_noise(double mu, double sigma2, double d, double t) {
    return d * mu * mu * std::exp(-2 * t) / (1 + (sigma2 - 1) * std::exp(-2 * t));
}

/// φ = P(same class) = E[p² + (1 − p)²], p the class probability given the state at t: 1 − ½(1 − tanh²) averaged.
double agreement(double mu, double sigma2, double d, double t) {
    const double lambda = signal_to_noise(mu, sigma2, d, t);
    return normal_mean([&](double z) {
        const double p = 1 / (1 + std::exp(-2 * (lambda + std::sqrt(lambda) * z)));
        return p * p + (1 - p) * (1 - p);
    });
}

const Theory& theory_of(const Experiment& experiment, const std::string& name) {
    for (const auto& one : experiment.theory)
        if (one.name == name) return one;
    throw std::logic_error("no theory " + name);
}

const Derived& derived_of(const Experiment& experiment, const std::string& name) {
    for (const auto& one : experiment.derived)
        if (one.name == name) return one;
    throw std::logic_error("no derived quantity " + name);
}

Point make_point(double mu, double sigma2, double d, const std::string& unit = "t_b",
                 const std::string& integrator = "exact") {
    Point point;
    for (const auto& [name, value] : {std::pair{"mu", mu},
                                      {"sigma2", sigma2},
                                      {"d", d},
                                      {"samples", 1000.0},
                                      {"T", 10.0},
                                      {"dt", 0.01},
                                      {"levels", 64.0},
                                      {"ln_N", std::numeric_limits<double>::infinity()}})
        point.set(name, value);
    point.set("method", 0, "reduced");
    point.set("integrator", 3, integrator);
    point.set("time_grid", 2, "clock");
    point.set("precision", 0, "double");
    point.set("start", 0, "exact");
    point.set("t_unit", 0, unit);
    std::vector<double> times;
    const Experiment experiment = speciation();
    for (int k = 2; k <= 20; ++k) times.push_back(experiment.find_parameter("t")->scale(0.1 * k, point));
    point.set_axis("t", times);
    return point;
}

TEST(Speciation, DeclarationIsValid) { EXPECT_NO_THROW(speciation().validate()); }

TEST(Speciation, TimesAreGivenInUnitsOfTheBifurcation) {
    const auto time = [](double value, double sigma2, const std::string& unit) {
        const Point point = make_point(0.5, sigma2, 64, unit);
        return speciation().find_parameter("t")->scale(value, point);
    };
    EXPECT_NEAR(time(2, 3, "t_b"), std::log(14.), 1e-14);  // M² = 16, e^{2 t_b} = 14
    EXPECT_EQ(time(2, 3, "absolute"), 2);
    EXPECT_EQ(time(2, 17, "t_b"), 2);  // there is no t_b
}

TEST(Speciation, MeasuredAgreementIsTheClosedForm) {
    const Experiment experiment = speciation();
    for (const auto& [mu, sigma2, d] :
         {std::tuple{1.0, 1.0, 256.0}, {0.3, 0.2, 1024.0}, {1.0, 1.0, 1e9}, {0.7, 3.0, 16.0}}) {
        const Point point = make_point(mu, sigma2, d);
        const auto times = point.axis("t");
        const auto replicas = test::run_replicas(experiment, point, 16);
        std::vector<double> stated(times.size());
        theory_of(experiment, "clone_agreement_theory").compute(point, stated);
        for (std::size_t k = 0; k < times.size(); ++k) {
            const double exact = agreement(mu, sigma2, d, times[k]);
            EXPECT_NEAR(stated[k], exact, 1e-9) << d << ' ' << times[k];
            const auto moments = replicas.moments("clone_agreement", k);
            // The floor: one trajectory in all of them.
            EXPECT_NEAR(moments.mean(), exact, 4 * moments.standard_error() + 1. / 16000) << d << ' ' << times[k];
        }
        double crossing = 0, systematic = 0;
        std::vector<double> mean(replicas.layout.size());
        for (std::size_t i = 0; i < mean.size(); ++i) {
            for (const auto& block : replicas.blocks) mean[i] += block[i] / 16;
        }
        derived_of(experiment, "t_s_clone")
            .compute(point, Combined(replicas.layout, mean), {&crossing, 1}, {&systematic, 1});
        const double expected = 0.5 * std::log(d * mu * mu - sigma2 + 1);
        // dφ/dt = −0.3 at the crossing: an error of φ of 0.003 is one of 0.01 in t.
        EXPECT_NEAR(crossing, expected, 0.05 + systematic) << d;
        EXPECT_NEAR(agreement(mu, sigma2, d, expected), 0.775200245396664, 1e-12);
    }
}

TEST(Speciation, SidesAndClassesAgreeAtLargeSeparation) {
    const Experiment experiment = speciation();
    const Point point = make_point(1, 1, 4096);
    std::vector<double> by_class(19), by_side(19);
    theory_of(experiment, "clone_agreement_theory").compute(point, by_class);
    theory_of(experiment, "clone_agreement_sign_theory").compute(point, by_side);
    const auto replicas = test::run_replicas(experiment, point, 4);
    for (std::size_t k = 0; k < 19; ++k) {
        EXPECT_NEAR(by_side[k], by_class[k], 1e-8);
        EXPECT_NEAR(replicas.moments("clone_agreement_sign", k).mean(), replicas.moments("clone_agreement", k).mean(),
                    1e-12);
    }
}

TEST(Speciation, EulerMaruyamaOfThePaperAgrees) {
    Point point = make_point(1, 1, 256, "t_b", "euler_maruyama");
    point.set("samples", 250);
    const auto replicas = test::run_replicas(speciation(), point, 16);
    for (std::size_t k = 0; k < 19; ++k) {
        const auto moments = replicas.moments("clone_agreement", k);
        EXPECT_NEAR(moments.mean(), agreement(1, 1, 256, point.axis("t")[k]), 4 * moments.standard_error() + 0.005) << k;
    }
}

TEST(Speciation, TimesOfTheory) {
    const Experiment experiment = speciation();
    const auto value = [&](const char* name, double mu, double sigma2, double d) {
        double result = 0;
        theory_of(experiment, name).compute(make_point(mu, sigma2, d), {&result, 1});
        return result;
    };
    EXPECT_NEAR(value("t_b_theory", 1, 1, 256), std::log(16.), 1e-14);
    EXPECT_NEAR(value("t_s_large_d", 1, 3, 256), std::log(16.), 1e-14);
    EXPECT_NEAR(value("t_s_potential_theory", 1, 1, 256), std::log(16.) + 0.5 * std::numbers::ln2, 1e-14);
    EXPECT_TRUE(std::isnan(value("t_s_large_d", 0.5, 1, 4)));
    EXPECT_TRUE(std::isnan(value("t_b_theory", 0.5, 3, 4)));
}

TEST(Speciation, RefusesWhatItCannotCompute) {
    const Experiment experiment = speciation();
    Point point = make_point(1, 1, 1e9);
    EXPECT_NO_THROW(experiment.check(point, {}));
    point.set("method", 1, "full");
    EXPECT_THROW(experiment.check(point, {}), UsageError);
    point = make_point(1, 1, 1e9);
    point.set_axis("t", {1, 101});
    EXPECT_THROW(experiment.check(point, {}), UsageError);
    point = make_point(1, 1, 64);
    point.set("ln_N", 10);
    EXPECT_NO_THROW(experiment.check(point, {}));
    point.set("integrator", 0, "euler_maruyama");
    EXPECT_THROW(experiment.check(point, {}), UsageError);
    point.set("integrator", 3, "exact");
    point.set_axis("t", {0, 1});
    EXPECT_THROW(experiment.check(point, {}), UsageError);
}

TEST(Speciation, ManyPointsAreTheExactScoreAndTwoAreNot) {
    const Experiment experiment = speciation();
    Point point = make_point(1, 1, 64);
    point.set("samples", 200);
    point.set("ln_N", 60);
    const auto many = test::run_replicas(experiment, point, 20);
    const auto times = point.axis("t");
    for (std::size_t k = 0; k < times.size(); ++k) {
        if (agreement(1, 1, 64, times[k]) > 0.999) continue;  // made by states too rare to be sampled
        const auto moments = many.moments("clone_agreement", k);
        EXPECT_NEAR(moments.mean(), agreement(1, 1, 64, times[k]), 4.5 * moments.standard_error() + 1e-9) << times[k];
    }
    // Two points are of one class with probability 1/2, and then all clones agree; at late times the other half agrees by
    // chance alone.
    point.set("ln_N", std::log(2.));
    point.set_axis("t", {12});
    const auto two = test::run_replicas(experiment, point, 40).moments("clone_agreement", 0);
    EXPECT_NEAR(two.mean(), 0.75, 4 * two.standard_error());
}

TEST(Speciation, RunsAreBitwiseRepeatable) {
    const Point point = make_point(1, 0.5, 100);
    const auto first = test::run_replicas(speciation(), point, 2);
    const auto second = test::run_replicas(speciation(), point, 2);
    for (std::size_t r = 0; r < 2; ++r) EXPECT_EQ(first.blocks[r], second.blocks[r]);
    EXPECT_NE(first.blocks[0], first.blocks[1]);
}

}  // namespace
}  // namespace gdm
