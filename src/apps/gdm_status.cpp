/// gdm-status: tells how far a sweep is, without MPI, also while it runs.

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cmath>
#include <map>

#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"
#include "gdm/base/version.hpp"
#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/sweep_file.hpp"

namespace po = boost::program_options;

namespace {

using namespace gdm;

struct Census {
    std::map<RowState, std::size_t> rows;
    double seconds = 0;  ///< of computing, over all finished replicas
    double longest = 0;
};

Census take_census(const SweepReader& reader, bool verify) {
    Census census;
    const std::size_t rows = reader.header().rows();
    constexpr std::size_t batch = std::size_t{1} << 16;
    for (std::size_t first = 0; first < rows; first += batch) {
        const std::size_t count = std::min(batch, rows - first);
        for (const RowState state : reader.states(first, count, verify)) ++census.rows[state];
        for (const double seconds : reader.read_seconds(first, count)) {
            if (std::isnan(seconds)) continue;
            census.seconds += seconds;
            census.longest = std::max(census.longest, seconds);
        }
    }
    return census;
}

int show(const std::string& path, bool verify) {
    const SweepReader reader(path);
    const SweepHeader& header = reader.header();
    Census census = take_census(reader, verify);
    const std::size_t total = header.rows(), done = census.rows[RowState::done], failed = census.rows[RowState::failed];
    const std::size_t torn = census.rows[RowState::torn];
    const bool running = FileLock::is_held(path);
    const auto sessions = reader.sessions();

    fmt::print("{}: {} (version {}), {} points × {} replicas, created {}\n", path, header.experiment,
               header.experiment_version, header.points, header.replicas, header.created);
    fmt::print("replicas   {} of {} done ({:.1f} %)", done, total,
               100.0 * static_cast<double>(done) / static_cast<double>(total));
    if (failed > 0) fmt::print(", {} failed", failed);
    if (torn > 0) fmt::print(", {} damaged (the next run computes them again)", torn);
    fmt::print("{}\n", verify ? "; checksums verified" : "; --verify checks the values");
    fmt::print("computed   {:.3g} core-hours; {} a replica on average, {} the longest\n", census.seconds / 3600,
               duration_text(done + failed > 0 ? census.seconds / static_cast<double>(done + failed) : 0),
               duration_text(census.longest));
    if (!sessions.empty()) {
        const auto& last = sessions.back();
        fmt::print("last run   {} on {}, {} rank{}, {}\n", last.start, last.host, last.ranks, last.ranks == 1 ? "" : "s",
                   !last.end.empty() ? "ended " + last.end
                   : running         ? "running"
                                     : "did not end by itself (killed)");
        if (running && done > 0) {
            const double left = census.seconds / static_cast<double>(done) * static_cast<double>(total - done - failed);
            fmt::print("left       about {} on these ranks\n", duration_text(left / static_cast<double>(last.ranks)));
        }
    }
    const auto failures = reader.failures();
    for (std::size_t i = 0; i < failures.size() && i < 10; ++i) {
        fmt::print("failed     point {} replica {}: {}\n", failures[i].point, failures[i].replica, failures[i].message);
    }
    if (failures.size() > 10) fmt::print("           … and {} more\n", failures.size() - 10);

    const bool complete = done + failed == total;
    const char* state = running                              ? "running"
                        : !complete && !header.seeds.empty() ? "incomplete: continue the parts and gdm-merge them again"
                        : !complete                          ? "resumable: the same gdm-sweep command continues it"
                        : failed > 0 ? "finished with failures; gdm-sweep --retry-failed computes them again"
                                     : "complete";
    fmt::print("state      {}\n", state);
    if (!complete) return static_cast<int>(ExitCode::resumable);
    return static_cast<int>(failed > 0 ? ExitCode::replicas_failed : ExitCode::complete);
}

}  // namespace

int main(int argc, char** argv) {
    hdf5::silence();
    try {
        po::options_description options("gdm-status FILE: how far a sweep is\n\nOptions");
        options.add_options()("help,h", "show this help")("version", "show the version")(
            "verify", "read all values and compare their checksums")("file", po::value<std::string>(), "the sweep file");
        po::positional_options_description positional;
        positional.add("file", 1);
        po::variables_map given;
        const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        po::store(po::command_line_parser(argc, argv).options(options).positional(positional).style(style).run(), given);
        if (given.count("help") != 0) {
            fmt::print(
                "gdm-status FILE [--verify]: how far a sweep is, also while it runs.\n"
                "Exit codes: 0 complete; 3 complete, with failures; 75 resumable; 2 usage; 74 unreadable.\n");
            return 0;
        }
        if (given.count("version") != 0) {
            fmt::print("gdm-status {}\n", code_version());
            return 0;
        }
        if (given.count("file") == 0) throw UsageError("which file? usage: gdm-status FILE [--verify]");
        return show(given["file"].as<std::string>(), given.count("verify") != 0);
    } catch (const Error& error) {
        fmt::print(stderr, "gdm-status: {}\n", error.what());
        return static_cast<int>(error.code());
    } catch (const std::exception& error) {
        fmt::print(stderr, "gdm-status: {}\n", error.what());
        return static_cast<int>(ExitCode::usage);
    }
}
