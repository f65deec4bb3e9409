#include "gdm/experiments/targets/target_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "gdm/base/error.hpp"
#include "gdm/experiments/shared/user_points.hpp"
#include "gdm/physics/targets/point_sets.hpp"

namespace gdm {
namespace {

/// N random rows of a user's points, or all in their order.
std::vector<double> chosen_rows(const TargetPoints& data, std::size_t N, const RandomStream& random) {
    const std::size_t d = data.dimension;
    const auto order = choose_rows(data.values.size() / d, N, random).first;
    std::vector<double> points;
    for (const std::uint64_t row : order)
        for (std::size_t k = 0; k < d; ++k) points.push_back(data.values[row * d + k]);
    return points;
}

}  // namespace

Parameter point_law_setting() {
    return {.name = "point_law",
            .description = "law of the points of the discrete target: on the sphere of radius 1, or N(0, 1/d)",
            .role = Role::setting,
            .kind = Kind::word,
            .default_value = "sphere",
            .words = point_law_words.list()};
}

std::vector<Parameter> user_points_parameters() {
    return {
        {.name = "dataset",
         .description = "points of one's own, N rows of d columns: the discrete target; fixes d and theta_unit (absolute)",
         .role = Role::setting,
         .kind = Kind::dataset,
         .default_value = "none"},
        standardise_setting("norm")};
}

std::vector<Implied> implied_by_points(const Shapes& shapes, const std::string& theta) {
    const auto found = shapes.find("dataset");
    if (found == shapes.end()) return {};
    const auto& shape = found->second;
    if (shape.size() != 2 || shape[0] < 2 || shape[1] < 1)
        throw UsageError(
            "the dataset must be a table of points, N rows (2 or more) of d columns; analysis/make_dataset.py makes one of "
            "arrays and images");
    return {{"target", "discrete", true},
            {"d", fmt::format("{}", shape[1]), true},
            {"N", fmt::format("{}", shape[0]), false},
            {"theta_unit", "absolute", true},
            {"theta", theta, false}};
}

void check_rows(const Point& point, const Shapes& shapes) {
    const auto found = shapes.find("dataset");
    if (found != shapes.end() && point["N"] > static_cast<double>(found->second[0]))
        throw UsageError(fmt::format("the dataset has {} rows, fewer than N = {:g}", found->second[0], point["N"]));
}

void check_span(const Point& point) {
    constexpr double most_numbers = 1e6, most_spanned = 1024;
    const double N = point["N"], d = point["d"];
    if (N * d > most_numbers)
        throw UsageError(fmt::format("N d = {:g} numbers of the discrete target's points are too many; take at most {:g}",
                                     N * d, most_numbers));
    if (std::min(N, d) > most_spanned)
        throw UsageError(
            fmt::format("N = {:g} points span {:g} dimensions, too many for the eigenvalues of a covariance; at most {:g} "
                        "points, or dimensions",
                        N, std::min(N, d), most_spanned));
}

Context prepare_points(const Point& settings, const Inputs& inputs) {
    const auto found = inputs.find("dataset");
    if (found == inputs.end()) return {};
    const UserPoints user = user_points(found->second, settings.word("standardise"));
    TargetPoints data{.values = {user.values().begin(), user.values().end()}, .dimension = user.columns()};
    for (std::size_t i = 0; i < data.values.size(); ++i)
        data.values[i] = user.scale * (data.values[i] - user.offset[i % data.dimension]);
    return data;
}

std::vector<double> discrete_points(const Point& point, const TargetPoints* data, const RandomStream& random) {
    const auto N = static_cast<std::size_t>(point.integer("N")), d = static_cast<std::size_t>(point.integer("d"));
    return data != nullptr ? chosen_rows(*data, N, random)
                           : random_points(N, d, point_law_words.at(point.word("point_law")), random);
}

}  // namespace gdm
