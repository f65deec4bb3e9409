#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "gdm/parallel/communicator.hpp"
#include "gdm/runner/axis_refinement.hpp"
#include "gdm/runner/job/job.hpp"
#include "gdm/sweep/header.hpp"
#include "gdm/sweep/replica_blocks.hpp"
#include "gdm/sweep/rows.hpp"

namespace gdm {

/// Points that decide together how many replicas each is to have, because one result is made of all of them.
struct JointDecision {
    std::vector<std::vector<std::size_t>> planes = {};  ///< the points of each
    /// From the first `asked` replicas of the points of a plane: how many each is to have.
    std::function<std::vector<std::size_t>(std::size_t plane, std::span<const ReplicaBlocks> blocks,
                                           std::span<const std::size_t> asked)>
        replicas_wanted = {};
};

/// The statistics behind an adaptive sweep, which the runner does not know: pure functions of a point and the whole blocks
/// of its first replicas, one after the other, failed ones left out.
struct Judge {
    /// How many replicas the point is to have, asked when it has `asked`: `asked` if these are enough.
    std::function<std::size_t(const Point& point, std::span<const double> blocks, std::size_t asked)> replicas_wanted = {};
    /// The quantity that the grid is refined by.
    std::function<double(const Point& point, std::span<const double> blocks)> refined_quantity = {};
    /// Results made of many points that have a target, for the points that the file has.
    std::vector<std::function<JointDecision(const SweepHeader& header)>> joint = {};
    /// With Refinement::along: the error of the refined quantity, and where the curves of a plane cross.
    std::function<double(const Point& point, std::span<const double> blocks)> refined_error = {};
    std::function<std::vector<CurvePassage>(const std::vector<RefinedCurve>& curves)> passages = {};
};

/// Decides, each time that all replicas planned so far are there, which more there are to be: replicas of points that miss
/// the target; when none does, replicas for the results made of many points that miss theirs; then points between neighbours
/// of the refined axis that differ. Every decision is a function of the job and of replicas that it asked for before, so
/// that ranks, order and interruptions do not matter, and nothing of it needs to be remembered in the file.
class AdaptivePlan {
  public:
    /// `job` as it was given, before it takes over what its file has grown to.
    AdaptivePlan(const Job& job, const Judge& judge);

    /// Begins again with the grid that the file has, every point at its first replicas.
    void restart(std::size_t points);
    [[nodiscard]] const std::vector<std::size_t>& planned() const noexcept { return planned_; }
    /// Rows that are planned, and not done or failed in `states` (RowState), as ones.
    [[nodiscard]] std::vector<std::uint8_t> todo(const Job& job, std::span<const std::uint8_t> states) const;

    /// Raises the number of replicas of points that miss the target, as far as the replicas in `states` let it decide;
    /// collective, the same on every rank.
    void plan_replicas(const Communicator& world, const Job& job, const std::filesystem::path& path,
                       std::span<const std::uint8_t> states);
    /// Points that miss the target with as many replicas as any point gets; collective, when all planned replicas are there.
    [[nodiscard]] std::size_t missed(const Communicator& world, const Job& job, const std::filesystem::path& path) const;
    /// The job with the points of the next refinement, or nothing when it is complete. By one rank, when every point has
    /// its planned replicas.
    [[nodiscard]] std::optional<Job> plan_points(const Job& job, const std::filesystem::path& path) const;

  private:
    /// The replicas of single points. False if more must be computed before all is decided.
    bool plan_each(const Communicator& world, const Job& job, const std::filesystem::path& path,
                   std::span<const std::uint8_t> states);
    /// The replicas of results made of many points. True if there are to be more.
    bool plan_jointly(const Communicator& world, const Job& job, const std::filesystem::path& path);
    Judge judge_;
    std::size_t first_ = 1, most_ = 1;
    std::vector<std::size_t> planned_;
    std::vector<std::size_t> asked_;  ///< replicas with which a point was asked last; it need not be asked again
    std::optional<AxisRefinement> refinement_;
};

/// If this file continues an adaptive job, the job takes over the room and the points that the file has grown to. Otherwise
/// it stays as it is, and first_difference tells why.
void adopt_growth(Job& job, const SweepHeader& file);

}  // namespace gdm
