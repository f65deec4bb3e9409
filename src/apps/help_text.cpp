#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "gdm/base/text.hpp"
#include "program.hpp"

namespace gdm {
namespace {

constexpr std::size_t width = 79;         ///< columns: a terminal of 80 breaks no line
constexpr std::size_t text_column = 29;   ///< where descriptions of options begin
constexpr std::size_t entry_column = 20;  ///< and the meanings of other terms

/// The characters of UTF-8 text.
std::size_t columns(std::string_view text) {
    std::size_t count = 0;
    for (const char one : text) count += (static_cast<unsigned char>(one) & 0xC0) != 0x80 ? 1 : 0;
    return count;
}

/// `text` in lines that begin at `indent`, the first of which stands at `column` already.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t column, std::size_t most = width) {
    std::string lines;
    std::istringstream words{std::string(text)};
    bool first = true;
    for (std::string word; words >> word; first = false) {
        if (!first && column + 1 + columns(word) > most) {
            lines += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!first) {
            lines += ' ';
            ++column;
        }
        lines += word;
        column += columns(word);
    }
    return lines + "\n";
}

/// Paragraphs, broken; lines that begin with two blanks as they are.
std::string plain_paragraphs(const std::string& text, std::size_t indent) {
    std::string result, paragraph;
    const auto end_paragraph = [&] {
        if (!paragraph.empty()) result += std::string(indent, ' ') + wrapped(paragraph, indent, indent);
        paragraph.clear();
    };
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.starts_with("  ")) {
            end_paragraph();
            result += line + "\n";
        } else {
            paragraph += line + " ";
        }
    }
    end_paragraph();
    return result;
}

/// A term and its meaning beside it, or below it if the term is long.
std::string entry(const std::string& term, const std::string& meaning, std::size_t column) {
    std::string line = "  " + term;
    if (columns(line) + 2 > column) {
        line += "\n" + std::string(column, ' ');
    } else {
        line.append(column - columns(line), ' ');
    }
    return line + wrapped(meaning, column, column);
}

std::string option_lines(const boost::program_options::option_description& option) {
    const OptionName name = name_of(option);
    const std::string value = name.value_is_optional ? "[" + name.value + "]" : name.value;
    return entry(
        fmt::format("{}{}{}{}", name.brief.empty() ? "    " : name.brief + ", ", name.full, value.empty() ? "" : " ", value),
        option.description(), text_column);
}

std::string key_lines(const Program& program) {
    std::string text;
    for (const auto& group : program.keys) {
        if (group.experiment.empty()) {
            text += "\nKeys of every job\n";
            for (const auto& key : group.keys) text += entry(key.name, key.description, entry_column);
            text += "\nKeys of experiments\n";
            continue;
        }
        std::vector<std::string> names;
        for (const auto& key : group.keys) names.push_back(key.name);
        text += fmt::format("  {}\n      {}", group.experiment, wrapped(join(names, ", "), 6, 6));
    }
    return text;
}

}  // namespace

std::string help_text(const Program& program, bool all) {
    std::string text;
    for (const auto& usage : program.usage) {
        const std::string begin = (text.empty() ? "Usage: " : "       ") + program.name + " ";
        text += begin + wrapped(usage, begin.size(), begin.size());
    }
    text += "\n" + plain_paragraphs(program.description, 0);
    for (const auto& group : program.groups) {
        if (!all && !group.on_first_screen) continue;
        text += "\n" + group.title + "\n";
        for (const auto& option : group.options.options()) text += option_lines(*option);
    }
    if (all) text += key_lines(program);
    for (const auto& section : program.sections) {
        if (!all && !section.on_first_screen) continue;
        text += "\n" + section.title + "\n" + plain_paragraphs(section.text, 2);
        for (const auto& [term, meaning] : section.entries)
            text += entry(term, meaning, columns(term) < 4 ? 6 : entry_column);
    }
    return text;
}

std::string wrapped_lines(const std::string& text, std::size_t most) {
    std::string result;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto begin = std::min(line.find_first_not_of(' '), line.size());
        const auto gap = line.find("  ", begin);
        const auto meaning = gap == std::string::npos ? gap : line.find_first_not_of(' ', gap);
        if (columns(line) <= most) {
            result += line + "\n";
        } else if (meaning == std::string::npos || 2 * meaning > most) {
            result += line.substr(0, begin) + wrapped(line, begin == 0 ? 0 : begin + 4, begin, most);
        } else {
            result += line.substr(0, meaning) + wrapped(line.substr(meaning), meaning, meaning, most);
        }
    }
    return result;
}

}  // namespace gdm
