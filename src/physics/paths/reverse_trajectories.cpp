#include "gdm/physics/paths/reverse_trajectories.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gdm/physics/paths/reverse_full.hpp"

namespace gdm {

ReversePath make_reverse_path(const GaussianMixture& mixture, std::span<const double> times, double t_start, Scheme scheme,
                              double dt) {
    ReversePath path;
    path.order.resize(times.size());
    std::iota(path.order.begin(), path.order.end(), std::size_t{0});
    std::stable_sort(path.order.begin(), path.order.end(), [&](auto a, auto b) { return times[a] > times[b]; });
    path.start_time = std::max(t_start, times[path.order.front()]);
    double now = path.start_time;
    const auto run_to = [&](double next) {
        if (next < now) append_reverse_steps(mixture, now, next, scheme, dt, path.steps);
        now = next;
    };
    for (const std::size_t place : path.order) {
        run_to(times[place]);
        path.reached.push_back(path.steps.size());
    }
    run_to(0);
    return path;
}

TrajectoryBlock::TrajectoryBlock(const GaussianMixture& mixture, Method method, std::size_t length)
    : mixture_(mixture), dimension_(method == Method::full ? static_cast<std::size_t>(mixture.d) : 0) {
    resize(length);
}

void TrajectoryBlock::resize(std::size_t length) {
    axis_.resize(length);
    state_.resize(dimension_ * length);
}

void TrajectoryBlock::start(double t, StartState state, const LaneNoise& noise) {
    const bool exact = state == StartState::exact;
    const double deviation = exact ? std::sqrt(mixture_.variance(t)) : 1.0;
    if (dimension_ > 0) {
        start_full(state_, axis_.size(), exact ? mixture_.mu * std::exp(-t) : 0.0, deviation, noise);
        axis_projection(state_, axis_.size(), axis_);
    } else {
        start_axis(axis_, exact ? mixture_.axis_mean(t) : 0.0, deviation, noise);
    }
}

void TrajectoryBlock::advance(std::span<const ReverseStep> steps, Scheme scheme, const LaneNoise& noise) {
    if (dimension_ > 0) {
        advance_full(state_, axis_.size(), steps, scheme, noise);
        axis_projection(state_, axis_.size(), axis_);
    } else {
        advance_axis(axis_, steps, scheme, noise);
    }
}

void TrajectoryBlock::copy_from(const TrajectoryBlock& other) {
    std::copy(other.axis_.begin(), other.axis_.end(), axis_.begin());
    std::copy(other.state_.begin(), other.state_.end(), state_.begin());
}

}  // namespace gdm
