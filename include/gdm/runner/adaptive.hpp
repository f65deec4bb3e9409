#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "gdm/parallel/communicator.hpp"
#include "gdm/runner/job/job.hpp"
#include "gdm/sweep/header.hpp"
#include "gdm/sweep/rows.hpp"

namespace gdm {

/// The statistics behind an adaptive sweep, which the runner does not know. Both are pure functions of a point and the whole
/// blocks of its first replicas, one after the other, failed ones left out.
struct Judge {
    /// How many replicas the point is to have, asked when it has `asked`: `asked` if these are enough.
    std::function<std::size_t(const Point& point, std::span<const double> blocks, std::size_t asked)> replicas_wanted = {};
    /// The quantity that the grid is refined by.
    std::function<double(const Point& point, std::span<const double> blocks)> refined_quantity = {};
};

/// Decides, each time that all replicas planned so far are there, which more there are to be: replicas of points that miss
/// the target, then points between neighbours of the refined axis that differ. Every decision is a function of the job
/// and of replicas that it asked for before, so that ranks, order and interruptions do not matter, and nothing of it needs
/// to be remembered in the file.
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
    /// The job with the points of the next refinement, or nothing when it is complete. By one rank, when every point has
    /// its planned replicas.
    [[nodiscard]] std::optional<Job> plan_points(const Job& job, const std::filesystem::path& path) const;

  private:
    [[nodiscard]] bool differ(double left, double right) const;
    /// The value in the middle of an interval, as a point may have it.
    [[nodiscard]] double between(double left, double right) const;
    /// Halves the intervals of one level along a line across which the quantity changes: with the middles that are `known`,
    /// values and quantity, or else as returned, to be computed.
    [[nodiscard]] std::vector<double> halve(std::map<double, double>& level, const std::map<double, double>& known) const;

    Judge judge_;
    std::vector<double> base_values_;  ///< of the refined axis, as the job gives them
    bool whole_values_ = false;        ///< it takes whole numbers
    std::size_t first_ = 1, most_ = 1;
    std::vector<std::size_t> planned_;
    std::vector<std::size_t> asked_;  ///< replicas with which a point was asked last; it need not be asked again
    std::optional<Refinement> refinement_;
};

/// If this file continues an adaptive job, the job takes over the room and the points that the file has grown to. Otherwise
/// it stays as it is, and first_difference tells why.
void adopt_growth(Job& job, const SweepHeader& file);

}  // namespace gdm
