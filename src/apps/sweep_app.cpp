#include "gdm/programs.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "command_line.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/error_text.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"
#include "gdm/reduction/along/method.hpp"
#include "gdm/reduction/along/target.hpp"
#include "gdm/reduction/point_estimator.hpp"
#include "gdm/runner/describe.hpp"
#include "gdm/runner/dry_run.hpp"
#include "gdm/runner/job/text.hpp"
#include "gdm/runner/launcher.hpp"
#include "gdm/runner/signals.hpp"
#include "gdm/runner/sweep.hpp"
#include "gdm/storage/user_input.hpp"
#include "sweep_program.hpp"
#include "sweep_request.hpp"

namespace gdm {
namespace {

/// The points of a function along an axis, which decide together.
JointDecision joint_decision(const SweepHeader& header, const Experiment& experiment, const Along& along,
                             const ErrorTarget& target) {
    const auto rule = std::make_shared<AlongTarget>(header, experiment, along, target);
    JointDecision decision;
    for (std::size_t plane = 0; plane < rule->planes(); ++plane) decision.planes.push_back(rule->points_of(plane));
    decision.replicas_wanted = [rule](std::size_t plane, std::span<const ReplicaBlocks> blocks,
                                      std::span<const std::size_t> asked) {
        return rule->replicas_wanted(plane, blocks, asked);
    };
    return decision;
}

std::vector<CurvePassage> passages_of(const Along& along, const std::vector<RefinedCurve>& curves) {
    along::Nodes nodes{.sizes = curves.size()};
    for (std::size_t s = 0; s < curves.size(); ++s) {
        for (const auto& [x, measured] : curves[s].points) {
            nodes.x.push_back(x);
            nodes.value.push_back(measured.first);
            nodes.error.push_back(measured.second);
            nodes.size.push_back(curves[s].size);
            nodes.size_place.push_back(s);
        }
    }
    std::vector<CurvePassage> all;
    for (const auto& [small, large, position, error] : along::passages(along.kind, nodes))
        all.push_back({small, large, position, error});
    return all;
}

/// What an adaptive job asks of the reduction.
Judge judge_of(const Job& job) {
    Judge judge;
    if (!job.targets.empty()) {
        std::vector<std::string> names;
        std::vector<ErrorTarget> targets;
        for (const auto& target : job.targets) {
            if (const Along* along = find_named(job.experiment->along, target.quantity); along != nullptr) {
                judge.joint.emplace_back([experiment = job.experiment, along, target](const SweepHeader& header) {
                    return joint_decision(header, *experiment, *along, target);
                });
            } else {
                targets.push_back(target);
                names.push_back(target.quantity);
            }
        }
        const auto estimator = std::make_shared<PointEstimator>(*job.experiment, job.header, names);
        judge.replicas_wanted = [estimator, targets](const Point& point, std::span<const double> blocks, std::size_t asked) {
            return targets.empty() ? asked : replicas_wanted(*estimator, targets, point, blocks, asked);
        };
    }
    if (job.refinement) {
        const std::vector<std::string> names{job.refinement->quantity};
        const auto estimator = std::make_shared<PointEstimator>(*job.experiment, job.header, names);
        judge.refined_quantity = [estimator](const Point& point, std::span<const double> blocks) {
            return blocks.empty() ? std::nan("") : estimator->values(point, blocks).front().front();
        };
        if (const Along* along = job.refinement->along; along != nullptr) {
            judge.refined_error = [estimator](const Point& point, std::span<const double> blocks) {
                return blocks.empty() ? std::nan("") : estimator->estimate(point, blocks).front().error.front();
            };
            judge.passages = [along](const std::vector<RefinedCurve>& curves) { return passages_of(*along, curves); };
        }
    }
    return judge;
}

/// How the reduction of these experiments is called: gdm-sweep has gdm-reduce beside it, and a program NAME or NAME-sweep of
/// one's own may have NAME-reduce.
std::string reduction_beside(const char* called, const std::string& name) {
    namespace fs = std::filesystem;
    constexpr std::string_view ending = "-sweep";
    const std::string own = name.substr(0, name.size() - (name.ends_with(ending) ? ending.size() : 0)) + "-reduce";
    std::error_code error;
    const fs::path typed = fs::path(called).replace_filename(own);
    const bool along_path = !typed.has_parent_path();
    const fs::path place = along_path ? fs::read_symlink("/proc/self/exe", error).replace_filename(own) : typed;
    return fs::is_regular_file(place, error) ? typed.string() : "gdm-reduce";
}

/// Says in one line what came out and what to do next; `seconds` since the command began.
void report(const SweepOutcome& outcome, const std::string& output, const std::string& reduce, double seconds,
            std::size_t most_replicas) {
    // The duration is what a user waits, the rate what the computing does: short sweeps are mostly start and end.
    const double per_second = static_cast<double>(outcome.computed) / outcome.seconds;
    const std::string rate = per_second > 0
                                 ? fmt::format(" in {} ({:.{}f}/s while computing)", duration_text(seconds), per_second,
                                               per_second < 10     ? 2
                                               : per_second < 1000 ? 1
                                                                   : 0)
                                 : "";
    if (outcome.missed > 0) {
        fmt::print(stderr, "target_error is missed at {} point{} after max_replicas = {}: raise it with --grow\n",
                   outcome.missed, outcome.missed == 1 ? "" : "s", most_replicas);
    }
    if (outcome.torn > 0) fmt::print(stderr, "{} damaged replicas were found and computed again\n", outcome.torn);
    if (outcome.missing() > 0) {
        const char* reason = stop_reason()[0] != 0 ? stop_reason() : "another rank";
        const std::string saved = outcome.saved > 0 ? fmt::format(", {} under way and saved", outcome.saved) : "";
        fmt::print(stderr, "stopped by {} with {} of {} replicas done{}{}; the same command continues {}\n", reason,
                   outcome.done, outcome.rows, saved, rate, output);
    } else if (outcome.failed > 0) {
        fmt::print(stderr, "{} of {} replicas failed; gdm-status {} shows why, --retry-failed computes them again\n",
                   outcome.failed, outcome.rows, output);
    } else if (outcome.computed == 0) {
        fmt::print(stderr, "{} is complete already: {} replicas; next: {} {}\n", output, outcome.rows, reduce, output);
    } else {
        fmt::print(stderr, "complete: {} replicas{} in {}; next: {} {}\n", outcome.computed, rate, output, reduce, output);
    }
}

/// A file that was changed while the ranks read it would give each numbers of its own. Collective.
void require_same_code(const Communicator& world, const Experiment& experiment) {
    std::string all;
    for (const auto& file : experiment.code) all += fmt::format("{} {}\n{}", file.name, file.text.size(), file.text);
    if (world.max(world.broadcast(all) == all ? 0 : 1) != 0)
        throw UsageError(fmt::format("the ranks have read different code of {}; start again", experiment.name));
}

/// What is told when there is something to compute.
std::function<void()> greeting(const Program& program, const Job& job, const SweepOptions& options, bool built_in) {
    return [program = program.name, name = job.header.experiment, output = options.output.string(), built_in,
            no_errors = has_no_errors(job) && !options.quiet] {
        if (built_in) {
            fmt::print(stderr, "no job given: running the built-in {} into {} ({} --help shows more)\n", name, output,
                       program);
        }
        if (no_errors) {
            fmt::print(stderr,
                       "one replica of each point: results will have no errors, which come from the spread of replicas "
                       "(--replicas 8)\n");
        }
    };
}

/// What a built-in job runs; nothing of one that is told to be wrong when it runs.
std::string experiment_of(const std::string& job) {
    try {
        return job.empty() ? "" : read_job_text(job, "built-in job").at("experiment").value;
    } catch (const std::exception&) {
        return {};
    }
}

int run(int argc, char** argv, const Program& program, const std::vector<Experiment>& experiments,
        const std::string& built_in_job, const std::vector<ExperimentLoader>& loaders, const MpiSession& mpi,
        const Communicator& world) {
    SweepRequest request;
    world.together([&] {  // what a rank's node lacks may keep it alone from loading an experiment
        request = read_sweep_request(words_of(argc, argv), program, experiments, built_in_job, loaders);
    });
    if (request.loaded) require_same_code(world, *request.loaded);
    const bool first = world.rank() == 0;
    const auto show = [&](const std::string& text) {
        if (first) fmt::print("{}", text);
        return 0;
    };
    if (const auto text = asked_of_itself(request.options, program)) return show(*text);
    if (request.has("list")) return show(cut_for_terminal(list_text(experiments)));
    if (request.has("describe")) {
        if (request.loaded && request.loaded->name == request.text("describe")) {
            return show(describe_text(*request.loaded));  // of a job that stands beside the option
        }
        const auto loaded = load_experiment(loaders, {{"experiment", request.text("describe")}}, {});
        std::vector<Experiment> known = experiments;
        if (request.loaded) known.push_back(*request.loaded);
        const Experiment& described = loaded ? *loaded : find_experiment(known, request.text("describe"));
        return show(wrapped_for_terminal(describe_text(described)));
    }
    Job job;
    world.together([&] {  // a user's code is asked about points
        try {
            job = read_job(request, experiments, program.name, first);
        } catch (const Stopped&) {
            throw stopped_before_sweep();
        }
    });
    SweepOptions options = sweep_options(request, argc, argv);
    options.program = program.name;
    options.judge = judge_of(job);
    Inputs inputs;
    for (const auto& [name, source] : job.datasets) {
        inputs[name] = read_input(world, job.experiment->find_parameter(name)->kind, source, options.ranks_per_node);
    }
    if (request.has("dry-run")) {
        std::string text;
        world.on_first([&] { text = dry_run_text(job, inputs, options.output.string(), world.size()); });
        return show(text);
    }
    options.on_start = greeting(program, job, options, request.built_in);
    options.on_note = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
    catch_stop_signals();
    if (const auto seconds = time_left(request)) stop_after(*seconds);
    const std::size_t most_replicas = job.header.adaptive.max_replicas;
    const SweepOutcome outcome = run_sweep(mpi, world, std::move(job), inputs, options);
    if (first) {
        report(outcome, options.output.string(), reduction_beside(argv[0], program.name), seconds_of_command(),
               most_replicas);
    }
    return static_cast<int>(outcome.code());
}

}  // namespace

int sweep_main(int argc, char** argv, const std::vector<Experiment>& experiments, const std::string& built_in_job,
               const std::vector<ExperimentLoader>& loaders) {
    const Program program =
        sweep_program(program_name(argc, argv, "gdm-sweep"), experiments, loaders, experiment_of(built_in_job));
    if (const auto page = page_alone(argc, argv, program)) {
        fmt::print("{}", *page);
        return 0;
    }
    const MpiSession mpi(argc, argv);
    const Communicator world = Communicator::world();
    hdf5::silence();
    try {
        return run(argc, argv, program, experiments, built_in_job, loaders, mpi, world);
    } catch (const Error& error) {
        // Errors are raised on all ranks together or by all alike (a bad job): one of them speaks.
        if (world.rank() == 0) fmt::print(stderr, "{}: {}\n", program.name, error.what());
        return static_cast<int>(error.code());
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}: rank {}: {}\n", program.name, world.rank(), error_text(error));
        const int code = static_cast<int>(ExitCode::input_output);
        if (world.size() > 1) MPI_Abort(world.get(), code);  // the others may wait for this one
        return code;
    }
}

}  // namespace gdm
