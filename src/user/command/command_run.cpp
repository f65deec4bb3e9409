#include "command_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <any>
#include <array>
#include <string_view>

#include "gdm/user/command/scratch.hpp"

namespace gdm {
namespace {

/// What mpirun, srun and their daemons tell the processes that they start.
bool tells_of_mpi(std::string_view variable) {
    constexpr std::array begins{"OMPI_",        "PMIX_",      "PMI_",           "PMI2_",        "PRTE_",
                                "OPAL_",        "ORTE_",      "MPIR_",          "MPIEXEC_",     "HYDRA_",
                                "HYDI_",        "HYD_",       "MPI_LOCAL",      "MV2_",         "MPICH_",
                                "I_MPI_",       "ALPS_",      "PALS_",          "FLUX_PMI",     "GDM_",
                                "SLURM_PROCID", "SLURM_STEP", "SLURM_LOCALID",  "SLURM_NODEID", "SLURM_GTIDS",
                                "SLURM_PMI",    "SLURM_MPI",  "SLURM_TASK_PID", "SLURM_SRUN_",  "SLURM_LAUNCH_NODE"};
    if (variable.starts_with("OMPI_ALLOW_RUN_AS_ROOT")) return false;
    return std::any_of(begins.begin(), begins.end(), [&](const char* begin) { return variable.starts_with(begin); });
}

/// One for each rank.
struct CommandContext {
    Scratch scratch;
    std::vector<std::string> environment = environment_for_commands(::environ);
};

/// The numbers that a replica may start its own generator from: those of the purpose `initial_state`, words 0 to 2 of the
/// first block of its stream, without their sign bits, as Fortran and Java have no unsigned numbers.
struct Seeds {
    std::uint64_t seed;
    std::uint32_t seed32;
    explicit Seeds(const RandomStream& random) {
        const auto words = random.block(Purpose::initial_state, {});
        seed = (std::uint64_t{words[0]} << 31) | (words[1] >> 1);
        seed32 = words[2] >> 1;
    }
};

void run_replica(const CommandPlan& plan, CommandContext& context, const Layout& layout, const Point& point,
                 const RandomStream& random, const Stop& stop, const Values& values) {
    const Scratch::Folder folder(context.scratch);
    const Seeds seeds(random);
    const std::filesystem::path out = folder.path() / "out";
    const auto value = [&](const std::string& name) -> std::string {
        if (name == "seed") return std::to_string(seeds.seed);
        if (name == "seed32") return std::to_string(seeds.seed32);
        if (name == "replica") return std::to_string(random.replica());
        if (name == "scratch") return folder.path().string();
        if (name == "out") return out.string();
        const std::string& word = point.word(name);
        return word.empty() ? argument_text(point[name]) : word;
    };
    const bool to_file = plan.words.uses("out");
    ChildCommand command{plan.program, plan.words.filled(value), context.environment, {}, !to_file};
    for (const char* name : {"seed", "seed32", "replica", "scratch"}) {
        std::string variable = "GDM_";
        for (const char* c = name; *c != 0; ++c) variable += *c >= 'a' && *c <= 'z' ? static_cast<char>(*c - 32) : *c;
        command.environment.push_back(variable + "=" + value(name));
    }
    const std::string file = out.string() + plan.words.text_after("out");
    if (to_file) command.environment.push_back("GDM_OUT=" + file);
    if (plan.in_scratch) command.folder = folder.path().string();
    const std::string output = run_child(command, plan.limits, stop);
    if (to_file) {
        read_result_file(file, plan.format, plan.observables, layout, values);
    } else {
        read_json_result(output, plan.observables, layout, values);
    }
}

}  // namespace

std::vector<std::string> environment_for_commands(const char* const* environment) {
    std::vector<std::string> kept;
    bool has_threads = false;
    for (; *environment != nullptr; ++environment) {
        const std::string_view variable = *environment;
        if (tells_of_mpi(variable)) continue;
        has_threads = has_threads || variable.starts_with("OMP_NUM_THREADS=");
        kept.emplace_back(variable);
    }
    if (!has_threads) kept.emplace_back("OMP_NUM_THREADS=1");
    return kept;
}

void set_command(Experiment& experiment, std::shared_ptr<const CommandPlan> plan) {
    experiment.prepare = [](const Point&, const Inputs&) { return Context(std::make_shared<CommandContext>()); };
    experiment.run = [plan = std::move(plan), layout = make_layout(experiment, {})](
                         const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                         Values& values) {
        run_replica(*plan, *std::any_cast<const std::shared_ptr<CommandContext>&>(context), layout, point, random, stop,
                    values);
    };
}

}  // namespace gdm
