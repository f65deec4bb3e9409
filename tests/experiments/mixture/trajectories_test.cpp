#include "gdm/experiments/mixture/trajectories.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/physics/paths/path_records.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point make_point(double d, const std::string& direction, const std::string& integrator, std::vector<double> times, int paths,
                 double dt = 0.01) {
    Point point;
    for (const auto& [name, value] :
         {std::pair{"mu", 1.0}, {"sigma2", 0.1}, {"d", d}, {"dt", dt}, {"T", 3.0}, {"samples", 4000.0}})
        point.set(name, value);
    point.set("direction", direction == "reverse" ? 1 : 0, direction);
    point.set("integrator", 0, integrator);
    point.set("time_grid", 0, "uniform");
    point.set("precision", 0, "double");
    point.set_axis("t", std::move(times));
    std::vector<double> numbers, centres;
    for (int i = 0; i < paths; ++i) numbers.push_back(i);
    for (int i = -20; i <= 20; ++i) centres.push_back(0.15 * i);
    point.set_axis("path", numbers);
    point.set_axis("a", centres);
    return point;
}

/// Stored numbers of one replica: [time][path].
std::vector<std::vector<double>> stored(const test::Replicas& replicas, std::size_t replica, const char* name,
                                        std::size_t times) {
    const auto all = Combined(replicas.layout, replicas.blocks[replica])[name];
    const std::size_t paths = all.size() / times;
    std::vector<std::vector<double>> rows;
    for (std::size_t k = 0; k < times; ++k)
        rows.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(k * paths),
                          all.begin() + static_cast<std::ptrdiff_t>((k + 1) * paths));
    return rows;
}

TEST(Trajectories, DeclarationIsValid) { EXPECT_NO_THROW(trajectories().validate()); }

/// Forward ⟨a_t a_u⟩ = e^{−|t−u|} ⟨a²⟩ at the earlier time, M_t² + Γ_t along and Γ_t across: single paths, not their
/// ensemble at one time. The exact kernel has no error of the step; in reverse the law of a path is the same.
TEST(Trajectories, StoredPathsHaveTheCovarianceOfTheProcess) {
    const std::vector<double> times = {2, 0, 0.3, 1};
    for (const char* direction : {"forward", "reverse"}) {
        const Point point = make_point(2, direction, "exact", times, 4000, 0.25);
        const auto replicas = test::run_replicas(trajectories(), point, 1);
        for (const char* name : {"axis_coordinate", "transverse_coordinate"}) {
            const auto paths = stored(replicas, 0, name, times.size());
            for (std::size_t j = 0; j < times.size(); ++j)
                for (std::size_t k = 0; k < times.size(); ++k) {
                    const double early = std::min(times[j], times[k]);
                    const double gamma = 1 - 0.9 * std::exp(-2 * early);
                    const double signal = name[0] == 'a' ? 2 * std::exp(-2 * early) : 0;  // M² = 2
                    RunningMoments product;
                    for (std::size_t i = 0; i < paths[j].size(); ++i) product.add(paths[j][i] * paths[k][i]);
                    EXPECT_NEAR(product.mean(), std::exp(-std::abs(times[j] - times[k])) * (signal + gamma),
                                4 * product.standard_error())
                        << direction << ' ' << name << ' ' << times[j] << ' ' << times[k];
                }
        }
    }
}

TEST(Trajectories, StoredPathIsThatSampleOfTheFirstReplica) {
    const std::vector<double> times = {0, 0.5, 1.5, 3};
    for (const char* integrator : {"euler_maruyama", "exact", "flow_heun"}) {
        const Point point = make_point(2, "reverse", integrator, times, 5);
        const auto replicas = test::run_replicas(trajectories(), point, 3);
        const auto paths = stored(replicas, 0, "axis_coordinate", times.size());
        // In whichever replica.
        EXPECT_EQ(paths, stored(replicas, 2, "axis_coordinate", times.size()));
        EXPECT_EQ(stored(replicas, 0, "transverse_coordinate", times.size()),
                  stored(replicas, 1, "transverse_coordinate", times.size()));
        const auto density = [&](std::size_t r) { return Combined(replicas.layout, replicas.blocks[r])["density"]; };
        EXPECT_FALSE(std::equal(density(0).begin(), density(0).end(), density(1).begin()));
        // The histogram of samples 0 … 4 counts those very paths, by other blocks.
        PathEnsemble ensemble{.mixture = {1, 0.1, 2}, .settings = {.direction = Direction::reverse}};
        ensemble.settings.integrator = integrator == std::string("exact")            ? Integrator::exact
                                       : integrator == std::string("euler_maruyama") ? Integrator::euler_maruyama
                                                                                     : Integrator::flow_heun;
        for (std::size_t k = 0; k < times.size(); ++k)
            for (const double a : paths[k]) {
                const std::vector<double> around = {a - 1e-12, a + 1e-12};
                EXPECT_EQ(axis_histogram(ensemble, times, around, 5, RandomStream(1, 0), Stop(), 2)[k], 1) << integrator;
            }
        const PathRecord again = record_path(ensemble, times, 3, RandomStream(1, 0));
        for (std::size_t k = 0; k < times.size(); ++k) EXPECT_EQ(again.axis[k], paths[k][3]);
    }
}

TEST(Trajectories, OrderOfTimesDoesNotMatter) {
    const std::vector<double> times = {0, 0.5, 1.5, 3}, mixed = {1.5, 3, 0, 0.5};
    const std::size_t place[] = {2, 3, 0, 1};  // of times[k] in mixed
    const Experiment experiment = trajectories();
    const auto first = test::run_replicas(experiment, make_point(2, "reverse", "heun", times, 4), 1);
    const auto second = test::run_replicas(experiment, make_point(2, "reverse", "heun", mixed, 4), 1);
    for (const char* name : {"axis_coordinate", "transverse_coordinate", "density"})
        for (std::size_t k = 0; k < 4; ++k)
            EXPECT_EQ(stored(first, 0, name, 4)[k], stored(second, 0, name, 4)[place[k]]) << name << times[k];
}

/// Paths of the flow in one dimension keep their order: their rank at one time is that at every other.
TEST(Trajectories, FlowPathsDoNotCrossAndGoBackTheWayTheyCame) {
    const std::vector<double> times = {0, 0.1, 0.5, 1, 3};
    const auto replicas = test::run_replicas(trajectories(), make_point(1, "reverse", "flow_rk4", times, 50), 1);
    const auto paths = stored(replicas, 0, "axis_coordinate", times.size());
    for (std::size_t i = 0; i < 50; ++i)
        for (std::size_t j = 0; j < 50; ++j) {
            if (paths[4][i] >= paths[4][j]) continue;
            for (std::size_t k = 0; k < 4; ++k) EXPECT_LT(paths[k][i], paths[k][j]) << times[k];
        }
    // The flow carries each quantile along: P(a at t below its place) is the same at all times.
    const GaussianMixture mixture{1, 0.1, 1};
    for (std::size_t i = 0; i < 50; ++i)
        EXPECT_NEAR(mixture.axis_distribution(paths[0][i], 0), mixture.axis_distribution(paths[4][i], 3), 1e-4);
    const auto transverse = stored(replicas, 0, "transverse_coordinate", times.size());
    EXPECT_TRUE(std::isnan(transverse[0][0]));  // there is none in one dimension
}

TEST(Trajectories, HistogramIsTheDensity) {
    const std::vector<double> times = {0, 0.5, 3};
    for (const char* direction : {"forward", "reverse"}) {
        const Point point = make_point(1, direction, "exact", times, 1, 0.5);
        const auto replicas = test::run_replicas(trajectories(), point, 40);
        std::vector<double> exact(3 * 41);
        trajectories().theory[0].compute(point, exact);
        for (std::size_t i = 0; i < exact.size(); ++i) {
            // By the trapezoidal rule over the bin from the density as it is defined.
            const double t = times[i / 41], centre = 0.15 * (static_cast<double>(i % 41) - 20);
            const double gamma = 1 - 0.9 * std::exp(-2 * t), mean = std::exp(-t);
            double sum = 0;
            for (int n = 0; n <= 200; ++n) {
                const double a = centre + 0.15 * (n / 200. - 0.5);
                const double p =
                    0.5 *
                    (std::exp(-0.5 * (a - mean) * (a - mean) / gamma) + std::exp(-0.5 * (a + mean) * (a + mean) / gamma)) /
                    std::sqrt(2 * std::numbers::pi * gamma);
                sum += p * (n == 0 || n == 200 ? 0.5 : 1) / 200;
            }
            EXPECT_NEAR(exact[i], sum, 1e-5);
            const auto moments = replicas.moments("density", i);
            const double one = 1 / (0.15 * 4000 * 40);  // what one sample adds
            EXPECT_NEAR(moments.mean(), exact[i], 4.5 * std::max(moments.standard_error(), std::sqrt(exact[i] * one)) + one)
                << direction << ' ' << t << ' ' << centre;
        }
    }
}

TEST(Trajectories, RefusesWhatItCannotKeep) {
    const Experiment experiment = trajectories();
    const auto point = [](std::vector<double> times) { return make_point(1, "forward", "exact", std::move(times), 5); };
    EXPECT_NO_THROW(experiment.check(point({0, 3}), {}));
    EXPECT_THROW(experiment.check(point({0, 3.5}), {}), UsageError);
    Point other = point({0, 3});
    other.set_axis("a", {0, 1, 3});
    EXPECT_THROW(experiment.check(other, {}), UsageError);
    other.set_axis("a", {1});
    EXPECT_THROW(experiment.check(other, {}), UsageError);
    other.set_axis("a", {1, 0});
    EXPECT_THROW(experiment.check(other, {}), UsageError);
    other = point({0, 3});
    other.set_axis("path", std::vector<double>(600'000, 1.0));
    EXPECT_THROW(experiment.check(other, {}), UsageError);
}

}  // namespace
}  // namespace gdm
