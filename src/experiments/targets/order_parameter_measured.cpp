#include "gdm/experiments/targets/order_parameter_measured.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>

#include "gdm/base/bytes.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/experiments/targets/path_target.hpp"
#include "gdm/physics/targets/point_sets.hpp"
#include "gdm/physics/targets/turning_point.hpp"

namespace gdm {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t mixtures_tried = 32;

double dot(std::span<const double> a, std::span<const double> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// A law with the directions in which it is looked at.
struct Model {
    std::unique_ptr<TargetLaw> law;
    std::string target;
    std::vector<double> points;
    std::vector<double> centre;       ///< ⟨y⟩
    std::vector<double> axis;         ///< unit vector from there to the first point: that of fields and magnetisations
    std::vector<double> second_axis;  ///< across it towards the second point; empty if there is no other direction
    std::vector<double> mixtures;     ///< random means of points, where branches are looked for
    double largest_square = 0;        ///< max ‖y‖²

    [[nodiscard]] std::size_t n() const { return centre.size(); }
    [[nodiscard]] std::span<const double> point(std::size_t j) const { return std::span(points).subspan(j * n(), n()); }
    [[nodiscard]] std::vector<double> field(double h) const {
        std::vector<double> field = axis;
        for (double& value : field) value *= h;
        return field;
    }
    [[nodiscard]] double along(std::span<const double> m, std::span<const double> direction) const {
        return dot(m, direction) - dot(centre, direction);
    }
    [[nodiscard]] double across_count() const { return law->dimension() - static_cast<double>(n()); }
    [[nodiscard]] bool is_ground(const Branch& one, const Branch& other) const {
        const double difference = one.free_energy - other.free_energy;
        // States that a symmetry connects differ by rounding: the one along the axis counts.
        if (std::abs(difference) > 1e-12 * largest_square) return difference < 0;
        return along(one.m, axis) > along(other.m, axis);
    }
};

/// N random rows of a user's points, or all in their order.
std::vector<double> chosen_rows(const UserPoints& data, std::size_t N, const RandomStream& random) {
    const std::size_t d = data.dimension, rows = data.values.size() / d;
    std::vector<std::size_t> order(rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    RandomSequence sequence(random, Purpose::dataset);
    for (std::size_t i = 0; i < N && N < rows; ++i) std::swap(order[i], order[i + sequence.below(rows - i)]);
    std::vector<double> points;
    for (std::size_t i = 0; i < N; ++i)
        for (std::size_t k = 0; k < d; ++k) points.push_back(data.values[order[i] * d + k]);
    return points;
}

std::unique_ptr<TargetLaw> law_of(const Point& point, const UserPoints* data, const RandomStream& random) {
    if (point.word("target") != "discrete") return path_target_of(point, random);
    const auto N = static_cast<std::size_t>(point.integer("N")), d = static_cast<std::size_t>(point.integer("d"));
    SpannedPoints spanned =
        in_their_span(data != nullptr ? chosen_rows(*data, N, random)
                                      : random_points(N, d, point_law_words.at(point.word("point_law")), random),
                      d);
    return discrete_target(std::move(spanned.points), spanned.rank);
}

/// The unit vector towards a difference, less its part along `before`; empty where nothing is left.
std::vector<double> unit(std::vector<double> vector, std::span<const double> before) {
    if (!before.empty()) {
        const double part = dot(vector, before);
        for (std::size_t k = 0; k < vector.size(); ++k) vector[k] -= part * before[k];
    }
    const double norm = std::sqrt(dot(vector, vector));
    if (!(norm > 1e-9)) return {};
    for (double& value : vector) value /= norm;
    return vector;
}

Model model_of(const Point& point, const UserPoints* data, const RandomStream& random) {
    Model model;
    model.law = law_of(point, data, random);
    model.target = point.word("target");
    model.points = model.law->points();
    model.centre = model.law->prior_mean();
    const std::size_t n = model.n(), count = model.points.size() / n;
    const auto from_centre = [&](std::size_t j) {
        std::vector<double> vector(model.point(j).begin(), model.point(j).end());
        for (std::size_t k = 0; k < n; ++k) vector[k] -= model.centre[k];
        return vector;
    };
    for (std::size_t j = 0; j < count; ++j) {
        model.largest_square = std::max(model.largest_square, dot(model.point(j), model.point(j)));
        if (model.axis.empty())
            model.axis = unit(from_centre(j), {});
        else if (model.second_axis.empty())
            model.second_axis = unit(from_centre(j), model.axis);
    }
    RandomSequence sequence(random, Purpose::initial_state);
    for (std::size_t i = 0; i < mixtures_tried * n && model.target == "discrete"; i += n) {
        std::vector<double> mixture(n, 0.0);
        double total = 0;
        // Half way between one point and the mean of all: weights of an exponential law, squared, are uneven.
        for (std::size_t j = 0; j < count; ++j) {
            const double weight = std::pow(std::log(sequence.uniform()), 2);
            total += weight;
            for (std::size_t k = 0; k < n; ++k) mixture[k] += weight * model.point(j)[k];
        }
        for (const double value : mixture) model.mixtures.push_back(value / total);
    }
    return model;
}

/// Minima first, each group by free energy.
std::vector<Branch> branches_of(const Model& model, double theta, double h, const Stop& stop) {
    const auto field = model.field(h);
    const FieldedTarget target{*model.law, field};
    if (model.target == "discrete") return searched_branches(target, theta, model.mixtures, stop);
    auto branches = model.target == "four_deltas" ? four_deltas_branches(target, theta) : axis_branches(target, theta);
    std::stable_sort(branches.begin(), branches.end(), [&](const Branch& a, const Branch& b) {
        const double first = a.unstable(theta, model.across_count()), second = b.unstable(theta, model.across_count());
        return first != second ? first < second : a.free_energy < b.free_energy;
    });
    return branches;
}

double finite_or_nan(double value) { return std::isfinite(value) && std::abs(value) < 1e12 ? value : nan; }

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
    if (!(start > 0)) return nan;
    const auto field = model.field(h);
    return turning_point({*model.law, field}, start, model.point(pattern), 1.5 * model.largest_square, stop).theta;
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
    double theta_c = nan;
    for (std::size_t pattern = 0; pattern < patterns; ++pattern)
        theta_c = std::fmax(theta_c, end_of(model, pattern, 0, unit_theta, stop));
    values.set("theta_c", theta_c);
    for (std::size_t i = 0; i < fields.size(); ++i) {
        RunningMoments ends;
        for (std::size_t pattern = 0; pattern < patterns; ++pattern) {
            const double end = end_of(model, pattern, fields[i], unit_theta, stop);
            values["theta_end"][i * most_patterns + pattern] = end;
            if (std::isfinite(end)) ends.add(end);
        }
        values["ending_share"][i] = static_cast<double>(ends.count()) / static_cast<double>(patterns);
        values["mean_theta_end"][i] = ends.count() > 0 ? ends.mean() : nan;
    }
    if (is_symmetric(point)) {
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

bool is_symmetric(const Point& point) { return point.word("target") != "discrete"; }

std::size_t order_parameter_state_size(const Point& point) {
    const std::size_t places = point.axis("theta").size() * point.axis("h").size();
    return sizeof(std::uint64_t) + sizeof(double) * places * numbers_of_a_place();
}

void measure_order_parameter(const Point& point, const UserPoints* data, const RandomStream& random, const Stop& stop,
                             Checkpoint& checkpoint, const Values& values) {
    const Model model = model_of(point, data, random);
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
