#include "gdm/experiments/targets/order_parameter_derived.hpp"

#include <cmath>
#include <functional>
#include <string>

#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/targets/order_parameter_axes.hpp"
#include "gdm/experiments/targets/order_parameter_replica.hpp"
#include "gdm/experiments/targets/path_target.hpp"
#include "gdm/physics/targets/power_law.hpp"
#include "gdm/physics/targets/turning_point.hpp"
#include "gdm/physics/targets/two_deltas_law.hpp"

namespace gdm {
namespace {

/// A number and its error from a curve over `distance`.
struct Fitted {
    double value, error;
};

Derived fitted(const std::string& name, const std::string& description,
               std::function<Fitted(const Combined& combined, double window)> fit) {
    return {.name = name,
            .description = description,
            .compute = [fit = std::move(fit)](const Point& point, const Combined& combined, std::span<double> value,
                                              std::span<double> systematic) {
                if (!law_is_symmetric(point)) {
                    value[0] = not_a_number;
                    return;
                }
                const Fitted result = fit(combined, point["window"]);
                value[0] = result.value;
                systematic[0] = std::isfinite(result.error) ? result.error : 0;
            }};
}

/// The exponent of `curve`; `omega`: that of its corrections.
Fitted exponent(const Combined& combined, const std::string& curve, double omega, double window) {
    const PowerLaw law = fit_power_law(transition_distances(), combined[curve], omega, window, not_a_number);
    return {law.exponent, law.exponent_error};
}

double if_symmetric(const Point& point, double value) { return law_is_symmetric(point) ? value : not_a_number; }

Theory constant(const std::string& name, const std::string& description, double value) {
    return closed_form(name, description, [=](const Point& point) { return if_symmetric(point, value); });
}

Theory over_theta_and_h(const std::string& name, const std::string& description,
                        double (*function)(const Point&, double theta, double h)) {
    return {.name = name,
            .description = description,
            .axes = {"theta", "h"},
            .compute = [=](const Point& point, std::span<double> value) {
                std::size_t at = 0;
                for (const double theta : point.axis("theta"))
                    for (const double h : point.axis("h")) value[at++] = function(point, theta, h);
            }};
}

/// Two deltas in the field of both diagonals are four; NaN for others.
double two_deltas_theta(const Point& point, double theta) {
    const std::string& target = point.word("target");
    return target == "two_deltas" ? theta : target == "four_deltas" ? 2 * theta : not_a_number;
}

double magnetisation(const Point& point, double theta, double h) {
    const double reduced = two_deltas_theta(point, theta);
    return std::isnan(reduced) ? not_a_number : std::copysign(1, h) * two_deltas_mean_field(reduced, std::abs(h));
}

/// s/(θ − s), s = sech² the variance of a diagonal.
double susceptibility(const Point& point, double theta, double h) {
    const double reduced = two_deltas_theta(point, theta);
    if (std::isnan(reduced)) return not_a_number;
    const double cosh = std::cosh((two_deltas_mean_field(reduced, std::abs(h)) + std::abs(h)) / reduced);
    const double value = 1 / (cosh * cosh) / (reduced - 1 / (cosh * cosh));
    return value < 1e12 ? value : not_a_number;
}

double large_d(const Point& point, double theta, double h) {
    if (point.word("target") != "hypersphere" || h != 0) return not_a_number;
    return std::sqrt(std::max(0., 1 - theta * point["d"]));
}

}  // namespace

std::vector<Derived> order_parameter_derived() {
    return {fitted("beta", "exponent of the magnetisation below theta_c",
                   [](const Combined& c, double window) { return exponent(c, "ordered_magnetisation", 1, window); }),
            fitted("gamma", "exponent of the susceptibility above theta_c",
                   [](const Combined& c, double window) {
                       const Fitted result = exponent(c, "disordered_susceptibility", 1, window);
                       return Fitted{-result.value, result.error};
                   }),
            fitted("gamma_ordered", "exponent of the susceptibility below theta_c",
                   [](const Combined& c, double window) {
                       const Fitted result = exponent(c, "ordered_susceptibility", 1, window);
                       return Fitted{-result.value, result.error};
                   }),
            fitted("delta", "exponent of the field in the magnetisation at theta_c",
                   [](const Combined& c, double window) {
                       const Fitted result = exponent(c, "critical_magnetisation", 2. / 3, window);
                       return Fitted{1 / result.value, result.error / (result.value * result.value)};
                   }),
            fitted("amplitude_ratio", "susceptibility above theta_c over that below, in the limit",
                   [](const Combined& c, double window) {
                       const auto above = c["disordered_susceptibility"], below = c["ordered_susceptibility"];
                       std::vector<double> ratio(above.size());
                       for (std::size_t k = 0; k < ratio.size(); ++k) ratio[k] = above[k] / below[k];
                       const PowerLaw law = fit_power_law(transition_distances(), ratio, 1, window, 0);
                       return Fitted{law.amplitude, law.amplitude_error};
                   })};
}

std::vector<Theory> order_parameter_theory() {
    const auto critical = [](const Point& point) { return if_symmetric(point, critical_theta(point)); };
    return {closed_form("theta_c_theory", "1, 1/2, 1/d", critical),
            closed_form("theta_stability_theory", "1, 1/2, 1/d", critical),
            closed_form("theta_c_large_d", "1/d of the sphere; of N random points that of N orthogonal ones",
                        [](const Point& point) {
                            return law_is_symmetric(point) ? critical_theta(point) : orthogonal_points_theta_c(point["N"]);
                        }),
            constant("beta_theory", "1/2", 0.5),
            constant("gamma_theory", "1", 1),
            constant("gamma_ordered_theory", "1", 1),
            constant("delta_theory", "3", 3),
            constant("amplitude_ratio_theory", "2", 2),
            over_theta_and_h("magnetisation_theory",
                             "greatest root of m = tanh((m + |h|)/theta), theta doubled for four deltas", magnetisation),
            over_theta_and_h("susceptibility_theory",
                             "(1 - m^2)/(theta - 1 + m^2) at that root, theta doubled for four deltas", susceptibility),
            over_theta_and_h("magnetisation_large_d", "sqrt(1 - theta d) of the sphere, d to infinity", large_d)};
}

}  // namespace gdm
