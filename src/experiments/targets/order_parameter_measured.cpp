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

void measure_transition(const Model& model, double theta_c, std::size_t k, const Stop& stop, const Values& values) {
    const double distance = transition_distances()[k], below = theta_c * (1 - distance), above = theta_c * (1 + distance);
    const Branch ordered = greatest(model, below, 0, stop), disordered = greatest(model, above, 0, stop);
    values["ordered_magnetisation"][k] = model.along(ordered.m, model.axis);
    values["ordered_susceptibility"][k] = ordered.susceptibility(below, model.axis);
    values["disordered_susceptibility"][k] = disordered.susceptibility(above, model.axis);
    values["critical_magnetisation"][k] = model.along(greatest(model, theta_c, distance, stop).m, model.axis);
}

void measure_landscape(const Model& model, double theta_c, std::size_t ratio, const Stop& stop, const Values& values) {
    const std::vector<double> none(model.n(), 0.0);
    const FieldedTarget target{*model.law, none};
    const bool rotated = model.across_count() > 0;
    std::vector<double> m(model.n());
    const auto place = [](std::size_t i) {
        return map_extent * (2 * static_cast<double>(i) / static_cast<double>(map_side - 1) - 1);
    };
    const double theta = map_ratios()[ratio] * theta_c, origin = landscape(target, theta, model.centre);
    for (std::size_t i = 0; i < map_side; ++i) {
        stop.check();
        for (std::size_t j = 0; j < map_side; ++j) {
            const double u = place(i), v = place(j);
            if (rotated) {
                m[0] = std::hypot(u, v);
            } else {
                if (model.second_axis.empty() && j != map_side / 2) continue;
                for (std::size_t k = 0; k < m.size(); ++k)
                    m[k] = model.centre[k] + u * model.axis[k] + (model.second_axis.empty() ? 0 : v * model.second_axis[k]);
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

/// What measure_place writes, with how many numbers at a place.
constexpr std::array<std::pair<const char*, std::size_t>, 15> of_a_place = {{{"branches", 1},
                                                                             {"stable_branches", 1},
                                                                             {"degree", 1},
                                                                             {"proven", 1},
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

constexpr std::array<std::pair<const char*, std::size_t>, 3> of_a_field = {
    {{"theta_end", most_patterns}, {"mean_theta_end", 1}, {"ending_share", 1}}};
/// The others, with how many numbers at a distance, or a ratio, of once.
constexpr std::array<std::pair<const char*, std::size_t>, 3> of_once = {
    {{"theta_c", 1}, {"theta_stability", 1}, {"prior_eigenvalue", 1}}};
constexpr std::array<std::pair<const char*, std::size_t>, 4> of_a_distance = {{{"ordered_magnetisation", 1},
                                                                               {"ordered_susceptibility", 1},
                                                                               {"disordered_susceptibility", 1},
                                                                               {"critical_magnetisation", 1}}};
constexpr std::array<std::pair<const char*, std::size_t>, 4> of_a_ratio = {{{"landscape", map_side* map_side},
                                                                            {"landscape_branch_u", most_branches},
                                                                            {"landscape_branch_v", most_branches},
                                                                            {"landscape_branch_unstable", most_branches}}};

/// Calls `visit(name, numbers)` for all that a replica writes.
template <class Visit>
void over_written(const Point& point, Visit&& visit) {
    const std::size_t fields = point.axis("h").size(), places = point.axis("theta").size() * fields;
    for (const auto& [name, count] : of_a_place) visit(name, places * count);
    for (const auto& [name, count] : of_a_field) visit(name, fields * count);
    for (const auto& [name, count] : of_once) visit(name, count);
    for (const auto& [name, count] : of_a_distance) visit(name, transition_distances().size() * count);
    for (const auto& [name, count] : of_a_ratio) visit(name, map_ratios().size() * count);
}

/// A replica task by task, so that it can be saved between any two: the places (theta, h), ends of branches without and
/// with a field, the transition at each distance, the landscapes.
class Tasks {
  public:
    Tasks(const Model& model, const Point& point, const Values& values)
        : model_(model),
          point_(point),
          values_(values),
          thetas_(point.axis("theta")),
          fields_(point.axis("h")),
          patterns_(std::min(most_patterns, model.points.size() / model.n())),
          counts_{thetas_.size() * fields_.size(), patterns_,          fields_.size() * patterns_, 1,
                  transition_distances().size(),   map_ratios().size()} {}

    [[nodiscard]] bool done() const { return done_ == all(); }
    [[nodiscard]] double progress() const { return static_cast<double>(done_) / static_cast<double>(all()); }

    void advance(const Stop& stop) {
        std::size_t task = done_, kind = 0;
        while (task >= counts_[kind]) task -= counts_[kind++];
        perform(kind, task, stop);
        ++done_;
    }

    [[nodiscard]] std::vector<std::byte> bytes() const {
        ByteWriter writer;
        writer.put(done_);
        over_written(point_, [&](const char* name, std::size_t) { writer.put(std::span<const double>(values_[name])); });
        return writer.take();
    }
    void load(std::span<const std::byte> state) {
        ByteReader reader(state);
        reader.get(done_);
        over_written(point_, [&](const char* name, std::size_t) { reader.get(values_[name]); });
    }

  private:
    [[nodiscard]] std::uint64_t all() const { return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0}); }

    void perform(std::size_t kind, std::size_t task, const Stop& stop) {
        switch (kind) {
            case 0:
                return measure_place(model_, thetas_[task / fields_.size()], fields_[task % fields_.size()], task, stop,
                                     values_);
            case 1:
                values_["theta_c"][0] = std::fmax(values_["theta_c"][0], end_of_pattern(task, 0, stop));
                return;
            case 2:
                return measure_end(task / patterns_, task % patterns_, stop);
            case 3:
                return measure_centre();
            case 4:
                if (law_is_symmetric(point_)) measure_transition(model_, values_["theta_stability"][0], task, stop, values_);
                return;
            default:
                if (const double theta_c = values_["theta_c"][0]; std::isfinite(theta_c))
                    measure_landscape(model_, theta_c, task, stop, values_);
        }
    }

    [[nodiscard]] double end_of_pattern(std::size_t pattern, double h, const Stop& stop) const {
        return end_of(model_, followed(model_, pattern, patterns_), h, critical_theta(point_), stop);
    }

    void measure_end(std::size_t field, std::size_t pattern, const Stop& stop) {
        const auto ends = values_["theta_end"].subspan(field * most_patterns, patterns_);
        ends[pattern] = end_of_pattern(pattern, fields_[field], stop);
        if (pattern + 1 < patterns_) return;
        RunningMoments finite;
        for (const double end : ends)
            if (std::isfinite(end)) finite.add(end);
        values_["ending_share"][field] = static_cast<double>(finite.count()) / static_cast<double>(patterns_);
        values_["mean_theta_end"][field] = finite.count() > 0 ? finite.mean() : not_a_number;
    }

    void measure_centre() {
        const std::vector<double> none(model_.n(), 0.0);
        const FieldedTarget target{*model_.law, none};
        const Branch far = branch_at(target, 1e15, model_.centre);  // all weights are those of the target
        values_.set("prior_eigenvalue", std::max(far.variances.front(), model_.across_count() > 0 ? far.across : 0));
        const double unit_theta = critical_theta(point_);
        if (law_is_symmetric(point_))
            values_.set("theta_stability", stability_limit(target, model_.centre, 0.01 * unit_theta, 100 * unit_theta));
    }

    const Model& model_;
    const Point& point_;
    const Values& values_;
    std::span<const double> thetas_, fields_;
    std::size_t patterns_;
    std::array<std::size_t, 6> counts_;  ///< tasks of each kind
    std::uint64_t done_ = 0;
};

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
    std::size_t numbers = 0;
    over_written(point, [&](const char*, std::size_t count) { numbers += count; });
    return sizeof(std::uint64_t) + sizeof(double) * numbers;
}

void measure_order_parameter(const Point& point, const TargetPoints* data, const RandomStream& random, const Stop& stop,
                             Checkpoint& checkpoint, const Values& values) {
    const Model model = order_parameter_model(point, data, random);
    Tasks tasks(model, point, values);
    if (!checkpoint.saved().empty()) tasks.load(checkpoint.saved());
    for (; !tasks.done(); tasks.advance(stop))
        if (checkpoint.due()) checkpoint.save(tasks.bytes(), tasks.progress());
    checkpoint.end(tasks.bytes());
}

}  // namespace gdm
