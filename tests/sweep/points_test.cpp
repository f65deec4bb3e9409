#include "gdm/sweep/points.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <vector>

#include "gdm/sweep/costs.hpp"
#include "gdm/sweep/exit_code.hpp"

namespace gdm {
namespace {

/// Two words by two numbers, an inner axis as it is, one scaled by point, settings of both kinds.
SweepHeader small_header() {
    SweepHeader header;
    header.points = 4;
    header.replicas = 1;
    header.axes = {{"colour", "1", "", Role::grid, {0, 1}, {"red", "blue"}},
                   {"mu", "1", "", Role::grid, {0.5, 2}, {}},
                   {"t", "1", "", Role::inner, {0, 1, 2}, {}},
                   {"u", "1", "", Role::inner, {1, 2}, {}},
                   {"bin", "1", "", Role::fixed, {0}, {}}};
    header.point_values = {{"colour", "1", "", 1, {2, 2, 0, 0}, {"blue", "green", "red"}},
                           {"mu", "1", "", 1, {0.5, 2, 0.5, 2}, {}},
                           {"u", "1", "", 2, {1, 2, 3, 4, 5, 6, 7, 8}, {}}};
    header.settings = {{"samples", "1", "", 128, {}}, {"method", "1", "", 1, "heun"}};
    return header;
}

TEST(Points, AreWhatTheHeaderSays) {
    const SweepHeader header = small_header();
    const Points points(header);
    ASSERT_EQ(points.size(), 4u);
    for (std::size_t p = 0; p < points.size(); ++p) {
        const Point point = points[p];
        EXPECT_EQ(point.word("colour"), p < 2 ? "red" : "blue");  // by the parameter's list, not by the axis
        EXPECT_EQ(point["colour"], p < 2 ? 2 : 0);
        EXPECT_EQ(point["mu"], p % 2 == 0 ? 0.5 : 2);
        EXPECT_EQ(point.axis("t").size(), 3u);
        EXPECT_EQ(std::vector<double>(point.axis("u").begin(), point.axis("u").end()),
                  (std::vector<double>{2. * static_cast<double>(p) + 1, 2. * static_cast<double>(p) + 2}));
        EXPECT_EQ(point.integer("samples"), 128);
        EXPECT_EQ(point.word("method"), "heun");
        EXPECT_THROW((void)point.axis("bin"), std::out_of_range);
        EXPECT_THROW((void)point["t"], std::out_of_range);
    }
}

/// Points stay when the table is gone.
TEST(Points, OutliveTheirTable) {
    Point last;
    {
        const SweepHeader header = small_header();
        last = Points(header)[3];
    }
    EXPECT_EQ(last.word("colour"), "blue");
    EXPECT_EQ(last.axis("u")[1], 8);
}

TEST(Costs, AreTheExperimentsOrAllAlike) {
    const SweepHeader header = small_header();
    const Points points(header);
    const std::vector<double> alike(3, 1.0);
    Experiment experiment;
    EXPECT_EQ(costs_of(nullptr, points, 1, 3), alike);
    EXPECT_EQ(costs_of(&experiment, points, 1, 3), alike);
    experiment.cost = [](const Point& point) { return 10 * point["mu"]; };
    EXPECT_EQ(costs_of(&experiment, points, 1, 3), (std::vector<double>{20, 5, 20}));
    for (const double bad : {0., -1., std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        experiment.cost = [=](const Point& point) { return point["mu"] > 1 ? bad : 7; };
        EXPECT_EQ(costs_of(&experiment, points, 1, 3), alike) << bad;
    }
    experiment.cost = [](const Point& point) { return point["sigma2"]; };
    EXPECT_EQ(costs_of(&experiment, points, 1, 3), alike);
}

TEST(ExitCode, SaysWhatIsLeftToDo) {
    EXPECT_EQ(exit_code(0, 0, true), ExitCode::complete);
    EXPECT_EQ(exit_code(0, 2, true), ExitCode::replicas_failed);
    EXPECT_EQ(exit_code(1, 2, true), ExitCode::resumable);
    EXPECT_EQ(exit_code(0, 2, false), ExitCode::resumable);
    EXPECT_EQ(exit_code(0, 0, false), ExitCode::resumable);
}

}  // namespace
}  // namespace gdm
