#include "sweep_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <set>
#include <string_view>

#include "command_line.hpp"
#include "gdm/base/clock.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/base/text.hpp"
#include "gdm/runner/job/keys.hpp"
#include "gdm/runner/job/size.hpp"
#include "gdm/runner/job/table.hpp"
#include "gdm/runner/job/text.hpp"
#include "gdm/runner/last_resort.hpp"
#include "gdm/runner/placement.hpp"
#include "gdm/runner/signals.hpp"
#include "named_job.hpp"

namespace po = boost::program_options;

namespace gdm {
namespace {

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

std::optional<double> time_limit(const po::variables_map& given) {
    if (given.count("time-limit") == 0) return std::nullopt;
    return parse_duration("time-limit", given["time-limit"].as<std::string>());
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

po::options_description all_options(const Program& program, const po::options_description& job_keys) {
    po::options_description all = program.options();
    all.add(job_keys);
    all.add_options()("job", po::value<std::vector<std::string>>());
    return all;
}

std::vector<std::string> words_without_option(const po::variables_map& given) {
    return given.count("job") != 0 ? given["job"].as<std::vector<std::string>>() : std::vector<std::string>();
}

/// Code stands in the place of a job: the job `experiment = FILE`, and what the options say.
bool is_code(const std::string& path) { return path.size() > 3 && path.ends_with(".py"); }

/// The experiment of a loader, for a command that goes on to a sweep: what a user's code does while it is loaded is stopped
/// as its replicas are, by signals and by the time limit, which counts already.
std::optional<Experiment> load_stoppable(const std::vector<ExperimentLoader>& loaders,
                                         const std::map<std::string, std::string>& job, const std::filesystem::path& folder,
                                         std::optional<double> limit, const std::string& program) {
    catch_stop_signals();
    if (limit) stop_after(*limit);
    double grace = std::numeric_limits<double>::infinity();
    for (const auto& loader : loaders) grace = std::min(grace, loader.grace);
    LastResort last_resort(Stop(&stop_flag()), grace, [&] {
        fmt::print(stderr,
                   "{}: the experiment is not loaded {} s after the stop and is left; the same command starts the sweep\n",
                   program, grace);
        std::_Exit(static_cast<int>(ExitCode::resumable));
    });
    const LastResort::Replica under_way(last_resort);
    try {
        auto found = load_experiment(loaders, job, folder);
        if (!found) release_stop_signals();  // one of the program's own
        return found;
    } catch (const Stopped&) {
        throw stopped_before_sweep();
    }
}

/// The experiment that the command line asks of a loader: by a file of code, by its job file, or by an option. Until it is
/// loaded not all options are known: here nothing is complained about.
std::shared_ptr<const Experiment> load_for(const std::vector<std::string>& words, const Program& program,
                                           const std::vector<Experiment>& experiments,
                                           const std::vector<ExperimentLoader>& loaders) {
    if (loaders.empty()) return nullptr;
    const auto job_keys = job_options(experiments, loaders, nullptr);
    const auto known = all_options(program, job_keys);
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
    if (given.count("help") != 0 || given.count("version") != 0) return nullptr;
    std::map<std::string, std::string> job;
    for (const auto& [key, entry] : entries_of(given, job_keys)) job[key] = entry.value;
    std::filesystem::path folder;
    for (const auto& word : words_without_option(given)) {  // values of unknown options are among them
        std::error_code error;
        if (is_code(word)) {
            job.insert({"experiment", word});
        } else if (std::filesystem::is_regular_file(word, error)) {
            for (const auto& [key, entry] : read_named_job(word, experiments, program.name)) job.insert({key, entry.value});
            folder = std::filesystem::path(word).parent_path();
        } else {
            continue;
        }
        break;
    }
    const bool sweeps = given.count("describe") == 0 && given.count("list") == 0 && given.count("dry-run") == 0;
    auto found = sweeps ? load_stoppable(loaders, job, folder, time_limit(given), program.name)
                        : load_experiment(loaders, job, folder);
    if (found && find_named(experiments, found->name) != nullptr) {
        throw UsageError(fmt::format("{}: the program has an experiment '{}' of its own; give yours another name",
                                     found->code.empty() ? found->name : found->code.front().name, found->name));
    }
    return found ? std::make_shared<const Experiment>(std::move(*found)) : nullptr;
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
const Experiment& experiment_of(const SweepRequest& request, const std::vector<Experiment>& experiments,
                                const std::string& program) {
    if (request.loaded) return *request.loaded;
    const auto& given = request.command_line.contains("experiment") ? request.command_line : request.file;
    const auto named = given.find("experiment");
    if (named == given.end()) {
        if (experiments.size() == 1) return experiments.front();
        throw UsageError(
            fmt::format("the job names no experiment; add a line 'experiment = NAME' ({} --list shows them)", program));
    }
    try {
        return find_experiment(experiments, named->second.value);
    } catch (const UsageError& error) {
        throw UsageError(fmt::format("{}: {}", named->second.where, error.what()));
    }
}

}  // namespace

SweepRequest read_sweep_request(const std::vector<std::string>& words, const Program& program,
                                const std::vector<Experiment>& experiments, const std::string& built_in_job,
                                const std::vector<ExperimentLoader>& loaders) {
    SweepRequest request;
    request.loaded = load_for(words, program, experiments, loaders);
    const auto job_keys = job_options(experiments, loaders, request.loaded.get());
    po::positional_options_description positional;
    positional.add("job", -1);
    request.options = parse_command_line(words, all_options(program, job_keys), positional, program.name);
    request.command_line = entries_of(request.options, job_keys);
    if (request.has("help") || request.has("version")) return request;
    const auto jobs = words_without_option(request.options);
    if (jobs.size() > 1)
        throw UsageError(fmt::format("one job file at a time, but '{}' and '{}' are given", jobs[0], jobs[1]));
    if (!jobs.empty()) {
        request.job_name = job_name_of(jobs[0]);
        if (is_code(jobs[0])) {
            request.file["experiment"] = {jobs[0], jobs[0]};
        } else {
            request.file = read_named_job(jobs[0], experiments, program.name);
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
Job read_job(const SweepRequest& request, const std::vector<Experiment>& experiments, const std::string& program,
             bool aloud) {
    const Experiment* experiment = &experiment_of(request, experiments, program);
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

std::optional<double> time_left(const SweepRequest& request) {
    const auto limit = time_limit(request.options);
    return limit ? std::optional(*limit - seconds_since(request.begun)) : std::nullopt;
}

Error stopped_before_sweep() {
    return {ExitCode::resumable,
            fmt::format("stopped by {} before the first replica; the same command starts the sweep", stop_reason())};
}

}  // namespace gdm
