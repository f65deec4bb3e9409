#include "gdm/user/command/command_loader.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <sstream>

#include "command_program.hpp"
#include "command_run.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/suggestion.hpp"
#include "gdm/base/text.hpp"
#include "gdm/user/command/parameter_declaration.hpp"
#include "gdm/user/command/result_declaration.hpp"

namespace gdm {
namespace {

namespace fs = std::filesystem;
using JobTexts = std::map<std::string, std::string>;

constexpr const char* line_name = "command";  ///< of the CodeFile that holds what the job says; files follow it

const std::vector<ExperimentLoader::Key>& loader_keys() {
    static const std::vector<ExperimentLoader::Key> keys = {
        {"command", "a program's line, {name} standing for parameters and {seed}, {out}, …: one process a replica"},
        {"observables", "with command: what it gives back, as 'energy [J], correlation(16)'"},
        {"parameters", "with command: what {name} are, as 'beta [1/J] inverse temperature, method (fast, slow)'"},
        {"command_time_limit", "with command: seconds that one replica may take (default: any)"},
        {"command_file_limit", "with command: MiB that one file it writes may have (default 256)"},
        {"command_folder", "with command: 'scratch' lets each replica work in an empty folder of its own"},
        {"command_files", "with command: further files that its numbers depend on, with commas"}};
    return keys;
}

/// Placeholders that are no parameters.
bool is_given(const std::string& name) {
    constexpr const char* names[] = {"seed", "seed32", "out", "replica", "scratch"};
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

const std::string* find(const JobTexts& job, const char* key) {
    const auto found = job.find(key);
    return found == job.end() ? nullptr : &found->second;
}

template <class Parse>
auto parse_key(const char* key, const Parse& parse) {
    try {
        return parse();
    } catch (const UsageError& error) {
        throw UsageError(fmt::format("{}: {}", key, error.what()));
    }
}

double positive_number(const JobTexts& job, const char* key, double otherwise, double most) {
    const std::string* text = find(job, key);
    if (text == nullptr) return otherwise;
    const auto value = parse_number(*text);
    if (!value || !(*value > 0) || *value > most) {
        throw UsageError(fmt::format("{} = {}: must be a number above 0, up to {:.0f}", key, *text, most));
    }
    return *value;
}

/// The parameters of a command in the order of their first use, as a line `parameters` declares them, or as bare numbers.
std::vector<Parameter> parameters_of(const CommandTemplate& words, const std::string* declaration) {
    std::vector<Parameter> parameters;
    for (const auto& name : words.names()) {
        if (is_given(name)) continue;
        if (find_named(loader_keys(), name) != nullptr) {
            throw UsageError(fmt::format("command: {{{}}} cannot be a parameter, because it is a key of the job", name));
        }
        parameters.push_back({.name = name, .description = name});
    }
    if (declaration == nullptr) return parameters;
    for (auto& declared : parse_key("parameters", [&] { return parse_parameter_declaration(*declaration); })) {
        const auto known = names_of(parameters);
        const auto place = std::find(known.begin(), known.end(), declared.name);
        if (place == known.end()) {
            throw UsageError(fmt::format("parameters: '{}' does not appear in the command{}", declared.name,
                                         did_you_mean(declared.name, known, "; ")));
        }
        parameters[static_cast<std::size_t>(place - known.begin())] = std::move(declared);
    }
    return parameters;
}

/// Where a job gives words to a parameter that was not declared, they are the words that there are.
void take_words(std::vector<Parameter>& parameters, const JobTexts& job) {
    for (auto& parameter : parameters) {
        const std::string* values = find(job, parameter.name.c_str());
        if (values == nullptr || parameter.kind == Kind::word) continue;
        parameter.words = listed_words(*values);
        if (!parameter.words.empty()) parameter.kind = Kind::word;
    }
}

/// What can be said without looking at a file: parameters, observables and what identifies them.
Experiment declared(const std::string& name, const std::string& command, const CommandTemplate& words,
                    const std::string& observables, std::vector<Parameter> parameters) {
    Experiment experiment;
    experiment.name = name;
    experiment.question = fmt::format("What does the command {} give?", name == line_name ? words.literal(0) : name);
    experiment.source = command;
    experiment.parameters = std::move(parameters);
    auto declaration = parse_key("observables", [&] { return parse_result_declaration(observables); });
    experiment.observables = std::move(declaration.observables);
    experiment.fixed_axes = std::move(declaration.axes);
    experiment.code = {{line_name, fmt::format("command = {}\nobservables = {}\n", command, observables)}};
    return experiment;
}

ResultFormat format_of(const CommandTemplate& words, const Experiment& experiment) {
    if (!words.uses("out")) return ResultFormat::json;
    const std::string ending = words.text_after("out");
    if (ending.empty() || ending == ".json") return ResultFormat::json;
    if (ending == ".npz") {
        if (!reads_npz())
            throw UsageError("command: this program was built without libzip and reads no .npz; use .npy or JSON");
        return ResultFormat::npz;
    }
    if (ending == ".npy") {
        if (experiment.observables.size() == 1) return ResultFormat::npy;
        throw UsageError(
            fmt::format("command: {{out}}.npy holds one array, and {} observables are declared: use {{out}}.npz",
                        experiment.observables.size()));
    }
    throw UsageError(
        fmt::format("command: '{{out}}{}' is of no kind that is known; {{out}} and {{out}}.json hold a JSON object, "
                    "{{out}}.npy and {{out}}.npz arrays of NumPy",
                    ending));
}

bool works_in_scratch(const JobTexts& job) {
    const std::string* folder = find(job, "command_folder");
    if (folder == nullptr) return false;
    if (*folder != "scratch") {
        throw UsageError(
            fmt::format("command_folder = {}: may be 'scratch' (an empty folder for each replica); left out, the "
                        "command works in the present folder",
                        *folder));
    }
    return true;
}

std::string experiment_name(const JobTexts& job) {
    const std::string* name = find(job, "experiment");
    if (name == nullptr) return line_name;
    if (!std::all_of(name->begin(), name->end(),
                     [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; })) {
        throw UsageError(
            fmt::format("experiment = {}: beside a command it is a name for it, of letters, digits and _", *name));
    }
    return *name;
}

/// The file keeps what parameters are, for its reduction, but its numbers do not depend on it.
void finish_line(Experiment& experiment) {
    CodeFile& line = experiment.code.front();
    line.essence = fmt::format("{:016x}", XXH3_64bits(line.text.data(), line.text.size()));
    const std::string bare = join(names_of(experiment.parameters), ", ");
    if (const std::string text = declaration_text(experiment.parameters); text != bare) {
        line.text += fmt::format("parameters = {}\n", text);
    }
}

std::optional<Experiment> load(const JobTexts& job, const fs::path& folder) {
    const std::string* command = find(job, "command");
    if (command == nullptr) return std::nullopt;
    const std::string* observables = find(job, "observables");
    if (observables == nullptr) {
        throw UsageError(
            "a command needs a line that declares what it gives back: observables = energy [J], correlation(16)");
    }
    CommandTemplate words = parse_key("command", [&] { return CommandTemplate(*command); });
    auto parameters = parameters_of(words, find(job, "parameters"));
    take_words(parameters, job);
    Experiment experiment = declared(experiment_name(job), *command, words, *observables, std::move(parameters));
    for (const auto& [key, description] : loader_keys()) {
        if (const std::string* text = find(job, key.c_str())) experiment.declared_by.emplace_back(key, *text);
    }
    if (find(job, "experiment") != nullptr)
        experiment.declared_by.insert(experiment.declared_by.begin(), {"experiment", experiment.name});

    const bool in_scratch = works_in_scratch(job);
    if (in_scratch) experiment.code.front().text += "command_folder = scratch\n";
    const std::string* more = find(job, "command_files");
    finish_line(experiment);
    CommandProgram program = parse_key("command", [&] {
        return find_program(words, more == nullptr ? std::vector<std::string>() : split(*more, ','), folder, in_scratch);
    });
    std::move(program.files.begin(), program.files.end(), std::back_inserter(experiment.code));

    const ResultFormat format = format_of(words, experiment);
    ChildLimits limits;
    limits.seconds = positive_number(job, "command_time_limit", 0, 1e8);
    constexpr double mebibyte = 1 << 20;
    limits.file_bytes = static_cast<std::uint64_t>(mebibyte * positive_number(job, "command_file_limit", 256, 1e9));
    limits.output_bytes += 64 * make_layout(experiment, {}).size();
    set_command(experiment, std::make_shared<const CommandPlan>(
                                CommandPlan{words, program.path, in_scratch, limits, format, experiment.observables}));
    return experiment;
}

/// The value of a line `key = value` of a text, or nothing.
std::optional<std::string> line_of(const std::string& text, const std::string& key) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(key + " = ")) return line.substr(key.size() + 3);
    }
    return std::nullopt;
}

std::optional<Experiment> restore(const std::string& name, const std::vector<CodeFile>& code) {
    const CodeFile* line = find_named(code, line_name);
    if (line == nullptr) return std::nullopt;
    const auto command = line_of(line->text, "command"), observables = line_of(line->text, "observables");
    if (!command || !observables) return std::nullopt;
    const auto parameters = line_of(line->text, "parameters");
    const CommandTemplate words(*command);
    Experiment experiment =
        declared(name, *command, words, *observables, parameters_of(words, parameters ? &*parameters : nullptr));
    experiment.run = [](const Point&, const Context&, const RandomStream&, const Stop&, Values&) {
        throw std::logic_error("a restored command is not run");
    };
    return experiment;
}

}  // namespace

ExperimentLoader command_loader() {
    return {.placeholder = "",
            .description = "a program of one's own as an experiment",
            .keys = loader_keys(),
            .load = load,
            .restore = restore};
}

}  // namespace gdm
