/// Tables of points as a job reads them.

#include "gdm/runner/job/table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "gdm/base/random_stream.hpp"
#include "gdm/runner/job/job.hpp"
#include "gdm/runner/job/key.hpp"
#include "gdm/runner/job/size.hpp"
#include "gdm/runner/job/text.hpp"
#include "gdm/sweep/difference.hpp"
#include "gdm/sweep/merge.hpp"
#include "gdm/sweep/points.hpp"
#include "gdm/sweep/validation.hpp"
#include "support/process.hpp"
#include "support/refusal.hpp"
#include "support/test_experiments.hpp"

namespace gdm {
namespace {

using test::refusal;

/// Words, whole numbers, a number with another name, an inner axis in units of the point, a setting, and a rule that
/// concerns two of them.
Experiment four_parameters() {
    Experiment experiment = test::toy_eight();
    experiment.name = "four";
    experiment.parameters = {
        {.name = "d", .description = "dimension", .kind = Kind::integer, .default_value = "1", .range = {.min = 1}},
        {.name = "N",
         .description = "points",
         .default_value = "8, 9",
         .range = {.min = 2, .max = 1e9, .or_infinity = true},
         .alternatives = {{.name = "alpha",
                           .description = "ln N / d",
                           .range = {.min = 0},
                           .to_parameter = [](double a, const Point& p) { return std::exp(a * p["d"]); }}}},
        {.name = "mode", .description = "mode", .kind = Kind::word, .default_value = "hot", .words = {"hot", "cold"}},
        {.name = "free", .description = "unkeyed", .default_value = "0", .keyed = false},
        {.name = "t",
         .description = "time",
         .role = Role::inner,
         .default_value = "1, 2",
         .scale = [](double t, const Point& p) { return t * p["d"]; }},
        {.name = "size", .description = "size", .role = Role::setting, .default_value = "3"}};
    experiment.check = [](const Point& point, const Shapes&) {
        if (point["d"] == 5 && point.word("mode") == "cold") throw UsageError("too cold for 5 dimensions");
    };
    experiment.validate();
    return experiment;
}

PointTable table(const std::string& text) { return read_point_table_text(four_parameters(), text, "p.csv"); }
std::string refused(const std::string& text) {
    return refusal([&] { return table(text); });
}

/// A job whose points are in a file of its own.
class TableJob : public testing::Test {
  protected:
    Job job(const std::string& points, const std::string& more = "") const {
        std::ofstream(path()) << points;
        return make_job(experiment_, read_job_text("points = " + path() + "\n" + more, "a.ini"));
    }
    std::string refused_job(const std::string& points, const std::string& more = "") const {
        std::string message = refusal([&] { return job(points, more); });
        for (auto at = message.find(path()); at != std::string::npos; at = message.find(path())) {
            message.replace(at, path().size(), "p.csv");
        }
        return message;
    }
    std::string path() const { return directory_ / "p.csv"; }
    const Experiment experiment_ = four_parameters();
    test::TemporaryDirectory directory_;
};

TEST(PointTable, ReadsWhatSpreadsheetsWrite) {
    const PointTable read = table(
        "\xEF\xBB\xBF# made by hand\r\n\r\n mode , \"N\",d # names\r\nhot, 1e3 ,2\r\n\n\"cold\",inf,3 # the last\r\n   # "
        "none\n");
    ASSERT_EQ(read.columns.size(), 3u);
    EXPECT_EQ(read.columns[0].name, "mode");
    EXPECT_EQ(read.column("N").where, "p.csv:3:9");
    EXPECT_EQ(read.column("mode").values, (std::vector<double>{0, 1}));
    EXPECT_EQ(read.column("N").values, (std::vector<double>{1000, INFINITY}));
    EXPECT_EQ(read.lines, (std::vector<std::size_t>{4, 6}));
    EXPECT_EQ(read.where(1), "p.csv:6");
    EXPECT_EQ(table("N\n2.71828182845904523\n0.1e+2").column("N").values,
              (std::vector<double>{round_to_12_digits(std::exp(1)), 10}));
}

TEST(PointTable, SaysWhereAndWhatIsWrong) {
    EXPECT_EQ(refused(""), "p.csv: the table is empty; its first line names the columns, of four: d, N, alpha, mode, free");
    EXPECT_EQ(refused("d,N\n"), "p.csv:1:1: no rows follow the names of the columns");
    EXPECT_EQ(refused("1, 2"),
              "p.csv:1:1: '1' is a number, and the first line names the columns, of four: d, N, alpha, mode, free");
    EXPECT_EQ(refused("d,modes\n"), "p.csv:1:3: 'modes' is no grid parameter of four; did you mean 'mode'?");
    EXPECT_EQ(refused("d, N,d\n"), "p.csv:1:6: a second column 'd'");
    EXPECT_EQ(refused("N,alpha\n"), "p.csv:1:3: 'alpha' gives the same as the column 'N'; keep one of them");
    EXPECT_EQ(refused("d,size\n"), "p.csv:1:3: size is a setting of four, the same for all points: it stands in the job");
    EXPECT_EQ(refused("t\n"), "p.csv:1:1: t is an inner axis of four, the same for all points: it stands in the job");
    EXPECT_EQ(refused("d,N\n1,2\n\n3\n"), "p.csv:4: 1 value for the 2 columns d, N");
    EXPECT_EQ(refused("d,N\n1,2,3\n"), "p.csv:2: 3 values for the 2 columns d, N");
    EXPECT_EQ(refused("d,N\n1, two\n"), "p.csv:2:4: N = two: 'two' is no number");
    EXPECT_EQ(refused("d,N\n1,\n"), "p.csv:2:3: N = : a value is missing");
    EXPECT_EQ(refused("N\nnan\n"), "p.csv:2:1: N = nan: 'nan' is no number");
    EXPECT_EQ(refused("d,N\n1, 1\n"), "p.csv:2:4: N = 1: 1 is not allowed; N (points) must be ≥ 2 and ≤ 1000000000, or inf");
    EXPECT_EQ(refused("alpha\n-1\n"), "p.csv:2:1: alpha = -1: -1 is not allowed; alpha (ln N / d) must be ≥ 0");
    EXPECT_EQ(refused("d\n1.5\n"), "p.csv:2:1: d = 1.5: 1.5 is not allowed; d (dimension) takes whole numbers");
    EXPECT_EQ(refused("mode\nhut\n"),
              "p.csv:2:1: mode = hut: 'hut' is not allowed; mode is one of hot, cold; did you mean 'hot'?");
    EXPECT_NE(refused("mode\n\"h\"\"t\"\n").find("'h\"t' is not allowed"), std::string::npos);
    EXPECT_EQ(refused("d,mode\n1,\"hot\n"), "p.csv:2:3: the quote is not closed on this line");
    EXPECT_EQ(refused("mode,d\n\"hot\" x,1\n"), "p.csv:2:7: after the closing quote comes a comma");
    EXPECT_EQ(refused(std::string("d\n1\0\n", 5)), "p.csv: not a text file");
    // The first repetition in the file, and what it repeats.
    EXPECT_EQ(refused("d,N\n1,2\n3,4\n 3.0, 4\n1,2.0000000000001\n"),
              "p.csv:4: the same point as in line 3 (values are compared to 12 digits)");
    EXPECT_EQ(refused("free\n0\n-0\n"), "p.csv:3: the same point as in line 2 (values are compared to 12 digits)");
}

/// Whatever bytes a file holds, it is a table or is refused in one line.
TEST(PointTable, TakesNoOffenceAtAnyBytes) {
    const Experiment experiment = four_parameters();
    const std::string sound = "\xEF\xBB\xBF# a\r\nmode,\"N\", d # names\nhot,1e3,2\n\ncold,inf,\"3\"\r\n";
    const std::string pieces = "\",#\n\r\t -+.e0x19\xFF";
    RandomSequence random(RandomStream(1, 0), Purpose::test);
    std::size_t refusals = 0;
    for (int round = 0; round < 4000; ++round) {
        std::string text = sound;
        for (std::uint64_t change = random.below(4) + 1; change > 0; --change) {
            const auto at = static_cast<std::ptrdiff_t>(random.below(text.size()));
            const char piece = pieces[random.below(pieces.size())];
            switch (random.below(3)) {
                case 0:
                    text[static_cast<std::size_t>(at)] = piece;
                    break;
                case 1:
                    text.insert(text.begin() + at, piece);
                    break;
                default:
                    text.erase(text.begin() + at, text.begin() + at + 1);
            }
        }
        const std::string said = refusal([&] { return read_point_table_text(experiment, text, "p.csv"); });
        EXPECT_EQ(said.find('\n'), std::string::npos) << said;
        refusals += said.empty() ? 0 : 1;
    }
    EXPECT_GT(refusals, 1000u);
    EXPECT_LT(refusals, 3900u);
}

TEST_F(TableJob, IsTheGridWhoseProductItLists) {
    const Job listed = job("mode,d,N\nhot,1,4\nhot,1,6\nhot,2,4\nhot,2,6\ncold,1,4\ncold,1,6\ncold,2,4\ncold,2,6\n");
    const Job grid = make_job(experiment_, read_job_text("mode = hot, cold\nd = 1, 2\nN = 4, 6", "a.ini"));
    ASSERT_EQ(listed.header.points, grid.header.points);
    EXPECT_NO_THROW(validate_header(listed.header, "f"));
    std::set<std::uint64_t> keys, expected;
    const Points points(listed.header), others(grid.header);
    for (std::size_t p = 0; p < points.size(); ++p) {
        keys.insert(point_key(listed, points[p], {}));
        expected.insert(point_key(grid, others[p], {}));
        EXPECT_EQ(points[p].axis("t")[1], 2 * points[p]["d"]);
    }
    EXPECT_EQ(keys, expected);
    EXPECT_EQ(keys.size(), 8u);
    EXPECT_EQ(listed.header.grid_shape(), (std::vector<std::size_t>{8, 1}));
    EXPECT_EQ(listed.header.varying_text(5), "mode = cold, d = 1, N = 6");
    EXPECT_EQ(reuse_difference(grid.header, listed.header), "");
    EXPECT_EQ(first_difference(grid.header, listed.header), "the file is a grid, and this job has its points from a table");
}

TEST_F(TableJob, StandsBesideGridsAndAlternatives) {
    const Job mixed = job("alpha,mode\n1,hot\n0.5,cold\n", "d = 2, 4\nfree = 7");
    EXPECT_EQ(mixed.header.grid_shape(), (std::vector<std::size_t>{2, 2, 1}));
    EXPECT_EQ(mixed.header.axes[0].columns, (std::vector<std::string>{"alpha", "mode"}));
    const Point last = Points(mixed.header)[3];
    EXPECT_EQ(last["N"], round_to_12_digits(std::exp(2)));  // 0.5 · 4
    EXPECT_EQ(last["alpha"], 0.5);
    EXPECT_EQ(last.word("mode"), "cold");
    EXPECT_EQ(last["free"], 7);
    EXPECT_EQ(mixed.header.row_of(3), 1u);
    EXPECT_EQ(mixed.header.first_points(), (std::vector<std::size_t>{0, 2}));
    EXPECT_EQ(mixed.header.job.find("alpha"), std::string::npos) << mixed.header.job;
    EXPECT_EQ(
        grid_size(experiment_, with_table(experiment_, read_job_text("points = " + path() + "\nd = 2, 4\n", ""))).points, 4);
    // A grid's alternative may depend on a column.
    EXPECT_EQ(Points(job("d\n1\n3\n", "alpha = 1, 2").header)[3]["N"], round_to_12_digits(std::exp(6)));
}

TEST_F(TableJob, RefusesWhatDoesNotGoTogether) {
    EXPECT_EQ(refused_job("N\n4\n", "N = 5"),
              "a.ini:2: N = 5: the table gives it too (p.csv:1:1); leave it out here or there");
    EXPECT_EQ(refused_job("N\n4\n", "alpha = 5"),
              "a.ini:2: alpha = 5: 'N' already gives this (p.csv:1:1); keep one of them");
    EXPECT_EQ(
        refused_job("d\n4\n"),
        "a.ini:1: points = p.csv: the table has no column N (points), and its default has 2 values; add the column, or "
        "a line 'N = …' to the job");
    EXPECT_EQ(refused_job("d,alpha\n1,1\n30,1\n"),
              "p.csv:3: alpha = 1: alpha = 1 means N = 10686474581500, but N (points) must be ≥ 2 and ≤ 1000000000, or inf");
    EXPECT_EQ(refused_job("mode,N\nhot,2\n\ncold,3\n", "d = 4, 5"),
              "p.csv:4: four at mode = cold, N = 3, d = 5, free = 0: too cold for 5 dimensions");
    EXPECT_EQ(
        refused_job("N\n4\n9\n", "refine = N\nrefine_where = x0"),
        "a.ini:2: refine = N: N is a column of the table p.csv, between whose points there are none; takes a grid axis "
        "of numbers that the job itself gives");
    EXPECT_EQ(refusal([&] { return make_job(experiment_, read_job_text("points = /no/p.csv", "a.ini")); }),
              "a.ini:1: points = /no/p.csv: /no/p.csv: no such table of points");
}

TEST_F(TableJob, NamesTheRowThatDiffers) {
    const SweepHeader file = job("d,N\n1,4\n2,4\n3,4\n").header;
    EXPECT_EQ(first_difference(file, job("# moved\nd,N\n1,4\n\n2,4\n3,4\n").header), "");
    EXPECT_EQ(first_difference(file, job("d,N\n1,4\n2,5\n3,4\n").header),
              "row 1, counted from 0, is (d = 2, N = 4) in the file, but (d = 2, N = 5) in this job");
    EXPECT_EQ(first_difference(file, job("d,N\n1,4\n3,4\n").header),
              "the number of the table's rows is 3 in the file, but 2 in this job; the first that differs: row 1, counted "
              "from 0, is (d = 2, N = 4) in the file, but (d = 3, N = 4) in this job");
    EXPECT_EQ(first_difference(file, job("d,N\n1,4\n2,4\n3,4\n5,5\n").header),
              "the number of the table's rows is 3 in the file, but 4 in this job; the first that differs: row 3, counted "
              "from 0, is missing in the file, but (d = 5, N = 5) in this job");
    EXPECT_EQ(first_difference(file, job("N,d\n4,1\n4,2\n4,3\n").header),
              "the list of the table's columns is d, N in the file, but N, d in this job");
    EXPECT_EQ(reuse_difference(file, job("N,d\n4,1\n4,2\n4,3\n").header), "");
}

TEST_F(TableJob, MergesRowsOnceInTheOrderOfTheFiles) {
    const SweepHeader a = job("mode,N\nhot,4\ncold,5\n", "d = 1, 2").header;
    const SweepHeader b = job("mode,N\ncold,6\ncold,5\nhot,7\n", "d = 2, 3").header;
    const SweepHeader both = merged_header(std::vector<NamedHeader>{{"a", &a}, {"b", &b}});
    EXPECT_NO_THROW(validate_header(both, "both"));
    EXPECT_EQ(both.grid_shape(), (std::vector<std::size_t>{4, 3, 1}));
    EXPECT_EQ(both.points, 9u);  // cold, 5 at d = 2 is in both
    EXPECT_EQ(both.point_text(0), "mode = hot, N = 4, d = 1, free = 0");
    EXPECT_EQ(both.point_text(8), "mode = hot, N = 7, d = 3, free = 0");
    EXPECT_NE(both.job.find("points = 4 rows of several tables\n"), std::string::npos) << both.job;
    const SweepHeader grid = make_job(experiment_, read_job_text("N = 4\nd = 1, 2", "a.ini")).header;
    EXPECT_NE(refusal([&] {
                  return merged_header(std::vector<NamedHeader>{{"a", &a}, {"g", &grid}});
              }).find("a and g do not take the same columns from a table"),
              std::string::npos);
}

/// A header that contradicts its table is not believed.
TEST_F(TableJob, IsValidatedWhenAFileIsOpened) {
    const SweepHeader sound = job("mode,N\nhot,4\ncold,5\n", "d = 1, 2").header;
    EXPECT_NO_THROW(validate_header(sound, "f"));
    SweepHeader missing = sound, mixed = sound, behind = sound;
    missing.axes[0].columns[0] = "colour";
    EXPECT_THROW(validate_header(missing, "f"), IoError);
    mixed.point_values[1].values[1] = 6;  // N at the second point of row 0
    EXPECT_THROW(validate_header(mixed, "f"), IoError);
    std::swap(behind.axes[0], behind.axes[1]);
    EXPECT_THROW(validate_header(behind, "f"), IoError);
}

}  // namespace
}  // namespace gdm
