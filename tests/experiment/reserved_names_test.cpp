#include "gdm/experiment/reserved_names.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/runner/job/keys.hpp"
#include "support/process.hpp"
#include "support/refusal.hpp"

namespace gdm {
namespace {

using test::contradiction;

std::set<std::string> set_of(std::span<const std::string_view> names) { return {names.begin(), names.end()}; }

/// Options as a user sees them; `--job` is another way to say the job file.
TEST(ReservedNames, AreTheOptionsOfTheProgram) {
    const std::string help = test::run({GDM_SWEEP, "--help", "all"}).output;
    static const std::regex option(R"(\n  (?:-[a-z], |    )--([a-z][a-z-]*)\b)");
    std::set<std::string> shown{"job"};
    for (auto found = std::sregex_iterator(help.begin(), help.end(), option); found != std::sregex_iterator(); ++found) {
        shown.insert((*found)[1]);
    }
    EXPECT_EQ(shown, set_of(reserved_options()));
}

TEST(ReservedNames, AreTheKeysOfEveryJob) {
    const auto& keys = common_keys();
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()), set_of(reserved_job_keys()));
}

Experiment sound() {
    Experiment experiment{
        .name = "e", .question = "what?", .source = "nowhere", .parameters = {}, .observables = {}, .run = {}};
    experiment.parameters = {{.name = "p", .default_value = "1"},
                             {.name = "s", .role = Role::setting, .default_value = "1"}};
    experiment.fixed_axes = {{.name = "bin", .description = "", .values = {0}}};
    experiment.observables = {{.name = "x", .description = ""}};
    experiment.run = [](const Point&, const Context&, const RandomStream&, const Stop&, Values&) {};
    return experiment;
}

/// Every kind of name, in every place where one is declared.
TEST(ReservedNames, AreRefused) {
    ASSERT_EQ(contradiction(sound()), "");
    const std::vector<std::function<void(Experiment&, const std::string&)>> places = {
        [](Experiment& one, const std::string& name) { one.parameters[0].name = name; },
        [](Experiment& one, const std::string& name) { one.parameters[1].name = name; },
        [](Experiment& one, const std::string& name) {
            one.parameters[0].alternatives = {
                {.name = name, .to_parameter = [](double value, const Point&) { return value; }}};
        },
        [](Experiment& one, const std::string& name) { one.fixed_axes[0].name = name; },
        [](Experiment& one, const std::string& name) { one.observables[0].name = name; },
        [](Experiment& one, const std::string& name) {
            one.derived = {{.name = name,
                            .description = "",
                            .compute = [](const Point&, const Combined&, std::span<double>, std::span<double>) {}}};
        },
        [](Experiment& one, const std::string& name) {
            one.theory = {{.name = name, .description = "", .compute = [](const Point&, std::span<double>) {}}};
        },
    };
    const std::vector<std::string> names = {
        "",           "2x",           "a-b",           "a b",          "µ",      "_x",
        "a.b",        "seed",         "replicas",      "refine_where", "output", "grow",
        "quiet",      "job",          "trace",         "x_stderr",     "x_chi2", "x_dof",
        "x_at_point", "x_systematic", "replicas_done", "created",      "source", "content_crc32"};
    for (std::size_t place = 0; place < places.size(); ++place) {
        Experiment fine = sound();
        places[place](fine, "Q_2b");
        EXPECT_EQ(contradiction(fine), "") << "place " << place;
        for (const auto& name : names) {
            Experiment changed = sound();
            places[place](changed, name);
            EXPECT_NE(contradiction(changed).find("'" + name + "'"), std::string::npos)
                << "place " << place << " took " << name;
        }
    }
}

TEST(ReservedNames, EndingsBelongToTheoryAndLimits) {
    EXPECT_EQ(why_not_declared("x_theory", Declared::theory), "");
    EXPECT_EQ(why_not_declared("x_limit", Declared::theory), "");
    EXPECT_EQ(why_not_declared("x_limit", Declared::along), "");
    EXPECT_NE(why_not_declared("x_theory", Declared::derived), "");
    EXPECT_NE(why_not_declared("x_limit", Declared::observable), "");
    EXPECT_NE(why_not_declared("x_theory", Declared::along), "");
}

/// One name stands for one thing, in jobs and in files.
TEST(ReservedNames, NamesAreUnique) {
    Experiment experiment = sound();
    experiment.observables[0].name = "bin";
    EXPECT_NE(contradiction(experiment).find("declared twice"), std::string::npos);
}

}  // namespace
}  // namespace gdm
