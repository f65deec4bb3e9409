#include "named_job.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/suggestion.hpp"
#include "gdm/runner/job/text.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/storage/reduced_file.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "gdm/storage/user_dataset.hpp"

namespace fs = std::filesystem;

namespace gdm {
namespace {

bool is_file(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

/// What to type for a job that is not there under this name.
std::string command_meant(const std::string& word, const std::vector<Experiment>& experiments, const std::string& program) {
    const std::string stem = fs::path(word).stem().string();
    std::vector<std::string> names = names_of(experiments);
    std::vector<fs::path> jobs;
    for (const auto& folder : job_folders()) {
        const fs::path exact = folder / (stem + ".ini");
        if (is_file(exact)) return fmt::format("{} {}", program, exact.string());
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder, error)) {
            if (entry.path().extension() != ".ini") continue;
            jobs.push_back(entry.path());
            names.push_back(entry.path().stem().string());
        }
    }
    const std::string nearest = find_named(experiments, stem) != nullptr ? stem : nearest_name(stem, names);
    if (nearest.empty()) return {};
    const auto job = std::find_if(jobs.begin(), jobs.end(), [&](const auto& one) { return one.stem() == nearest; });
    return fmt::format("{} {}", program, job != jobs.end() ? job->string() : "--experiment " + nearest);
}

/// What a file is that is no job, and what it is for; empty if it may be one.
std::string other_use(const std::string& path, const std::string& program) {
    if (is_sweep_file(path)) {
        return fmt::format(
            "is a sweep file, no job: gdm-status {0} tells how far it is, and {1} JOB.ini --output {0} goes on", path,
            program);
    }
    if (is_reduced_file(path)) return fmt::format("is a reduced file, no job: analysis/plot.py {} draws it", path);
    if (path.ends_with(".csv")) {
        return fmt::format(
            "is a table of points, no job: a job names it in a line points = {0}, or {1} --experiment NAME "
            "--points {0}",
            path, program);
    }
    if (path.ends_with(".npy") || path.ends_with(".npz")) return "is an array, no job: " + dataset_command(path);
    return {};
}

}  // namespace

std::vector<fs::path> job_folders() {
    std::vector<fs::path> folders{"", "jobs"};
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) folders.push_back(program.parent_path().parent_path() / "share/gdm-sweep/jobs");
    return folders;
}

JobEntries read_named_job(const std::string& word, const std::vector<Experiment>& experiments, const std::string& program) {
    std::error_code error;
    if (fs::status(word, error).type() == fs::file_type::not_found) {
        const std::string command = command_meant(word, experiments, program);
        throw UsageError(fmt::format("{}: no such job file{}", word,
                                     command.empty() ? fmt::format("; {} --list shows the experiments", program)
                                                     : fmt::format("; did you mean '{}'?", command)));
    }
    if (is_file(word)) {
        if (const std::string use = other_use(word, program); !use.empty()) throw UsageError(word + " " + use);
    }
    return read_job_file(word);
}

}  // namespace gdm
