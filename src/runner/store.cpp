#include "gdm/runner/store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gdm/base/error.hpp"
#include "gdm/base/instruction_set.hpp"
#include "gdm/runner/adaptive.hpp"
#include "gdm/storage/sweep_difference.hpp"
#include "gdm/storage/sweep_writer.hpp"

namespace gdm {
namespace {

void refuse_other_job(const SweepReader& file, const Job& job, const SweepOptions& options) {
    const std::string difference = first_difference(file.header(), job.header);
    if (!difference.empty()) {
        throw UsageError(fmt::format("{} holds another job: {}; choose another --output, or --overwrite to start it anew",
                                     options.output.string(), difference));
    }
    if (!same_rounding(file.header().instruction_set, job.header.instruction_set) && !options.other_instruction_set) {
        throw UsageError(
            fmt::format("{} was begun with instruction set {}, this processor uses {}: resuming here would mix "
                        "results that differ in their last digits; --allow-other-instruction-set does it anyway",
                        options.output.string(), file.header().instruction_set, job.header.instruction_set));
    }
}

}  // namespace

std::filesystem::path without_links(std::filesystem::path path) {
    std::error_code error;
    for (int depth = 0; depth < 40 && std::filesystem::is_symlink(path, error); ++depth) {
        const auto target = std::filesystem::read_symlink(path, error);
        if (error) break;
        path = target.is_absolute() ? target : path.parent_path() / target;
    }
    return path;
}

FileLock prepare_file(Job& job, const SweepOptions& options, bool& fresh) {
    const auto& path = options.output;
    std::error_code error;
    const auto present_kind = std::filesystem::status(path, error).type();
    if (error && present_kind != std::filesystem::file_type::not_found) {
        throw IoError(fmt::format("{}: {}; choose another --output", path.string(), error.message()));
    }
    error.clear();
    if (present_kind == std::filesystem::file_type::directory) {
        throw UsageError(fmt::format("{} is a directory; --output takes a file name", path.string()));
    }
    const bool exists = present_kind != std::filesystem::file_type::not_found;
    if (exists && present_kind != std::filesystem::file_type::regular) {
        throw UsageError(fmt::format("{} is no regular file; --output takes the name of one", path.string()));
    }
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
    if (error) {
        throw IoError(fmt::format("cannot create the directory '{}': {}; choose another place with --output",
                                  path.parent_path().string(), error.message()));
    }
    FileLock lock = FileLock::claim(path);
    try {
        fresh = true;
        if (exists) {
            const SweepReader present(path);  // refuses to touch what is no sweep file
            fresh = options.overwrite;
            if (!fresh) adopt_growth(job, present.header());
            if (!fresh) refuse_other_job(present, job, options);
        }
        if (fresh) create_sweep_file(path, job.header, {}, {}, options.alignment);
    } catch (const Error&) {
        lock.remove_sidecar();
        throw;
    }
    return lock;
}

std::vector<std::uint8_t> read_states(const Communicator& world, const std::filesystem::path& path,
                                      const SweepHeader& header) {
    constexpr std::size_t worth_opening = 4096;
    const auto part = world.part_of(header.rows(), header.rows() / worth_opening);
    std::vector<std::uint8_t> states(part.count);
    world.together([&] {
        if (part.count == 0) return;
        const auto read = SweepReader(path, header).states(part.first, part.count, true);
        std::transform(read.begin(), read.end(), states.begin(),
                       [](RowState state) { return static_cast<std::uint8_t>(state); });
    });
    states = world.gather(std::span<const std::uint8_t>(states));
    states.resize(header.rows());
    world.broadcast(std::as_writable_bytes(std::span(states)));
    return states;
}

}  // namespace gdm
