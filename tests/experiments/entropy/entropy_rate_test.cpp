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

Point make_point(double d, const std::string& direction, double dt, std::vector<double> times,
                 const std::string& integrator = "heun") {
    Point point;
    for (const auto& [name, value] :
         {std::pair{"mu", 1.0}, {"sigma2", 0.4}, {"d", d}, {"dt", dt}, {"T", 3.0}, {"samples", 2000.0}})
        point.set(name, value);
    point.set("direction", direction == "reverse" ? 1 : 0, direction);
    point.set("integrator", 0, integrator);
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

const std::vector<std::string> curves = {"entropy_production_rate", "entropy_flux",
                                         "system_entropy_rate",     "heat_rate",
                                         "system_change_rate",      "path_production_rate"};
const std::vector<std::string> integrals = {"heat", "total_entropy"};

/// At steps so long that the continuum is far away.
TEST(EntropyRate, ObservablesAreTheirTheory) {
    const std::vector<double> times = {1, 0.2, 2, 0.05, 0.5};  // in any order
    for (const std::string integrator : {"euler_maruyama", "heun", "exponential", "exact"})
        for (const double d : {1.0, 64.0})
            for (const char* direction : {"forward", "reverse"}) {
                const Point point = make_point(d, direction, 0.05, times, integrator);
                const auto replicas = test::run_replicas(entropy_rate(), point, 32);
                double squares = 0, far_squares = 0, count = 0;
                const auto compare = [&](const std::string& name, std::size_t size) {
                    const auto exact = theory_of(name + "_theory", point, size);
                    const auto limit = theory_of(name + "_continuum", point, size);
                    for (std::size_t k = 0; k < size; ++k) {
                        const auto moments = replicas.moments(name, k);
                        EXPECT_NEAR(moments.mean(), exact[k], 4.5 * moments.standard_error())
                            << integrator << ' ' << d << ' ' << direction << ' ' << name << ' ' << k;
                        squares += std::pow((moments.mean() - exact[k]) / moments.standard_error(), 2);
                        far_squares += std::pow((moments.mean() - limit[k]) / moments.standard_error(), 2);
                        ++count;
                    }
                };
                for (const std::string& name : curves) compare(name, times.size());
                for (const std::string& name : integrals) compare(name, 1);
                // Numbers of one path are correlated.
                EXPECT_LT(squares / count, 3) << integrator << ' ' << d << ' ' << direction;
                if (integrator == "euler_maruyama" && d > 1) {
                    EXPECT_GT(far_squares / count, 100) << direction;
                }
            }
}

TEST(EntropyRate, TheoryTendsToTheContinuum) {
    const std::vector<double> times = {0.5, 1.5};
    for (const char* direction : {"forward", "reverse"})
        for (const std::string name : {"entropy_flux", "heat_rate", "system_change_rate"}) {
            std::vector<double> apart;
            for (const double dt : {0.01, 0.005, 0.0025}) {
                const Point point = make_point(4, direction, dt, times, "euler_maruyama");
                apart.push_back(theory_of(name + "_theory", point, 2)[0] - theory_of(name + "_continuum", point, 2)[0]);
            }
            EXPECT_NEAR(apart[1] / apart[0], 0.5, 0.06) << direction << name;
            EXPECT_NEAR(apart[2] / apart[1], 0.5, 0.03) << direction << name;
        }
}

TEST(EntropyRate, WindowsAddUpToTheIntegrals) {
    const std::vector<double> times = {3, 0.5, 0, 1.25};
    for (const char* direction : {"forward", "reverse"})
        for (const std::string kind : {"_theory", "_continuum"}) {
            const Point point = make_point(3, direction, 0.05, times);
            const auto heat = theory_of("heat_rate" + kind, point, 4);
            const auto change = theory_of("system_change_rate" + kind, point, 4);
            EXPECT_TRUE(std::isnan(heat[2]));
            const double whole = 1.75 * heat[0] + 0.5 * heat[1] + 0.75 * heat[3];
            EXPECT_NEAR(whole, theory_of("heat" + kind, point, 1)[0], 1e-12);
            const double system = 1.75 * change[0] + 0.5 * change[1] + 0.75 * change[3];
            EXPECT_NEAR(whole + system, theory_of("total_entropy" + kind, point, 1)[0], 1e-12);
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
        values.set(name, theory_of(std::string(name) + "_continuum", point, times.size()));
    for (const Derived& derived : experiment.derived) {
        double value = 0, systematic = 0;
        derived.compute(point, Combined(layout, block), {&value, 1}, {&systematic, 1});
        const double exact = theory_of(derived.name + "_continuum", point, 1)[0];
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
