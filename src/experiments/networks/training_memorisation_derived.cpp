#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "gdm/base/crossing.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/networks/training_memorisation.hpp"
#include "gdm/experiments/shared/axis_crossing.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/physics/networks/random_feature_theory.hpp"
#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/weights/condensation_theory.hpp"

namespace gdm {

namespace {

/// A curve over ln τ, ascending, of τ > 0.
AxisCurve over_log_time(const Point& point, std::span<const double> values) {
    const AxisCurve all = curve_over_axis(point, "tau", values);
    AxisCurve curve;
    for (std::size_t k = 0; k < all.x.size(); ++k) {
        if (!(all.x[k] > 0)) continue;
        curve.x.push_back(std::log(all.x[k]));
        curve.y.push_back(all.y[k]);
    }
    return curve;
}

struct Minimum {
    double place = not_a_number, value = not_a_number, systematic = not_a_number;
};

/// The vertex of the parabola through three points.
Minimum vertex(const AxisCurve& curve, std::size_t left, std::size_t middle, std::size_t right) {
    const double h = curve.x[middle] - curve.x[left], k = curve.x[right] - curve.x[middle];
    const double a = (curve.y[middle] - curve.y[left]) / h, b = (curve.y[right] - curve.y[middle]) / k;
    const double curvature = (b - a) / (h + k), slope = (a * k + b * h) / (h + k), shift = -slope / (2 * curvature);
    return {curve.x[middle] + shift, curve.y[middle] - curvature * shift * shift, 0};
}

/// The smallest value inside a curve; judged by the parabola through points twice as far apart, whose error is four times as
/// large. None at an end.
Minimum smallest(const AxisCurve& curve) {
    const auto at = static_cast<std::size_t>(std::min_element(curve.y.begin(), curve.y.end()) - curve.y.begin());
    if (at < 1 || at + 1 >= curve.x.size() || !std::isfinite(curve.y[at])) return {};
    Minimum result = vertex(curve, at - 1, at, at + 1);
    result.systematic = at >= 2 && at + 2 < curve.x.size()
                            ? std::abs(vertex(curve, at - 2, at, at + 2).place - result.place) / 3
                            : (curve.x[at + 1] - curve.x[at - 1]) / 4;
    return result;
}

void set_time(double log_time, double log_systematic, std::span<double> value, std::span<double> systematic) {
    value[0] = std::exp(log_time);
    systematic[0] = std::isfinite(log_systematic) ? value[0] * log_systematic : 0;
}

void set_first_crossing(const AxisCurve& curve, double level, std::span<double> value, std::span<double> systematic) {
    const auto crossings = all_crossings(curve.x, curve.y, level);
    if (crossings.empty()) {
        value[0] = not_a_number;
    } else {
        set_time(crossings.front().position, crossings.front().systematic, value, systematic);
    }
}

Derived time_of(std::string name, std::string description, decltype(Derived::compute) compute) {
    return {.name = std::move(name), .description = std::move(description), .compute = std::move(compute)};
}

/// One Gaussian class only.
RandomFeatureModel model_of(const Point& point) {
    const auto activation = activation_words.at(point.word("activation"));
    return {feature_coefficients(activation, point["sigma2"], point["t"]), trained_points(point) / point["d"],
            random_feature_count(point) / point["d"], point["sigma2"], point["t"]};
}

Theory of_one_class(const std::string& name, const std::string& description,
                    std::function<double(const RandomFeatureModel&)> function) {
    return closed_form(name, description, [function = std::move(function)](const Point& point) {
        return point["mu"] == 0 ? function(model_of(point)) : not_a_number;
    });
}

Along limit(const std::string& quantity, const std::string& axis, const std::string& of) {
    return {.name = quantity + "_limit",
            .description = quantity + " in the limit of large " + of + ", linear in 1/" + axis,
            .quantity = quantity,
            .axis = axis,
            .kind = along::Limit{.abscissa = [](const Point&, double value) { return 1 / value; }}};
}

}  // namespace

std::vector<Derived> training_memorisation_derived() {
    const auto rise = [](const Point& point, const Combined& combined, std::span<double> value,
                         std::span<double> systematic) {
        set_first_crossing(over_log_time(point, combined["gap"]), point["threshold"], value, systematic);
    };
    return {
        time_of("tau_gen", "training time at which the test loss (and so score_error) is smallest",
                [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
                    const Minimum found = smallest(over_log_time(point, combined["loss_test"]));
                    set_time(found.place, found.systematic, value, systematic);
                }),
        time_of("best_loss", "the smallest test loss",
                [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
                    value[0] = smallest(over_log_time(point, combined["loss_test"])).value;
                }),
        time_of("tau_half", "training time at which score_error has fallen to half of what it is without training",
                [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
                    set_first_crossing(over_log_time(point, combined["score_error"]), squared_score(point) / 2, value,
                                       systematic);
                }),
        time_of("tau_mem", "training time at which the gap passes the threshold", rise),
        time_of("tau_mem_per_point", "tau_mem/psi_n",
                [rise](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
                    rise(point, combined, value, systematic);
                    value[0] /= point["psi_n"];
                    systematic[0] /= point["psi_n"];
                }),
        time_of("tau_double", "training time after tau_gen at which score_error is twice its minimum",
                [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
                    const AxisCurve curve = over_log_time(point, combined["score_error"]);
                    const double least = smallest(curve).value;
                    const Crossing crossing = largest_crossing(curve.x, curve.y, 2 * least);
                    if (crossing.slope > 0) {
                        set_time(crossing.position, crossing.systematic, value, systematic);
                    } else {
                        value[0] = not_a_number;
                    }
                })};
}

std::vector<Theory> training_memorisation_theory() {
    return {
        closed_form("mean_eigenvalue_theory", "the mean of phi^2, exactly; one Gaussian class",
                    [](const Point& point) {
                        if (point["mu"] != 0) return not_a_number;
                        return mean_eigenvalue_of_features(activation_words.at(point.word("activation")),
                                                           mixture_of(point).variance(point["t"]), point["d"]);
                    }),
        of_one_class("tau_linear", "1/(2 Delta a^2 Gamma): the linear part of the score is learned", generalisation_time),
        of_one_class("tau_half_large_d", "ln(2)/2 of it: its error has fallen to half",
                     [](const RandomFeatureModel& model) { return 0.5 * std::numbers::ln2 * generalisation_time(model); }),
        of_one_class("tau_slowest",
                     "psi_p/(2 Delta [s^2 + v^2 (1 - sqrt(psi_p/psi_n))^2]): the slowest modes that carry the training "
                     "points are learned; a scale for tau_mem",
                     memorisation_time),
        closed_form("t_c",
                    "condensation time of the perfect score of the same number of points, ln(1 + sigma2/(n^(2/d) - 1))/2",
                    [](const Point& point) {
                        return std::isnan(point["mu"]) ? not_a_number
                                                       : t_c_published(mixture_of(point), std::log(trained_points(point)));
                    }),
        {.name = "eigenvalue_share_large_d",
         .description = "the same by the saddle point of large d, one Gaussian class",
         .axes = {"log_lambda"},
         .compute = [](const Point& point, std::span<double> value) {
             std::fill(value.begin(), value.end(), not_a_number);
             if (point["mu"] != 0) return;
             const RandomFeatureModel model = model_of(point);
             const FixedAxis bins = eigenvalue_bins();
             for (std::size_t k = 0; k < value.size(); ++k)
                 value[k] = spectral_mass_of_features(model, std::pow(10, bins.values[k] - eigenvalue_bin_width / 2),
                                                      std::pow(10, bins.values[k] + eigenvalue_bin_width / 2));
         }}};
}

std::vector<Along> training_memorisation_along() {
    return {limit("tau_gen", "d", "d"), limit("tau_mem", "d", "d"), limit("tau_mem_per_point", "psi_n", "psi_n")};
}

}  // namespace gdm
