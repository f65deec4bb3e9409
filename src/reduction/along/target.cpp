#include "gdm/reduction/along/target.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "gdm/reduction/along/planes.hpp"
#include "gdm/reduction/point_estimator.hpp"

namespace gdm {

std::vector<std::size_t> allocate_replicas(std::span<const Share> shares, double variance) {
    std::vector<double> wanted;
    for (const Share& one : shares) wanted.push_back(one.replicas);
    std::vector<bool> kept(shares.size(), false);  // those that have enough
    for (bool changed = true; changed;) {
        changed = false;
        double left = variance, sum = 0;
        for (std::size_t g = 0; g < shares.size(); ++g) {
            if (kept[g]) {
                left -= shares[g].variance;
            } else {
                sum += std::sqrt(shares[g].variance * shares[g].replicas * shares[g].cost);
            }
        }
        for (std::size_t g = 0; g < shares.size(); ++g) {
            if (kept[g]) continue;
            const double n = shares[g].replicas;
            wanted[g] = left > 0 ? std::sqrt(shares[g].variance * n / shares[g].cost) * sum / left : 2 * n;
            if (wanted[g] <= n) kept[g] = changed = true;
        }
    }
    std::vector<std::size_t> replicas;
    for (std::size_t g = 0; g < shares.size(); ++g) {
        const double n = shares[g].replicas;
        replicas.push_back(
            static_cast<std::size_t>(kept[g] ? n : std::clamp(std::ceil(wanted[g]), std::ceil(9 * n / 8), 2 * n)));
    }
    return replicas;
}

struct AlongTarget::Parts {
    const Experiment& experiment;
    const ErrorTarget target;
    Points points;
    Combiner combiner;
    AlongPlanes planes;
    PointEstimator estimator;
    std::size_t block_size;

    Parts(const SweepHeader& header, const Experiment& all, const Along& along, const ErrorTarget& wanted)
        : experiment(all),
          target(wanted),
          points(header),
          combiner(header.observables),
          planes(header, all, along, points, combiner),
          estimator(all, header, {along.quantity}),
          block_size(header.layout().size()) {}

    [[nodiscard]] AlongEstimate estimate(std::size_t plane, std::span<const std::size_t> members,
                                         std::span<const ReplicaBlocks> blocks, std::vector<std::uint64_t>& groups) const {
        std::map<std::size_t, PointEstimator::Estimate> measured;
        std::map<std::size_t, ResampledPoint> resampled;
        for (std::size_t i = 0; i < members.size(); ++i) {
            PointRows rows;
            for (std::size_t r = 0; r < blocks[i].replicas.size(); ++r)
                rows.add(combiner, blocks[i].replicas[r], std::span(blocks[i].blocks).subspan(r * block_size, block_size));
            resampled.emplace(members[i], planes.resample(members[i], rows));
            groups.push_back(resampled.at(members[i]).group);
            measured.emplace(members[i], rows.units.empty()
                                             ? PointEstimator::Estimate{std::vector(planes.width(), std::nan("")),
                                                                        std::vector(planes.width(), std::nan("")),
                                                                        {}}
                                             : estimator.estimate(points[members[i]], blocks[i].blocks).front());
        }
        const auto known = [&](std::size_t point) {
            const auto& [value, error, why] = measured.at(point);
            return AlongPlanes::Measured{value, error, &resampled.at(point)};
        };
        return planes.estimate(plane, known, true);
    }
};

AlongTarget::AlongTarget(const SweepHeader& header, const Experiment& experiment, const Along& along,
                         const ErrorTarget& target)
    : parts_(new Parts(header, experiment, along, target)) {}

AlongTarget::~AlongTarget() = default;

std::size_t AlongTarget::planes() const { return parts_->planes.grid().count(); }

std::vector<std::size_t> AlongTarget::points_of(std::size_t plane) const { return parts_->planes.points_of(plane); }

std::vector<std::size_t> AlongTarget::replicas_wanted(std::size_t plane, std::span<const ReplicaBlocks> blocks,
                                                      std::span<const std::size_t> asked) const {
    std::vector<std::size_t> wanted(asked.begin(), asked.end());
    const auto members = points_of(plane);
    std::vector<std::uint64_t> groups;
    const AlongEstimate estimate = parts_->estimate(plane, members, blocks, groups);
    const double allowed = parts_->target.allowed(estimate.value.front()), error = estimate.error.front();
    if (!std::isfinite(allowed) || !std::isfinite(error)) return wanted;
    std::map<std::uint64_t, Share> shares;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto found = estimate.variances.find(groups[i]);
        if (found == estimate.variances.end()) continue;
        auto [share, first] = shares.try_emplace(groups[i], Share{found->second, 0, 0});
        share->second.replicas = std::max(share->second.replicas, static_cast<double>(asked[i]));
        share->second.cost += parts_->experiment.cost ? parts_->experiment.cost(parts_->points[members[i]]) : 1;
    }
    double variance = 0, squares = 0;
    std::vector<Share> list;
    for (const auto& [group, share] : shares) {
        variance += share.variance;
        squares += share.variance * share.variance / (share.replicas - 1);
        list.push_back(share);
    }
    if (!(variance > 0)) return wanted;
    const double fixed = std::max(0.0, error * error - variance);
    const double upper = 1 + 1 / std::sqrt(2 * variance * variance / squares);
    const double needed = (allowed * allowed - std::min(fixed, 0.75 * allowed * allowed)) / (upper * upper);
    if (variance <= needed) return wanted;
    const auto replicas = allocate_replicas(list, needed);
    std::size_t g = 0;
    std::map<std::uint64_t, std::size_t> by_group;
    for (const auto& [group, share] : shares) by_group[group] = replicas[g++];
    for (std::size_t i = 0; i < members.size(); ++i)
        if (const auto found = by_group.find(groups[i]); found != by_group.end())
            wanted[i] = std::max(wanted[i], found->second);
    return wanted;
}

}  // namespace gdm
