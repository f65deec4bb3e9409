#include "gdm/physics/paths/path_averages.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "gdm/base/not_a_number.hpp"
#include "gdm/physics/paths/entropy_cumulants.hpp"
#include "gdm/physics/process/entropy_rates.hpp"

namespace gdm {

namespace {

constexpr double rarest = 1e-9;

/// Along the axis: mean environment and total entropy, ln ⟨e^{−ΔS_tot}⟩, and the mean of −ΔS_tot weighed by e^{−ΔS_tot}.
using AxisAverages = std::array<double, 4>;

AxisAverages direct(const AxisCumulants& environment, const AxisCumulants& total) {
    const Cumulants one = total(1);
    return {-environment(0).slope, -total(0).slope, std::isfinite(one.value) ? one.value : not_a_number, one.slope};
}

AxisAverages direct(const PathProblem& problem, EntropyRule rule) {
    return direct(AxisCumulants(problem, rule, EntropyPart::environment), AxisCumulants(problem, rule));
}

PathProblem with_steps(PathProblem problem, double steps) {
    const GaussianMixture& mixture = problem.mixture;
    const bool clock = problem.settings.grid == TimeGrid::clock;
    problem.settings.dt = (clock ? mixture.clock(problem.duration) - mixture.clock(0) : problem.duration) / steps;
    return problem;
}

/// Lagrange's polynomial through the nodes from `first` on, at x.
AxisAverages interpolated(const std::vector<std::pair<double, AxisAverages>>& nodes, std::size_t first, double x) {
    AxisAverages sum{};
    for (std::size_t i = first; i < nodes.size(); ++i) {
        double weight = 1;
        for (std::size_t j = first; j < nodes.size(); ++j)
            if (j != i) weight *= (x - nodes[j].first) / (nodes[i].first - nodes[j].first);
        for (std::size_t part = 0; part < sum.size(); ++part) sum[part] += weight * nodes[i].second[part];
    }
    return sum;
}

AxisAverages axis_averages(const PathProblem& problem, EntropyRule rule) {
    const AxisCumulants environment(problem, rule, EntropyPart::environment), total(problem, rule);
    const double most = problem.settings.integrator == Integrator::heun ? 300 : 600;
    const auto steps = static_cast<double>(total.steps());
    if (steps <= most) return direct(environment, total);
    std::vector<std::pair<double, AxisAverages>> nodes;
    for (const double fewer : {most / 4, most / 2, most})
        nodes.emplace_back(1 / fewer, direct(with_steps(problem, fewer), rule));
    if (problem.start == StartState::exact) {
        PathProblem along = problem;
        along.mixture = {problem.mixture.axis_mean(), problem.mixture.sigma2, 1};
        const PathAverages limit = path_averages_limit(along);
        nodes.emplace_back(0, AxisAverages{limit.environment, limit.total, 0, nodes.back().second[3]});
    }
    AxisAverages result = interpolated(nodes, 0, 1 / steps);
    const AxisAverages other = interpolated(nodes, 1, 1 / steps);
    for (std::size_t part = 0; part < 3; ++part) {
        if (std::abs(result[part] - other[part]) < 2e-4 * std::max(1.0, std::abs(result[part]))) continue;
        if (steps <= 6 * most) return direct(environment, total);
        result[part] = not_a_number;
    }
    return result;
}

/// E Q of a form along a chain.
double mean_of_form(const LinearChain& chain, const ChainForm& form) {
    double variance = chain.start_variance, sum = form.square[0] * variance;
    for (std::size_t n = 0; n < chain.steps.size(); ++n) {
        const auto& [gain, noise] = chain.steps[n];
        sum += 2 * form.product[n] * gain * variance;
        variance = gain * gain * variance + noise * noise;
        sum += form.square[n + 1] * variance;
    }
    return sum;
}

}  // namespace

PathAverages path_averages(const PathProblem& problem, EntropyRule rule) {
    auto [environment, total, logarithm, weighed] = axis_averages(problem, rule);
    PathAverages averages{total - environment, environment, total, not_a_number};
    const double others = problem.mixture.d - 1;
    if (others == 0) {
        if (logarithm - weighed > std::log(rarest)) averages.exponential = std::exp(logarithm);
        return averages;
    }
    const TailProblem tail = tail_problem(problem, rule);
    const double all = mean_of_form(tail.chain, tail.form) + tail.constant;
    const double given = mean_of_form(tail.chain, environment_form(path_course(problem).steps, rule));
    averages.environment += others * given;
    averages.total += others * all;
    averages.system += others * (all - given);
    const Cumulants factor = transverse_cumulants(tail, 1, exponential_tail_index(problem, rule));
    logarithm += others * factor.value, weighed += others * factor.slope;
    if (std::isfinite(logarithm) && logarithm - weighed > std::log(rarest)) averages.exponential = std::exp(logarithm);
    return averages;
}

PathAverages path_averages_limit(const PathProblem& problem) {
    if (problem.start != StartState::exact) return {not_a_number, not_a_number, not_a_number, not_a_number};
    const double rise = entropy(problem.mixture, problem.duration) - entropy(problem.mixture, 0);
    const double system = problem.settings.direction == Direction::forward ? rise : -rise;
    const double total = entropy_production(problem.mixture, 0, problem.duration);
    return {system, total - system, total, 1};
}

}  // namespace gdm
