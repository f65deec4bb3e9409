#include "sweep_app.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <set>

#include "command_line.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/error_text.hpp"
#include "gdm/base/text.hpp"
#include "gdm/base/version.hpp"
#include "gdm/reduction/point_estimator.hpp"
#include "gdm/runner/describe.hpp"
#include "gdm/runner/job.hpp"
#include "gdm/runner/placement.hpp"
#include "gdm/runner/signals.hpp"
#include "gdm/runner/sweep.hpp"
#include "gdm/storage/user_dataset.hpp"

namespace po = boost::program_options;

namespace gdm {
namespace {

struct Request {
    po::variables_map options;
    JobEntries file;  ///< of the job file, or the built-in job
    JobEntries command_line;
    std::string job_name;   ///< what the default output is named after
    bool built_in = false;  ///< no job was named at all
};

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
        "time between lines of progress in a log (default: 10 s at first, growing to 1 min)");
    add("trace", po::value<std::string>()->value_name("FILE.json"),
        "write what each rank did, and when, for chrome://tracing or Perfetto");
    add("allow-other-instruction-set", "resume a file that was begun with another instruction set");
    return options;
}

/// Every key of every experiment is an option too; whether it belongs to the job's experiment is checked with the job.
po::options_description job_options(const std::vector<Experiment>& experiments) {
    po::options_description options("Keys of a job");
    std::set<std::string> names(common_keys().begin(), common_keys().end());
    for (const auto& experiment : experiments) {
        for (const auto& parameter : experiment.parameters) {
            names.insert(parameter.name);
            for (const auto& alternative : parameter.alternatives) names.insert(alternative.name);
            names.insert(parameter.former_names.begin(), parameter.former_names.end());
        }
    }
    for (const auto& name : names) options.add_options()(name.c_str(), po::value<std::string>());
    return options;
}

std::string help_text() {
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
    text += "\nExit codes: 0 complete; 2 usage; 3 some replicas failed; 74 input or output error; 75 stopped, resumable.\n";
    return text;
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

Request read_request(int argc, char** argv, const std::vector<Experiment>& experiments, const std::string& built_in_job) {
    po::options_description all;
    const auto job_keys = job_options(experiments);
    all.add(program_options()).add(job_keys);
    all.add_options()("job", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("job", -1);

    Request request;
    request.options = parse_command_line(words_of(argc, argv), all, positional, "gdm-sweep");
    const auto jobs = request.options.count("job") != 0 ? request.options["job"].as<std::vector<std::string>>()
                                                        : std::vector<std::string>();
    if (jobs.size() > 1)
        throw UsageError(fmt::format("one job file at a time, but '{}' and '{}' are given", jobs[0], jobs[1]));
    for (const auto& option : job_keys.options()) {
        const std::string key = option->long_name();
        if (request.options.count(key) != 0)
            request.command_line[key] = {request.options[key].as<std::string>(), "--" + key};
    }
    if (!jobs.empty()) {
        // As slurm/common.sh names it: beta0.1 and beta0.2 are two jobs.
        request.job_name = std::filesystem::path(jobs[0]).filename().string();
        if (request.job_name.size() > 4 && request.job_name.ends_with(".ini")) {
            request.job_name.resize(request.job_name.size() - 4);
        }
        request.file = read_job_file(jobs[0]);
    } else if (const auto named = request.command_line.find("experiment"); named != request.command_line.end()) {
        request.job_name = named->second.value;
    } else {
        request.built_in = true;
        request.file = read_job_text(built_in_job, "built-in job");
        request.job_name = request.file.at("experiment").value;
    }
    return request;
}

/// Only one rank speaks `aloud`.
Job read_job(const Request& request, const std::vector<Experiment>& experiments, bool aloud) {
    const auto& given = request.command_line.count("experiment") != 0 ? request.command_line : request.file;
    const auto named = given.find("experiment");
    if (named == given.end()) {
        throw UsageError(
            "the job names no experiment; add a line such as 'experiment = phase_diagram' (gdm-sweep --list shows all)");
    }
    const Experiment* experiment = nullptr;
    try {
        experiment = &find_experiment(experiments, named->second.value);
    } catch (const UsageError& error) {
        throw UsageError(fmt::format("{}: {}", named->second.where, error.what()));
    }
    const JobEntries entries = overridden(*experiment, request.file, request.command_line);
    constexpr double large = 1e6;
    if (const auto size = grid_size(*experiment, entries);
        aloud && size.points >= large && size.points <= most_grid_points) {
        fmt::print(stderr, "a grid of {:.3g} points = {}, {:.0f} replica{} each: a rank takes some {} for it\n", size.points,
                   size.text, size.replicas, size.replicas == 1 ? "" : "s", bytes_text(size.memory));
    }
    return make_job(*experiment, entries);
}

/// What an adaptive job asks of the reduction.
Judge judge_of(const Job& job) {
    Judge judge;
    if (!job.targets.empty()) {
        std::vector<std::string> names;
        for (const auto& target : job.targets) names.push_back(target.quantity);
        const auto estimator = std::make_shared<PointEstimator>(*job.experiment, job.header, names);
        judge.replicas_wanted = [estimator, targets = job.targets](const Point& point, std::span<const double> blocks,
                                                                   std::size_t asked) {
            return replicas_wanted(*estimator, targets, point, blocks, asked);
        };
    }
    if (job.refinement) {
        const std::vector<std::string> names{job.refinement->quantity};
        const auto estimator = std::make_shared<PointEstimator>(*job.experiment, job.header, names);
        judge.refined_quantity = [estimator](const Point& point, std::span<const double> blocks) {
            return blocks.empty() ? std::nan("") : estimator->values(point, blocks).front().front();
        };
    }
    return judge;
}

std::string command_line(int argc, char** argv) {
    std::vector<std::string> words(argv, argv + argc);
    return join(words, " ");
}

/// Says in one line what came out and what to do next; `seconds` since the command began.
void report(const SweepOutcome& outcome, const std::string& output, double seconds) {
    const double per_second = static_cast<double>(outcome.computed) / seconds;
    const std::string rate = per_second > 0 ? fmt::format(" in {} ({:.{}f}/s)", duration_text(seconds), per_second,
                                                          per_second < 10     ? 2
                                                          : per_second < 1000 ? 1
                                                                              : 0)
                                            : "";
    if (outcome.torn > 0) fmt::print(stderr, "{} damaged replicas were found and computed again\n", outcome.torn);
    if (outcome.missing() > 0) {
        const char* reason = stop_reason()[0] != 0 ? stop_reason() : "another rank";
        fmt::print(stderr, "stopped by {} with {} of {} replicas done{}; the same command continues {}\n", reason,
                   outcome.done, outcome.rows, rate, output);
    } else if (outcome.failed > 0) {
        fmt::print(stderr, "{} of {} replicas failed; gdm-status {} shows why, --retry-failed computes them again\n",
                   outcome.failed, outcome.rows, output);
    } else if (outcome.computed == 0) {
        fmt::print(stderr, "{} is complete already: {} replicas; next: gdm-reduce {}\n", output, outcome.rows, output);
    } else {
        fmt::print(stderr, "complete: {} replicas{} in {}; next: gdm-reduce {}\n", outcome.computed, rate, output, output);
    }
}

int run(int argc, char** argv, const std::vector<Experiment>& experiments, const std::string& built_in_job,
        const MpiSession& mpi, const Communicator& world, std::chrono::steady_clock::time_point begin) {
    const Request request = read_request(argc, argv, experiments, built_in_job);
    const bool first = world.rank() == 0;
    const auto show = [&](const std::string& text) {
        if (first) fmt::print("{}", text);
        return 0;
    };
    if (request.options.count("help") != 0) return show(help_text());
    if (request.options.count("version") != 0) return show(fmt::format("gdm-sweep {}\n", code_version()));
    if (request.options.count("list") != 0) return show(list_text(experiments));
    if (request.options.count("describe") != 0) {
        return show(describe_text(find_experiment(experiments, request.options["describe"].as<std::string>())));
    }
    Job job = read_job(request, experiments, first);
    SweepOptions options;
    options.output = request.options.count("output") != 0 ? request.options["output"].as<std::string>()
                                                          : "results/" + request.job_name + ".h5";
    options.overwrite = request.options.count("overwrite") != 0;
    options.grow = request.options.count("grow") != 0;
    if (request.options.count("reuse") != 0) {
        for (const auto& file : request.options["reuse"].as<std::vector<std::string>>()) options.reuse.emplace_back(file);
    }
    if (options.grow && options.overwrite) {
        throw UsageError("--grow keeps what the file holds, --overwrite starts it anew: give one of them");
    }
    options.retry_failed = request.options.count("retry-failed") != 0;
    options.other_instruction_set = request.options.count("allow-other-instruction-set") != 0;
    options.quiet = request.options.count("quiet") != 0;
    if (request.options.count("log-interval") != 0) {
        options.log_interval = parse_duration("log-interval", request.options["log-interval"].as<std::string>());
        if (options.log_interval < 0.1) throw UsageError("--log-interval takes 0.1 seconds or more");
    }
    if (request.options.count("trace") != 0) options.trace = request.options["trace"].as<std::string>();
    options.command_line = command_line(argc, argv);
    if (request.options.count("alignment") != 0) {
        options.alignment = parse_alignment(request.options["alignment"].as<std::string>());
    }
    if (request.options.count("mpi-io-hints") != 0) {
        options.mpi_hints = parse_mpi_hints(request.options["mpi-io-hints"].as<std::string>());
    }
    options.judge = judge_of(job);
    if (const char* most = std::getenv("GDM_RANKS_PER_NODE")) options.ranks_per_node = std::atoi(most);
    if (const char* most = std::getenv("GDM_NODES_PER_GROUP")) options.nodes_per_group = std::atoi(most);
    double limit = -1;
    if (request.options.count("time-limit") != 0)
        limit = parse_duration("time-limit", request.options["time-limit"].as<std::string>());

    Inputs inputs;
    for (const auto& [name, source] : job.datasets) {
        inputs[name] = read_user_dataset(world, source, options.ranks_per_node);
    }
    if (request.options.count("dry-run") != 0) {
        std::string text;
        world.on_first([&] { text = dry_run_text(job, inputs, options.output.string(), world.size()); });
        return show(text);
    }
    options.on_start = [name = job.header.experiment, output = options.output.string(), built_in = request.built_in,
                        no_errors = has_no_errors(job) && !options.quiet] {
        if (built_in) {
            fmt::print(stderr, "no job given: running the built-in {} into {} (gdm-sweep --help shows more)\n", name,
                       output);
        }
        if (no_errors) {
            fmt::print(stderr,
                       "one replica of each point: results will have no errors, which come from the spread of replicas "
                       "(--replicas 8)\n");
        }
    };
    options.on_note = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
    catch_stop_signals();
    if (limit >= 0) stop_after(limit);
    const SweepOutcome outcome = run_sweep(mpi, world, std::move(job), inputs, options);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (first) report(outcome, options.output.string(), seconds);
    return static_cast<int>(outcome.code());
}

}  // namespace

int sweep_main(int argc, char** argv, const std::vector<Experiment>& experiments, const std::string& built_in_job) {
    const auto begin = std::chrono::steady_clock::now();
    const MpiSession mpi(argc, argv);
    const Communicator world = Communicator::world();
    hdf5::silence();
    try {
        return run(argc, argv, experiments, built_in_job, mpi, world, begin);
    } catch (const Error& error) {
        // Errors are raised on all ranks together or by all alike (a bad job): one of them speaks.
        if (world.rank() == 0) fmt::print(stderr, "gdm-sweep: {}\n", error.what());
        return static_cast<int>(error.code());
    } catch (const std::exception& error) {
        fmt::print(stderr, "gdm-sweep: rank {}: {}\n", world.rank(), error_text(error));
        const int code = static_cast<int>(ExitCode::input_output);
        if (world.size() > 1) MPI_Abort(world.get(), code);  // the others may wait for this one
        return code;
    }
}

}  // namespace gdm
