#include "gdm/base/text.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gdm/base/error.hpp"
#include "gdm/base/instruction_set.hpp"

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

TEST(Error, FindsTheNearestNameIfOneIsNear) {
    const std::vector<std::string> names{"sigma2", "samples", "seed", "mu"};
    EXPECT_EQ(nearest_name("sigma", names), "sigma2");
    EXPECT_EQ(nearest_name("smaples", names), "samples");
    EXPECT_EQ(nearest_name("temperature", names), "");
}

TEST(InstructionSet, IsTheSameForBitsIfBothFuseMultiplyAndAdd) {
    EXPECT_TRUE(same_rounding("AVX2", "AVX3_DL"));
    EXPECT_TRUE(same_rounding("SSE4", "SSE4"));
    EXPECT_FALSE(same_rounding("SSE4", "AVX2"));
    EXPECT_TRUE(same_rounding(instruction_set(), instruction_set()));
}

}  // namespace
}  // namespace gdm
