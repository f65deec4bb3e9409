#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/experiment/experiment.hpp"

namespace gdm::test {

/// Replicas of one point, run one after the other, without a file.
struct Replicas {
    Layout layout;
    std::vector<std::vector<double>> blocks;

    /// Moments over the replicas of one number of an observable.
    [[nodiscard]] RunningMoments moments(std::string_view observable, std::size_t index = 0) const {
        RunningMoments result;
        for (const auto& block : blocks) result.add(Combined(layout, block)[observable][index]);
        return result;
    }
};

/// Runs `count` replicas; inner axes have the lengths that `point` gives them. The key stands for seed and point.
inline Replicas run_replicas(const Experiment& experiment, const Point& point, std::uint32_t count, std::uint64_t key = 1,
                             const Inputs& inputs = {}) {
    std::map<std::string, std::size_t> lengths;
    for (const auto& parameter : experiment.parameters) {
        if (parameter.role == Role::inner) lengths[parameter.name] = point.axis(parameter.name).size();
    }
    Replicas result{make_layout(experiment, lengths), {}};
    const Context context = experiment.prepare ? experiment.prepare(point, inputs) : Context{};
    for (std::uint32_t replica = 0; replica < count; ++replica) {
        std::vector<double> block(result.layout.size());
        Values values(result.layout, block);
        experiment.compute(point, context, RandomStream(key, replica), Stop(), values);
        result.blocks.push_back(std::move(block));
    }
    return result;
}

}  // namespace gdm::test
