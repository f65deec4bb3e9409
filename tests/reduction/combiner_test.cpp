#include "gdm/reduction/combiner.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "gdm/base/statistics.hpp"
#include "gdm/reduction/derive.hpp"

namespace gdm {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

ObservableRecord observable(const std::string& name, Combine combine, const std::string& error_of = {},
                            std::vector<std::size_t> shape = {}) {
    return {name, "1", "", combine, error_of, {}, std::move(shape)};
}

std::vector<double> pack(const Combiner& combiner, const std::vector<std::vector<double>>& blocks) {
    std::vector<double> rows;
    for (const auto& block : blocks) combiner.pack(block, rows);
    return rows;
}

const std::vector<ObservableRecord> all_rules = {
    observable("mean", Combine::mean), observable("stored", Combine::stored, {}, {2}), observable("sum", Combine::sum),
    observable("lme", Combine::log_mean_exp), observable("mean_error", Combine::mean, "mean")};
/// mean, two stored, sum, lme, mean_error
const std::vector<std::vector<double>> three = {
    {1, 9, 9, 10, std::log(1.), 0.3}, {2, 9, 9, 20, std::log(2.), 0.4}, {6, 9, 9, 60, std::log(6.), 1.2}};

TEST(Combiner, LeavesStoredOut) {
    const Combiner combiner(all_rules);
    ASSERT_EQ(combiner.layout().size(), 4u);
    EXPECT_EQ(combiner.layout().at("sum").offset, 1u);
    EXPECT_THROW((void)combiner.layout().at("stored"), std::logic_error);
}

TEST(Combiner, CombinesByHand) {
    const Combiner combiner(all_rules);
    const auto result = combiner.combine(pack(combiner, three));
    EXPECT_DOUBLE_EQ(result.value[0], 3);
    EXPECT_DOUBLE_EQ(result.error[0], std::sqrt(7. / 3));  // variance (4 + 1 + 9)/2 = 7
    EXPECT_DOUBLE_EQ(result.value[1], 90);
    EXPECT_DOUBLE_EQ(result.error[1], std::sqrt(3.) * std::sqrt(700.));
    EXPECT_DOUBLE_EQ(result.value[2], std::log(3.));
    const std::vector<double> without = {std::log(4.), std::log(3.5), std::log(1.5)};
    EXPECT_NEAR(result.error[2], jackknife_error(without), 1e-14);
    EXPECT_DOUBLE_EQ(result.value[3], 1.3 / 3);  // √(0.09 + 0.16 + 1.44)/3
    EXPECT_TRUE(std::isnan(result.error[3]));
}

TEST(Combiner, OneOrNoReplica) {
    const Combiner combiner(all_rules);
    const auto one = combiner.combine(pack(combiner, {three[0]}));
    EXPECT_EQ(one.value[0], 1);
    EXPECT_EQ(one.value[1], 10);
    EXPECT_EQ(one.value[2], 0);
    EXPECT_EQ(one.error[0], 0.3);  // the binning error of the only chain
    for (std::size_t i = 1; i < 4; ++i) EXPECT_TRUE(std::isnan(one.error[i]));
    const auto none = combiner.combine({});
    for (const double value : none.value) EXPECT_TRUE(std::isnan(value));
}

TEST(Combiner, LeaveOneOutIsTheCombinationOfTheOthers) {
    const Combiner combiner(all_rules);
    std::vector<std::vector<double>> visited;
    combiner.leave_one_out(pack(combiner, three), [&](auto others) { visited.emplace_back(others.begin(), others.end()); });
    ASSERT_EQ(visited.size(), 3u);
    for (std::size_t k = 0; k < 3; ++k) {
        auto others = three;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(k));
        const auto expected = combiner.combine(pack(combiner, others)).value;
        EXPECT_NEAR(visited[k][0], expected[0], 1e-14);
        EXPECT_NEAR(visited[k][1], expected[1] * 3 / 2, 1e-12);  // a sum keeps its size
        EXPECT_NEAR(visited[k][2], expected[2], 1e-14);
        EXPECT_NEAR(visited[k][3], expected[3], 1e-14);
    }
}

TEST(Combiner, InfinitiesAndNaNStayWhereTheyAre) {
    const Combiner combiner({observable("x", Combine::mean), observable("lme", Combine::log_mean_exp)});
    const double infinity = std::numeric_limits<double>::infinity();
    const auto rows = pack(combiner, {{1, -infinity}, {not_a_number, 0}, {3, -infinity}});
    EXPECT_TRUE(std::isnan(combiner.combine(rows).value[0]));
    EXPECT_NEAR(combiner.combine(rows).value[1], -std::log(3.), 1e-14);
    std::vector<std::vector<double>> visited;
    combiner.leave_one_out(rows, [&](auto others) { visited.emplace_back(others.begin(), others.end()); });
    EXPECT_EQ(visited[1][0], 2);
    EXPECT_EQ(visited[1][1], -infinity);
    EXPECT_NEAR(visited[0][1], -std::log(2.), 1e-14);
}

TEST(Combiner, ErrorOfASumAddsInQuadrature) {
    const Combiner combiner({observable("s", Combine::sum), observable("s_error", Combine::mean, "s")});
    EXPECT_DOUBLE_EQ(combiner.combine(pack(combiner, {{1, 3}, {1, 4}})).value[1], 5);
}

DerivedEstimate derive_one(const Derived& quantity, std::size_t width, const Combiner& combiner,
                           const std::vector<double>& rows) {
    return derive({quantity}, {width}, Point(), combiner, rows, combiner.combine(rows).value).front();
}

TEST(Derive, LinearQuantityHasTheErrorOfItsParts) {
    const Combiner combiner({observable("x", Combine::mean), observable("s", Combine::sum)});
    const auto rows = pack(combiner, {{1, 5}, {2, 7}, {6, 15}});
    const Derived twice{.name = "twice",
                        .description = "",
                        .compute = [](const Point&, const Combined& c, std::span<double> v, std::span<double>) {
                            v[0] = 2 * c.scalar("x");
                            v[1] = c.scalar("s") / 3;
                        }};
    const auto estimate = derive_one(twice, 2, combiner, rows);
    const auto combined = combiner.combine(rows);
    EXPECT_DOUBLE_EQ(estimate.value[0], 6);
    EXPECT_NEAR(estimate.error[0], 2 * combined.error[0], 1e-14);
    EXPECT_DOUBLE_EQ(estimate.value[1], 9);
    EXPECT_NEAR(estimate.error[1], combined.error[1] / 3, 1e-14);
    EXPECT_EQ(estimate.systematic[0], 0);
}

TEST(Derive, SystematicPartAddsInQuadrature) {
    const Combiner combiner({observable("x", Combine::mean)});
    const auto rows = pack(combiner, {{1}, {2}, {6}});
    const Derived quantity{.name = "x",
                           .description = "",
                           .compute = [](const Point&, const Combined& c, std::span<double> v, std::span<double> s) {
                               v[0] = c.scalar("x");
                               s[0] = 2;
                           }};
    const auto estimate = derive_one(quantity, 1, combiner, rows);
    EXPECT_EQ(estimate.systematic[0], 2);
    EXPECT_NEAR(estimate.error[0], std::sqrt(7. / 3 + 4), 1e-14);
    const auto alone = derive_one(quantity, 1, combiner, pack(combiner, {{1}}));
    EXPECT_EQ(alone.value[0], 1);
    EXPECT_TRUE(std::isnan(alone.error[0]));
}

/// A linear quantity: the bootstrap of its mean is s/√n, known without sampling, for few replicas too; 200 resamples know it
/// to 5 %.
TEST(Derive, BootstrapErrorOfAMeanIsKnown) {
    const Combiner combiner({observable("x", Combine::mean)});
    std::vector<double> rows;
    RandomSequence random(RandomStream(3, 0), Purpose::test);
    for (int i = 0; i < 8; ++i) rows.push_back(random.normal());
    Derived mean{.name = "x",
                 .description = "",
                 .error = ErrorMethod::bootstrap,
                 .compute = [](const Point&, const Combined& c, std::span<double> v, std::span<double> s) {
                     v[0] = c.scalar("x");
                     s[0] = 0;
                 }};
    const double exact = combiner.combine(rows).error[0];
    RunningMoments errors;
    std::vector<double> first;
    for (std::uint32_t point = 0; point < 100; ++point) {
        const auto estimate = derive({mean}, {1}, Point(), combiner, rows, combiner.combine(rows).value, point).front();
        errors.add(estimate.error[0]);
        first.push_back(estimate.error[0]);
    }
    EXPECT_NEAR(errors.mean(), exact, 4 * exact / std::sqrt(2 * 200. * 100));
    EXPECT_NEAR(std::sqrt(errors.variance()), exact / std::sqrt(2 * 199.), 0.3 * exact / std::sqrt(2 * 199.));
    EXPECT_EQ(derive({mean}, {1}, Point(), combiner, rows, combiner.combine(rows).value, 7).front().error[0], first[7]);
    mean.error = ErrorMethod::jackknife;
    EXPECT_NEAR(derive_one(mean, 1, combiner, rows).error[0], exact, 1e-12 * exact);
}

TEST(Derive, BootstrapAndJackknifeAgreeOnASmoothQuantityAndStandSideBySide) {
    const Combiner combiner(
        {observable("x", Combine::mean), observable("s", Combine::sum), observable("lme", Combine::log_mean_exp)});
    std::vector<double> rows;
    RandomSequence random(RandomStream(4, 0), Purpose::test);
    for (int i = 0; i < 400; ++i) {
        for (int k = 0; k < 3; ++k) rows.push_back(2 + 0.3 * random.normal());
    }
    const auto compute = [](const Point&, const Combined& c, std::span<double> v, std::span<double> s) {
        v[0] = c.scalar("x") * c.scalar("x") * c.scalar("s");
        v[1] = c.scalar("lme");
        s[1] = 0.001;
    };
    const std::vector<Derived> quantities = {
        {.name = "j", .description = "", .compute = compute},
        {.name = "b", .description = "", .error = ErrorMethod::bootstrap, .compute = compute}};
    const auto estimates = derive(quantities, {2, 2}, Point(), combiner, rows, combiner.combine(rows).value, 0);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(estimates[0].value[i], estimates[1].value[i]);
        EXPECT_NEAR(estimates[1].error[i], estimates[0].error[i], 4 * 0.05 * estimates[0].error[i]);
    }
    const auto alone = derive(quantities, {2, 2}, Point(), combiner, std::vector{1., 2., 3.}, std::vector{1., 2., 3.}, 0);
    EXPECT_TRUE(std::isnan(alone[1].error[0]));
}

/// A quantity that exists only above a threshold of its mean.
TEST(Derive, MissingValues) {
    const Combiner combiner({observable("x", Combine::mean)});
    const auto above = [](double threshold) {
        return Derived{.name = "above",
                       .description = "",
                       .compute = [=](const Point&, const Combined& c, std::span<double> v, std::span<double> s) {
                           s[0] = 1;
                           if (c.scalar("x") > threshold) v[0] = c.scalar("x");
                       }};
    };
    const auto rows = pack(combiner, {{1}, {2}, {6}});  // without each: 4, 3.5, 1.5
    const auto some = derive_one(above(2.9), 1, combiner, rows);
    EXPECT_EQ(some.value[0], 3);
    EXPECT_NEAR(some.error[0], std::hypot(jackknife_error(std::vector{4., 3.5, not_a_number}), 1), 1e-14);
    const auto none = derive_one(above(3.2), 1, combiner, rows);
    EXPECT_TRUE(std::isnan(none.value[0]));
    EXPECT_TRUE(std::isnan(none.error[0]));
    EXPECT_TRUE(std::isnan(none.systematic[0]));
}

}  // namespace
}  // namespace gdm
