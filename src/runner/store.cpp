#include "gdm/runner/store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gdm/base/error.hpp"
#include "gdm/base/instruction_set.hpp"
#include "gdm/runner/adaptive.hpp"
#include "gdm/runner/job/table.hpp"
#include "gdm/runner/signals.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/storage/sweep_creation.hpp"
#include "gdm/storage/sweep_join.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "gdm/sweep/difference.hpp"
#include "gdm/sweep/merge.hpp"
#include "gdm/sweep/states.hpp"

namespace gdm {
namespace {

void refuse_other_instructions(const std::filesystem::path& path, const SweepHeader& file, const Job& job,
                               const SweepOptions& options) {
    if (same_rounding(file.instruction_set, job.header.instruction_set) || options.other_instruction_set) return;
    throw UsageError(
        fmt::format("{} was begun with instruction set {}, this processor uses {}: resuming here would mix "
                    "results that differ in their last digits; --allow-other-instruction-set does it anyway",
                    path.string(), file.instruction_set, job.header.instruction_set));
}

/// A sweep file may be replaced in whatever state it is, anything else never.
void refuse_foreign_file(const std::filesystem::path& path) {
    if (is_sweep_file(path)) return;
    throw UsageError(fmt::format("{}: not a sweep file of gdm-sweep; choose another --output", path.string()));
}

/// Makes the file of a sweep what this run needs.
class Preparation {
  public:
    Preparation(Job& job, const SweepOptions& options)
        : job_(job), options_(options), path_(options.output), target_(job.header), stop_(&stop_flag()) {}

    void create() {
        const auto sources = sources_to_reuse();
        if (sources.empty()) {
            make_state_room(target_);
            create_sweep_file(path_, target_, stop_, {}, options_.alignment);
            fresh_ = true;
        } else {
            rebuild(sources);
        }
        adopt_growth(job_, target_);
        adopt_state_room(job_, target_);
    }

    void use(const SweepReader& present) {
        const SweepHeader& file = present.header();
        if (!file.seeds.empty()) {
            throw UsageError(
                fmt::format("{} joins sweeps of the seeds {}, which cannot be continued in it: continue the parts, and "
                            "gdm-merge them again",
                            path_.string(), file.seeds_text()));
        }
        if (!present.header_is_protected()) note(fmt::format("{}: {}", path_.string(), unprotected_header_note));
        Job grown = job_;
        adopt_growth(grown, file);
        const std::string difference = first_difference(file, grown.header);
        make_room_for(file, file.replicas);
        const bool more = options_.grow && !options_.reuse.empty();
        if (!difference.empty() && !options_.grow) refuse(present, difference);
        refuse_other_instructions(path_, file, job_, options_);
        if (difference.empty() && !more) {
            if (!options_.reuse.empty()) {
                note(fmt::format("{} exists and is continued; --reuse is for new files, with --grow for those that exist",
                                 path_.string()));
            }
            job_ = std::move(grown);
            adopt_state_room(job_, file);
            return;
        }
        grow(present);
        adopt_growth(job_, target_);
        adopt_state_room(job_, target_);
    }

    /// Whether the file was made now and holds nothing yet.
    [[nodiscard]] bool fresh() const noexcept { return fresh_; }

  private:
    /// Makes room for what an adaptive job has decided already: what a file holds of it must not be computed again.
    void make_room_for(const SweepHeader& file, std::size_t most_replicas) {
        if (!job_.targets.empty()) {
            target_.replicas = std::max(target_.replicas, std::min(file.replicas, most_replicas));
        }
        const AdaptiveRecord &mine = job_.header.adaptive, &theirs = file.adaptive;
        if (!job_.refinement || theirs.refine != mine.refine || theirs.refine_where != mine.refine_where) return;
        if (!reuse_difference(file, target_).empty()) return;
        for (const auto& axis : target_.axes) {
            const AxisRecord* stored = file.find_axis(axis.name);
            if (stored == nullptr || stored->columns != axis.columns) return;
        }
        SweepHeader both = merged_header(std::vector<NamedHeader>{{"this job", &target_}, {"the file", &file}});
        for (const auto& axis : target_.axes) {
            // Points at values that the job does not have are none of its decisions.
            if (axis.role != Role::grid || axis.name == job_.refinement->axis) continue;
            if (!same_axis(axis, *both.find_axis(axis.name))) return;
        }
        target_.axes = both.axes;
        target_.points = both.points;
        target_.grid_index = both.grid_index;
        target_.point_values = both.point_values;
    }

    [[noreturn]] void refuse(const SweepReader& present, const std::string& difference) const {
        const bool related = reuse_difference(as_long_as(present.header(), target_), target_).empty();
        const bool loses = !related || loss_of(present, target_).replicas > 0;
        const auto row = differing_row(present.header(), target_);
        const std::string line = row && job_.table != nullptr ? " (" + job_.table->where(*row) + ")" : "";
        throw UsageError(fmt::format(
            "{} holds another job: {}{}; {}choose another --output{}, or --overwrite to start it anew", path_.string(),
            difference, line, loses ? "" : "--grow makes it this job's and keeps what is done; or ",
            related && loses ? fmt::format(" (with --reuse {} for what both contain)", path_.string()) : ""));
    }

    void grow(const SweepReader& present) {
        const SweepHeader file = as_long_as(present.header(), target_);
        if (const std::string other = reuse_difference(file, target_); !other.empty()) {
            throw UsageError(fmt::format("{} cannot be grown into this job: {}{}; choose another --output", path_.string(),
                                         other, hint_of_length(present.header())));
        }
        if (const Loss loss = loss_of(present, target_); loss.replicas > 0) {
            throw UsageError(
                fmt::format("{} holds {} replicas that this job does not contain (the first: {}), and --grow loses nothing: "
                            "leave it as it is, and take over what both contain with --reuse {} --output NEW.h5",
                            path_.string(), loss.replicas, loss.first, path_.string()));
        }
        target_.created = present.header().created;
        target_.instruction_set = present.header().instruction_set;
        std::vector<std::filesystem::path> sources{path_};
        for (auto& source : sources_to_reuse()) sources.push_back(std::move(source));
        rebuild(sources);
    }

    [[nodiscard]] std::vector<std::filesystem::path> sources_to_reuse() {
        std::error_code error;
        for (const auto& source : options_.reuse) {
            if (std::filesystem::equivalent(source, path_, error)) {
                throw UsageError(fmt::format("--reuse {} is the output itself; --grow enlarges it", source.string()));
            }
            const SweepReader reader(source);
            refuse_running(source);
            const SweepHeader file = as_long_as(reader.header(), target_);
            if (const std::string other = reuse_difference(file, target_, {source.string(), "this job"}); !other.empty()) {
                throw UsageError(fmt::format("--reuse {}: nothing of it belongs to this job: {}", source.string(), other));
            }
            refuse_other_instructions(source, reader.header(), job_, options_);
            make_room_for(reader.header(), job_.header.adaptive.max_replicas);
        }
        return options_.reuse;
    }

    /// Where replicas might have been lengthened, what it takes.
    [[nodiscard]] std::string hint_of_length(const SweepHeader& file) const {
        const std::string& setting = job_.experiment->lengthened_by;
        if (setting.empty()) return "";
        SweepHeader kept = file, job = target_;
        kept.state.kept = true;
        kept.state.lengthened_by = job.state.lengthened_by = setting;
        if (!is_lengthened(kept, job) || !reuse_difference(as_long_as(kept, job), job).empty()) return "";
        return fmt::format(" ({} can grow where both jobs say keep_state = yes)", setting);
    }

    void rebuild(const std::vector<std::filesystem::path>& sources) {
        make_state_room(target_);
        for (const auto& taken : rebuild_sweep_file(path_, target_, sources, stop_, options_.alignment))
            note("took over " + takeover_text(taken));
    }

    void note(const std::string& line) const {
        if (options_.on_note) options_.on_note(line);
    }

    Job& job_;
    const SweepOptions& options_;
    const std::filesystem::path& path_;
    SweepHeader target_;
    Stop stop_;
    bool fresh_ = false;
};

}  // namespace

void adopt_state_room(Job& job, const SweepHeader& file) {
    const std::size_t at_once = job.header.state.at_once;
    job.header.state = file.state;
    job.header.state.at_once = at_once;
}

std::filesystem::path without_links(std::filesystem::path path) {
    std::error_code error;
    for (int depth = 0; depth < 40 && std::filesystem::is_symlink(path, error); ++depth) {
        const auto target = std::filesystem::read_symlink(path, error);
        if (error) break;
        path = target.is_absolute() ? target : path.parent_path() / target;
    }
    return path;
}

FileLock claim_and_make(const std::filesystem::path& path, const std::function<void()>& make) {
    std::error_code error;
    const bool exists = std::filesystem::exists(path, error);
    NewFolder folder(path);
    FileLock lock = FileLock::claim(path);
    try {
        make();
    } catch (const Stopped&) {
        lock.remove_sidecar();
        throw Error(ExitCode::resumable, fmt::format("stopped by {} before {} was ready{}; the same command begins again",
                                                     stop_reason(), path.string(), exists ? "; it is what it was" : ""));
    } catch (const Error&) {
        lock.remove_sidecar();
        throw;
    }
    folder.keep();
    return lock;
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
    return claim_and_make(path, [&] {
        Preparation preparation(job, options);
        if (!exists) {
            preparation.create();
        } else if (options.overwrite) {
            refuse_foreign_file(path);
            preparation.create();
        } else {
            preparation.use(SweepReader(path));
        }
        fresh = preparation.fresh();
    });
}

std::vector<std::uint8_t> read_states(const Communicator& world, const std::filesystem::path& path,
                                      const SweepHeader& header, bool verify) {
    constexpr std::size_t worth_opening = 4096;
    const auto part = world.part_of(header.rows(), header.rows() / worth_opening);
    std::vector<std::uint8_t> states(part.count);
    world.together([&] {
        if (part.count == 0) return;
        const auto read = SweepReader(path, header).states(part.first, part.count, verify);
        std::transform(read.begin(), read.end(), states.begin(),
                       [](RowState state) { return static_cast<std::uint8_t>(state); });
    });
    states = world.gather(std::span<const std::uint8_t>(states));
    states.resize(header.rows());
    world.broadcast(std::as_writable_bytes(std::span(states)));
    return states;
}

}  // namespace gdm
