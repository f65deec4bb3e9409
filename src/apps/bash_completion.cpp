#include <fmt/format.h>

#include "completion.hpp"
#include "gdm/base/text.hpp"
#include "program.hpp"

/// Plain bash, without the functions of the package bash-completion.
namespace gdm {
namespace {

/// Set COMPREPLY; {0} is the program as part of a name.
constexpr const char* bash_helpers = R"(_{0}_words() {{ mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word"); }}

# Folders, and files with one of the endings; reduced files are for other programs.
_{0}_files() {{
    local ending
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -d -- "$word"
        (($#)) || compgen -f -- "$word"
        for ending; do compgen -f -X "!*.$ending" -- "$word" | grep -v '\.reduced\.h5$'; done)
}}

)";

/// Words of the line before the one that is completed, and which option they end with.
constexpr const char* bash_beginning = R"(_{0}() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} option= i
    # readline takes --option=value apart
    if [[ $word == = ]]; then
        word=
    elif [[ $before == = ]] && ((COMP_CWORD > 1)); then
        before=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    for ((i = COMP_CWORD - 1; i > 0; --i)); do
        [[ ${{COMP_WORDS[i]}} == -* ]] && option=${{COMP_WORDS[i]}} && break
    done
    COMPREPLY=()
)";

/// Finds the experiment of the line, or the user's file that is one.
constexpr const char* bash_experiment = R"(    local experiment={0} given model=
    for ((i = 1; i < COMP_CWORD; ++i)); do
        given=${{COMP_WORDS[i]}}
        if [[ $given == --experiment ]]; then
            experiment=${{COMP_WORDS[i + 1]}}
            [[ $experiment == = ]] && experiment=${{COMP_WORDS[i + 2]}}
            [[ $experiment == *.py ]] && model=$experiment
            break
        elif [[ $given == *.py && -f $given ]]; then
            experiment=
            model=$given
            break
        elif [[ $given == *.ini && -f $given ]]; then
            set -- "$given"
            {1}
        fi
    done
)";

/// What completes a value; `:`, nothing, if it cannot be known.
std::string bash_action(const std::string& function, const std::string& value, const std::vector<std::string>& words) {
    std::string command = ":";
    if (!words.empty()) {
        command = fmt::format("_{}_words {}", function, shell_quoted(join(words, " ")));
    } else if (names_experiment(value)) {
        command = fmt::format("_{0}_words \"$experiments $(compgen -f -X '!*.py' -- \"$word\")\"", function);
    } else if (names_file(value)) {
        command = std::string(trim(fmt::format("_{}_files {}", function, join(file_endings(value), " "))));
    }
    return command;
}

std::string value_cases(const std::string& function, const Program& program) {
    std::string direct, several;
    for (const auto& group : program.groups) {
        for (const auto& option : group.options.options()) {
            const OptionName name = name_of(*option);
            if (name.value.empty() || name.value_is_optional) continue;
            const std::string names = (name.brief.empty() ? "" : name.brief + " | ") + name.full;
            (name.takes_several ? several : direct) +=
                fmt::format("    {}) {}; return ;;\n", names, bash_action(function, name.value, {}));
        }
    }
    std::string text;
    if (!several.empty()) text += "    [[ $word == -* ]] || case $option in\n" + several + "    esac\n";
    if (!direct.empty()) text += "    case $before in\n" + direct + "    esac\n";
    return text;
}

/// The keys of the job's experiment, and what completes their values.
std::string key_cases(const std::string& function, const Program& program) {
    std::string names, values;
    for (const auto& group : program.keys) {
        std::vector<std::string> options;
        for (const auto& key : group.keys) {
            options.push_back("--" + key.name);
            values += fmt::format("    {}:--{}) {}; return ;;\n", group.experiment.empty() ? "*" : group.experiment,
                                  key.name, bash_action(function, key.value, key.words));
        }
        names += group.experiment.empty()
                     ? fmt::format("    local keys={}\n    case $experiment in\n", shell_quoted(join(options, " ")))
                     : fmt::format("    {}) keys+={} ;;\n", group.experiment, shell_quoted(" " + join(options, " ")));
    }
    names += "    esac\n";
    names += fmt::format("    [[ -f $model ]] && keys+=\" $({} \"$model\")\"\n", options_of_model(""));
    return names + "    case $experiment:$before in\n" + values + "    esac\n";
}

}  // namespace

std::string bash_completion(const Program& program) {
    const std::string function = function_name(program.name);
    std::vector<std::string> options;
    for (const auto& group : program.groups) {
        for (const auto& option : group.options.options()) options.push_back(name_of(*option).full);
    }
    std::string text = fmt::format("# Completion of {0} for bash, written by {0} --help bash\n\n", program.name);
    text += fmt::format(fmt::runtime(bash_helpers), function) + fmt::format(fmt::runtime(bash_beginning), function);
    const bool has_keys = !program.keys.empty();
    if (has_keys) {
        text += fmt::format("    local experiments={}\n", shell_quoted(join(program.experiments(), " ")));
        text += fmt::format(fmt::runtime(bash_experiment), program.built_in_experiment, experiment_of_job);
    }
    text += value_cases(function, program);
    if (has_keys) text += key_cases(function, program);
    text += fmt::format("    if [[ $word == -* ]]; then\n        _{}_words {}{}\n", function,
                        shell_quoted(join(options, " ")), has_keys ? "\" $keys\"" : "");
    text += fmt::format("    else\n        {}\n    fi\n}}\n\ncomplete -F _{} {}\n",
                        bash_action(function, program.operand, {}), function, program.name);
    return text;
}

}  // namespace gdm
