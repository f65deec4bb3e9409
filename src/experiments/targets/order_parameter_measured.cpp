#include "gdm/experiments/targets/order_parameter_measured.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include "gdm/base/bytes.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/experiments/targets/path_target.hpp"
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

/// θ at which the branch of a point ends in the field h; NaN where it does not.
double end_of(const Model& model, std::size_t pattern, double h, double unit_theta, const Stop& stop) {
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

/// Which point the number `pattern` of those followed is: evenly spread, as rows of a dataset may be sorted by class.
std::size_t followed(const Model& model, std::size_t pattern, std::size_t patterns) {
    return pattern * (model.points.size() / model.n()) / patterns;
}

/// The stable branch of greatest magnetisation.
Branch greatest(const Model& model, double theta, double h, const Stop& stop) {
    const auto branches = branches_of(model, theta, h, stop);
    return *std::max_element(branches.begin(), branches.end(), [&](const Branch& a, const Branch& b) {
        return model.along(a.m, model.axis) < model.along(b.m, model.axis);
    });
}

void measure_transition(const Model& model, double theta_c, const Stop& stop, const Values& values) {
    const auto distances = transition_distances();
    for (std::size_t k = 0; k < distances.size(); ++k) {
        const double below = theta_c * (1 - distances[k]), above = theta_c * (1 + distances[k]);
        const Branch ordered = greatest(model, below, 0, stop), disordered = greatest(model, above, 0, stop);
        values["ordered_magnetisation"][k] = model.along(ordered.m, model.axis);
        values["ordered_susceptibility"][k] = ordered.susceptibility(below, model.axis);
        values["disordered_susceptibility"][k] = disordered.susceptibility(above, model.axis);
        values["critical_magnetisation"][k] = model.along(greatest(model, theta_c, distances[k], stop).m, model.axis);
    }
}

void measure_landscape(const Model& model, double theta_c, const Stop& stop, const Values& values) {
    const auto ratios = map_ratios();
    const std::vector<double> none(model.n(), 0.0);
    const FieldedTarget target{*model.law, none};
    const bool rotated = model.across_count() > 0;
    std::vector<double> m(model.n());
    const auto place = [](std::size_t i) {
        return map_extent * (2 * static_cast<double>(i) / static_cast<double>(map_side - 1) - 1);
    };
    for (std::size_t ratio = 0; ratio < ratios.size(); ++ratio) {
        const double theta = ratios[ratio] * theta_c, origin = landscape(target, theta, model.centre);
        for (std::size_t i = 0; i < map_side; ++i) {
            stop.check();
            for (std::size_t j = 0; j < map_side; ++j) {
                const double u = place(i), v = place(j);
                if (rotated) {
                    m[0] = std::hypot(u, v);
                } else {
                    if (model.second_axis.empty() && j != map_side / 2) continue;
                    for (std::size_t k = 0; k < m.size(); ++k)
                        m[k] =
                            model.centre[k] + u * model.axis[k] + (model.second_axis.empty() ? 0 : v * model.second_axis[k]);
                }
                values["landscape"][(ratio * map_side + i) * map_side + j] = landscape(target, theta, m) - origin;
            }
        }
        const auto branches = branches_of(model, theta, 0, stop);
        for (std::size_t b = 0; b < std::min(most_branches, branches.size()); ++b) {
            const std::size_t at = ratio * most_branches + b;
            values["landscape_branch_u"][at] = model.along(branches[b].m, model.axis);
            values["landscape_branch_v"][at] = model.second_axis.empty() ? 0 : model.along(branches[b].m, model.second_axis);
            values["landscape_branch_unstable"][at] = branches[b].unstable(theta, model.across_count());
        }
    }
}

/// What does not depend on theta: ends of branches, the transition, the landscape.
void measure_once(const Model& model, const Point& point, const Stop& stop, const Values& values) {
    const double unit_theta = critical_theta(point);
    const auto fields = point.axis("h");
    const std::vector<double> none(model.n(), 0.0);
    const FieldedTarget target{*model.law, none};
    const Branch far = branch_at(target, 1e15, model.centre);  // all weights are those of the target
    values.set("prior_eigenvalue", std::max(far.variances.front(), model.across_count() > 0 ? far.across : 0));

    const std::size_t patterns = std::min(most_patterns, model.points.size() / model.n());
    double theta_c = not_a_number;
    for (std::size_t pattern = 0; pattern < patterns; ++pattern)
        theta_c = std::fmax(theta_c, end_of(model, followed(model, pattern, patterns), 0, unit_theta, stop));
    values.set("theta_c", theta_c);
    for (std::size_t i = 0; i < fields.size(); ++i) {
        RunningMoments ends;
        for (std::size_t pattern = 0; pattern < patterns; ++pattern) {
            const double end = end_of(model, followed(model, pattern, patterns), fields[i], unit_theta, stop);
            values["theta_end"][i * most_patterns + pattern] = end;
            if (std::isfinite(end)) ends.add(end);
        }
        values["ending_share"][i] = static_cast<double>(ends.count()) / static_cast<double>(patterns);
        values["mean_theta_end"][i] = ends.count() > 0 ? ends.mean() : not_a_number;
    }
    if (law_is_symmetric(point)) {
        const double limit = stability_limit(target, model.centre, 0.01 * unit_theta, 100 * unit_theta);
        values.set("theta_stability", limit);
        measure_transition(model, limit, stop, values);
    }
    if (std::isfinite(theta_c)) measure_landscape(model, theta_c, stop, values);
}

void measure_place(const Model& model, double theta, double h, std::size_t place, const Stop& stop, const Values& values) {
    const auto branches = branches_of(model, theta, h, stop);
    const auto ground = std::min_element(branches.begin(), branches.end(),
                                         [&](const Branch& a, const Branch& b) { return model.is_ground(a, b); });
    record_counts(model, branches, theta, place, values);
    record_branches(model, branches, theta, place, values);
    record_ground_state(model, *ground, theta, place, values);
}

/// What measure_place writes, with how many numbers at a place.
constexpr std::array<std::pair<const char*, std::size_t>, 14> of_a_place = {{{"branches", 1},
                                                                             {"stable_branches", 1},
                                                                             {"degree", 1},
                                                                             {"magnetisation", 1},
                                                                             {"free_energy", 1},
                                                                             {"susceptibility", 1},
                                                                             {"bare_response", most_modes},
                                                                             {"self_response", most_modes},
                                                                             {"score_jacobian", most_modes},
                                                                             {"branch_magnetisation", most_branches},
                                                                             {"branch_norm", most_branches},
                                                                             {"branch_free_energy", most_branches},
                                                                             {"branch_stability", most_branches},
                                                                             {"branch_unstable", most_branches}}};

std::size_t numbers_of_a_place() {
    std::size_t sum = 0;
    for (const auto& [name, count] : of_a_place) sum += count;
    return sum;
}

std::vector<std::byte> state_of(std::uint64_t done, const Values& values) {
    ByteWriter writer;
    writer.put(done);
    for (const auto& [name, count] : of_a_place) writer.put(std::span<const double>(values[name]));
    return writer.take();
}

/// Writes the places that are done, and returns how many.
std::uint64_t restore(std::span<const std::byte> state, const Values& values) {
    ByteReader reader(state);
    std::uint64_t done = 0;
    reader.get(done);
    for (const auto& [name, count] : of_a_place) reader.get(values[name]);
    return done;
}

}  // namespace

std::vector<double> map_ratios() { return {1.5, 1, 0.7, 0.4}; }

std::vector<double> transition_distances() {
    constexpr int count = 29;
    std::vector<double> distances;
    for (int k = 0; k < count; ++k) distances.push_back(1e-4 * std::pow(3e3, static_cast<double>(k) / (count - 1)));
    return distances;
}

std::vector<FixedAxis> order_parameter_axes() {
    const auto numbered = [](const std::string& name, const std::string& description, std::size_t count) {
        FixedAxis axis{.name = name, .unit = "1", .description = description, .values = std::vector<double>(count)};
        std::iota(axis.values.begin(), axis.values.end(), 1.0);
        return axis;
    };
    std::vector<double> places;
    for (std::size_t i = 0; i < map_side; ++i)
        places.push_back(map_extent * (2 * static_cast<double>(i) / static_cast<double>(map_side - 1) - 1));
    return {numbered("branch", "branch, minima first, each group by free energy", most_branches),
            numbered("mode", "eigenvalue, the greatest first", most_modes),
            numbered("pattern", "point whose branch is followed", most_patterns),
            {.name = "distance",
             .description = "distance from the transition: of theta/theta_c from 1, or the field",
             .values = transition_distances()},
            {.name = "ratio", .description = "theta/theta_c of a landscape", .values = map_ratios()},
            {.name = "u", .description = "coordinate towards the first point", .values = places},
            {.name = "v", .description = "coordinate across it towards the second point", .values = places}};
}

bool law_is_symmetric(const Point& point) { return point.word("target") != "discrete"; }

std::size_t order_parameter_state_size(const Point& point) {
    const std::size_t places = point.axis("theta").size() * point.axis("h").size();
    return sizeof(std::uint64_t) + sizeof(double) * places * numbers_of_a_place();
}

void measure_order_parameter(const Point& point, const TargetPoints* data, const RandomStream& random, const Stop& stop,
                             Checkpoint& checkpoint, const Values& values) {
    const Model model = order_parameter_model(point, data, random);
    const auto thetas = point.axis("theta"), fields = point.axis("h");
    const std::size_t places = thetas.size() * fields.size();
    std::uint64_t done = 0;
    if (!checkpoint.saved().empty()) done = restore(checkpoint.saved(), values);
    for (; done < places; ++done) {
        if (checkpoint.due())
            checkpoint.save(state_of(done, values), static_cast<double>(done) / static_cast<double>(places + 1));
        measure_place(model, thetas[done / fields.size()], fields[done % fields.size()], done, stop, values);
    }
    if (checkpoint.due())
        checkpoint.save(state_of(done, values), static_cast<double>(done) / static_cast<double>(places + 1));
    measure_once(model, point, stop, values);
    checkpoint.end(state_of(done, values));
}

}  // namespace gdm
