#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "gdm/base/crossing.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/condensation/condensation.hpp"
#include "gdm/experiments/shared/axis_crossing.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/physics/paths/clone_agreement.hpp"
#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/process/overlap_functions.hpp"
#include "gdm/physics/process/speciation.hpp"
#include "gdm/physics/weights/condensation_theory.hpp"
#include "gdm/physics/weights/data_spectrum.hpp"

namespace gdm {

namespace {

/// The fit of the weight entropy uses the part of the curve between these shares of ln N.
constexpr double fit_from = 0.35, fit_to = 0.75;

bool planted(const Point& point) { return point.word("state") == "planted"; }

/// A curve over x = ln t, ascending.
AxisCurve curve_of(const Point& point, std::span<const double> values) {
    AxisCurve curve = curve_over_axis(point, "t", values);
    for (double& x : curve.x) x = std::log(x);
    return curve;
}

/// Writes e^x of an estimate x ± systematic.
void set_time(double log_t, double log_systematic, std::span<double> value, std::span<double> systematic) {
    value[0] = std::exp(log_t);
    systematic[0] = std::isfinite(log_systematic) ? value[0] * log_systematic : 0;
}

/// The time where a curve crosses a level.
auto where(const char* observable, double level) {
    return [=](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
        const AxisCurve curve = curve_of(point, combined[observable]);
        const Crossing crossing = largest_crossing(curve.x, curve.y, level);
        set_time(crossing.position, crossing.systematic, value, systematic);
    };
}

/// The straight line of S_w against the information per dimension, extrapolated to S_w = 0.
void entropy_zero(const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
    const AxisCurve entropy = curve_of(point, combined["weight_entropy"]);
    const AxisCurve information = curve_of(point, combined["information"]);
    const double log_n = point["ln_N"];
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (std::size_t k = 0; k < entropy.y.size(); ++k) {
        const double s = entropy.y[k];
        if (!(s >= fit_from * log_n && s <= fit_to * log_n) || !std::isfinite(information.y[k])) continue;
        n += 1, x += information.y[k], y += s;
        xx += information.y[k] * information.y[k], xy += information.y[k] * s;
    }
    value[0] = not_a_number;
    if (n < 3) return;
    const double slope = (n * xy - x * y) / (n * xx - x * x);
    const double zero = (x - y / slope) / n;
    if (!(slope < 0)) return;
    const Crossing crossing = largest_crossing(information.x, information.y, zero);
    set_time(crossing.position, crossing.systematic, value, systematic);
}

/// The largest slope of Y in ln t: of the slopes between neighbouring times, averaged over three, the vertex of the parabola
/// through the steepest and its neighbours.
void steepest(const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
    const AxisCurve curve = curve_of(point, combined["participation_ratio"]);
    value[0] = not_a_number;
    std::vector<double> x, slope;
    for (std::size_t k = 0; k + 1 < curve.y.size(); ++k) {
        const double step = curve.x[k + 1] - curve.x[k];
        if (!(step > 0) || !std::isfinite(curve.y[k] + curve.y[k + 1])) continue;
        x.push_back(0.5 * (curve.x[k] + curve.x[k + 1]));
        slope.push_back((curve.y[k] - curve.y[k + 1]) / step);
    }
    if (x.size() < 5) return;
    std::vector<double> smooth(slope);
    for (std::size_t k = 1; k + 1 < slope.size(); ++k) smooth[k] = (slope[k - 1] + slope[k] + slope[k + 1]) / 3;
    const auto top = static_cast<std::size_t>(std::max_element(smooth.begin() + 1, smooth.end() - 1) - smooth.begin());
    if (top < 2 || top + 2 >= smooth.size() || !(smooth[top] > 0)) return;  // at the end of the times there is no maximum
    const double left = x[top] - x[top - 1], right = x[top + 1] - x[top];
    const double a = (smooth[top] - smooth[top - 1]) / left, b = (smooth[top + 1] - smooth[top]) / right;
    const double vertex = x[top] + 0.5 * (a * right + b * left) / (a - b);
    set_time(std::isfinite(vertex) ? std::clamp(vertex, x[top - 1], x[top + 1]) : x[top], 0.25 * (left + right), value,
             systematic);
}

Derived time_by(const std::string& name, const std::string& description,
                std::function<void(const Point&, const Combined&, std::span<double>, std::span<double>)> compute) {
    return {.name = name, .description = description, .error = ErrorMethod::bootstrap, .compute = std::move(compute)};
}

/// A closed form over t from a function of (mixture, ln N, t).
template <class Function>
auto over_times(Function function) {
    return [=](const Point& point, std::span<double> value) {
        const auto times = point.axis("t");
        for (std::size_t k = 0; k < times.size(); ++k) value[k] = function(point, times[k]);
    };
}

template <class Function>
auto once(Function function) {
    return [=](const Point& point, std::span<double> value) { value[0] = function(point); };
}

double half_theory(const Point& point) {
    if (planted(point)) return t_c_with_information(mixture_of(point), point["ln_N"], std::numbers::ln2);
    // The time at which 1 − l = ½; l grows with t.
    const double alpha = point["ln_N"] / point["d"];
    double low = -40, high = 40;
    if (!std::isfinite(alpha * point["sigma2"])) return not_a_number;
    for (int i = 0; i < 100; ++i) {
        const double middle = 0.5 * (low + high);
        (population_tilt(point["sigma2"], alpha, std::exp(middle)) < 0.5 ? low : high) = middle;
    }
    return std::exp(0.5 * (low + high));
}

Along limit_of(const std::string& quantity) {
    return {.name = quantity + "_limit",
            .description = quantity + " in the limit of large d at fixed alpha, linear in 1/d",
            .quantity = quantity,
            .axis = "d",
            .kind = along::Limit{.abscissa = [](const Point& point, double) { return 1 / point["d"]; }},
            .needs_axis = "alpha"};
}

}  // namespace

std::vector<Derived> condensation_derived() {
    return {time_by("t_c_half", "condensation time where <Y> = 1/2", where("participation_ratio", 0.5)),
            time_by("t_c_entropy",
                    "condensation time where the line fitted to <S_w> against `information`, between 0.35 and 0.75 ln N, "
                    "reaches 0 (poor below d = 16)",
                    entropy_zero),
            time_by("t_c_slope", "condensation time of the largest slope of <Y> in ln t", steepest),
            time_by("t_c_nearest", "where half the states are nearest to their source (planted; biased at small d)",
                    where("source_is_nearest", 0.5)),
            time_by("t_s_clone", "speciation time where clones agree with probability (1 + q(1))/2 = 0.7752",
                    where("clone_agreement", clone_agreement_at_t_b)),
            {.name = "t_s",
             .description = "speciation time expected from the covariance, ln(largest_eigenvalue)/2 (dataset)",
             .compute = [](const Point&, const Combined& combined, std::span<double> value,
                           std::span<double>) { value[0] = t_s_of_spectrum(combined.scalar("largest_eigenvalue")); }},
            {.name = "t_s_sampling_error",
             .description = "bootstrap error of t_s over the N points (dataset)",
             .compute =
                 [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
                     const double mean = combined.scalar("resampled_eigenvalue");
                     const double variance = combined.scalar("resampled_eigenvalue_squared") - mean * mean;
                     value[0] = 0.5 * std::sqrt(std::max(0.0, variance)) / combined.scalar("largest_eigenvalue");
                 }},
            {.name = "participation_ratio_variance",
             .description = "Var Y over states and training sets",
             .axes = {"t"},
             .compute = [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
                 const auto mean = combined["participation_ratio"], squared = combined["participation_ratio_squared"];
                 for (std::size_t k = 0; k < value.size(); ++k) value[k] = squared[k] - mean[k] * mean[k];
             }}};
}

std::vector<Theory> condensation_theory() {
    const auto alpha = [](const Point& point) { return point["ln_N"] / point["d"]; };
    const auto zero = over_times([](const Point& point, double) { return planted(point) ? 0.0 : not_a_number; });
    return {{.name = "participation_identity_theory", .description = "0, exactly", .axes = {"t"}, .compute = zero},
            {.name = "entropy_identity_theory", .unit = "nat", .description = "0, exactly", .axes = {"t"}, .compute = zero},
            {.name = "t_c_theory",
             .description = "published, ln(1 + sigma2/(N^(2/d) - 1))/2",
             .compute = once([](const Point& point) { return t_c_published(mixture_of(point), point["ln_N"]); })},
            {.name = "t_c_information",
             .description = "ln N - I(lambda) = d/2 ln(Gamma/Delta): with the class information; compare t_c_entropy",
             .compute = once([](const Point& point) { return t_c_with_information(mixture_of(point), point["ln_N"], 0); })},
            {.name = "t_c_half_large_d",
             .description = "<Y> = 1/2; planted: ln N - ln 2 - I(lambda) = d/2 ln(Gamma/Delta)",
             .compute = once(half_theory)},
            {.name = "t_b_theory",
             .description = "ln(M^2 - sigma2 + 1)/2: p_t becomes bimodal; compare t_s_clone",
             .compute = once([](const Point& point) { return t_b(mixture_of(point)); })},
            {.name = "excess_entropy_large_d",
             .unit = "nat",
             .description = "f at leading order in d; planted with I(lambda)",
             .axes = {"t"},
             .compute = over_times([=](const Point& point, double t) {
                 return planted(point) ? planted_excess_entropy(mixture_of(point), point["ln_N"], t)
                                       : population_excess_entropy(point["sigma2"], alpha(point), t);
             })},
            {.name = "participation_ratio_large_d",
             .description = "<Y> for d to infinity: planted a step at t_c_theory, population 1 - l",
             .axes = {"t"},
             .compute = over_times([=](const Point& point, double t) {
                 const double t_c = t_c_published(mixture_of(point), point["ln_N"]);
                 if (planted(point)) return std::isnan(t_c) ? not_a_number : (t < t_c ? 1.0 : 0.0);
                 return population_participation_ratio(point["sigma2"], alpha(point), t);
             })},
            {.name = "class_weight_large_n",
             .description = "(1 + q(lambda))/2, N to infinity",
             .axes = {"t"},
             .compute = over_times([](const Point& point, double t) {
                 const double lambda = mixture_of(point).lambda(t);
                 return std::isnan(lambda) ? not_a_number : 1 - 0.5 * overlap_one_minus_q(lambda);
             })}};
}

std::vector<Along> condensation_limits() {
    return {limit_of("t_c_half"), limit_of("t_c_entropy"), limit_of("t_c_slope"), limit_of("t_c_nearest")};
}

}  // namespace gdm
