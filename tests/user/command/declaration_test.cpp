#include <gtest/gtest.h>

#include <string>

#include "gdm/base/error.hpp"
#include "gdm/user/command/parameter_declaration.hpp"
#include "gdm/user/command/result_declaration.hpp"

namespace gdm {
namespace {

template <class Parse>
std::string complaint_of(const Parse& parse, const std::string& text) {
    try {
        (void)parse(text);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "none";
}
std::string complaint(const std::string& text) { return complaint_of(parse_result_declaration, text); }

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

TEST(ParameterDeclaration, NamesWordsUnitsAndWhatTheyAre) {
    const std::string line = "beta [1/J] inverse temperature, method (fast, runge-kutta.4) how it is integrated, L";
    const auto parameters = parse_parameter_declaration(line);
    ASSERT_EQ(parameters.size(), 3u);
    EXPECT_EQ(parameters[0].unit, "1/J");
    EXPECT_EQ(parameters[0].description, "inverse temperature");
    EXPECT_EQ(parameters[0].kind, Kind::real);
    EXPECT_EQ(parameters[1].kind, Kind::word);
    EXPECT_EQ(parameters[1].words, (std::vector<std::string>{"fast", "runge-kutta.4"}));
    EXPECT_EQ(parameters[2].description, "L");
    EXPECT_EQ(declaration_text(parameters), line);
}

TEST(ParameterDeclaration, RefusesInOneLine) {
    const auto refused = [](const std::string& text) { return complaint_of(parse_parameter_declaration, text); };
    EXPECT_EQ(refused("a, a"), "'a' is declared twice");
    EXPECT_EQ(refused("a,"), "expected the name of a parameter at the end");
    EXPECT_EQ(refused("a [J"), "'J': expected a unit and ]");
    EXPECT_EQ(refused("a (b"), "expected a closing parenthesis at the end");
    EXPECT_EQ(refused("a (b, b)"), "a: the word 'b' is given twice");
    for (const char* bad : {"a ()", "a (1)", "a (-x)", "a (b, 2)", "a (nan)", "a (inf)"}) {
        EXPECT_NE(refused(bad).find("is no word; words begin with a letter"), std::string::npos) << bad;
    }
}

TEST(ParameterDeclaration, WordsAreToldFromNumbers) {
    EXPECT_EQ(listed_words("fast, slow"), (std::vector<std::string>{"fast", "slow"}));
    for (const char* numbers : {"1", "1, 2", "inf", "NaN", "linspace(0, 1, 3)", "fast, 2", "--option", ""}) {
        EXPECT_TRUE(listed_words(numbers).empty()) << numbers;
    }
}

}  // namespace
}  // namespace gdm
