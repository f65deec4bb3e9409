#include <gtest/gtest.h>

#include <string>

#include "gdm/base/error.hpp"
#include "gdm/user/command/result_declaration.hpp"

namespace gdm {
namespace {

std::string complaint(const std::string& text) {
    try {
        (void)parse_result_declaration(text);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "none";
}

TEST(ResultDeclaration, NamesShapesUnitsAndWays) {
    const auto [observables, axes] =
        parse_result_declaration("energy [J], m, corr(16)[ a^-2, b ] , map(x = 2, y=3) sum, h(x = 2) may_be_missing stored");
    ASSERT_EQ(observables.size(), 5u);
    EXPECT_EQ(observables[0].unit, "J");
    EXPECT_EQ(observables[1].unit, "1");
    EXPECT_EQ(observables[2].unit, "a^-2, b");
    EXPECT_EQ(observables[2].axes, (std::vector<std::string>{"corr_index"}));
    EXPECT_EQ(observables[3].axes, (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(observables[3].combine, Combine::sum);
    EXPECT_EQ(observables[4].combine, Combine::stored);
    EXPECT_FALSE(observables[4].may_be_missing.when.empty());
    ASSERT_EQ(axes.size(), 3u);
    EXPECT_EQ(axes[0].values.size(), 16u);
    EXPECT_EQ(axes[2].values, (std::vector<double>{0, 1, 2}));
}

TEST(ResultDeclaration, RefusesInOneLine) {
    EXPECT_EQ(complaint("a, a"), "'a' is declared twice");
    EXPECT_EQ(complaint("a,"), "expected the name of an observable at the end");
    EXPECT_EQ(complaint("a(2"), "expected a closing parenthesis at the end");
    EXPECT_EQ(complaint("a [J"), "'J': expected a unit and ]");
    EXPECT_EQ(complaint("a; b"), "'; b': expected a comma");
    for (const char* bad : {"a()", "a(0)", "a(-1)", "a(x)", "a(1e3)"}) {
        EXPECT_NE(complaint(bad).find("is no length"), std::string::npos) << bad;
    }
    EXPECT_NE(complaint("a(100000, 100000)").find("10000000 numbers at most"), std::string::npos);
    EXPECT_NE(complaint("a(x = 2), b(x = 3)").find("x has 2 values before and 3 here"), std::string::npos);
    EXPECT_NE(complaint("a summ").find("did you mean 'sum'"), std::string::npos);
}

}  // namespace
}  // namespace gdm
