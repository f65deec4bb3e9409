#include "gdm/user/command/command_template.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"

namespace gdm {
namespace {

using Words = std::vector<std::string>;

Words words_of(const std::string& command) {
    return CommandTemplate(command).filled([](const std::string& name) { return "<" + name + ">"; });
}

std::string complaint(const std::string& command) {
    try {
        CommandTemplate{command};
    } catch (const UsageError& error) {
        return error.what();
    }
    return "none";
}

// What `printf '%s\n'` of dash prints for the same words.
TEST(CommandTemplate, SplitsAsAShellDoes) {
    EXPECT_EQ(words_of("a  b\tc"), (Words{"a", "b", "c"}));
    EXPECT_EQ(words_of(R"(a 'b "c' "d 'e" f\ g)"), (Words{"a", "b \"c", "d 'e", "f g"}));
    EXPECT_EQ(words_of(R"(a'b'"c"d '' "")"), (Words{"abcd", "", ""}));
    EXPECT_EQ(words_of(R"("a\"b" "a\nb" 'a\b' a\\b)"), (Words{"a\"b", "a\\nb", "a\\b", "a\\b"}));
    EXPECT_EQ(words_of("sh -c 'a | b > $1'"), (Words{"sh", "-c", "a | b > $1"}));
}

TEST(CommandTemplate, PlaceholdersStayOneWord) {
    const CommandTemplate command("./sim --b={beta} '{L} x' {beta} {{{L}}} {out}.npy");
    EXPECT_EQ(command.names(), (Words{"beta", "L", "out"}));
    EXPECT_EQ(command.filled([](const std::string&) { return "a b'; rm"; }),
              (Words{"./sim", "--b=a b'; rm", "a b'; rm x", "a b'; rm", "{a b'; rm}", "a b'; rm.npy"}));
    EXPECT_EQ(command.text_after("out"), ".npy");
    EXPECT_EQ(command.literal(0), "./sim");
    EXPECT_EQ(command.literal(1), "");
    EXPECT_EQ(words_of(R"(jq '{{"a": {a}}}')"), (Words{"jq", R"({"a": <a>})"}));
}

TEST(CommandTemplate, RefusesWhatMeansNothing) {
    EXPECT_EQ(complaint(" "), "the command has no word");
    EXPECT_EQ(complaint("a 'b"), "the quote ' is never closed");
    EXPECT_EQ(complaint("a \\"), "nothing follows the last \\");
    for (const char* bad : {"a {", "a }", "a {}", "a {1}", "a {b c}", "a '{\"k\": 1}'"}) {
        EXPECT_NE(complaint(bad).find("is no placeholder"), std::string::npos) << bad;
    }
    for (const char* bad : {"a | b", "a > b", "a; b", "a & b", "a $HOME", "a `b`"}) {
        EXPECT_NE(complaint(bad).find("no shell runs the command"), std::string::npos) << bad;
    }
    EXPECT_NE(complaint("~/bin/a").find("in full"), std::string::npos);
}

TEST(CommandTemplate, NumbersReadBackAsTheSame) {
    EXPECT_EQ(argument_text(16), "16");
    EXPECT_EQ(argument_text(-0.0), "0");
    EXPECT_EQ(argument_text(1e15), "1000000000000000");
    EXPECT_EQ(argument_text(0.1), "0.1");
    for (const double value : {0.1 + 0.2, 1. / 3, 1e-300, 1e300, -2.5e17, 9007199254740993.0, 5e-324}) {
        EXPECT_EQ(std::strtod(argument_text(value).c_str(), nullptr), value);
    }
}

}  // namespace
}  // namespace gdm
