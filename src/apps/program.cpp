#include "program.hpp"

#include <fmt/format.h>

#include <cctype>
#include <filesystem>

namespace po = boost::program_options;

namespace gdm {

po::options_description Program::options() const {
    po::options_description all;
    for (const auto& group : groups) all.add(group.options);
    return all;
}

std::vector<std::string> Program::experiments() const {
    std::vector<std::string> names;
    for (const auto& group : keys) {
        if (!group.experiment.empty()) names.push_back(group.experiment);
    }
    return names;
}

OptionGroup help_group() {
    OptionGroup group{"Help"};
    group.options.add_options()("help,h", po::value<std::string>()->implicit_value("")->value_name("all"),
                                "show this screen; all: everything")("version", "show the version");
    return group;
}

std::string program_name(int argc, char** argv, const char* otherwise) {
    const std::string name = argc > 0 ? std::filesystem::path(argv[0]).filename().string() : "";
    return name.empty() ? otherwise : name;
}

OptionName name_of(const po::option_description& option) {
    OptionName name{"", "--" + option.long_name(), option.format_parameter()};
    const std::string brief = option.canonical_display_name(po::command_line_style::allow_dash_for_short);
    if (brief.size() == 2) name.brief = brief;
    const auto& semantic = *option.semantic();
    name.value_is_optional = semantic.min_tokens() == 0 && semantic.max_tokens() == 1;
    name.takes_several = semantic.max_tokens() > 1;
    if (name.value.starts_with("[=")) {  // as Boost writes `--watch[=SECONDS(=10)]`
        name.value = name.value.substr(2, name.value.find_first_of("(]") - 2);
    }
    return name;
}

std::vector<std::string> file_endings(const std::string& value) {
    std::vector<std::string> endings;
    for (auto dot = value.find('.'); dot != std::string::npos; dot = value.find('.', dot + 1)) {
        auto end = dot + 1;
        while (end < value.size() && std::isalnum(static_cast<unsigned char>(value[end])) != 0) ++end;
        if (end > dot + 1) endings.push_back(value.substr(dot + 1, end - dot - 1));
    }
    return endings;
}

bool names_file(const std::string& value) { return value.starts_with("FILE") || !file_endings(value).empty(); }

}  // namespace gdm
