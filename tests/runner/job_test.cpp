#include "gdm/runner/job/job.hpp"
#include "gdm/runner/job/key.hpp"
#include "gdm/runner/job/keys.hpp"
#include "gdm/runner/job/size.hpp"
#include "gdm/runner/job/text.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "gdm/storage/hdf5.hpp"
#include "gdm/sweep/difference.hpp"
#include "gdm/sweep/points.hpp"
#include "support/refusal.hpp"
#include "support/test_experiments.hpp"

namespace gdm {
namespace {

using test::refusal;

Experiment two_axes() {
    Experiment experiment = test::toy_eight();
    experiment.name = "two_axes";
    experiment.parameters = {
        {.name = "d", .description = "dimension", .kind = Kind::integer, .default_value = "1", .range = {.min = 1}},
        {.name = "N",
         .description = "points",
         .default_value = "8",
         .range = {.min = 2},
         .alternatives = {{.name = "alpha",
                           .description = "ln N / d",
                           .range = {.min = 0},
                           .to_parameter = [](double a, const Point& p) { return std::exp(a * p["d"]); }}}},
        {.name = "free", .description = "shares random numbers", .default_value = "0", .keyed = false},
        {.name = "t",
         .description = "time",
         .role = Role::inner,
         .default_value = "1, 2",
         .alternatives = {{.name = "theta",
                           .range = {.min = 0},
                           .to_parameter = [](double theta, const Point&) { return std::log1p(theta) / 2; }}},
         .scale = [](double t, const Point& p) { return t * p["d"]; }},
        {.name = "scheme",
         .description = "scheme",
         .role = Role::setting,
         .kind = Kind::word,
         .default_value = "b",
         .words = {"a", "b"}}};
    experiment.validate();
    return experiment;
}

TEST(Job, ReadsLinesWithTheirNumbers) {
    const auto entries = read_job_text("# a comment\n\n mu = 1, 2 # why\nseed=3\n", "a.ini");
    EXPECT_EQ(entries.at("mu").value, "1, 2");
    EXPECT_EQ(entries.at("mu").where, "a.ini:3");
    EXPECT_EQ(entries.at("seed").where, "a.ini:4");
    EXPECT_EQ(refusal([] { return read_job_text("mu 1\n", "a.ini"); }), "a.ini:1: 'mu 1': expected key = value");
    EXPECT_EQ(refusal([] { return read_job_text("mu =\n", "a.ini"); }), "a.ini:1: 'mu' has no value");
    EXPECT_EQ(refusal([] { return read_job_text("mu=1\nmu=2", "a.ini"); }),
              "a.ini:2: 'mu' is given again (first at a.ini:1)");
    EXPECT_NE(refusal([] { return read_job_text("[grid]\n", "a.ini"); }).find("no sections"), std::string::npos);
    EXPECT_NE(refusal([] { return read_job_file("/no/such.ini"); }).find("no such job file"), std::string::npos);
}

TEST(Job, NamesPlaceAndNearestKey) {
    const Experiment experiment = two_axes();
    EXPECT_EQ(refusal([&] { return make_job(experiment, read_job_text("\nsceme = a", "a.ini")); }),
              "a.ini:2: 'sceme' is no key of the experiment two_axes; did you mean 'scheme'?");
    EXPECT_EQ(refusal([&] { return make_job(experiment, read_job_text("d = 0", "a.ini")); }),
              "a.ini:1: d = 0: 0 is not allowed; d (dimension) must be ≥ 1");
    EXPECT_EQ(refusal([&] { return make_job(experiment, read_job_text("replicas = 0", "a.ini")); }),
              "a.ini:1: replicas = 0: must be a whole number from 1 to 16777216");
    EXPECT_EQ(refusal([&] { return make_job(experiment, read_job_text("N = 4\nalpha = 1", "a.ini")); }),
              "a.ini:2: alpha = 1: 'N' already gives this (a.ini:1); keep one of them");
    EXPECT_NE(refusal([&] {
                  return make_job(experiment, read_job_text("alpha = 0.1", "a.ini"));
              }).find("alpha = 0.1 means N = 1.1"),
              std::string::npos);
}

TEST(Job, BuildsTheGridWithAlternativesAndScaledAxes) {
    const Experiment experiment = two_axes();
    const Job job = make_job(experiment, read_job_text("d = 1, 2\nalpha = 1, 2\nreplicas = 3", "a.ini"));
    EXPECT_EQ(job.header.points, 4u);
    EXPECT_EQ(job.header.grid_shape(), (std::vector<std::size_t>{2, 2, 1}));
    EXPECT_EQ(job.header.axes[1].name, "alpha");
    const Point last = Points(job.header)[3];
    EXPECT_NEAR(last["N"], std::exp(4.0), 1e-9);
    EXPECT_EQ(last["alpha"], 2);
    EXPECT_EQ(last.word("scheme"), "b");
    EXPECT_EQ(last.axis("t")[1], 4);  // 2 · d
}

TEST(Job, RefusesAnAlternativeBesideAWordToWhichItDoesNotBelong) {
    Experiment experiment = two_axes();
    for (auto& one : experiment.parameters)
        if (!one.alternatives.empty()) one.alternatives.front().only_with = {"scheme", {"a"}};
    experiment.validate();
    for (const std::string line : {"alpha = 1", "theta = 0, 3"}) {  // of a grid axis and of an inner one
        EXPECT_NO_THROW(make_job(experiment, read_job_text(line + "\nscheme = a", "a.ini"))) << line;
        const std::string why = refusal([&] { return make_job(experiment, read_job_text(line + "\nscheme = b", "a.ini")); });
        EXPECT_NE(why.find("a.ini:1: " + line), std::string::npos) << why;
        EXPECT_NE(why.find("belongs to scheme = a, but the job has scheme = b (a.ini:2)"), std::string::npos) << why;
        EXPECT_EQ(why.find('\n'), std::string::npos) << why;
    }
    EXPECT_NO_THROW(make_job(experiment, read_job_text("N = 4\nt = 1", "a.ini")));

    experiment.parameters[1].alternatives.front().only_with.words = {"c"};
    EXPECT_THROW(experiment.validate(), std::logic_error);
}

TEST(Job, TakesAnInnerAxisUnderAnotherName) {
    const Experiment experiment = two_axes();
    const Job job = make_job(experiment, read_job_text("theta = 0, 3\nd = 2", "a.ini"));
    ASSERT_NE(job.header.find_axis("t"), nullptr);
    EXPECT_EQ(job.header.find_axis("t")->values[1], round_to_12_digits(std::log(2.0)));
    // The other name gives the coordinate itself: only values of t are in units of the point.
    EXPECT_NEAR(Points(job.header)[0].axis("t")[1], std::log(2.0), 1e-11);
    EXPECT_NE(job.header.job.find("theta = 0, 3\n"), std::string::npos) << job.header.job;
}

TEST(Job, AsksForTheSizeOfAStateAtAllowedPointsAlone) {
    Experiment experiment = two_axes();
    experiment.check = [](const Point& point, const Shapes&) {
        if (point["d"] > 3) throw UsageError("d is too large");
    };
    experiment.state_size = [](const Point& point) {
        if (point["d"] > 3) throw std::invalid_argument("no such state");
        return static_cast<std::size_t>(point["d"]);
    };
    EXPECT_EQ(make_job(experiment, read_job_text("d = 2, 3", "a.ini")).header.state.width, 3u);
    EXPECT_NE(refusal([&] { return make_job(experiment, read_job_text("d = 2, 4", "a.ini")); }).find("d is too large"),
              std::string::npos);
}

TEST(Job, LetsADatasetSayWhatItImplies) {
    const auto directory = std::filesystem::temp_directory_path() / ("gdm-implied-" + std::to_string(getpid()));
    std::filesystem::create_directory(directory);
    const std::string data = (directory / "data.h5").string() + ":/x";
    {
        const hdf5::File file(H5Fcreate((directory / "data.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
        hdf5::write_doubles(file, "x", {6, 3}, std::vector<double>(18, 1.0));
    }
    Experiment experiment = two_axes();
    experiment.parameters.push_back(
        {.name = "data", .description = "points", .role = Role::setting, .kind = Kind::dataset, .default_value = "none"});
    experiment.implied = [](const Shapes& shapes) -> std::vector<Implied> {
        return {{"d", std::to_string(shapes.at("data")[1]), true}, {"free", "nan", true}, {"alpha", "0.5", false}};
    };
    const auto job = [&](const std::string& more) {
        return make_job(experiment, read_job_text("data = " + data + more, "a.ini"));
    };
    const Job plain = job("");
    EXPECT_EQ(Points(plain.header)[0]["d"], 3);
    EXPECT_TRUE(std::isnan(Points(plain.header)[0]["free"]));
    EXPECT_EQ(Points(plain.header)[0]["alpha"], 0.5);
    EXPECT_EQ(first_difference(plain.header, job("").header), "");  // NaN is the same as NaN
    EXPECT_EQ(Points(job("\nN = 9").header)[0]["N"], 9);
    EXPECT_NE(refusal([&] { return job("\nd = 3"); }).find("a.ini:2: d = 3: d is 3 for the dataset"), std::string::npos);
    EXPECT_NE(refusal([&] { return job("\nfree = 1"); }).find("free has no meaning for a dataset"), std::string::npos);
    EXPECT_EQ(Points(make_job(experiment, {}).header)[0]["d"], 1);  // without a dataset nothing is implied
    std::filesystem::remove_all(directory);
}

TEST(Job, LetsWholeNumbersSayHowLongAxesAre) {
    Experiment experiment = two_axes();
    experiment.parameters.push_back(
        {.name = "place", .description = "of a list", .role = Role::inner, .kind = Kind::integer, .default_value = "0"});
    experiment.implied = [](const Shapes& given) -> std::vector<Implied> {
        EXPECT_EQ(given.count("alpha") + given.count("t"), 0u);  // no whole number, and an inner axis
        const auto& d = given.at("d");
        const std::size_t length = *std::max_element(d.begin(), d.end()) * (1 + given.at("scheme").front());
        return {{"place", "arange(0, " + std::to_string(length) + ")", true}};
    };
    const auto job = [&](const std::string& text) { return make_job(experiment, read_job_text(text, "a.ini")); };
    EXPECT_EQ(job("d = 2, 5, 3\nscheme = a").header.find_axis("place")->values.size(), 5u);
    EXPECT_EQ(job("d = 2\nscheme = b").header.find_axis("place")->values.size(), 4u);
    const std::string told = refusal([&] { return job("d = 2\nscheme = a\nplace = 1"); });
    EXPECT_NE(told.find("a.ini:3: place = 1: place is arange(0, 2) by the rest of the job; leave it out"), std::string::npos)
        << told;
}

TEST(Job, KeysDependOnValuesNotOnPlaces) {
    const Experiment experiment = two_axes();
    const auto key = [&](const std::string& text, std::size_t point) {
        const Job job = make_job(experiment, read_job_text(text, "a.ini"));
        return point_key(job, Points(job.header)[point], {});
    };
    // The same values elsewhere in a grid, under another name, or beside other unkeyed values and settings.
    EXPECT_EQ(key("d = 2, 3\nN = 5", 1), key("d = 3\nN = 4, 5", 1));
    EXPECT_EQ(key("d = 3", 0), key("d = 3\nfree = 7\nscheme = a\nreplicas = 9\nt = 5", 0));
    std::set<std::uint64_t> keys{key("d = 3", 0), key("d = 4", 0), key("d = 3\nN = 9", 0), key("d = 3\nseed = 2", 0)};
    EXPECT_EQ(keys.size(), 4u);
}

TEST(Job, LetsTheCommandLineWinUnderAnyName) {
    const Experiment experiment = two_axes();
    const auto entries = overridden(experiment, read_job_text("N = 4\nd = 2", "a.ini"), {{"alpha", {"1", "--alpha"}}});
    EXPECT_EQ(entries.count("N"), 0u);
    EXPECT_EQ(entries.at("d").where, "a.ini:2");
    EXPECT_NEAR(Points(make_job(experiment, entries).header)[0]["N"], std::exp(2.0), 1e-10);
}

TEST(Job, KnowsTheCodeOfAnExperimentFromOutside) {
    Experiment experiment = two_axes();
    experiment.code = {{"two_axes.py", "one\ntwo\nthree\n"}};
    experiment.declared_by = {{"experiment", "two_axes.py"}, {"command", "true"}};
    const auto header = [&] {
        const auto entries = read_job_text("experiment = models/two_axes.py\ncommand = true\n", "test");
        return make_job(experiment, entries).header;
    };
    const SweepHeader first = header();
    EXPECT_EQ(first.code, experiment.code);
    EXPECT_TRUE(first.job.starts_with("experiment = two_axes.py\ncommand = true\nd = 1\n")) << first.job;
    EXPECT_EQ(first_difference(first, header()), "");
    experiment.code.front().text = "one\ntwo\n3\n";
    EXPECT_EQ(first_difference(first, header()),
              "two_axes.py has changed from its line 3 on; its numbers are of the code that the file keeps");
    experiment.code = {};
    EXPECT_EQ(first_difference(first, header()), "the file is of other code: it has two_axes.py");
    experiment.code = {{"helpers.py", ""}, first.code.front()};
    EXPECT_EQ(first_difference(first, header()), "the file is of other code");
    experiment.declared_by.pop_back();
    EXPECT_NE(refusal(header).find("'command' is no key"), std::string::npos);
}

TEST(Job, KeepsStatesWhereChainsCanBeLengthened) {
    const auto job = [](const Experiment& experiment, const std::string& text) {
        return make_job(experiment, read_job_text(text, "test"));
    };
    const Experiment chain = test::toy_chain();
    const Job kept = job(chain, "keep_state = yes\nreplicas = 3\nballast = 8\n");
    EXPECT_EQ(kept.header.state.width, 40u);
    EXPECT_EQ(kept.header.state.places, 6u);
    EXPECT_TRUE(kept.header.state.kept);
    EXPECT_EQ(kept.header.state.lengthened_by, "samples");
    EXPECT_NE(kept.header.job.find("keep_state = yes\n"), std::string::npos);
    const Job other = job(chain, "keep_state = no\nreplicas = 3\nballast = 8\n");
    EXPECT_FALSE(other.header.state.kept);
    EXPECT_EQ(first_difference(kept.header, other.header), "keep_state is yes in the file, but no in this job");
    EXPECT_FALSE(job(test::toy_eight(), "").header.state.any());
    const auto why = [&](const Experiment& experiment, const std::string& text) {
        return refusal([&] { return job(experiment, text); });
    };
    EXPECT_EQ(why(chain, "keep_state = maybe\n"), "test:1: keep_state = maybe: takes yes or no");
    EXPECT_NE(why(test::toy_eight(), "keep_state = yes\n").find("toy_eight cannot be lengthened"), std::string::npos);
    EXPECT_NE(why(chain, "keep_state = yes\ntarget_error = x 0.1\n").find("target_error"), std::string::npos);
}

TEST(Job, NamesTheFirstDifference) {
    const Experiment experiment = two_axes();
    const auto header = [&](const std::string& text) { return make_job(experiment, read_job_text(text, "a.ini")).header; };
    EXPECT_EQ(first_difference(header("d = 1, 2"), header("d = 1, 2")), "");
    EXPECT_EQ(first_difference(header("d = 1, 2"), header("d = 1, 3")), "d[1] is 2 in the file, but 3 in this job");
    EXPECT_EQ(first_difference(header("d = 1, 2"), header("d = 1")),
              "the number of values of d is 2 in the file, but 1 in this job");
    EXPECT_EQ(first_difference(header("scheme = a"), header("scheme = b")), "scheme is a in the file, but b in this job");
    EXPECT_EQ(first_difference(header("seed = 1"), header("seed = 2")), "seed is 1 in the file, but 2 in this job");
    EXPECT_EQ(first_difference(header("replicas = 1"), header("replicas = 2")),
              "replicas is 1 in the file, but 2 in this job");
    EXPECT_EQ(first_difference(header("t = 0.5"), header("theta = 1.71828182846")), "t is in other units");
    EXPECT_EQ(first_difference(header("theta = 1.71828182846"), header("theta = 1.71828182846")), "");
}

}  // namespace
}  // namespace gdm
