#include "gdm/physics/paths/path_plan.hpp"

#include <algorithm>
#include <numeric>

namespace gdm {

PathPlan make_path_plan(const GaussianMixture& mixture, std::span<const double> times, double duration,
                        const PathSettings& settings) {
    const bool reverse = settings.direction == Direction::reverse;
    PathPlan plan;
    plan.start_time = reverse ? duration : 0;
    plan.end_time = reverse ? 0 : duration;
    plan.order.resize(times.size());
    std::iota(plan.order.begin(), plan.order.end(), std::size_t{0});
    std::stable_sort(plan.order.begin(), plan.order.end(),
                     [&](auto a, auto b) { return reverse ? times[a] > times[b] : times[a] < times[b]; });
    double now = plan.start_time;
    const auto go_to = [&](double next) {
        if (next != now) append_path_steps(mixture, now, next, settings, plan.steps);
        now = next;
    };
    for (const std::size_t place : plan.order) {
        go_to(times[place]);
        plan.reached.push_back(plan.steps.size());
    }
    go_to(plan.end_time);
    return plan;
}

}  // namespace gdm
