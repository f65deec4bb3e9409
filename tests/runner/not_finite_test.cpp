/// A number that is not finite, and was not declared to be allowed so, makes its replica failed: seen by everyone.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "gdm/experiment/experiment.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "support/process.hpp"

namespace gdm {
namespace {

using test::mpirun;
using test::run;

constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();

TEST(NotAllowed, NamesTheFirstNumberWithItsPlace) {
    const std::vector<Observable> observables = {
        {.name = "V", .description = "2 x 3"},
        {.name = "gap",
         .description = "where p > 1",
         .may_be_missing = {"p > 1", [](const Point& point) { return point["p"] > 1; }}},
        {.name = "log_weight", .description = "ln w", .combine = Combine::log_mean_exp}};
    const Layout layout({{"V", {2, 3}}, {"gap", {}}, {"log_weight", {}}});
    Point point;
    point.set("p", 1);
    const auto what = [&](std::size_t place, double value) {
        std::vector<double> block(8, 1.0);
        block[place] = value;
        return not_allowed(observables, layout, point, block);
    };
    EXPECT_EQ(what(0, std::numeric_limits<double>::max()), "");
    EXPECT_EQ(what(0, std::numeric_limits<double>::denorm_min()), "");
    EXPECT_EQ(what(0, nan), "V[0, 0] is not finite (nan)");
    EXPECT_EQ(what(5, inf), "V[1, 2] is not finite (inf)");
    EXPECT_EQ(what(6, nan), "gap is not finite (nan)");
    EXPECT_EQ(what(7, -inf), "");  // ln 0
    EXPECT_EQ(what(7, inf), "log_weight is not finite (inf)");
    EXPECT_EQ(what(7, nan), "log_weight is not finite (nan)");
    point.set("p", 2);
    EXPECT_EQ(what(6, nan), "");
    EXPECT_EQ(what(6, -inf), "gap is not finite (-inf)");
}

class NotFinite : public testing::TestWithParam<int> {
  protected:
    test::ProcessResult sweep(std::vector<std::string> options, const std::vector<std::string>& environment = {}) {
        std::vector<std::string> command{TOY_SWEEP, "--experiment", "toy_special", "--replicas", "3", "-o", file_};
        command.insert(command.end(), options.begin(), options.end());
        return run(GetParam() > 1 ? mpirun(GetParam(), command) : command, environment);
    }
    void expect_failed(const std::string& message) {
        const auto status = run({GDM_STATUS, file_});
        EXPECT_EQ(status.code, 3) << status.output;
        EXPECT_NE(status.output.find(message), std::string::npos) << status.output;
        const SweepReader reader(file_);
        for (std::size_t row = 0; row < reader.header().rows(); ++row)
            EXPECT_EQ(reader.read_checksums(row, 1).front() == checksum_failed, row == 4) << row;
    }
    test::TemporaryDirectory directory_;
    std::string file_ = directory_ / "a.h5";
};

TEST_P(NotFinite, IsAFailureThatEveryProgramShows) {
    EXPECT_EQ(sweep({"--bad", "nan"}).code, 3);
    expect_failed("x[2] is not finite (nan)");
    // What fails twice fails; what is mended is computed, and nothing of the failure is left.
    EXPECT_EQ(sweep({"--bad", "nan", "--retry-failed"}).code, 3);
    const auto reduced = run({GDM_REDUCE, file_});
    EXPECT_NE(reduced.output.find("1 replicas failed"), std::string::npos) << reduced.output;
    EXPECT_EQ(sweep({"--bad", "nan", "--retry-failed"}, {"TOY_MENDED=1"}).code, 0);
    EXPECT_EQ(run({GDM_STATUS, file_}).code, 0);
}

TEST_P(NotFinite, IsAllowedWhereItIsDeclared) {
    EXPECT_EQ(sweep({"--where", "y", "--bad", "nan", "--bad_p", "2"}).code, 0);
    EXPECT_EQ(sweep({"--where", "z", "--bad", "-inf", "--overwrite"}).code, 0);
    EXPECT_EQ(sweep({"--where", "y", "--bad", "nan", "--overwrite"}).code, 3);
    expect_failed("y is not finite (nan)");
    EXPECT_EQ(sweep({"--where", "y", "--bad", "-inf", "--overwrite"}).code, 3);
    expect_failed("y is not finite (-inf)");
}

INSTANTIATE_TEST_SUITE_P(Ranks, NotFinite, testing::Values(1, 3));

/// What may be missing in the experiments is declared, and what no double holds is refused before anything is written.
TEST(NotFiniteExperiments, AreDeclaredOrRefused) {
    const test::TemporaryDirectory directory;
    const std::string file = directory / "a.h5";
    const auto sweep = [&](std::vector<std::string> options) {
        std::vector<std::string> command{GDM_SWEEP, "--overwrite", "-o", file, "--experiment"};
        command.insert(command.end(), options.begin(), options.end());
        return run(command);
    };
    const auto is_missing = [&](const std::string& observable) {
        const SweepReader reader(file);
        return std::isnan(reader.read_rows(0, 1)[reader.layout().at(observable).offset]);
    };
    const auto expect = [](const std::string& text, const std::string& phrase) {
        EXPECT_NE(text.find(phrase), std::string::npos) << text;
    };
    EXPECT_EQ(sweep({"franz_parisi", "--t", "0.1", "--q", "1e-300", "--samples", "16"}).code, 0);
    EXPECT_TRUE(is_missing("curvature"));
    EXPECT_EQ(sweep({"fluctuation_theorem", "--T", "1e-300", "--samples", "100"}).code, 0);
    EXPECT_TRUE(is_missing("tail_index_midpoint"));
    const auto refused = sweep({"fluctuation_theorem", "--dt", "10", "--sigma2", "1e6", "--samples", "1000", "--direction",
                                "forward", "--integrator", "heun"});
    EXPECT_EQ(refused.code, 2);
    expect(refused.output, "dt");
    expect(run({GDM_SWEEP, "--describe", "speciation"}).output, "same side; missing: finite N");
}

}  // namespace
}  // namespace gdm
