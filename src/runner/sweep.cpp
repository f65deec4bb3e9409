#include "gdm/runner/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "computation.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/instruction_set.hpp"
#include "gdm/base/text.hpp"
#include "gdm/runner/adaptive.hpp"
#include "gdm/runner/signals.hpp"
#include "gdm/runner/store.hpp"
#include "gdm/runner/trace.hpp"
#include "gdm/storage/sweep_join.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "gdm/sweep/exit_code.hpp"
#include "gdm/sweep/points.hpp"
#include "gdm/sweep/states.hpp"

namespace gdm {
namespace {

/// What the header of a file says beside the job.
void state_origin(SweepHeader& header, const Experiment& experiment, const Inputs& inputs) {
    header.code_version = code_version_of(experiment);
    header.created = utc_now();
    header.instruction_set = instruction_set();
    for (auto& setting : header.settings) {
        const auto found = inputs.find(setting.name);
        if (found != inputs.end()) setting.content_hash = fmt::format("{:016x}", found->second.content_hash);
    }
}

/// One run of the program on its file.
class Sweep {
  public:
    Sweep(const MpiSession& mpi, const Communicator& world, Job job, const Inputs& inputs, const SweepOptions& options)
        : mpi_(mpi), world_(world), job_(std::move(job)), inputs_(inputs), options_(options), plan_(job_, options.judge) {
        options_.output = without_links(options_.output);
        state_origin(job_.header, *job_.experiment, inputs);
        job_.header.state.at_once = static_cast<std::size_t>(world.size());
    }

    SweepOutcome run() {
        if (!options_.trace.empty()) {
            world_.on_first([&] { check_trace_path(options_.trace, options_.output); });
            trace_.start(world_);
        }
        // First, because it may refuse a dataset, and then nothing is to be written.
        world_.together([&] {
            if (job_.experiment->prepare) context_ = job_.experiment->prepare(Points(job_.header)[0], inputs_);
        });
        // The same file on every rank, claimed by the first before anything is written.
        auto since = trace_.now();
        world_.on_first([&] { lock_ = prepare_file(job_, options_, fresh_); });
        fresh_ = world_.max(fresh_ ? 1 : 0) != 0;
        trace_.did(Activity::prepare, since);
        world_.together([&] {
            if (world_.rank() != 0) lock_ = FileLock::join(options_.output);
            if (world_.rank() != 0 && !fresh_ && job_.header.adaptive.any()) {
                adopt_growth(job_, SweepReader(options_.output).header());
            }
        });
        share_state_room();
        computation_.emplace(Computation::Shared{mpi_, world_, inputs_, context_, options_, trace_},
                             present_session(world_, job_, options_));
        plan_.restart(job_.header.points);
        retry_failed_ = options_.retry_failed;
        outcome_.settled = !job_.header.adaptive.any();
        while (step() == Next::step) {
        }
        leave();
        world_.together([&] { trouble_.rethrow(); });
        return outcome_;
    }

  private:
    enum class Next { step, end };

    /// Computes what is planned, or plans more. Ends when there is nothing left to do, or a stop was requested.
    Next step() {
        const bool adaptive = job_.header.adaptive.any();
        const auto since = trace_.now();
        const auto states = fresh_
                                ? std::vector<std::uint8_t>(job_.header.rows(), static_cast<std::uint8_t>(RowState::absent))
                                : read_states(world_, options_.output, job_.header);
        fresh_ = false;
        trace_.did(Activity::verify, since);
        plan_.plan_replicas(world_, job_, options_.output, states);
        if (most_planned() > job_.header.replicas) return make_room();
        const auto todo = take_stock(states);
        if (outcome_.missing() == 0) {
            if (const auto refined = next_refinement()) return make_points(*refined);
            outcome_.settled = true;
            outcome_.missed = plan_.missed(world_, job_, options_.output);
        }
        if (adaptive) world_.on_first([&] { write_plan(options_.output, plan_.planned(), outcome_.settled); });
        if (outcome_.missing() == 0) return Next::end;
        tell(most_planned() > job_.header.adaptive.first_replicas && adaptive, [&] {
            return fmt::format("target_error: {} of {} points need more replicas, {} at most", points_in(todo),
                               job_.header.points, most_planned());
        });
        if (world_.rank() == 0 && options_.on_start) std::exchange(options_.on_start, {})();
        computation_->run(job_, todo, outcome_, trouble_);
        retry_failed_ = false;
        const bool trouble = world_.max(trouble_.any() ? 1 : 0) != 0;
        return adaptive && outcome_.missing() == 0 && !trouble ? Next::step : Next::end;
    }

    /// Counts what the file holds of what is planned; the rows to compute, as ones.
    std::vector<std::uint8_t> take_stock(std::vector<std::uint8_t> states) {
        const auto is = [](std::uint8_t state, RowState which) { return state == static_cast<std::uint8_t>(which); };
        if (retry_failed_) {
            std::replace(states.begin(), states.end(), static_cast<std::uint8_t>(RowState::failed),
                         static_cast<std::uint8_t>(RowState::absent));
        }
        const std::int64_t computed = outcome_.computed;
        outcome_ = {.computed = computed,
                    .torn = outcome_.torn,
                    .writes = outcome_.writes,
                    .settled = outcome_.settled,
                    .seconds = outcome_.seconds};
        for (std::size_t p = 0; p < job_.header.points; ++p) {
            for (std::size_t r = 0; r < plan_.planned()[p]; ++r) {
                const auto state = states[p * job_.header.replicas + r];
                ++outcome_.rows;
                outcome_.done += is(state, RowState::done) ? 1 : 0;
                outcome_.failed += is(state, RowState::failed) ? 1 : 0;
                outcome_.torn += is(state, RowState::torn) ? 1 : 0;
            }
        }
        return plan_.todo(job_, states);
    }

    [[nodiscard]] std::size_t most_planned() const {
        return *std::max_element(plan_.planned().begin(), plan_.planned().end());
    }

    [[nodiscard]] std::size_t points_in(const std::vector<std::uint8_t>& todo) const {
        std::size_t points = 0;
        for (auto row = todo.begin(); row != todo.end(); row += static_cast<std::ptrdiff_t>(job_.header.replicas)) {
            points +=
                std::any_of(row, row + static_cast<std::ptrdiff_t>(job_.header.replicas), [](auto one) { return one != 0; });
        }
        return points;
    }

    /// Room for replicas grows by doubling.
    Next make_room() {
        SweepHeader larger = job_.header;
        while (larger.replicas < most_planned()) {
            larger.replicas = std::min(2 * larger.replicas, larger.adaptive.max_replicas);
        }
        return rebuild(larger);
    }

    /// The header with the points of the next refinement; the same on every rank.
    std::optional<SweepHeader> next_refinement() {
        std::optional<Job> refined;
        world_.on_first([&] { refined = plan_.plan_points(job_, options_.output); });
        if (world_.max(refined ? 1 : 0) == 0) return std::nullopt;
        return refined ? refined->header : job_.header;  // only the first rank makes the file
    }

    Next make_points(const SweepHeader& refined) {
        tell(true, [&] {
            return fmt::format("refine: {} more points along {}, {} in all", refined.points - job_.header.points,
                               job_.refinement->axis, refined.points);
        });
        const Next next = rebuild(refined);
        plan_.restart(job_.header.points);
        return next;
    }

    /// Puts a larger file in the place of this one, with all that it holds; the job takes it over.
    Next rebuild(const SweepHeader& larger) {
        bool stopped = false;
        world_.on_first([&] {
            SweepHeader header = larger;
            const std::filesystem::path sources[] = {options_.output};
            header.created = SweepReader(options_.output).header().created;
            make_state_room(header);
            try {
                rebuild_sweep_file(options_.output, header, sources, Stop(&stop_flag()), options_.alignment);
            } catch (const Stopped&) {
                stopped = true;
            }
        });
        if (world_.max(stopped ? 1 : 0) != 0) return Next::end;
        world_.together([&] {
            const SweepReader grown(options_.output);
            adopt_growth(job_, grown.header());
            adopt_state_room(job_, grown.header());
        });
        return Next::step;
    }

    /// What the first rank found in the file, or put there.
    void share_state_room() {
        StateRoom& room = job_.header.state;
        for (std::size_t* number : {&room.width, &room.places}) {
            *number = static_cast<std::size_t>(world_.broadcast(static_cast<std::int64_t>(*number)));
        }
        room.kept = world_.broadcast(std::int64_t{room.kept}) != 0;
        room.lengthened_by = world_.broadcast(room.lengthened_by);
    }

    template <class Text>
    void tell(bool anything, const Text& text) const {
        if (anything && world_.rank() == 0 && !options_.quiet) fmt::print(stderr, "{}\n", text());
    }

    /// When every rank has come this far, none touches the file any more, and a sweep that follows may claim it.
    void leave() {
        world_.barrier();
        if (world_.rank() == 0) lock_.remove_sidecar();
        if (!trace_.on()) return;
        try {
            trace_.write(world_, job_, options_.trace);
        } catch (const IoError& error) {  // the results are safe all the same
            fmt::print(stderr, "{}: warning: {}\n", options_.program, error.what());
        }
    }

    const MpiSession& mpi_;
    const Communicator& world_;
    Job job_;
    const Inputs& inputs_;
    SweepOptions options_;
    Context context_;
    Trace trace_;
    FileLock lock_;
    bool fresh_ = false;  ///< the file was made by this run and holds nothing yet
    AdaptivePlan plan_;
    std::optional<Computation> computation_;
    bool retry_failed_ = false;  ///< until they were computed again, once
    SweepOutcome outcome_;
    Trouble trouble_;
};

}  // namespace

ExitCode SweepOutcome::code() const noexcept {
    return exit_code(static_cast<std::size_t>(missing()), static_cast<std::size_t>(failed), settled);
}

SweepOutcome run_sweep(const MpiSession& mpi, const Communicator& world, Job job, const Inputs& inputs,
                       const SweepOptions& options) {
    return Sweep(mpi, world, std::move(job), inputs, options).run();
}

}  // namespace gdm
