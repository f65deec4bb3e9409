#include "sweep_program.hpp"

#include <fmt/format.h>

#include "gdm/runner/job/keys.hpp"

namespace po = boost::program_options;

namespace gdm {
namespace {

po::typed_value<std::string>* named(const char* value) { return po::value<std::string>()->value_name(value); }

std::vector<OptionGroup> option_groups() {
    OptionGroup help = help_group();
    help.options.add_options()("list", "list the experiments")("describe", named("EXPERIMENT"),
                                                               "show an experiment's keys, results and sources");
    OptionGroup file{"The sweep file"};
    file.options.add_options()("output,o", named("FILE.h5"), "default: results/NAME.h5, NAME as the job")(
        "overwrite", "start it anew instead of resuming it")("grow", "enlarge it to this job, keeping what is done")(
        "reuse", po::value<std::vector<std::string>>()->multitoken()->value_name("FILE.h5..."),
        "take over what these sweep files hold of the job, into a new file or with --grow")(
        "retry-failed", "compute replicas that failed again");
    OptionGroup run{"The run"};
    run.options.add_options()("dry-run", "show points, file size, memory and core-hours, and compute nothing")(
        "time-limit", named("SECONDS"), "stop cleanly after this time (also h:mm:ss)")("quiet,q", "no progress");
    OptionGroup large{"Clusters and diagnosis", {}, false};
    large.options.add_options()("log-interval", named("SECONDS"),
                                "time between lines of progress in a log (default: 1 s at first, growing to 1 min)")(
        "trace", named("FILE.json"), "write what each rank did, and when, for chrome://tracing or Perfetto")(
        "alignment", named("BYTES"),
        "large datasets of a new file begin at multiples of this (4M: the stripe size of the file system)")(
        "mpi-io-hints", named("KEY=VALUE,..."), "hints for opening the file with MPI-IO")(
        "allow-other-instruction-set", "resume a file that was begun with another instruction set");
    return {help, file, run, large};
}

/// What a value of the parameter is called.
std::string value_name(const Parameter& parameter) {
    if (parameter.kind == Kind::dataset) return "FILE.h5:/NAME";
    if (parameter.kind == Kind::file) return "FILE";
    const bool several = parameter.role != Role::setting;
    if (parameter.kind == Kind::word) return several ? "WORDS" : "WORD";
    return several ? "NUMBERS" : "NUMBER";
}

KeyGroup common_key_group(const std::vector<ExperimentLoader>& loaders) {
    KeyGroup group;
    for (const auto& key : common_key_table()) {
        const std::string name = key.name;
        KeyHelp one{name, fmt::format("{} (default: {})", key.description, key.default_text), "VALUE"};
        if (name == "experiment") one.value = "EXPERIMENT";
        if (name == "points") one.value = "FILE.csv";
        if (name == "keep_state") one.words = {"yes", "no"};
        group.keys.push_back(std::move(one));
    }
    for (const auto& loader : loaders) {
        for (const auto& key : loader.keys) group.keys.push_back({key.name, key.description, "VALUE"});
    }
    return group;
}

KeyGroup key_group(const Experiment& experiment) {
    KeyGroup group{experiment.name, {}};
    for (const auto& parameter : experiment.parameters) {
        group.keys.push_back({parameter.name, parameter.description, value_name(parameter), parameter.words});
        for (const auto& other : parameter.alternatives) group.keys.push_back({other.name, other.description, "NUMBERS"});
    }
    return group;
}

/// What may stand in the place of a job file, and what it does.
std::vector<std::pair<std::string, std::string>> other_jobs(const std::vector<ExperimentLoader>& loaders) {
    std::vector<std::pair<std::string, std::string>> entries;
    for (const auto& loader : loaders) {
        if (!loader.placeholder.empty()) entries.emplace_back(loader.placeholder, loader.description);
    }
    return entries;
}

}  // namespace

HelpSection exit_codes() {
    return {"Exit codes",
            {},
            {{"0", "complete"},
             {"2", "the job, the command line or a file that it names is the wrong one"},
             {"3", "complete, but some replicas failed"},
             {"74", "input or output error: disk full, no permission, file damaged or in use"},
             {"75", "stopped before the end: the same command continues"}}};
}

Program sweep_program(const std::string& name, const std::vector<Experiment>& experiments,
                      const std::vector<ExperimentLoader>& loaders, const std::string& built_in) {
    Program program{name, {}, "compute a job's experiment at all points of its grid", {}, "JOB.ini", option_groups()};
    const auto others = other_jobs(loaders);
    for (const auto& [placeholder, what] : others) program.operand += " | " + placeholder;
    const bool must = built_in.empty() && experiments.size() != 1;
    program.usage = {fmt::format("{} [OPTION]... [--KEY VALUE]...", must ? program.operand : "[" + program.operand + "]")};
    program.description =
        "Computes all points of a job into one HDF5 file, alone or on all ranks of mpirun\nor srun. What the file holds "
        "already is not computed again. Each key of a job is\nan option too, and wins over the file: --replicas 32 --mu "
        "0,0.5,1.";
    if (!built_in.empty()) program.description += " Without a job it runs the built-in " + built_in + ".";
    program.keys.push_back(common_key_group(loaders));
    for (const auto& experiment : experiments) program.keys.push_back(key_group(experiment));
    program.built_in_experiment = !built_in.empty() || experiments.empty() ? built_in
                                  : experiments.size() == 1                ? experiments.front().name
                                                                           : "";
    if (!others.empty()) program.sections.push_back({"In the place of JOB.ini", {}, others});
    const std::string job = built_in.empty() ? "my_job" : built_in;
    program.sections.push_back(
        {"Examples", fmt::format("  {0} jobs/{1}.ini --dry-run\n  mpirun -n 8 {0} jobs/{1}.ini\n", name, job)});
    program.sections.push_back(exit_codes());
    program.see_also = {"gdm-status", "gdm-reduce", "gdm-merge", "mpirun"};
    return program;
}

}  // namespace gdm
