#include "gdm/experiments/targets/order_parameter_replica.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/experiments/targets/order_parameter_axes.hpp"
#include "gdm/experiments/targets/order_parameter_measured.hpp"
#include "gdm/experiments/targets/path_target.hpp"
#include "gdm/physics/targets/turning_point.hpp"

namespace gdm {
namespace {

/// Which point the number `pattern` of those followed is: evenly spread, as rows of a dataset may be sorted by class.
std::size_t followed(const OrderParameterModel& model, std::size_t pattern, std::size_t patterns) {
    return pattern * (model.points.size() / model.n()) / patterns;
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
    Tasks(const OrderParameterModel& model, const Point& point, const Values& values)
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
        return measured_end(model_, followed(model_, pattern, patterns_), h, critical_theta(point_), stop);
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

    const OrderParameterModel& model_;
    const Point& point_;
    const Values& values_;
    std::span<const double> thetas_, fields_;
    std::size_t patterns_;
    std::array<std::size_t, 6> counts_;  ///< tasks of each kind
    std::uint64_t done_ = 0;
};

}  // namespace

bool law_is_symmetric(const Point& point) { return point.word("target") != "discrete"; }

std::size_t order_parameter_state_size(const Point& point) {
    std::size_t numbers = 0;
    over_written(point, [&](const char*, std::size_t count) { numbers += count; });
    return sizeof(std::uint64_t) + sizeof(double) * numbers;
}

void measure_order_parameter(const Point& point, const TargetPoints* data, const RandomStream& random, const Stop& stop,
                             Checkpoint& checkpoint, const Values& values) {
    const OrderParameterModel model = order_parameter_model(point, data, random);
    Tasks tasks(model, point, values);
    if (!checkpoint.saved().empty()) tasks.load(checkpoint.saved());
    for (; !tasks.done(); tasks.advance(stop))
        if (checkpoint.due()) checkpoint.save(tasks.bytes(), tasks.progress());
    checkpoint.end(tasks.bytes());
}

}  // namespace gdm
