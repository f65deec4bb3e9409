#include "gdm/runner/job/expression.hpp"
#include "gdm/runner/job/points.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "support/refusal.hpp"

namespace gdm {
namespace {

using test::refusal;

TEST(Grid, ReadsListsAndNumpyRanges) {
    EXPECT_EQ(parse_values("1, 2, 5"), (std::vector<double>{1, 2, 5}));
    EXPECT_EQ(parse_values("linspace(0, 1, 5)"), (std::vector<double>{0, 0.25, 0.5, 0.75, 1}));
    EXPECT_EQ(parse_values("linspace(3, 3, 1)"), (std::vector<double>{3}));
    EXPECT_EQ(parse_values("geomspace(1, 1000, 4)"), (std::vector<double>{1, 10, 100, 1000}));
    EXPECT_EQ(parse_values("geomspace(-1, -100, 3)"), (std::vector<double>{-1, -10, -100}));
    EXPECT_EQ(parse_values("arange(0, 1, 0.25)"), (std::vector<double>{0, 0.25, 0.5, 0.75}));
    EXPECT_EQ(parse_values("arange(1, 4)"), (std::vector<double>{1, 2, 3}));
    EXPECT_EQ(parse_values("arange(3, 0, -1)"), (std::vector<double>{3, 2, 1}));
    EXPECT_EQ(parse_values("0.5, linspace(1, 2, 2), inf"), (std::vector<double>{0.5, 1, 2, INFINITY}));
}

TEST(Grid, ARefinedRangeMeetsItsOldValues) {
    const auto coarse = parse_values("linspace(0.05, 1.5, 60)");
    const auto fine = parse_values("linspace(0.05, 1.5, 119)");
    for (std::size_t i = 0; i < coarse.size(); ++i) EXPECT_EQ(coarse[i], fine[2 * i]);
    const auto steps = parse_values("arange(0, 1, 0.1)");
    EXPECT_EQ(steps[3], 0.3);  // 3 · 0.1 = 0.30000000000000004 without rounding
    EXPECT_EQ(round_to_12_digits(round_to_12_digits(1.0 / 3)), round_to_12_digits(1.0 / 3));
}

TEST(Grid, RefusesWhatIsNoRange) {
    EXPECT_EQ(refusal([] { return parse_values("linspace(0, 1)"); }),
              "'linspace(0, 1)': linspace takes (first, last, number of values), as linspace(0.1, 2, 20)");
    EXPECT_NE(refusal([] { return parse_values("linspcae(0, 1, 3)"); }).find("did you mean 'linspace'?"), std::string::npos);
    EXPECT_NE(refusal([] { return parse_values("linspace(0, 1, 2.5)"); }).find("whole number"), std::string::npos);
    EXPECT_NE(refusal([] { return parse_values("geomspace(0, 1, 3)"); }).find("same sign"), std::string::npos);
    EXPECT_NE(refusal([] { return parse_values("arange(0, 1, 0)"); }).find("no value"), std::string::npos);
    EXPECT_NE(refusal([] { return parse_values("linspace(0, 1, 3"); }).find("parenthesis"), std::string::npos);
    EXPECT_NE(refusal([] { return parse_values("1, , 2"); }).find("missing beside a comma"), std::string::npos);
    EXPECT_NE(refusal([] { return parse_values("one"); }).find("'one' is no number"), std::string::npos);
    EXPECT_NE(refusal([] { return parse_values("nan"); }).find("no number"), std::string::npos);
    EXPECT_NE(refusal([] { return parse_values(""); }).find("no value"), std::string::npos);
}

TEST(Grid, HoldsValuesToTheirParameter) {
    const Parameter variance{.name = "sigma2", .description = "variance", .range = {.min = 0, .open_min = true}};
    EXPECT_EQ(refusal([&] { return parse_parameter(variance, "1, -1"); }),
              "-1 is not allowed; sigma2 (variance) must be > 0");
    EXPECT_NE(refusal([&] { return parse_parameter(variance, "1, 2, 1.0000000000001"); }).find("given twice"),
              std::string::npos);
    EXPECT_NE(refusal([&] { return parse_parameter(variance, "inf"); }).find("must be > 0, and finite"), std::string::npos);
    const Parameter points{.name = "N", .kind = Kind::integer, .range = {.min = 2, .max = 1e8, .or_infinity = true}};
    EXPECT_EQ(parse_parameter(points, "2, inf"), (std::vector<double>{2, INFINITY}));
    EXPECT_NE(refusal([&] { return parse_parameter(points, "2.5"); }).find("whole numbers"), std::string::npos);
    EXPECT_NE(refusal([&] { return parse_parameter(points, "1e9"); }).find("≤ 100000000, or inf"), std::string::npos);
    const Parameter dimension{.name = "d", .description = "dimension", .kind = Kind::integer, .range = {.min = 1}};
    EXPECT_EQ(refusal([&] { return parse_parameter(dimension, "1.5"); }),
              "1.5 is not allowed; d (dimension) takes whole numbers");
    const Parameter scheme{.name = "scheme", .role = Role::setting, .kind = Kind::word, .words = {"heun", "exact"}};
    EXPECT_EQ(parse_parameter(scheme, "exact"), std::vector<double>{1});
    EXPECT_EQ(refusal([&] { return parse_parameter(scheme, "huen"); }),
              "'huen' is not allowed; scheme is one of heun, exact; did you mean 'heun'?");
    EXPECT_NE(refusal([&] { return parse_parameter(scheme, "heun, exact"); }).find("takes one value"), std::string::npos);
}

TEST(Grid, VisitsEveryPlaceOnceLastAxisFastest) {
    const std::vector<std::size_t> shape{2, 3, 4};
    std::set<std::vector<std::size_t>> seen;
    for (std::size_t i = 0; i < 24; ++i) seen.insert(grid_place(i, shape));
    EXPECT_EQ(seen.size(), 24u);
    EXPECT_EQ(grid_place(1, shape), (std::vector<std::size_t>{0, 0, 1}));
    EXPECT_EQ(grid_place(23, shape), (std::vector<std::size_t>{1, 2, 3}));
}

}  // namespace
}  // namespace gdm
