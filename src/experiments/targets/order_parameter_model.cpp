#include "gdm/experiments/targets/order_parameter_model.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "gdm/experiments/targets/path_target.hpp"
#include "gdm/physics/targets/point_sets.hpp"

namespace gdm {
namespace {

constexpr std::size_t mixtures_tried = 32;

double dot(std::span<const double> a, std::span<const double> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

std::unique_ptr<TargetLaw> law_of(const Point& point, const TargetPoints* data, const RandomStream& random) {
    if (point.word("target") != "discrete") return path_target_of(point, random);
    SpannedPoints spanned =
        in_their_span(discrete_points(point, data, random), static_cast<std::size_t>(point.integer("d")));
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

}  // namespace

double OrderParameterModel::along(std::span<const double> m, std::span<const double> direction) const {
    return dot(m, direction) - dot(centre, direction);
}

bool OrderParameterModel::is_ground(const Branch& one, const Branch& other) const {
    const double difference = one.free_energy - other.free_energy;
    if (std::abs(difference) > 1e-12 * largest_square) return difference < 0;  // otherwise equal to rounding
    return along(one.m, axis) > along(other.m, axis);
}

OrderParameterModel order_parameter_model(const Point& point, const TargetPoints* data, const RandomStream& random) {
    OrderParameterModel model;
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

std::vector<Branch> branches_of(const OrderParameterModel& model, double theta, double h, const Stop& stop, bool* proven) {
    const auto field = model.field(h);
    const FieldedTarget target{*model.law, field};
    if (model.target == "discrete") return searched_branches(target, theta, model.mixtures, stop, proven);
    if (proven != nullptr) *proven = true;
    auto branches = model.target == "four_deltas" ? four_deltas_branches(target, theta) : axis_branches(target, theta);
    std::stable_sort(branches.begin(), branches.end(), [&](const Branch& a, const Branch& b) {
        const double first = a.unstable(theta, model.across_count()), second = b.unstable(theta, model.across_count());
        return first != second ? first < second : a.free_energy < b.free_energy;
    });
    return branches;
}

}  // namespace gdm
