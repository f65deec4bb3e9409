/// Functions along an axis against closed forms: what they give without noise, and whether their errors are the spread of
/// repeated runs.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/reduction/along/estimate.hpp"
#include "gdm/reduction/along/polynomial_fit.hpp"
#include "gdm/reduction/along/target.hpp"

namespace gdm {
namespace {

using along::Nodes;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

TEST(PolynomialFit, RecoversPolynomialsExactly) {
    const std::vector<double> x = {1e-4, 2e-4, 5e-4, 1.1e-3, 2e-3, 4e-3}, error = {0.1, 0.3, 0.02, 0.5, 0.2, 0.1};
    for (int order = 0; order <= 3; ++order) {
        const auto exact = [&](double at, int derivative) {
            double sum = derivative == 0 ? 0.7 : 0;
            for (int k = 1; k <= order; ++k)
                sum += derivative == 0 ? std::pow(-400 * at, k) : -400 * k * std::pow(-400 * at, k - 1);
            return sum;
        };
        std::vector<double> y;
        for (const double at : x) y.push_back(exact(at, 0));
        const PolynomialFit fit(x, y, error, order);
        for (const double at : {0.0, 3e-3}) {
            EXPECT_NEAR(fit.value(at), exact(at, 0), 1e-11) << order;
            EXPECT_NEAR(fit.slope(at), exact(at, 1), 1e-8) << order;
        }
        EXPECT_NEAR(fit.chi2(), 0, 1e-18) << order;
        EXPECT_EQ(fit.freedom(), 5 - order);
    }
}

/// Temperatures round a critical one: x varies by a part of 200.
TEST(PolynomialFit, OfANarrowWindowFarFromZero) {
    const std::vector<double> x = {2.2575, 2.2625, 2.2675, 2.2725, 2.2775, 2.2825}, error(6, 0.1);
    std::vector<double> y;
    for (const double at : x) y.push_back(std::pow((at - 2.27) / 0.01, 4));
    const PolynomialFit fit(x, y, error, 4);
    ASSERT_TRUE(fit.exists());
    EXPECT_NEAR(fit.value(2.27), 0, 1e-10);
    EXPECT_NEAR(fit.value(2.28), 1, 1e-10);
    EXPECT_NEAR(fit.chi2(), 0, 1e-18);
}

/// The straight line's textbook formulas.
TEST(PolynomialFit, AgreesWithTheNormalEquationsOfALine) {
    const std::vector<double> x = {0.1, 0.4, 0.5, 1}, y = {1, 2.5, 2, 4}, error = {0.1, 0.2, 0.1, 0.4};
    double s = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const double w = 1 / (error[i] * error[i]);
        s += w, sx += w * x[i], sy += w * y[i], sxx += w * x[i] * x[i], sxy += w * x[i] * y[i];
    }
    const double determinant = s * sxx - sx * sx, value = (sxx * sy - sx * sxy) / determinant;
    const double slope = (s * sxy - sx * sy) / determinant;
    double chi2 = 0;
    for (std::size_t i = 0; i < 4; ++i) chi2 += std::pow((y[i] - value - slope * x[i]) / error[i], 2);
    const PolynomialFit fit(x, y, error, 1);
    EXPECT_NEAR(fit.value(0), value, 1e-13);
    EXPECT_NEAR(fit.slope(7), slope, 1e-12);
    EXPECT_NEAR(fit.error(0), std::sqrt(sxx / determinant), 1e-13);
    EXPECT_NEAR(fit.error(0.3), std::sqrt((sxx - 2 * 0.3 * sx + 0.09 * s) / determinant), 1e-13);
    EXPECT_NEAR(fit.chi2(), chi2, 1e-12);
    EXPECT_FALSE(PolynomialFit(std::vector{1., 1., 1.}, std::vector{1., 2., 3.}, std::vector{1., 1., 1.}, 1).exists());
}

TEST(Quadrature, IsExactForPolynomialsOfItsOrder) {
    const std::vector<double> x = {-1, -0.4, 0.1, 0.3, 1.2, 2, 2.1};
    for (const int order : {1, 2, 3, 5}) {
        for (const auto& [from, to] : {std::pair{-1.0, 2.1}, {-0.7, 1.5}, {0.15, 0.2}}) {
            const auto weights = along::quadrature_weights(x, from, to, order);
            double sum = 0;
            for (std::size_t i = 0; i < x.size(); ++i) sum += weights[i] * std::pow(x[i], order);
            EXPECT_NEAR(sum, (std::pow(to, order + 1) - std::pow(from, order + 1)) / (order + 1), 1e-12) << order;
        }
    }
    EXPECT_TRUE(along::quadrature_weights(x, -1.1, 0, 3).empty());
}

TEST(SignChange, PartsTheSignsBest) {
    const std::vector<double> error(6, 1.0);
    EXPECT_EQ(along::sign_change(std::vector{5., 4., 2., -1., -3., -6.}, error), 2u);
    EXPECT_EQ(along::sign_change(std::vector{0.1, -0.1, 0.2, 3., -3., -6.}, error), 3u);  // noise before it
    EXPECT_EQ(along::sign_change(std::vector{1., 1., 1., 1., 1., 1.}, error), std::nullopt);
}

/// One function along an axis with a known answer: nodes, exact values, and the deviation of a mean of all rows.
struct Known {
    Along along;
    Nodes nodes;
    std::vector<double> exact, deviation;
    std::vector<double> truth;  ///< of the numbers of the result
};

/// A run with `rows` normal rows at each node; with a share of their noise in common to all nodes, these are one group.
AlongEstimate run(const Known& known, RandomSequence& random, std::size_t rows = 32, double common = 0) {
    Nodes nodes = known.nodes;
    const std::size_t n = nodes.x.size();
    std::vector<ResampledPoint> points(n);
    std::vector<double> shared(rows);
    for (double& one : shared) one = common > 0 ? random.normal() : 0;
    nodes.value.assign(n, 0);
    nodes.error.assign(n, 0);
    for (std::size_t i = 0; i < n; ++i) {
        RunningMoments moments;
        std::vector<double> values;
        for (std::size_t r = 0; r < rows; ++r) {
            const double noise = std::sqrt(1 - common * common) * random.normal() + common * shared[r];
            values.push_back(known.exact[i] + known.deviation[i] * std::sqrt(static_cast<double>(rows)) * noise);
            moments.add(values.back());
        }
        nodes.value[i] = moments.mean();
        nodes.error[i] = moments.standard_error();
        points[i].first = i;
        points[i].group = common > 0 ? 0 : i;
        for (std::size_t r = 0; r < rows; ++r) points[i].units.push_back(r);
        if (known.along.error == ErrorMethod::jackknife) {
            for (const double one : values)
                points[i].resamples.push_back((moments.mean() * static_cast<double>(rows) - one) /
                                              static_cast<double>(rows - 1));
        } else {
            for (int b = 0; b < 200; ++b) {
                double sum = 0;
                for (std::size_t r = 0; r < rows; ++r) sum += values[random.below(rows)];
                points[i].resamples.push_back(sum / static_cast<double>(rows));
            }
        }
    }
    return estimate_along(known.along, nodes, points);
}

/// What a result is without noise to speak of.
void expect_exact(const Known& known, double tolerance) {
    Known quiet = known;
    for (double& one : quiet.deviation) one *= 1e-7;
    RandomSequence random(RandomStream(3, 0), Purpose::test);
    const AlongEstimate estimate = run(quiet, random);
    for (std::size_t j = 0; j < known.truth.size(); ++j) EXPECT_NEAR(estimate.value[j], known.truth[j], tolerance) << j;
}

/// Typical errors are the spread within 20 % and cover the truth as often as they should: within a fifth of the error the
/// law of a normal variable has 58 … 77 % in one, 88 … 98 % in 1.96 errors. GDM_COVERAGE_REPEATS=1000 looks more closely.
void expect_covered(const Known& known, std::uint64_t seed, double common = 0, int repeats = 200) {
    if (const char* many = std::getenv("GDM_COVERAGE_REPEATS")) repeats = std::atoi(many);
    RandomSequence random(RandomStream(seed, 0), Purpose::test);
    const std::size_t numbers = known.truth.size();
    std::vector<RunningMoments> values(numbers);
    std::vector<std::vector<double>> errors(numbers);
    std::vector<int> one(numbers), two(numbers), there(numbers);
    for (int i = 0; i < repeats; ++i) {
        const AlongEstimate estimate = run(known, random, 32, common);
        for (std::size_t j = 0; j < numbers; ++j) {
            if (!std::isfinite(estimate.error[j])) continue;
            ++there[j];
            const double pull = std::abs(estimate.value[j] - known.truth[j]) / estimate.error[j];
            one[j] += pull < 1 ? 1 : 0;
            two[j] += pull < 1.96 ? 1 : 0;
            values[j].add(estimate.value[j]);
            errors[j].push_back(estimate.error[j]);
        }
    }
    const double chance = 2 * std::sqrt(0.683 * 0.317 / repeats);
    for (std::size_t j = 0; j < numbers; ++j) {
        const std::string name = std::string(along::name_of(known.along.kind)) + " " + std::to_string(j);
        std::nth_element(errors[j].begin(), errors[j].begin() + there[j] / 2, errors[j].end());
        const double ratio = errors[j][there[j] / 2] / std::sqrt(values[j].variance());
        std::printf("%-12s 68 %%: %.1f  95 %%: %.1f  error/spread %.2f  missing %.1f %%\n", name.c_str(),
                    100. * one[j] / there[j], 100. * two[j] / there[j], ratio, 100. * (repeats - there[j]) / repeats);
        EXPECT_GT(there[j], 0.97 * repeats) << name;
        EXPECT_NEAR(one[j], 0.683 * there[j], (0.09 + chance) * there[j]) << name;
        EXPECT_NEAR(two[j], 0.95 * there[j], (0.035 + chance / 2) * there[j]) << name;
        EXPECT_NEAR(ratio, 1, 0.2) << name;
    }
}

Known limit(int order) {
    Known known{
        {.name = "a", .description = "", .quantity = "y", .axis = "x", .kind = along::Limit{.abscissa = {}, .order = order}},
        {},
        {},
        {},
        {1}};
    known.nodes.x = {1 / 4., 1 / 6., 1 / 8., 1 / 12., 1 / 16., 1 / 24., 1 / 32.};
    known.deviation = {0.02, 0.01, 0.03, 0.02, 0.01, 0.02, 0.01};
    for (const double x : known.nodes.x) known.exact.push_back(1 - 3 * x + (order > 1 ? 4 * x * x : 0));
    return known;
}

Known free_limit() {
    Known known = limit(1);
    known.along.kind = along::Limit{.abscissa = {}, .exponent = {0.5, 3}};
    known.truth = {1, 1.4};
    for (std::size_t i = 0; i < known.exact.size(); ++i) {
        known.exact[i] = 1 - 3 * std::pow(known.nodes.x[i], 1.4);
        known.deviation[i] = 0.004;
    }
    return known;
}

/// ∫₀^3 e^{−x} dx.
Known integral() {
    Known known{{.name = "a", .description = "", .quantity = "y", .axis = "x", .kind = along::Integral{}},
                {},
                {},
                {},
                {1 - std::exp(-3.0)}};
    for (int i = 0; i <= 24; ++i) {
        known.nodes.x.push_back(i / 8.);
        known.exact.push_back(std::exp(-i / 8.));
        known.deviation.push_back(0.01);
    }
    return known;
}

Known root() {
    Known known{
        {.name = "a", .description = "", .quantity = "y", .axis = "x", .kind = along::Root{.level = 0.3, .points = 6}},
        {},
        {},
        {},
        {1 + std::atanh(0.3)}};
    for (int i = 0; i <= 20; ++i) {
        known.nodes.x.push_back(i / 8. + 0.02);
        known.exact.push_back(std::tanh(known.nodes.x.back() - 1));
        known.deviation.push_back(0.01);
    }
    return known;
}

Known extremum() {
    Known known{{.name = "a",
                 .description = "",
                 .quantity = "y",
                 .axis = "x",
                 .kind = along::Extremum{.minimum = true, .points = 7}},
                {},
                {},
                {},
                {0.7, -1}};
    for (int i = 0; i <= 20; ++i) {
        const double x = i / 10.;
        known.nodes.x.push_back(x);
        known.exact.push_back(-1 + std::pow(x - 0.7, 2));
        known.deviation.push_back(0.005);
    }
    return known;
}

/// Curves f((x − 2) s) with s = L^{1/ν}, f a cubic; the crossings of L and 2L drift by a term L^{−2} in x.
Known curves(along::Kind kind, double drift, double nu, double scaling) {
    Known known{{.name = "a", .description = "", .quantity = "y", .axis = "x", .kind = std::move(kind)}, {}, {}, {}, {}};
    const std::vector<double> sizes{4, 8, 16, 32};
    known.nodes.sizes = sizes.size();
    for (std::size_t s = 0; s < sizes.size(); ++s) {
        for (int i = 0; i <= 12; ++i) {
            const double x = 1.4 + i / 10., u = 0.05 * (x - 2 - drift * std::pow(sizes[s], -2)) * std::pow(sizes[s], 1 / nu);
            known.nodes.x.push_back(x);
            known.nodes.size.push_back(sizes[s]);
            known.nodes.size_place.push_back(s);
            known.exact.push_back(std::pow(sizes[s], scaling) * (0.6 - 0.5 * u + 0.1 * u * u + 0.05 * u * u * u));
            known.deviation.push_back(0.002 * std::pow(sizes[s], scaling));
        }
    }
    return known;
}

Known crossing(double drift) {
    Known known = curves(along::Crossing{.size_axis = "L", .drift = drift, .points = 6}, 0, 1, 0);
    known.truth = {2, 2, 2, 2};
    return known;
}

Known collapse(bool scaling) {
    along::Collapse kind{.size_axis = "L", .nu = {0.5, 3}, .critical = {1.7, 2.3}, .order = 3};
    if (scaling) kind.scaling = {-1, 1};
    Known known = curves(kind, 0, 1.25, scaling ? 0.2 : 0);
    known.truth = scaling ? std::vector{1.25, 2., 0.2, 0.25} : std::vector{1.25, 2.};
    return known;
}

TEST(Along, GivesClosedFormsWithoutNoise) {
    expect_exact(limit(1), 1e-7);
    expect_exact(limit(2), 1e-7);
    expect_exact(free_limit(), 1e-6);
    expect_exact(integral(), 2e-5);
    expect_exact(root(), 5e-4);
    expect_exact(extremum(), 1e-7);
    expect_exact(crossing(0), 5e-3);  // of second order, the curves are of third
    expect_exact(crossing(2), 5e-3);
    expect_exact(collapse(false), 1e-5);
    expect_exact(collapse(true), 1e-5);
}

TEST(AlongCoverage, Limit) {
    expect_covered(limit(1), 1);
    expect_covered(limit(2), 2);
}
TEST(AlongCoverage, LimitWithAFreeExponent) { expect_covered(free_limit(), 3, 0, 100); }
TEST(AlongCoverage, Integral) { expect_covered(integral(), 4); }
TEST(AlongCoverage, Root) { expect_covered(root(), 5); }
TEST(AlongCoverage, Extremum) { expect_covered(extremum(), 6); }
TEST(AlongCoverage, Crossing) {
    expect_covered(crossing(0), 7);
    expect_covered(crossing(2), 8);
}
TEST(AlongCoverage, Collapse) { expect_covered(collapse(false), 9, 0, 100); }
TEST(AlongCoverage, CollapseWithTwoExponents) { expect_covered(collapse(true), 10, 0, 100); }

/// The same replica at all points: an integral of noise in common is far less certain than one of independent noise.
TEST(AlongCoverage, SharedRandomness) {
    expect_covered(integral(), 11, 0.9);
    expect_covered(limit(1), 12, 0.9);
}
TEST(AlongCoverage, Bootstrap) {
    Known known = root();
    known.along.error = ErrorMethod::bootstrap;
    expect_covered(known, 13);
}

/// The quadrature's own error, where the noise is none: of the size of the true one.
TEST(Along, SystematicPartIsTheErrorOfTheRule) {
    Known known = integral();
    for (std::size_t i = 0; i < known.nodes.x.size(); ++i) {
        known.nodes.x[i] *= 4;
        known.exact[i] = std::exp(-known.nodes.x[i]);
        known.deviation[i] = 1e-9;
    }
    RandomSequence random(RandomStream(3, 0), Purpose::test);
    const AlongEstimate estimate = run(known, random);
    const double wrong = std::abs(estimate.value[0] - (1 - std::exp(-12.0)));
    EXPECT_GT(estimate.systematic[0], 0.5 * wrong);
    EXPECT_LT(estimate.systematic[0], 2 * wrong);
    // A limit without the curvature it needs: χ² tells, the error is widened, the systematic part is the larger.
    Known curved = limit(2);
    curved.along.kind = along::Limit{.abscissa = {}, .order = 1};
    for (double& one : curved.deviation) one = 1e-5;
    const AlongEstimate line = run(curved, random);
    EXPECT_GT(line.chi2, 100);
    EXPECT_EQ(line.freedom, 5);
    EXPECT_GT(line.systematic[0], 1e-3);
    EXPECT_LT(std::abs(line.value[0] - 1), 3 * line.error[0]);
}

TEST(Along, DriftOfCrossingsIsTakenOut) {
    // Where L (x − 2 − c L^{−2}) is the same at L and 2L: x = 2 − c/(2L²).
    Known known = curves(along::Crossing{.size_axis = "L", .drift = 2, .points = 6}, 4, 1, 0);
    for (double& one : known.deviation) one = 1e-7;
    RandomSequence random(RandomStream(3, 0), Purpose::test);
    const AlongEstimate with = run(known, random);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(with.value[1 + i], 2 - 2 / std::pow(4 << i, 2), 5e-3);
    EXPECT_TRUE(std::isnan(with.value[4]));  // the largest size has no larger one
    EXPECT_NEAR(with.value[0], 2, 5e-3);
    known.along.kind = along::Crossing{.size_axis = "L", .points = 6};
    const AlongEstimate without = run(known, random);
    EXPECT_EQ(without.value[0], without.value[3]);
    EXPECT_GT(without.systematic[0], std::abs(without.value[0] - 2));
}

/// A range of critical points that is much wider than the points costs nothing.
TEST(Along, SeeksACriticalPointAmongThePoints) {
    Known known = collapse(true);
    std::get<along::Collapse>(known.along.kind).critical = {-300, 500};
    expect_exact(known, 1e-5);
}

TEST(Along, SaysWhyThereIsNothing) {
    RandomSequence random(RandomStream(3, 0), Purpose::test);
    Known known = root();
    known.along.kind = along::Root{.level = 7};
    EXPECT_EQ(run(known, random).failure, "it does not pass the level");
    known = extremum();
    known.along.kind = along::Extremum{.minimum = false};
    EXPECT_EQ(run(known, random).failure, "it lies at an end of the axis");
    known = integral();
    known.along.kind = along::Integral{.from = -1};
    EXPECT_EQ(run(known, random).failure, "the points do not reach from end to end of the integral");
    known = collapse(false);
    known.along.kind = along::Collapse{.size_axis = "L", .nu = {2, 3}, .critical = {1.7, 2.3}, .order = 3};
    EXPECT_EQ(run(known, random).failure, "a number ends at the edge of its range");
    known = integral();
    const AlongEstimate single = run(known, random, 1);
    EXPECT_TRUE(std::isfinite(single.value[0]));
    EXPECT_TRUE(std::isnan(single.error[0]));
    EXPECT_EQ(single.error_missing[0], "fewer than 2 replicas");
    known = limit(1);
    known.exact[0] = known.exact[1] = known.exact[2] = known.exact[3] = known.exact[4] = not_a_number;
    EXPECT_EQ(run(known, random).failure, "too few points with an error");
}

/// The least cost for a variance: by Lagrange's multiplier n_g ∝ √(S_g/c_g), here against a search of all pairs.
TEST(AllocateReplicas, IsTheCheapestThatReachesTheVariance) {
    const std::vector<Share> shares{{.variance = 4, .replicas = 100, .cost = 1},
                                    {.variance = 1, .replicas = 100, .cost = 9}};
    const double wanted = 3.6;
    const auto found = allocate_replicas(shares, wanted);
    const auto variance = [](double a, double b) { return 400 / a + 100 / b; };
    double cheapest = 1e9;
    for (int a = 100; a <= 200; ++a)
        for (int b = 100; b <= 200; ++b)
            if (variance(a, b) <= wanted) cheapest = std::min(cheapest, a + 9.0 * b);
    const auto a = static_cast<double>(found[0]), b = static_cast<double>(found[1]);
    EXPECT_LE(variance(a, b), wanted);
    EXPECT_NEAR(a + 9 * b, cheapest, 10);
    // Never fewer, at most twice as many, at least 9/8 where there are to be more.
    EXPECT_EQ(allocate_replicas(shares, 0.1), (std::vector<std::size_t>{200, 200}));
    EXPECT_EQ(allocate_replicas(shares, 4.999), (std::vector<std::size_t>{113, 100}));
    EXPECT_EQ(allocate_replicas(std::vector<Share>{{.variance = 0, .replicas = 8}, {.variance = 1, .replicas = 8}}, 0.6),
              (std::vector<std::size_t>{8, 14}));
}

}  // namespace
}  // namespace gdm
