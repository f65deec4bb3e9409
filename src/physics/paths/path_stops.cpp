#include "gdm/physics/paths/path_stops.hpp"

#include <limits>

namespace gdm {

PathStops::PathStops(const PathPlan& plan, std::span<const double> times) : reached{0}, time{plan.start_time} {
    for (std::size_t k = 0; k < plan.order.size(); ++k) {
        reached.push_back(plan.reached[k]);
        time.push_back(times[plan.order[k]]);
    }
    reached.push_back(plan.steps.size());
    time.push_back(plan.end_time);
    for (auto* sums : {&production, &flux, &log_density, &heat}) sums->assign(time.size(), 0.0);
}

void PathStops::add_transverse(const GaussianMixture& mixture, double squares, double freedom, double heat_so_far,
                               Direction direction, std::size_t stop) {
    const double gamma = mixture.variance(time[stop]);
    const double current = 1 - 1 / gamma;
    production[stop] += current * current * squares;
    flux[stop] += (direction == Direction::reverse ? 1 - 2 / gamma : 1) * current * squares;
    log_density[stop] -= 0.5 * (squares / gamma + freedom * std::log(2 * std::numbers::pi * gamma));
    heat[stop] += heat_so_far;
}

PathRates PathStops::rates(const PathPlan& plan, Direction direction, double trajectories) const {
    PathStops mean = *this;
    for (auto* sums : {&mean.production, &mean.flux, &mean.log_density, &mean.heat})
        for (double& value : *sums) value /= trajectories;
    const std::size_t count = plan.order.size();
    PathRates rates;
    for (auto* values : {&rates.production, &rates.flux, &rates.heat_rate, &rates.system_change_rate})
        values->assign(count, std::numeric_limits<double>::quiet_NaN());
    const bool reverse = direction == Direction::reverse;
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t here = k + 1, place = plan.order[k];
        rates.production[place] = mean.production[here];
        rates.flux[place] = mean.flux[here];
        // The window below this time: travelled before it forward, after it in reverse.
        const std::size_t begin = reverse ? here : here - 1, end = begin + 1;
        const double length = std::abs(time[end] - time[begin]);
        if (!(length > 0)) continue;
        rates.heat_rate[place] = (mean.heat[end] - mean.heat[begin]) / length;
        rates.system_change_rate[place] = (mean.log_density[begin] - mean.log_density[end]) / length;
    }
    rates.heat = mean.heat.back() - mean.heat.front();
    rates.system_change = mean.log_density.front() - mean.log_density.back();
    return rates;
}

}  // namespace gdm
