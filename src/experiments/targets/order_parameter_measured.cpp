#include "gdm/experiments/targets/order_parameter_measured.hpp"

#include <algorithm>
#include <cmath>

#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/targets/order_parameter_axes.hpp"
#include "gdm/physics/targets/turning_point.hpp"

namespace gdm {
namespace {

using Model = OrderParameterModel;

double finite_or_nan(double value) { return std::isfinite(value) && std::abs(value) < 1e12 ? value : not_a_number; }

double distance_from_centre(const Model& model, const Branch& branch) {
    double square = 0;
    for (std::size_t k = 0; k < model.n(); ++k) square += (branch.m[k] - model.centre[k]) * (branch.m[k] - model.centre[k]);
    return std::sqrt(square);
}

void record_counts(const Model& model, std::span<const Branch> branches, double theta, std::size_t place,
                   const Values& values) {
    double stable = 0, degree = 0;
    for (const Branch& branch : branches) {
        const double unstable = branch.unstable(theta, model.across_count());
        stable += unstable == 0 ? 1 : 0;
        degree += std::fmod(unstable, 2) == 0 ? 1 : -1;
    }
    values["branches"][place] = static_cast<double>(branches.size());
    values["stable_branches"][place] = stable;
    values["degree"][place] = degree;
}

void record_branches(const Model& model, std::span<const Branch> branches, double theta, std::size_t place,
                     const Values& values) {
    for (std::size_t b = 0; b < std::min(most_branches, branches.size()); ++b) {
        const Branch& branch = branches[b];
        const std::size_t at = place * most_branches + b;
        values["branch_magnetisation"][at] = model.along(branch.m, model.axis);
        values["branch_norm"][at] = distance_from_centre(model, branch);
        values["branch_free_energy"][at] = branch.free_energy;
        values["branch_stability"][at] = branch.stability(theta);
        values["branch_unstable"][at] = branch.unstable(theta, model.across_count());
    }
}

void record_ground_state(const Model& model, const Branch& ground, double theta, std::size_t place, const Values& values) {
    values["magnetisation"][place] = model.along(ground.m, model.axis);
    values["free_energy"][place] = ground.free_energy;
    values["susceptibility"][place] = finite_or_nan(ground.susceptibility(theta, model.axis));
    std::vector<double> variances = ground.variances;
    if (model.across_count() > 0) variances.push_back(ground.across);
    std::sort(variances.rbegin(), variances.rend());
    for (std::size_t k = 0; k < std::min(most_modes, variances.size()); ++k) {
        const std::size_t at = place * most_modes + k;
        values["bare_response"][at] = variances[k] / theta;
        values["self_response"][at] = finite_or_nan(variances[k] / (theta - variances[k]));
        values["score_jacobian"][at] = (variances[k] / theta - 1) / theta;
    }
}

/// The stable branch of greatest magnetisation.
Branch greatest(const Model& model, double theta, double h, const Stop& stop) {
    const auto branches = branches_of(model, theta, h, stop);
    return *std::max_element(branches.begin(), branches.end(), [&](const Branch& a, const Branch& b) {
        return model.along(a.m, model.axis) < model.along(b.m, model.axis);
    });
}

/// The landscape over the two coordinates of the map, less that at the centre; nothing where a model has one alone.
void record_map(const Model& model, double theta, std::size_t ratio, const Stop& stop, const Values& values) {
    const std::vector<double> none(model.n(), 0.0), place = map_coordinates();
    const FieldedTarget target{*model.law, none};
    const double origin = landscape(target, theta, model.centre);
    std::vector<double> m(model.n());
    for (std::size_t i = 0; i < map_side; ++i) {
        stop.check();
        for (std::size_t j = 0; j < map_side; ++j) {
            const double u = place[i], v = place[j];
            if (model.across_count() > 0) {  // rotated about the axis
                m[0] = std::hypot(u, v);
            } else {
                if (model.second_axis.empty() && j != map_side / 2) continue;
                for (std::size_t k = 0; k < m.size(); ++k)
                    m[k] = model.centre[k] + u * model.axis[k] + (model.second_axis.empty() ? 0 : v * model.second_axis[k]);
            }
            values["landscape"][(ratio * map_side + i) * map_side + j] = landscape(target, theta, m) - origin;
        }
    }
}

}  // namespace

void measure_transition(const Model& model, double theta_c, std::size_t k, const Stop& stop, const Values& values) {
    const double distance = transition_distances()[k], below = theta_c * (1 - distance), above = theta_c * (1 + distance);
    const Branch ordered = greatest(model, below, 0, stop), disordered = greatest(model, above, 0, stop);
    values["ordered_magnetisation"][k] = model.along(ordered.m, model.axis);
    values["ordered_susceptibility"][k] = ordered.susceptibility(below, model.axis);
    values["disordered_susceptibility"][k] = disordered.susceptibility(above, model.axis);
    values["critical_magnetisation"][k] = model.along(greatest(model, theta_c, distance, stop).m, model.axis);
}

void measure_landscape(const Model& model, double theta_c, std::size_t ratio, const Stop& stop, const Values& values) {
    const double theta = map_ratios()[ratio] * theta_c;
    record_map(model, theta, ratio, stop, values);
    const auto branches = branches_of(model, theta, 0, stop);
    for (std::size_t b = 0; b < std::min(most_branches, branches.size()); ++b) {
        const std::size_t at = ratio * most_branches + b;
        values["landscape_branch_u"][at] = model.along(branches[b].m, model.axis);
        values["landscape_branch_v"][at] = model.second_axis.empty() ? 0 : model.along(branches[b].m, model.second_axis);
        values["landscape_branch_unstable"][at] = branches[b].unstable(theta, model.across_count());
    }
}

void measure_place(const Model& model, double theta, double h, std::size_t place, const Stop& stop, const Values& values) {
    bool proven = false;
    const auto branches = branches_of(model, theta, h, stop, &proven);
    values["proven"][place] = proven ? 1 : 0;
    const auto ground = std::min_element(branches.begin(), branches.end(),
                                         [&](const Branch& a, const Branch& b) { return model.is_ground(a, b); });
    record_counts(model, branches, theta, place, values);
    record_branches(model, branches, theta, place, values);
    record_ground_state(model, *ground, theta, place, values);
}

double measured_end(const Model& model, std::size_t pattern, double h, double unit_theta, const Stop& stop) {
    double nearest = HUGE_VAL;
    const std::size_t count = model.points.size() / model.n();
    for (std::size_t j = 0; j < count; ++j) {
        if (j == pattern) continue;
        double square = 0;
        for (std::size_t k = 0; k < model.n(); ++k)
            square += (model.point(j)[k] - model.point(pattern)[k]) * (model.point(j)[k] - model.point(pattern)[k]);
        nearest = std::min(nearest, square);
    }
    // There the posterior at a point is that point.
    const double start = std::min(0.05 * unit_theta, 0.01 * nearest);
    if (!(start > 0)) return not_a_number;
    const auto field = model.field(h);
    return turning_point({*model.law, field}, start, model.point(pattern), 1.5 * model.largest_square, stop).theta;
}

}  // namespace gdm
