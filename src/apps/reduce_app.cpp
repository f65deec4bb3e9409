#include "gdm/programs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "command_line.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/error_text.hpp"
#include "gdm/base/named.hpp"
#include "gdm/reduction/reduce.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/storage/hdf5.hpp"
#include "gdm/storage/reduced_file.hpp"
#include "gdm/storage/sweep_reader.hpp"

namespace {

namespace options = boost::program_options;
namespace fs = std::filesystem;

struct Request {
    fs::path sweep;
    fs::path output;
    bool output_is_given = false;
    std::string code;  ///< in the place of what the file keeps
    bool overwrite = false;
    std::optional<std::string> about_itself;  ///< what --help or --version shows
};

gdm::Program reduce_program(const std::string& name) {
    gdm::OptionGroup output{"Output"};
    output.options.add_options()("output,o", options::value<std::string>()->value_name("OUT.h5"),
                                 "file to write (default: FILE's name with .reduced.h5)")(
        "code", options::value<std::string>()->value_name("FILE.py"),
        "the derived quantities and theory of this file, not those of the one that the sweep keeps")(
        "overwrite", "replace OUT even if it is not a reduced file (never a sweep file)");
    gdm::Program program{name,      {"FILE.h5 [OPTION]..."},    "turn sweep files into arrays with errors", {},
                         "FILE.h5", {output, gdm::help_group()}};
    program.description =
        "Turns a sweep file, finished or not, into arrays over the grid with errors, beside\nthe closed forms where there "
        "are any. The reduced file is netCDF4 (HDF5): it opens in\nxarray, h5py, ncview and MATLAB.";
    program.sections.push_back({"Examples", fmt::format("  {} results/phase_diagram.h5\n"
                                                        "  analysis/plot.py results/phase_diagram.reduced.h5\n",
                                                        name)});
    program.sections.push_back({"Exit codes",
                                {},
                                {{"0", "reduced"},
                                 {"2", "the command line or a file that it names is the wrong one"},
                                 {"74", "input or output error"}}});
    program.see_also = {"gdm-sweep", "gdm-status", "gdm-merge"};
    return program;
}

Request parse(const std::vector<std::string>& words, const gdm::Program& program) {
    options::options_description all = program.options();
    all.add_options()("file", options::value<std::string>());
    options::positional_options_description positional;
    positional.add("file", 1);
    const auto given = gdm::parse_command_line(words, all, positional, program.name);
    Request request;
    request.about_itself = gdm::asked_of_itself(given, program);
    if (request.about_itself) return request;
    request.overwrite = given.count("overwrite") > 0;
    if (given.count("code") > 0) request.code = given["code"].as<std::string>();
    if (given.count("file") == 0) {
        throw gdm::UsageError(fmt::format("which sweep file? usage: {} FILE.h5 [--output OUT.h5]", program.name));
    }
    request.sweep = given["file"].as<std::string>();
    request.output = given.count("output") > 0 ? fs::path(given["output"].as<std::string>())
                                               : gdm::named_after(request.sweep, ".reduced.h5");
    request.output_is_given = given.count("output") > 0;
    return request;
}

/// The name is found by a rule: it is not to take the place of what was made of another file (`a` and `a.h5`).
void check_origin(const Request& request) {
    const std::string origin = gdm::hdf5::read_text(gdm::hdf5::open_for_reading(request.output), "sweep_file");
    if (request.output_is_given || request.overwrite || origin.empty() || origin == request.sweep.filename()) return;
    throw gdm::UsageError(
        fmt::format("{} was made of {}; choose another --output, or add --overwrite", request.output.string(), origin));
}

/// A reduced file can be made again, so it is replaced; nothing else is without being asked, and a sweep file never.
void check_output(const Request& request) {
    const fs::path& output = request.output;
    std::error_code error;
    if (fs::status(output, error).type() == fs::file_type::not_found) return;
    gdm::require_regular_file(output);
    if (gdm::is_reduced_file(output)) return check_origin(request);
    if (gdm::is_sweep_file(output)) {
        throw gdm::UsageError(fmt::format("{} is a sweep file; choose another --output", output.string()));
    }
    if (!request.overwrite) {
        throw gdm::UsageError(fmt::format("{} exists and is not a reduced file; choose another --output, or add --overwrite",
                                          output.string()));
    }
}

/// Whether replicas know their own errors.
bool has_chains(const gdm::SweepHeader& header) {
    return std::any_of(header.observables.begin(), header.observables.end(),
                       [](const auto& one) { return !one.error_of.empty(); });
}

/// Other code may compute other things of the same observables at the same points.
void require_same_names(const gdm::SweepHeader& header, const gdm::Experiment& experiment, const std::string& code) {
    const auto same = [&](const std::string& what, const std::vector<std::string>& in_file,
                          std::vector<std::string> in_code) {
        for (const auto& name : in_file) {
            const auto found = std::find(in_code.begin(), in_code.end(), name);
            if (found == in_code.end())
                throw gdm::UsageError(
                    fmt::format("--code {}: the sweep has the {} '{}', which it does not declare", code, what, name));
            in_code.erase(found);
        }
        if (!in_code.empty())
            throw gdm::UsageError(fmt::format("--code {}: the sweep has no {} '{}'", code, what, in_code.front()));
    };
    if (experiment.name != header.experiment) {
        throw gdm::UsageError(fmt::format("--code {}: is experiment '{}', and the sweep is of '{}'", code, experiment.name,
                                          header.experiment));
    }
    std::vector<std::string> parameters, given;
    for (const auto& parameter : experiment.parameters) parameters.push_back(parameter.name);
    for (const auto& one : header.grid_parameters()) given.push_back(one.name);
    for (const auto& setting : header.settings) given.push_back(setting.name);
    for (const auto& axis : header.axes) {
        if (axis.role == gdm::Role::inner) given.push_back(axis.name);
    }
    same("parameter", given, parameters);
    same("observable", gdm::names_of(header.observables), gdm::names_of(experiment.observables));
}

/// The experiment whose derived quantities and theory belong to a sweep: of --code, of the code that the file keeps, or of
/// the program's table; nothing if it is unknown.
std::optional<gdm::Experiment> experiment_of(const gdm::SweepHeader& header, const std::string& code,
                                             const std::vector<gdm::Experiment>& experiments,
                                             const std::vector<gdm::ExperimentLoader>& loaders) {
    if (!code.empty()) {
        auto present = gdm::load_experiment(loaders, {{"experiment", code}}, {});
        if (!present) throw gdm::UsageError(fmt::format("--code {}: takes a file of an experiment, FILE.py", code));
        require_same_names(header, *present, code);
        return present;
    }
    if (!header.code.empty()) return gdm::restore_experiment(loaders, header.experiment, header.code);
    const gdm::Experiment* known = gdm::find_named(experiments, header.experiment);
    return known != nullptr ? std::optional(*known) : std::nullopt;
}

void reduce_file(const Request& request, const std::string& program, const std::vector<gdm::Experiment>& experiments,
                 const std::vector<gdm::ExperimentLoader>& loaders) {
    const gdm::SweepReader reader(request.sweep);
    check_output(request);
    const auto& header = reader.header();
    const auto experiment = experiment_of(header, request.code, experiments, loaders);
    const auto [file, counts, warnings] =
        gdm::reduce(reader, experiment ? &*experiment : nullptr, request.sweep.filename().string());
    for (const auto& warning : warnings) fmt::print(stderr, "{}: warning: {}\n", program, warning);
    if (header.replicas == 1 && !header.adaptive.any() && !has_chains(header)) {
        fmt::print(stderr,
                   "{}: one replica of each point: no errors, which come from the spread of replicas (--replicas 8 --grow, "
                   "with the command of the sweep)\n",
                   program);
    }
    gdm::write_reduced_file(request.output, file);
    const std::string missing = std::get<std::string>(*file.find_attribute("error_missing"));
    if (!missing.empty()) fmt::print(stderr, "{}: no error is known of {}\n", program, missing);
    fmt::print("{}: {} of {} points complete, {} partial; {} of {} replicas; {} variables\n", request.output.string(),
               counts.complete, counts.points, counts.partial, counts.done, header.rows(), file.variables.size());
}

}  // namespace

int gdm::reduce_main(int argc, char** argv, const std::vector<Experiment>& experiments,
                     const std::vector<ExperimentLoader>& loaders) {
    const Program program = reduce_program(program_name(argc, argv, "gdm-reduce"));
    try {
        gdm::hdf5::silence();
        const Request request = parse(words_of(argc, argv), program);
        if (request.about_itself) {
            fmt::print("{}", *request.about_itself);
        } else {
            reduce_file(request, program.name, experiments, loaders);
        }
        return static_cast<int>(gdm::ExitCode::complete);
    } catch (const gdm::Error& error) {
        fmt::print(stderr, "{}: {}\n", program.name, error.what());
        return static_cast<int>(error.code());
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}: {}\n", program.name, gdm::error_text(error));
        return static_cast<int>(gdm::ExitCode::input_output);
    }
}
