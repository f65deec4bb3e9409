#include "sweep_request.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string_view>

#include "command_line.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"
#include "gdm/runner/job/keys.hpp"
#include "gdm/runner/job/size.hpp"
#include "gdm/runner/job/table.hpp"
#include "gdm/runner/job/text.hpp"
#include "gdm/runner/placement.hpp"

namespace po = boost::program_options;

namespace gdm {
namespace {

po::options_description program_options() {
    po::options_description options("Options");
    auto add = options.add_options();
    add("help,h", "show this help");
    add("version", "show the version");
    add("list", "list the experiments");
    add("describe", po::value<std::string>()->value_name("EXPERIMENT"),
        "show an experiment's parameters, observables and sources");
    add("dry-run", "show points, file size, memory and estimated core-hours, and compute nothing");
    add("output,o", po::value<std::string>()->value_name("FILE"),
        "sweep file (default results/NAME.h5, NAME as the job file)");
    add("overwrite", "start the sweep file anew instead of resuming it");
    add("grow", "enlarge the sweep file to this job's grid and replicas, keeping what is done");
    add("reuse", po::value<std::vector<std::string>>()->multitoken()->value_name("FILE..."),
        "take over what these sweep files hold of the job (for a new --output, or with --grow)");
    add("retry-failed", "compute replicas that failed before again");
    add("time-limit", po::value<std::string>()->value_name("SECONDS"), "stop cleanly after this time (also h:mm:ss)");
    add("alignment", po::value<std::string>()->value_name("BYTES"),
        "large datasets of a new file begin at multiples of this (4M: the stripe size of the file system)");
    add("mpi-io-hints", po::value<std::string>()->value_name("KEY=VALUE,..."), "hints for opening the file with MPI-IO");
    add("quiet,q", "no progress");
    add("log-interval", po::value<std::string>()->value_name("SECONDS"),
        "time between lines of progress in a log (default: 1 s at first, growing to 1 min)");
    add("trace", po::value<std::string>()->value_name("FILE.json"),
        "write what each rank did, and when, for chrome://tracing or Perfetto");
    add("allow-other-instruction-set", "resume a file that was begun with another instruction set");
    return options;
}

/// Every key of every experiment is an option too; whether it belongs to the job's experiment is checked with the job.
po::options_description job_options(const std::vector<Experiment>& experiments, const std::vector<ExperimentLoader>& loaders,
                                    const Experiment* loaded) {
    po::options_description options("Keys of a job");
    std::set<std::string> names(common_keys().begin(), common_keys().end());
    const auto add = [&](const Experiment& experiment) {
        for (const auto& parameter : experiment.parameters) {
            for (auto& key : keys_of(parameter)) names.insert(std::move(key));
            names.insert(parameter.former_names.begin(), parameter.former_names.end());
        }
    };
    for (const auto& experiment : experiments) add(experiment);
    if (loaded != nullptr) add(*loaded);
    for (const auto& loader : loaders) {
        for (const auto& key : loader.keys) names.insert(key.name);
    }
    for (const auto& name : names) options.add_options()(name.c_str(), po::value<std::string>());
    return options;
}

double parse_duration(const char* option, const std::string& text) {
    double seconds = 0;
    int parts = 0;
    for (const auto& part : split(text, ':')) {
        const auto value = parse_number(part);
        if (!value || !(*value >= 0 && *value < 1e9) || (seconds > 0 && *value >= 60) || ++parts > 3) {
            throw UsageError(fmt::format("--{} {}: takes seconds or h:mm:ss", option, text));
        }
        seconds = 60 * seconds + *value;
    }
    return seconds;
}

/// The entries that the options of a command line make.
JobEntries entries_of(const po::variables_map& given, const po::options_description& job_keys) {
    JobEntries entries;
    for (const auto& option : job_keys.options()) {
        const std::string key = option->long_name();
        if (given.count(key) != 0) entries[key] = {given[key].as<std::string>(), "--" + key};
    }
    return entries;
}

po::options_description all_options(const po::options_description& job_keys) {
    po::options_description all;
    all.add(program_options()).add(job_keys);
    all.add_options()("job", po::value<std::vector<std::string>>());
    return all;
}

std::vector<std::string> words_without_option(const po::variables_map& given) {
    return given.count("job") != 0 ? given["job"].as<std::vector<std::string>>() : std::vector<std::string>();
}

/// Code stands in the place of a job: the job `experiment = FILE`, and what the options say.
bool is_code(const std::string& path) { return path.size() > 3 && path.ends_with(".py"); }

/// The experiment that the command line asks of a loader: by a file of code, by its job file, or by an option. Until it is
/// loaded not all options are known: here nothing is complained about.
std::shared_ptr<const Experiment> load_for(const std::vector<std::string>& words, const std::vector<Experiment>& experiments,
                                           const std::vector<ExperimentLoader>& loaders) {
    if (loaders.empty()) return nullptr;
    const auto job_keys = job_options(experiments, loaders, nullptr);
    const auto known = all_options(job_keys);
    po::positional_options_description positional;
    positional.add("job", -1);
    po::variables_map given;
    try {
        po::store(po::command_line_parser(words)
                      .options(known)
                      .positional(positional)
                      .style(command_line_style)
                      .allow_unregistered()
                      .run(),
                  given);
    } catch (const po::error&) {
        return nullptr;  // told when all options are known
    }
    std::map<std::string, std::string> job;
    for (const auto& [key, entry] : entries_of(given, job_keys)) job[key] = entry.value;
    std::filesystem::path folder;
    for (const auto& word : words_without_option(given)) {  // values of unknown options are among them
        std::error_code error;
        if (is_code(word)) {
            job.insert({"experiment", word});
        } else if (std::filesystem::is_regular_file(word, error)) {
            for (const auto& [key, entry] : read_job_file(word)) job.insert({key, entry.value});
            folder = std::filesystem::path(word).parent_path();
        } else {
            continue;
        }
        break;
    }
    auto found = load_experiment(loaders, job, folder);
    if (!found) return nullptr;
    if (find_named(experiments, found->name) != nullptr) {
        throw UsageError(
            fmt::format("'{}' is an experiment of the program; choose another name for one's own", found->name));
    }
    return std::make_shared<const Experiment>(std::move(*found));
}

/// As slurm/common.sh names it: beta0.1 and beta0.2 are two jobs.
std::string job_name_of(const std::string& path) {
    std::string name = std::filesystem::path(path).filename().string();
    for (const std::string_view ending : {".ini", ".py"}) {
        if (name.size() > ending.size() && name.ends_with(ending)) {
            name.resize(name.size() - ending.size());
            break;
        }
    }
    return name;
}

/// The experiment that a job names, that a loader has made, or that is the only one.
const Experiment& experiment_of(const SweepRequest& request, const std::vector<Experiment>& experiments) {
    if (request.loaded) return *request.loaded;
    const auto& given = request.command_line.count("experiment") != 0 ? request.command_line : request.file;
    const auto named = given.find("experiment");
    if (named == given.end()) {
        if (experiments.size() == 1) return experiments.front();
        throw UsageError(
            "the job names no experiment; add a line such as 'experiment = phase_diagram' (gdm-sweep --list shows all)");
    }
    try {
        return find_experiment(experiments, named->second.value);
    } catch (const UsageError& error) {
        throw UsageError(fmt::format("{}: {}", named->second.where, error.what()));
    }
}

}  // namespace

std::string sweep_help(const std::vector<ExperimentLoader>& loaders) {
    std::string text =
        "gdm-sweep [JOB.ini] [options] [--key value ...]\n\n"
        "Runs a job: an experiment and the grid of its parameters. Alone it runs the built-in phase diagram;\n"
        "under mpirun or srun it uses all ranks. What a sweep file already holds is not computed again.\n"
        "Every key of a job file is an option too and wins over the file: --replicas 32 --mu 'linspace(0, 1, 11)'.\n\n";
    const auto options = program_options();
    for (const auto& option : options.options()) {
        text +=
            fmt::format("  {:<36} {}\n", option->format_name() + " " + option->format_parameter(), option->description());
    }
    for (const auto& loader : loaders) {
        if (!loader.placeholder.empty())
            text += fmt::format("\n{} in the place of JOB.ini: {}\n", loader.placeholder, loader.description);
        for (const auto& key : loader.keys) text += fmt::format("  {:<36} {}\n", "--" + key.name, key.description);
    }
    text += "\nExit codes: 0 complete; 2 usage; 3 some replicas failed; 74 input or output error; 75 stopped, resumable.\n";
    return text;
}

SweepRequest read_sweep_request(int argc, char** argv, const std::vector<Experiment>& experiments,
                                const std::string& built_in_job, const std::vector<ExperimentLoader>& loaders) {
    const auto words = words_of(argc, argv);
    SweepRequest request;
    request.loaded = load_for(words, experiments, loaders);
    const auto job_keys = job_options(experiments, loaders, request.loaded.get());
    po::positional_options_description positional;
    positional.add("job", -1);
    request.options = parse_command_line(words, all_options(job_keys), positional, "gdm-sweep");
    request.command_line = entries_of(request.options, job_keys);
    const auto jobs = words_without_option(request.options);
    if (jobs.size() > 1)
        throw UsageError(fmt::format("one job file at a time, but '{}' and '{}' are given", jobs[0], jobs[1]));
    if (!jobs.empty()) {
        request.job_name = job_name_of(jobs[0]);
        if (is_code(jobs[0])) {
            request.file["experiment"] = {jobs[0], jobs[0]};
        } else {
            request.file = read_job_file(jobs[0]);
        }
    } else if (const auto named = request.command_line.find("experiment"); named != request.command_line.end()) {
        request.job_name = job_name_of(named->second.value);
    } else if (request.loaded || (built_in_job.empty() && experiments.size() == 1)) {
        request.job_name = request.loaded ? request.loaded->name : experiments.front().name;
    } else if (!built_in_job.empty()) {
        request.built_in = true;
        request.file = read_job_text(built_in_job, "built-in job");
        request.job_name = request.file.at("experiment").value;
    }
    return request;
}

/// Only one rank speaks `aloud`.
Job read_job(const SweepRequest& request, const std::vector<Experiment>& experiments, bool aloud) {
    const Experiment* experiment = &experiment_of(request, experiments);
    JobEntries entries = overridden(*experiment, request.file, request.command_line);
    refuse_unknown_keys(*experiment, entries);
    entries = with_table(*experiment, std::move(entries));
    constexpr double large = 1e6;
    if (const auto size = grid_size(*experiment, entries);
        aloud && size.points >= large && size.points <= most_grid_points) {
        fmt::print(stderr, "a grid of {:.3g} points = {}, {:.0f} replica{} each: a rank takes some {} for it\n", size.points,
                   size.text, size.replicas, size.replicas == 1 ? "" : "s", bytes_text(size.memory));
    }
    return make_job(*experiment, entries);
}

SweepOptions sweep_options(const SweepRequest& request, int argc, char** argv) {
    SweepOptions options;
    options.output = request.has("output") ? request.text("output") : "results/" + request.job_name + ".h5";
    options.overwrite = request.has("overwrite");
    options.grow = request.has("grow");
    if (request.has("reuse")) {
        for (const auto& file : request.options["reuse"].as<std::vector<std::string>>()) options.reuse.emplace_back(file);
    }
    if (options.grow && options.overwrite) {
        throw UsageError("--grow keeps what the file holds, --overwrite starts it anew: give one of them");
    }
    options.retry_failed = request.has("retry-failed");
    options.other_instruction_set = request.has("allow-other-instruction-set");
    options.quiet = request.has("quiet");
    if (request.has("log-interval")) {
        options.log_interval = parse_duration("log-interval", request.text("log-interval"));
        if (options.log_interval < 0.1) throw UsageError("--log-interval takes 0.1 seconds or more");
    }
    if (request.has("trace")) options.trace = request.text("trace");
    options.command_line = join(std::vector<std::string>(argv, argv + argc), " ");
    if (request.has("alignment")) options.alignment = parse_alignment(request.text("alignment"));
    if (request.has("mpi-io-hints")) options.mpi_hints = parse_mpi_hints(request.text("mpi-io-hints"));
    if (const char* seconds = std::getenv("GDM_SAVE_INTERVAL")) options.save_interval = std::atof(seconds);
    if (const char* most = std::getenv("GDM_RANKS_PER_NODE")) options.ranks_per_node = std::atoi(most);
    if (const char* most = std::getenv("GDM_NODES_PER_GROUP")) options.nodes_per_group = std::atoi(most);
    return options;
}

std::optional<double> time_limit(const SweepRequest& request) {
    if (!request.has("time-limit")) return std::nullopt;
    return parse_duration("time-limit", request.text("time-limit"));
}

}  // namespace gdm
