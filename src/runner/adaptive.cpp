#include "gdm/runner/adaptive.hpp"

#include <algorithm>
#include <utility>

#include "gdm/storage/sweep_reader.hpp"
#include "gdm/sweep/points.hpp"

namespace gdm {
namespace {

/// The first `count` replicas of a point that are done.
ReplicaBlocks replicas_of(const SweepReader& reader, std::size_t point, std::size_t count) {
    const std::size_t first = point * reader.header().replicas, width = reader.layout().size();
    const auto rows = reader.read_rows(first, count);
    const auto checksums = reader.read_checksums(first, count);
    ReplicaBlocks done;
    for (std::size_t i = 0; i < count; ++i) {
        if (checksums[i] <= checksum_failed) continue;
        const auto row = rows.begin() + static_cast<std::ptrdiff_t>(i * width);
        done.blocks.insert(done.blocks.end(), row, row + static_cast<std::ptrdiff_t>(width));
        done.replicas.push_back(static_cast<std::uint32_t>(i));
    }
    return done;
}
std::vector<double> blocks_of(const SweepReader& reader, std::size_t point, std::size_t count) {
    return replicas_of(reader, point, count).blocks;
}

bool is_there(std::uint8_t state) {
    return state == static_cast<std::uint8_t>(RowState::done) || state == static_cast<std::uint8_t>(RowState::failed);
}

}  // namespace

AdaptivePlan::AdaptivePlan(const Job& job, const Judge& judge)
    : judge_(judge),
      first_(job.header.adaptive.any() ? job.header.adaptive.first_replicas : job.header.replicas),
      most_(job.header.adaptive.any() ? job.header.adaptive.max_replicas : job.header.replicas),
      refinement_(job.refinement ? std::optional<AxisRefinement>(std::in_place, job, judge.passages) : std::nullopt) {
    restart(job.header.points);
}

void AdaptivePlan::restart(std::size_t points) {
    planned_.assign(points, first_);
    asked_.assign(points, 0);
}

std::vector<std::uint8_t> AdaptivePlan::todo(const Job& job, std::span<const std::uint8_t> states) const {
    const std::size_t room = job.header.replicas;
    std::vector<std::uint8_t> rows(states.size(), 0);
    for (std::size_t p = 0; p < planned_.size(); ++p) {
        for (std::size_t r = 0; r < std::min(planned_[p], room); ++r)
            rows[p * room + r] = is_there(states[p * room + r]) ? 0 : 1;
    }
    return rows;
}

void AdaptivePlan::plan_replicas(const Communicator& world, const Job& job, const std::filesystem::path& path,
                                 std::span<const std::uint8_t> states) {
    if (job.targets.empty()) return;
    // Results of many points come to their turn when no single point wants more, in the whole sweep: a rule that does not
    // depend on which replicas happen to be there already.
    while (plan_each(world, job, path, states) && plan_jointly(world, job, path)) {
    }
}

bool AdaptivePlan::plan_each(const Communicator& world, const Job& job, const std::filesystem::path& path,
                             std::span<const std::uint8_t> states) {
    const std::size_t room = job.header.replicas;
    std::vector<std::uint32_t> wanted(planned_.begin(), planned_.end());
    std::vector<std::uint32_t> asked(asked_.begin(), asked_.end());
    world.together([&] {
        const SweepReader reader(path);
        const Points points(job.header);
        for (auto p = static_cast<std::size_t>(world.rank()); p < planned_.size();
             p += static_cast<std::size_t>(world.size())) {
            const auto row = states.subspan(p * room, room);
            const auto has = [&](std::size_t n) {
                return n <= room && std::all_of(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(n), is_there);
            };
            while (wanted[p] < most_ && asked[p] < wanted[p] && has(wanted[p])) {
                asked[p] = wanted[p];
                const std::size_t n = judge_.replicas_wanted(points[p], blocks_of(reader, p, asked[p]), asked[p]);
                wanted[p] = static_cast<std::uint32_t>(std::min(std::max<std::size_t>(n, asked[p]), most_));
            }
        }
    });
    world.max(wanted);
    world.max(asked);
    planned_.assign(wanted.begin(), wanted.end());
    asked_.assign(asked.begin(), asked.end());
    for (std::size_t p = 0; p < planned_.size(); ++p) {
        const auto row = states.subspan(p * room, room);
        if (planned_[p] > room ||
            !std::all_of(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(planned_[p]), is_there))
            return false;
    }
    return true;
}

bool AdaptivePlan::plan_jointly(const Communicator& world, const Job& job, const std::filesystem::path& path) {
    std::vector<std::uint32_t> wanted(planned_.begin(), planned_.end());
    world.together([&] {
        const SweepReader reader(path);
        std::size_t number = 0;  // of planes of all results, dealt to the ranks in turn
        for (const auto& decision_for : judge_.joint) {
            const JointDecision decision = decision_for(job.header);
            for (std::size_t plane = 0; plane < decision.planes.size(); ++plane) {
                if (number++ % static_cast<std::size_t>(world.size()) != static_cast<std::size_t>(world.rank())) continue;
                const auto& members = decision.planes[plane];
                std::vector<ReplicaBlocks> blocks;
                std::vector<std::size_t> asked;
                for (const std::size_t p : members) {
                    blocks.push_back(replicas_of(reader, p, planned_[p]));
                    asked.push_back(planned_[p]);
                }
                const auto answer = decision.replicas_wanted(plane, blocks, asked);
                for (std::size_t i = 0; i < members.size(); ++i)
                    wanted[members[i]] =
                        std::max(wanted[members[i]], static_cast<std::uint32_t>(std::min(answer[i], most_)));
            }
        }
    });
    world.max(wanted);
    const bool more = !std::equal(wanted.begin(), wanted.end(), planned_.begin());
    planned_.assign(wanted.begin(), wanted.end());
    return more;
}

std::size_t AdaptivePlan::missed(const Communicator& world, const Job& job, const std::filesystem::path& path) const {
    if (job.targets.empty()) return 0;
    std::vector<std::uint32_t> missing(planned_.size(), 0);
    world.together([&] {
        const SweepReader reader(path);
        const Points points(job.header);
        for (auto p = static_cast<std::size_t>(world.rank()); p < planned_.size();
             p += static_cast<std::size_t>(world.size())) {
            if (planned_[p] < most_) continue;
            missing[p] = judge_.replicas_wanted(points[p], blocks_of(reader, p, most_), most_) > most_ ? 1 : 0;
        }
    });
    world.max(missing);
    return static_cast<std::size_t>(std::count(missing.begin(), missing.end(), 1U));
}

std::optional<Job> AdaptivePlan::plan_points(const Job& job, const std::filesystem::path& path) const {
    if (!refinement_) return std::nullopt;
    const SweepReader reader(path);
    const Points points(job.header);
    return refinement_->next(job, [&](std::size_t p) {
        const auto blocks = blocks_of(reader, p, planned_[p]);
        return std::pair{judge_.refined_quantity(points[p], blocks),
                         judge_.refined_error ? judge_.refined_error(points[p], blocks) : 0.0};
    });
}

void adopt_growth(Job& job, const SweepHeader& file) {
    if (!job.header.adaptive.any() || !(file.adaptive == job.header.adaptive)) return;
    const std::size_t room = file.replicas;
    if (job.refinement) {
        const AxisRecord* grown = file.find_axis(job.refinement->axis);
        const AxisRecord* given = job.header.find_axis(job.refinement->axis);
        if (grown == nullptr ||
            !std::includes(grown->values.begin(), grown->values.end(), given->values.begin(), given->values.end())) {
            return;
        }
        if (grown->values.size() > given->values.size()) {
            job = refined_job(job, grown->values, file.grid_index);
        }
    }
    job.header.replicas = room;
}

}  // namespace gdm
