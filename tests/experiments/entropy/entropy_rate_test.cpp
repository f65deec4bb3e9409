#include "gdm/experiments/entropy/entropy_rate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point make_point(double d, const std::string& direction, double dt, std::vector<double> times) {
    Point point;
    for (const auto& [name, value] :
         {std::pair{"mu", 1.0}, {"sigma2", 0.4}, {"d", d}, {"dt", dt}, {"T", 3.0}, {"samples", 2000.0}})
        point.set(name, value);
    point.set("direction", direction == "reverse" ? 1 : 0, direction);
    point.set("integrator", 1, "heun");
    point.set("time_grid", 0, "uniform");
    point.set("precision", 0, "double");
    point.set_axis("t", std::move(times));
    return point;
}

std::vector<double> theory_of(const std::string& name, const Point& point, std::size_t size) {
    const Experiment experiment = entropy_rate();
    const auto found = std::find_if(experiment.theory.begin(), experiment.theory.end(),
                                    [&](const Theory& one) { return one.name == name; });
    std::vector<double> value(size);
    found->compute(point, value);
    return value;
}

TEST(EntropyRate, DeclarationIsValid) { EXPECT_NO_THROW(entropy_rate().validate()); }

TEST(EntropyRate, ObservablesAreTheirTheory) {
    const std::vector<double> times = {1, 0.2, 2, 0.05, 0.5};  // in any order
    for (const double d : {1.0, 3.0})
        for (const char* direction : {"forward", "reverse"}) {
            const Point point = make_point(d, direction, 0.01, times);
            const auto replicas = test::run_replicas(entropy_rate(), point, 24);
            for (const char* name : {"entropy_production_rate", "entropy_flux", "system_entropy_rate", "heat_rate",
                                     "system_change_rate", "path_production_rate"}) {
                const auto exact = theory_of(std::string(name) + "_theory", point, times.size());
                for (std::size_t k = 0; k < times.size(); ++k) {
                    const auto moments = replicas.moments(name, k);
                    // The midpoint rule of the heat in reverse has a bias of O(dt).
                    const bool biased = direction == std::string("reverse") &&
                                        (name == std::string("heat_rate") || name == std::string("path_production_rate"));
                    EXPECT_NEAR(moments.mean(), exact[k], 4 * moments.standard_error() + (biased ? 0.015 * d : 0.001 * d))
                        << d << direction << name << times[k];
                }
            }
            const auto total = replicas.moments("total_entropy");
            EXPECT_NEAR(total.mean(), theory_of("total_entropy_theory", point, 1)[0], 4 * total.standard_error() + 0.01 * d);
        }
}

TEST(EntropyRate, WindowsAddUpToTheIntegrals) {
    const std::vector<double> times = {3, 0.5, 0, 1.25};
    for (const char* direction : {"forward", "reverse"}) {
        const Point point = make_point(3, direction, 0.01, times);
        const auto heat = theory_of("heat_rate_theory", point, 4), change = theory_of("system_change_rate_theory", point, 4);
        EXPECT_TRUE(std::isnan(heat[2]));
        const double whole = 1.75 * heat[0] + 0.5 * heat[1] + 0.75 * heat[3];
        EXPECT_NEAR(whole, theory_of("heat_theory", point, 1)[0], 1e-12);
        const double system = 1.75 * change[0] + 0.5 * change[1] + 0.75 * change[3];
        EXPECT_NEAR(whole + system, theory_of("total_entropy_theory", point, 1)[0], 1e-12);
    }
}

/// The derived quantities of the exact curves are the closed forms.
TEST(EntropyRate, DerivedQuantitiesOfExactCurves) {
    std::vector<double> times;
    for (int k = 60; k >= 0; --k) times.push_back(0.05 * k);
    const Point point = make_point(4, "reverse", 0.01, times);
    const Experiment experiment = entropy_rate();
    const Layout layout = make_layout(experiment, {{"t", times.size()}});
    std::vector<double> block(layout.size());
    const Values values(layout, block);
    for (const char* name : {"entropy_production_rate", "entropy_flux", "system_entropy_rate"})
        values.set(name, theory_of(std::string(name) + "_theory", point, times.size()));
    for (const Derived& derived : experiment.derived) {
        double value = 0, systematic = 0;
        derived.compute(point, Combined(layout, block), {&value, 1}, {&systematic, 1});
        const double exact = theory_of(derived.name + "_theory", point, 1)[0];
        EXPECT_NEAR(value, exact, systematic + 1e-6) << derived.name;
        EXPECT_LT(systematic, 0.01 * exact) << derived.name;
    }
    // Forward the flux has no zero to be found.
    const Point forward = make_point(4, "forward", 0.01, times);
    double value = 0, systematic = 0;
    experiment.derived[1].compute(forward, Combined(layout, block), {&value, 1}, {&systematic, 1});
    EXPECT_TRUE(std::isnan(value));
}

TEST(EntropyRate, RefusesTimesBeyondTheEnd) {
    const Experiment experiment = entropy_rate();
    EXPECT_NO_THROW(experiment.check(make_point(1, "forward", 0.01, {0, 3}), {}));
    EXPECT_THROW(experiment.check(make_point(1, "forward", 0.01, {0, 3.1}), {}), UsageError);
}

}  // namespace
}  // namespace gdm
