#include "gdm/experiments/condensation/condensation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <numbers>
#include <random>
#include <vector>

#include "gdm/base/control_variates.hpp"
#include "gdm/base/error.hpp"
#include "gdm/experiments/condensation/weight_observables.hpp"
#include "gdm/physics/weights/data_spectrum.hpp"
#include "support/refusal.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point make_point(const std::string& method, const std::string& state, double d, double log_n, std::vector<double> times) {
    Point point;
    for (const auto& [name, value] :
         {std::pair{"mu", 0.5}, {"sigma2", 1.0}, {"d", d}, {"ln_N", log_n}, {"samples", 64.0}, {"levels", 64.0}})
        point.set(name, value);
    point.set("method", method == "levels" ? 0 : 1, method);
    point.set("state", state == "planted" ? 0 : 1, state);
    point.set("t_unit", 1, "absolute");
    point.set("standardise", 1, "scale");
    point.set_axis("t", std::move(times));
    return point;
}

const Derived& derived_of(const Experiment& experiment, const std::string& name) {
    for (const auto& one : experiment.derived)
        if (one.name == name) return one;
    throw std::logic_error("no derived quantity " + name);
}

/// The derived time of observables given as functions of t.
template <class Fill>
double derived_time(const std::string& name, const Point& point, Fill fill) {
    const Experiment experiment = condensation();
    const Layout layout = make_layout(experiment, {{"t", point.axis("t").size()}});
    std::vector<double> block(layout.size());
    Values values(layout, block);
    fill(values);
    double value = 0, systematic = 0;
    derived_of(experiment, name).compute(point, Combined(layout, block), {&value, 1}, {&systematic, 1});
    return value;
}

std::vector<double> grid(double first, double last, std::size_t n) {
    std::vector<double> values;
    for (std::size_t i = 0; i < n; ++i)
        values.push_back(first + (last - first) * static_cast<double>(i) / static_cast<double>(n - 1));
    return values;
}

TEST(Condensation, DeclarationIsValid) { EXPECT_NO_THROW(condensation().validate()); }

TEST(Condensation, EstimatorsFindTheTimesOfGivenCurves) {
    const auto times = grid(0.2, 1.0, 41);
    const Point point = make_point("levels", "planted", 64, 10, times);
    const auto logistic = [&](Values& values) {  // 1/2, and steepest in ln t, at 0.47
        for (std::size_t k = 0; k < times.size(); ++k)
            values["participation_ratio"][k] = 1 / (1 + std::exp(12 * std::log(times[k] / 0.47)));
    };
    EXPECT_NEAR(derived_time("t_c_half", point, logistic), 0.47, 1e-4);
    EXPECT_NEAR(derived_time("t_c_slope", point, logistic), 0.47, 0.005);
    const Point wide = make_point("levels", "planted", 64, 10, grid(0.3, 1.6, 200));
    const auto wide_line = [&](Values& values) {
        for (std::size_t k = 0; k < 200; ++k) {  // S = 10 − 64 h with h = ½ ln(1 + 1/θ): 0 at h = 10/64
            const double h = 0.5 * std::log1p(1 / std::expm1(2 * wide.axis("t")[k]));
            values["information"][k] = h;
            values["weight_entropy"][k] = std::max(0.3, 10 - 64 * h);  // a tail outside the window of the fit
        }
    };
    EXPECT_NEAR(derived_time("t_c_entropy", wide, wide_line), 0.5 * std::log1p(1 / std::expm1(2 * 10. / 64)), 1e-6);
}

TEST(Condensation, BothMethodsAgreeInEveryObservable) {
    for (const std::string state : {"planted", "population"}) {
        const std::vector<double> times = {0.3, 0.5, 0.8};
        const auto levels =
            test::run_replicas(condensation(), make_point("levels", state, 16, std::log(2000), times), 100, 1);
        const auto points =
            test::run_replicas(condensation(), make_point("dataset", state, 16, std::log(2000), times), 100, 2);
        for (const auto& observable : weight_observables()) {
            if (observable.axes.size() != 1 || observable.name == "nearest_switch") continue;
            for (std::size_t k = 0; k < times.size(); ++k) {
                const auto a = levels.moments(observable.name, k), b = points.moments(observable.name, k);
                if (std::isnan(a.mean())) continue;
                EXPECT_NEAR(a.mean(), b.mean(), 4 * std::hypot(a.standard_error(), b.standard_error()) + 3e-6)
                    << observable.name << " " << state << " at " << times[k];
            }
        }
    }
}

TEST(Condensation, ExactIdentitiesOfPlantedStates) {
    const std::vector<double> times = {0.2, 0.4, 0.6, 1.0};
    for (const std::string method : {"levels", "dataset"}) {
        const auto replicas =
            test::run_replicas(condensation(), make_point(method, "planted", 12, std::log(800), times), 80);
        for (std::size_t k = 0; k < times.size(); ++k) {
            for (const char* identity : {"participation_identity", "entropy_identity"}) {
                const auto moments = replicas.moments(identity, k);
                EXPECT_NEAR(moments.mean(), 0, 4 * moments.standard_error() + 1e-9) << method << identity << times[k];
            }
            // The same f three ways, and the control variates are worth their name.
            const auto f = replicas.moments("excess_entropy", k), plain = replicas.moments("excess_entropy_plain", k);
            const auto source = replicas.moments("source_information", k);
            EXPECT_NEAR(f.mean(), plain.mean(), 4 * std::hypot(f.standard_error(), plain.standard_error()));
            EXPECT_NEAR(f.mean(), source.mean() / 12, 4 * std::hypot(f.standard_error(), source.standard_error() / 12));
            EXPECT_LT(3 * f.standard_error(), plain.standard_error()) << method << times[k];
        }
    }
}

/// Against quadratures made with scipy (noncentral chi-squared densities given the state, the Laplace transform over the
/// levels, Gauss-Hermite and log-spaced sums over states): both ends, where rare pairs of points or rare states make the
/// means.
TEST(Condensation, RareStatesAreMeasured) {
    struct Exact {
        double ratio_of_t_c, loss, entropy;
    };
    const double t_c = 0.5 * std::log1p(1 / std::expm1(0.5));
    const std::vector<Exact> exact = {{0.35, 1.175439e-06, 2.332521e-06},
                                      {0.5, 7.002817e-04, 1.538172e-03},
                                      {1, 3.897332e-01, 1.517658},
                                      {2, 0.9962672, 9.931049}};
    std::vector<double> times;
    for (const Exact& one : exact) times.push_back(one.ratio_of_t_c * t_c);
    Point point = make_point("levels", "planted", 64, 16, times);
    point.set("mu", 1);
    const auto replicas = test::run_replicas(condensation(), point, 24);
    for (std::size_t k = 0; k < exact.size(); ++k) {
        const RunningMoments loss = replicas.moments("source_weight_loss", k),
                             entropy = replicas.moments("weight_entropy", k);
        EXPECT_NEAR(loss.mean(), exact[k].loss, 4.5 * loss.standard_error()) << k;
        EXPECT_LT(loss.standard_error(), 0.1 * exact[k].loss) << k;
        EXPECT_NEAR(entropy.mean(), exact[k].entropy, 4.5 * entropy.standard_error()) << k;
        const RunningMoments ratio = replicas.moments("participation_ratio", k);
        EXPECT_NEAR(ratio.mean(), 1 - exact[k].loss, 4.5 * ratio.standard_error()) << k;
        EXPECT_LT(ratio.standard_error(), 0.1 * (1 - exact[k].loss)) << k;
    }
}

TEST(Condensation, RefusesEqualRowsAtAnyValue) {
    const std::shared_ptr<double[]> values(new double[300]);
    std::fill_n(values.get(), 300, 0.1);  // their computed mean is not 0.1
    const Point point = make_point("dataset", "planted", 3, std::log(50), {0.5});
    const auto prepare = [&] { return condensation().prepare(point, {{"dataset", {{100, 3}, values, 7, "data.h5:/x"}}}); };
    EXPECT_NE(test::refusal(prepare).find("all equal"), std::string::npos);
    values[7] = 0.1001;
    EXPECT_EQ(test::refusal(prepare), "");
}

TEST(Condensation, RefusesMorePointsThanCanBeToldApart) {
    const auto checked = [](double d, double log_n) {
        return test::refusal([&] {
            condensation().check(make_point("levels", "planted", d, log_n, {0.5}), {});
            return 0;
        });
    };
    EXPECT_NE(checked(3, 10000).find("at most 450"), std::string::npos);
    EXPECT_EQ(checked(3, 450), "");
    EXPECT_EQ(checked(1, 300), "");
    EXPECT_EQ(checked(70, 10000), "");
    for (const auto& [d, log_n] : {std::pair{1., 300.}, {3., 450.}, {70., 10000.}}) {  // what is allowed works
        Point point = make_point("levels", "planted", d, log_n, {0.01, 0.5, 3});
        point.set("samples", 8);
        const auto replica = test::run_replicas(condensation(), point, 1);
        for (std::size_t k = 0; k < 3; ++k) {
            for (const char* name : {"participation_ratio", "source_weight_loss", "weight_entropy", "source_is_nearest"})
                EXPECT_TRUE(std::isfinite(replica.moments(name, k).mean())) << name << " " << d << " " << k;
        }
    }
}

TEST(Condensation, ControlVariatesKeepTheMean) {
    // y = c_0 + c_1² has mean 1 for normal c; the linear part is taken out, the rest stays.
    std::mt19937_64 engine(4);
    std::normal_distribution<double> normal;
    RunningMoments controlled, plain;
    for (int trial = 0; trial < 400; ++trial) {
        std::vector<double> y, c;
        for (int i = 0; i < 40; ++i) {
            const double a = normal(engine), b = normal(engine);
            y.push_back(5 * a + b * b);
            c.push_back(a), c.push_back(b);
        }
        controlled.add(controlled_mean(y, c, 2));
        plain.add(controlled_mean(std::span(y).first(20), std::span(c).first(40), 2));  // too few: the plain mean
    }
    EXPECT_NEAR(controlled.mean(), 1, 4 * controlled.standard_error());
    EXPECT_NEAR(plain.mean(), 1, 4 * plain.standard_error());
    EXPECT_LT(3 * controlled.standard_error(), plain.standard_error());
}

Inputs gaussian_data(std::size_t rows, const std::vector<double>& deviations) {
    std::mt19937_64 engine(2);
    std::normal_distribution<double> normal;
    const std::size_t d = deviations.size();
    const std::shared_ptr<double[]> values(new double[rows * d]);
    for (std::size_t i = 0; i < rows * d; ++i) values[i] = 3 + deviations[i % d] * normal(engine);
    return {{"dataset", {{rows, d}, values, 7, "data.h5:/x"}}};
}

TEST(Condensation, OfAUsersGaussianDataIsThatOfTheMixture) {
    // Isotropic rows, scaled to variance 1, behave as the mixture with mu = 0 and sigma2 = 1.
    const std::vector<double> times = {0.3, 0.5, 0.8};
    const Inputs inputs = gaussian_data(20000, std::vector<double>(16, 2.5));
    Point point = make_point("dataset", "planted", 16, std::log(500), times);
    const auto data = test::run_replicas(condensation(), point, 60, 1, inputs);
    point.set("mu", 0);
    const auto mixture = test::run_replicas(condensation(), point, 60, 2);
    for (const char* name : {"participation_ratio", "weight_entropy", "excess_entropy", "source_is_nearest"}) {
        for (std::size_t k = 0; k < times.size(); ++k) {
            const auto a = data.moments(name, k), b = mixture.moments(name, k);
            EXPECT_NEAR(a.mean(), b.mean(), 4.5 * std::hypot(a.standard_error(), b.standard_error()) + 1e-6)
                << name << times[k];
        }
    }
    EXPECT_GT(data.moments("t_c_gaussian").mean(), 0);
}

TEST(Condensation, UnitsAndOriginOfDataDoNotMatter) {
    const std::vector<double> times = {0.1, 0.4, 1};
    const Point point = make_point("dataset", "planted", 5, std::log(300), times);
    const Inputs inputs = gaussian_data(400, {1, 2, 1, 1, 0.5});
    const auto reference = test::run_replicas(condensation(), point, 2, 1, inputs);
    for (const auto& [factor, offset] : {std::pair{1.0, 1e6}, {1e20, 0.0}, {1e-20, 0.0}, {1e-20, 1e-17}}) {
        const Array& from = inputs.at("dataset");
        const std::shared_ptr<double[]> values(new double[400 * 5]);
        for (std::size_t i = 0; i < 400 * 5; ++i) values[i] = factor * from.values[i] + offset;
        const auto moved = test::run_replicas(condensation(), point, 2, 1, {{"dataset", {{400, 5}, values, 7, "x"}}});
        for (const char* name : {"participation_ratio", "weight_entropy", "information", "excess_entropy"}) {
            for (std::size_t k = 0; k < times.size(); ++k)
                EXPECT_NEAR(moved.moments(name, k).mean(), reference.moments(name, k).mean(), 1e-4)
                    << name << factor << offset;
        }
        EXPECT_NEAR(moved.moments("largest_eigenvalue").mean(), reference.moments("largest_eigenvalue").mean(), 1e-4);
    }
}

TEST(Condensation, OneColumnHasASpectrum) {
    const Inputs inputs = gaussian_data(300, {2});
    const Point point = make_point("dataset", "planted", 1, std::log(300), {0.01, 0.5});
    const auto replicas = test::run_replicas(condensation(), point, 2, 1, inputs);
    EXPECT_NEAR(replicas.moments("information", 1).mean(), 0.5 * std::log1p(1 / std::expm1(1.0)), 1e-5);
    EXPECT_GT(replicas.moments("t_c_gaussian").mean(), 0);
}

TEST(Condensation, SpectrumOfData) {
    // Uncorrelated columns of deviations 3, 2, 1, 1: eigenvalues near their squares; both routes, and a row subset.
    const Inputs inputs = gaussian_data(40000, {3, 2, 1, 1});
    const Array& array = inputs.at("dataset");
    const std::span values(array.values.get(), 160000);
    std::vector<std::uint64_t> members;
    for (std::uint64_t i = 0; i < 40000; i += 2) members.push_back(i);
    const auto full = covariance_spectrum(values, 4, members, 1, {});
    ASSERT_EQ(full.size(), 4u);
    EXPECT_NEAR(full[0], 9, 4 * 9 * std::sqrt(2. / 20000));
    EXPECT_NEAR(full[1], 4, 4 * 4 * std::sqrt(2. / 20000));
    EXPECT_NEAR(covariance_spectrum(values, 4, members, 1, {}, 0)[0], full[0], 1e-4);
    // Fewer points than dimensions: the non-zero eigenvalues of the matrix of inner products.
    const std::vector<std::uint64_t> three{5, 17, 120};
    const auto few = covariance_spectrum(values, 4, three, 2, {});
    double trace = 0, mean[4] = {};
    for (const auto row : three)
        for (std::size_t k = 0; k < 4; ++k) mean[k] += values[row * 4 + k] / 3;
    for (const auto row : three)
        for (std::size_t k = 0; k < 4; ++k) trace += std::pow(2 * (values[row * 4 + k] - mean[k]), 2) / 3;
    EXPECT_NEAR(few[0] + few[1] + few[2], trace, 1e-5 * trace);
    EXPECT_NEAR(few[2], 0, 1e-5 * trace);
    // t_C of an isotropic spectrum is the published one.
    const std::vector<double> isotropic(10, 0.7);
    EXPECT_NEAR(t_c_of_spectrum(isotropic, 5), 0.5 * std::log1p(0.7 / std::expm1(1)), 1e-9);
    EXPECT_NEAR(t_s_of_spectrum(std::exp(2.4)), 1.2, 1e-12);
    EXPECT_TRUE(std::isnan(t_s_of_spectrum(0.9)));
}

TEST(Condensation, RefusesWhatDoesNotGoTogether) {
    const Experiment experiment = condensation();
    const auto check = [&](const std::string& method, const std::string& state, double d, double log_n,
                           const Shapes& shapes) {
        return test::refusal([&] { return experiment.check(make_point(method, state, d, log_n, {1}), shapes), 0; });
    };
    EXPECT_EQ(check("levels", "planted", 1e9, 10000, {}), "");
    EXPECT_NE(check("levels", "planted", 1, 400, {}).find("at most 300"), std::string::npos);
    EXPECT_NE(check("dataset", "planted", 10, 23, {}).find("2^32"), std::string::npos);
    EXPECT_NE(check("dataset", "planted", 1e5, 5, {}).find("65536"), std::string::npos);
    const Shapes shapes{{"dataset", {100, 8}}};
    EXPECT_EQ(check("dataset", "planted", 8, std::log(100), shapes), "");
    EXPECT_NE(check("dataset", "planted", 8, std::log(101), shapes).find("100 rows"), std::string::npos);
    EXPECT_NE(check("dataset", "population", 8, std::log(100), shapes).find("outside"), std::string::npos);
}

}  // namespace
}  // namespace gdm
