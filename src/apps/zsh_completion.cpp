#include <fmt/format.h>

#include "completion.hpp"
#include "gdm/base/text.hpp"
#include "program.hpp"

namespace gdm {
namespace {

/// Finds the experiment of the line, or the user's file that is one.
constexpr const char* zsh_experiment = R"(local experiment={0} given model= i
for ((i = 2; i < CURRENT; ++i)); do
    given=${{(Q)words[i]}}
    if [[ $given == --experiment ]]; then
        experiment=${{(Q)words[i+1]}}
        [[ $experiment == *.py ]] && model=$experiment
        break
    elif [[ $given == --experiment=* ]]; then
        experiment=${{given#*=}}
        [[ $experiment == *.py ]] && model=$experiment
        break
    elif [[ $given == *.py && -f $given ]]; then
        experiment=
        model=$given
        break
    elif [[ $given == *.ini && -f $given ]]; then
        set -- $given
        {1}
    fi
done
)";

/// A description between the brackets of _arguments.
std::string described(const std::string& text) {
    std::string result = "[";
    for (const char one : text) {
        if (one == '[' || one == ']' || one == '\\' || one == ':') result += '\\';
        result += one;
    }
    return result + "]";
}

/// What completes a value, in the words of _arguments.
std::string zsh_action(const std::string& value, const std::vector<std::string>& words) {
    if (!words.empty()) return "(" + join(words, " ") + ")";
    if (names_experiment(value)) return "{compadd -a experiments; _files -g \"*.py\"}";
    if (!names_file(value)) return " ";
    const auto endings = file_endings(value);
    return endings.empty() ? "_files" : fmt::format("_files -g \"*.({})~*.reduced.h5\"", join(endings, "|"));
}

/// The name of a value, in which `:` would end it.
std::string message(const std::string& value) { return value.substr(0, value.find(':')); }

std::string zsh_key(const KeyHelp& key) {
    return "    " +
           shell_quoted(fmt::format("--{}={}:{}:{}", key.name, described(key.description), message(key.value),
                                    zsh_action(key.value, key.words))) +
           "\n";
}

std::string zsh_option(const boost::program_options::option_description& option) {
    const OptionName name = name_of(option);
    const std::string what = described(option.description());
    const std::string value = name.value.empty()
                                  ? ""
                                  : fmt::format("{}{}:{}", name.value_is_optional ? "::" : ":", message(name.value),
                                                name.full == "--help" ? "(all)" : zsh_action(name.value, {}));
    const std::string full = name.full + (name.value.empty() || name.value_is_optional ? "" : "=");
    if (name.brief.empty()) return "    " + shell_quoted((name.takes_several ? "*" : "") + full + what + value) + "\n";
    return fmt::format("    '({} {})'{{{},{}}}{}\n", name.brief, name.full, name.brief, full, shell_quoted(what + value));
}

}  // namespace

std::string zsh_completion(const Program& program) {
    std::string text = fmt::format("#compdef {0}\n# Completion of {0} for zsh, written by {0} --help zsh\n\n", program.name);
    text += "local -a options keys experiments\n";
    if (!program.keys.empty()) {
        text += fmt::format("experiments=({})\n", join(program.experiments(), " "));
        text += fmt::format(fmt::runtime(zsh_experiment), program.built_in_experiment, experiment_of_job);
    }
    text += "options=(\n";
    for (const auto& group : program.groups) {
        for (const auto& option : group.options.options()) text += zsh_option(*option);
    }
    text += ")\n";
    for (const auto& group : program.keys) {
        if (group.experiment.empty()) {
            text += "keys=(\n";
        } else {
            text += fmt::format("{}) keys+=(\n", group.experiment);
        }
        for (const auto& key : group.keys) text += zsh_key(key);
        text += group.experiment.empty() ? ")\ncase $experiment in\n" : ") ;;\n";
    }
    if (!program.keys.empty()) {
        text += "esac\n";
        text += fmt::format("[[ -f $model ]] && keys+=(${{(f)\"$({} $model)\"}})\n",
                            options_of_model("=[parameter of the model]:VALUES: "));
    }
    text += fmt::format("_arguments -S $options $keys {}\n",
                        shell_quoted(fmt::format("*:{}:{}", message(program.operand), zsh_action(program.operand, {}))));
    return text;
}

}  // namespace gdm
