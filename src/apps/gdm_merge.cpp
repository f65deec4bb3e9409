/// gdm-merge: one sweep file out of several that hold parts of a grid, or the same grid with other seeds.

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <filesystem>
#include <memory>

#include "command_line.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/error_text.hpp"
#include "gdm/base/instruction_set.hpp"
#include "gdm/base/text.hpp"
#include "gdm/base/version.hpp"
#include "gdm/runner/signals.hpp"
#include "gdm/runner/store.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/sweep_join.hpp"
#include "gdm/sweep/merge.hpp"

namespace po = boost::program_options;
namespace fs = std::filesystem;

namespace {

using namespace gdm;

Program merge_program(const std::string& name) {
    OptionGroup output{"Output"};
    output.options.add_options()("overwrite", "replace OUT.h5")("allow-other-instruction-set",
                                                                "merge files whose results differ in their last digits");
    Program program{
        name, {"OUT.h5 IN.h5 IN.h5... [OPTION]..."}, "join sweep files into one", {}, "FILE.h5...", {output, help_group()}};
    program.description =
        "Writes one sweep file of all that several hold: parts of a grid, more replicas, or\nthe same job with other seeds, "
        "whose replicas then stand side by side. What is in two\nfiles must be the same, byte by byte. The inputs stay as "
        "they "
        "are.";
    program.sections.push_back({"Examples", fmt::format("  {} results/all.h5 results/part_*.h5\n", name)});
    program.sections.push_back({"Exit codes",
                                {},
                                {{"0", "merged"},
                                 {"2", "the command line or a file that it names is the wrong one"},
                                 {"74", "input or output error"},
                                 {"75", "stopped; nothing was written"}}});
    program.see_also = {"gdm-sweep", "gdm-status", "gdm-reduce"};
    return program;
}

struct Request {
    fs::path output;
    std::vector<fs::path> inputs;
    bool overwrite = false;
    bool other_instruction_set = false;
};

void check_places(const Request& request) {
    std::error_code error;
    for (const auto& input : request.inputs) {
        if (fs::equivalent(input, request.output, error)) {
            throw UsageError(fmt::format("{} is an input too; OUT must be another file", request.output.string()));
        }
    }
    if (fs::status(request.output, error).type() == fs::file_type::not_found) return;
    require_regular_file(request.output);
    if (!is_sweep_file(request.output)) {
        throw UsageError(
            fmt::format("{} is no sweep file, and is not replaced; name another file", request.output.string()));
    }
    if (!request.overwrite) {
        throw UsageError(
            fmt::format("{} exists; name another file, or add --overwrite to replace it", request.output.string()));
    }
}

SweepHeader header_of(const Request& request) {
    std::vector<std::unique_ptr<SweepReader>> readers;
    std::vector<NamedHeader> files;
    for (const auto& input : request.inputs) {
        readers.push_back(std::make_unique<SweepReader>(input));
        refuse_running(input);
        if (!readers.back()->header_is_protected()) {
            fmt::print(stderr, "gdm-merge: note: {}: {}\n", input.string(), unprotected_header_note);
        }
        files.push_back({input.string(), &readers.back()->header()});
        const std::string &one = files.front().header->instruction_set, &other = files.back().header->instruction_set;
        if (!same_rounding(one, other) && !request.other_instruction_set) {
            throw UsageError(
                fmt::format("{} was begun with instruction set {}, {} with {}: their results differ in their last digits; "
                            "--allow-other-instruction-set mixes them",
                            files.front().name, one, files.back().name, other));
        }
    }
    SweepHeader header = merged_header(files);
    header.code_version = code_version();
    header.created = utc_now();
    return header;
}

void report(const Request& request, const SweepHeader& header, const std::vector<Takeover>& taken) {
    std::vector<std::string> parts;
    std::size_t there = 0;
    for (const auto& one : taken) {
        parts.push_back(takeover_text(one));
        there += one.done + one.failed;
    }
    const std::string missing =
        there == header.rows() || header.adaptive.any() ? "" : fmt::format("; {} are not done", header.rows() - there);
    fmt::print("{}: {} points × {} replicas{}: {}{}\n", request.output.string(), header.points, header.replicas,
               header.seeds.empty() ? "" : " of the seeds " + header.seeds_text(), join(parts, ", "), missing);
}

void merge(Request request) {
    request.output = without_links(request.output);
    check_places(request);
    const SweepHeader header = header_of(request);
    catch_stop_signals();
    std::vector<Takeover> taken;
    FileLock lock = claim_and_make(
        request.output, [&] { taken = rebuild_sweep_file(request.output, header, request.inputs, Stop(&stop_flag())); });
    lock.remove_sidecar();
    report(request, header, taken);
}

int run(const std::vector<std::string>& words, const Program& program) {
    po::options_description all = program.options();
    all.add_options()("file", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("file", -1);
    const auto given = parse_command_line(words, all, positional, program.name);
    if (const auto text = asked_of_itself(given, program)) {
        fmt::print("{}", *text);
        return 0;
    }
    const auto files = given.count("file") != 0 ? given["file"].as<std::vector<std::string>>() : std::vector<std::string>();
    if (files.size() < 3) throw UsageError("which files? usage: gdm-merge OUT.h5 IN.h5 IN.h5...");
    merge({files.front(),
           {files.begin() + 1, files.end()},
           given.count("overwrite") != 0,
           given.count("allow-other-instruction-set") != 0});
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    hdf5::silence();
    try {
        return run(words_of(argc, argv), merge_program("gdm-merge"));
    } catch (const Error& error) {
        fmt::print(stderr, "gdm-merge: {}\n", error.what());
        return static_cast<int>(error.code());
    } catch (const std::exception& error) {
        fmt::print(stderr, "gdm-merge: {}\n", error_text(error));
        return static_cast<int>(ExitCode::input_output);
    }
}
