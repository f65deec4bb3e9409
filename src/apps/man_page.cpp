#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "gdm/base/text.hpp"
#include "gdm/base/version.hpp"
#include "program.hpp"

/// The manual page of a program in the macros of man(7).
namespace gdm {
namespace {

/// Text that troff is to show as it stands; a line of it may begin with anything.
std::string escaped(const std::string& text) {
    std::string result;
    for (const char one : text) {
        switch (one) {
            case '\\':
                result += "\\e";
                break;
            case '-':
                result += "\\-";
                break;
            case '\'':
                result += "\\(aq";
                break;
            case '`':
                result += "\\(ga";
                break;
            case '^':
                result += "\\(ha";
                break;
            case '~':
                result += "\\(ti";
                break;
            default:
                result += one;
        }
    }
    return result.starts_with('.') ? "\\&" + result : result;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char one) { return std::toupper(one); });
    return text;
}

std::string bold(const std::string& text) { return "\\fB" + escaped(text) + "\\fR"; }

/// Paragraphs; lines that begin with two blanks are set as they are.
std::string man_paragraphs(const std::string& text) {
    std::string result;
    bool verbatim = false, begins_paragraph = false;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) {
            begins_paragraph = true;
            continue;
        }
        const bool kept = line.starts_with("  "), follows = !result.empty();
        if (kept && !verbatim) result += follows ? ".PP\n.nf\n" : ".nf\n";
        if (!kept && verbatim) result += ".fi\n";
        if (!kept && follows && (verbatim || begins_paragraph)) result += ".PP\n";
        verbatim = kept;
        begins_paragraph = false;
        result += escaped(line) + "\n";
    }
    return result + (verbatim ? ".fi\n" : "");
}

std::string tagged(const std::string& term, const std::string& meaning) {
    return fmt::format(".TP\n{}\n{}\n", term, escaped(meaning));
}

std::string man_option(const boost::program_options::option_description& option) {
    const OptionName name = name_of(option);
    std::string term = name.brief.empty() ? "" : bold(name.brief) + ", ";
    term += bold(name.full);
    const std::string value = "\\fI" + escaped(name.value) + "\\fR";
    if (!name.value.empty()) term += name.value_is_optional ? " [" + value + "]" : " " + value;
    return tagged(term, option.description());
}

std::string man_keys(const Program& program) {
    std::string text;
    for (const auto& group : program.keys) {
        if (group.experiment.empty()) {
            text += ".SH KEYS OF EVERY JOB\nEach is an option too.\n";
            for (const auto& key : group.keys) text += tagged(bold(key.name), key.description);
            text += ".SH KEYS OF EXPERIMENTS\n";
            text += fmt::format("{} tells what they are.\n", bold(program.name + " --describe EXPERIMENT"));
            continue;
        }
        std::vector<std::string> names;
        for (const auto& key : group.keys) names.push_back(key.name);
        text += tagged(bold(group.experiment), join(names, ", "));
    }
    return text;
}

}  // namespace

std::string man_page(const Program& program) {
    const std::string version = code_version(), name = upper(program.name);
    // Names of keys are not to be broken: no hyphenation, no justified lines.
    std::string text = fmt::format(".TH {} 1 \"\" \"gdm\\-sweep {}\" \"User Commands\"\n.nh\n.ad l\n", escaped(name),
                                   escaped(version.substr(0, version.find(' '))));
    text += fmt::format(".SH NAME\n{} \\- {}\n.SH SYNOPSIS\n", escaped(program.name), escaped(program.summary));
    for (const auto& usage : program.usage) {
        text +=
            fmt::format("{}{}\n{}\n", &usage == &program.usage.front() ? "" : ".br\n", bold(program.name), escaped(usage));
    }
    text += ".SH DESCRIPTION\n" + man_paragraphs(program.description) + ".SH OPTIONS\n";
    for (const auto& group : program.groups) {
        text += fmt::format(".SS {}\n", escaped(group.title));
        for (const auto& option : group.options.options()) text += man_option(*option);
    }
    text += man_keys(program);
    for (const auto& section : program.sections) {
        text += fmt::format(".SH {}\n", escaped(upper(section.title))) + man_paragraphs(section.text);
        for (const auto& [term, meaning] : section.entries) text += tagged(bold(term), meaning);
    }
    if (program.see_also.empty()) return text;
    std::vector<std::string> others;
    for (const auto& other : program.see_also) others.push_back(bold(other) + "(1)");
    return text + ".SH SEE ALSO\n" + join(others, ", ") + "\n";
}

}  // namespace gdm
