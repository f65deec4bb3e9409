#include "gdm/user/command/parameter_declaration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "declaration_text.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"

namespace gdm {
namespace {

constexpr std::string_view marks = "._+-";  ///< in words, beside letters and digits

/// A letter first: so no word is an option of the command, or a number.
bool is_word(const std::string& text) {
    const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
    std::string small = text;
    std::transform(small.begin(), small.end(), small.begin(), [](unsigned char c) { return std::tolower(c); });
    return !text.empty() && letter(text.front()) && small != "nan" && !parse_number(text) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return letter(c) || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
           });
}

std::vector<std::string> words_in_parentheses(DeclarationText& text, const std::string& name) {
    std::vector<std::string> words;
    do {
        words.push_back(text.word(marks));
        if (!is_word(words.back())) {
            throw UsageError(
                fmt::format("{}: '{}' is no word; words begin with a letter and go on with letters, digits and {}", name,
                            words.back(), marks));
        }
        if (std::find(words.begin(), words.end() - 1, words.back()) != words.end() - 1) {
            throw UsageError(fmt::format("{}: the word '{}' is given twice", name, words.back()));
        }
    } while (text.accept(','));
    if (!text.accept(')')) text.refuse("a closing parenthesis");
    return words;
}

}  // namespace

std::vector<Parameter> parse_parameter_declaration(std::string_view line) {
    DeclarationText text(line);
    std::vector<Parameter> parameters;
    do {
        Parameter one{.name = text.word()};
        if (one.name.empty()) text.refuse("the name of a parameter");
        if (find_named(parameters, one.name) != nullptr) {
            throw UsageError(fmt::format("'{}' is declared twice", one.name));
        }
        if (text.accept('(')) {
            one.kind = Kind::word;
            one.words = words_in_parentheses(text, one.name);
        }
        if (text.accept('[')) one.unit = text.unit();
        one.description = text.up_to_comma();
        if (one.description.empty()) one.description = one.name;
        parameters.push_back(std::move(one));
    } while (text.accept(','));
    return parameters;
}

std::string declaration_text(const std::vector<Parameter>& parameters) {
    std::vector<std::string> all;
    for (const auto& one : parameters) {
        std::string text = one.name;
        if (!one.words.empty()) text += fmt::format(" ({})", join(one.words, ", "));
        // (A description that begins with a bracket would be read as words or a unit.)
        const bool bracket = one.description.starts_with('(') || one.description.starts_with('[');
        if (one.unit != "1" || bracket) text += fmt::format(" [{}]", one.unit);
        if (one.description != one.name) text += " " + one.description;
        all.push_back(std::move(text));
    }
    return join(all, ", ");
}

std::vector<std::string> listed_words(std::string_view values) {
    auto words = split(values, ',');
    return std::all_of(words.begin(), words.end(), is_word) ? words : std::vector<std::string>();
}

}  // namespace gdm
