#include "gdm/base/text.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gdm/base/error.hpp"
#include "gdm/base/instruction_set.hpp"
#include "gdm/base/json.hpp"
#include "gdm/base/suggestion.hpp"
#include "gdm/base/words.hpp"

namespace gdm {
namespace {

TEST(Text, SplitsOutsideParenthesesOnly) {
    const std::vector<std::string> expected{"1", "linspace(0, 1, 5)", "2"};
    EXPECT_EQ(split(" 1, linspace(0, 1, 5) ,2", ','), expected);
    EXPECT_EQ(split("", ','), std::vector<std::string>{""});
}

TEST(Text, ReadsWholeNumbersOnly) {
    EXPECT_EQ(parse_number(" -1.5e3 "), -1500.0);
    EXPECT_EQ(parse_number("+2"), 2.0);
    EXPECT_EQ(parse_number("inf"), INFINITY);
    for (const char* text : {"", "1x", "0x10", "nan", "1 2", "--1", "one"}) EXPECT_FALSE(parse_number(text)) << text;
}

TEST(Text, WritesDurationsAndSizes) {
    EXPECT_EQ(duration_text(0.04), "40 ms");
    EXPECT_EQ(duration_text(0.00031), "0.3 ms");
    EXPECT_EQ(duration_text(7.46), "7.5 s");
    EXPECT_EQ(duration_text(59.4), "59 s");
    EXPECT_EQ(duration_text(59.6), "1 min 00 s");
    EXPECT_EQ(duration_text(125), "2 min 05 s");
    EXPECT_EQ(duration_text(11220), "3 h 07 min");
    EXPECT_EQ(bytes_text(512), "512 B");
    EXPECT_EQ(bytes_text(1536), "1.5 KiB");
}

TEST(Text, ReadsTheTimesItWrites) {
    EXPECT_EQ(parse_utc("1970-01-02T00:00:01Z"), 86401.0);
    EXPECT_EQ(parse_utc("2024-02-29T12:30:05Z"), 1709209805.0);  // date -u -d 2024-02-29T12:30:05Z +%s
    EXPECT_TRUE(parse_utc(utc_now()));
    for (const char* text : {"", "yesterday", "2024-02-29", "2024-02-29T12:30:05Z "}) EXPECT_FALSE(parse_utc(text)) << text;
}

TEST(Text, IsCutBetweenCharacters) {
    EXPECT_EQ(cut_text("häßlich", 7), "häßlich");
    EXPECT_EQ(cut_text("häßlich", 4), "häß…");
    EXPECT_EQ(cut_text("ab", 1), "…");
    EXPECT_EQ(cut_text("ab", 0), "");
    EXPECT_EQ(cut_text("", 3), "");
}

TEST(Json, NestsAndSeparates) {
    JsonWriter json;
    json.begin_object().member("a", 1).key("b").begin_array().value(true).value("x").end_array();
    json.key("c").begin_object().end_object().member("d", std::optional<double>()).end_object();
    EXPECT_EQ(json.text(), R"({"a":1,"b":[true,"x"],"c":{},"d":null})");
    JsonWriter lines(2);
    lines.begin_object().member("a", 1).key("b").begin_array().value(2).value(3).end_array().end_object();
    EXPECT_EQ(lines.text(), "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    3\n  ]\n}");
}

TEST(Json, WritesWhatJsonHasNoLetterFor) {
    const auto text_of = [](const auto& value) { return JsonWriter().value(value).text(); };
    EXPECT_EQ(text_of(0.1), "0.1");
    EXPECT_EQ(text_of(1e300), "1e+300");
    EXPECT_EQ(text_of(NAN), "null");
    EXPECT_EQ(text_of(-INFINITY), "null");
    EXPECT_EQ(text_of("a\"b\\c\n\x1b"), R"("a\"b\\c\u000a\u001b")");
    EXPECT_EQ(text_of("σ² → ∞"), "\"σ² → ∞\"");
    // Half a character, a continuation alone, an overlong slash, a surrogate.
    for (const char* bytes : {"\xc3", "\x80", "\xc0\xaf", "\xed\xa0\x80"}) {
        const std::string written = text_of(bytes);
        EXPECT_EQ(written.find_first_not_of("\\ufd\""), std::string::npos) << written;
    }
}

TEST(Error, FindsTheNearestNameIfOneIsNear) {
    const std::vector<std::string> names{"sigma2", "samples", "seed", "mu"};
    EXPECT_EQ(nearest_name("sigma", names), "sigma2");
    EXPECT_EQ(nearest_name("smaples", names), "samples");
    EXPECT_EQ(nearest_name("temperature", names), "");
    EXPECT_EQ(did_you_mean("sigma", names, "; "), "; did you mean 'sigma2'?");
    EXPECT_EQ(did_you_mean("temperature", names, "; "), "");
    EXPECT_EQ(did_you_mean("s", names), "");
    EXPECT_EQ(did_you_mean("se", names), "did you mean 'seed'?");
    EXPECT_EQ(did_you_mean("ho", {"hopfield", "hopfield_capacity", "xy"}),
              "did you mean 'hopfield' or 'hopfield_capacity'?");
    EXPECT_EQ(did_you_mean("ab", {"ab1", "ab2", "ab3", "ab4", "ab5"}), "did you mean 'ab1'?");  // too many to be told
    EXPECT_EQ(nearest_or_known("sigma", names), "did you mean 'sigma2'?");
    EXPECT_EQ(nearest_or_known("temperature", names), "known are sigma2, samples, seed, mu");
}

TEST(Words, GoBothWays) {
    enum class Colour { red, blue, none };
    constexpr Words words{std::array{Word{Colour::red, "red"}, Word{Colour::blue, "blue"}}};
    static_assert(words[Colour::blue] == "blue");
    EXPECT_EQ(words.find("red"), Colour::red);
    EXPECT_EQ(words.find("Red"), std::nullopt);
    EXPECT_EQ(words[Colour::none], "");
}

TEST(InstructionSet, IsTheSameForBitsIfBothFuseMultiplyAndAdd) {
    EXPECT_TRUE(same_rounding("AVX2", "AVX3_DL"));
    EXPECT_TRUE(same_rounding("SSE4", "SSE4"));
    EXPECT_FALSE(same_rounding("SSE4", "AVX2"));
    EXPECT_TRUE(same_rounding(instruction_set(), instruction_set()));
}

}  // namespace
}  // namespace gdm
