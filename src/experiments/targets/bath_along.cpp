#include <cmath>
#include <limits>

#include "gdm/experiments/targets/bath_quantities.hpp"
#include "gdm/physics/targets/bath_law.hpp"

namespace gdm {
namespace {

/// A limit K → ∞: corrections are of order K^{−1/2} at the transition and of order 1/K elsewhere.
Along limit(const std::string& name, const std::string& description, const std::string& quantity,
            std::function<double(const Point&)> theory) {
    return {.name = name,
            .description = description,
            .quantity = quantity,
            .axis = "K",
            .kind = along::Limit{.abscissa =
                                     [](const Point& point, double K) {
                                         const bool is_critical =
                                             std::abs(point["theta"] / bath_critical_theta(point) - 1) < 1e-9;
                                         return std::pow(K, is_critical ? -0.5 : -1);
                                     },
                                 .order = 2},
            .theory = std::move(theory)};
}

Along collapse(const std::string& name, const std::string& quantity, along::Range scaling) {
    return {.name = name,
            .description = "nu, by a collapse of " + quantity + " over K^(1/nu) (theta - theta_c)",
            .quantity = quantity,
            .axis = "theta",
            .kind =
                along::Collapse{
                    .size_axis = "K", .nu = {1, 4}, .critical = {1e-3, 10}, .scaling = scaling, .order = 5, .width = 2},
            .theory = [](const Point& point) {
                return point["h"] == 0 && point.word("target") != "discrete" ? 2 : std::numeric_limits<double>::quiet_NaN();
            }};
}

}  // namespace

std::vector<Along> bath_along() {
    const auto critical = [](double BathCriticality::*of) {
        return [of](const Point& point) {
            const double theta_c = bath_critical_theta(point);
            if (point["h"] != 0 || std::abs(point["theta"] / theta_c - 1) > 1e-9)
                return std::numeric_limits<double>::quiet_NaN();
            const BathTarget target = bath_target_words.at(point.word("target"));
            return bath_criticality(target, static_cast<std::size_t>(point.integer("d"))).*of;
        };
    };
    // The slowest odd and even eigenvalues of −∂² + x⁶/36 − x²/2, for any update that changes about K microstates a sweep.
    const auto mode = [critical](double rate) {
        return [=](const Point& point) {
            const bool is_known =
                point.word("target") == "two_deltas" && !std::isnan(critical(&BathCriticality::binder)(point));
            return is_known ? 1 / rate : std::numeric_limits<double>::quiet_NaN();
        };
    };
    return {{.name = "binder_crossing",
             .description = "critical theta, where the Binder cumulants of neighbouring K cross; its drift is of order 1/K",
             .quantity = "binder",
             .axis = "theta",
             .kind = along::Crossing{.size_axis = "K", .drift = 1, .points = 6, .order = 3},
             .theory =
                 [](const Point& point) {
                     const bool is_known = point["h"] == 0 && point.word("target") != "discrete";
                     return is_known ? bath_critical_theta(point) : std::numeric_limits<double>::quiet_NaN();
                 }},
            collapse("binder_collapse", "binder", {}),
            collapse("magnetisation_collapse", "magnetisation_abs", {-1, 0}),
            collapse("relaxation_collapse", "relaxation_time", {0, 1}),
            limit("binder_limit", "Binder cumulant, K to infinity", "binder", critical(&BathCriticality::binder)),
            limit("scaled_magnetisation_limit", "K^(1/4) <m>, K to infinity, at the transition", "scaled_magnetisation",
                  critical(&BathCriticality::absolute)),
            limit("scaled_squared_limit", "K^(1/2) <m^2>, K to infinity, at the transition", "scaled_squared",
                  critical(&BathCriticality::squared)),
            limit("scaled_relaxation_limit", "relaxation_time/K^(1/2), K to infinity, at the transition",
                  "scaled_relaxation", mode(0.790155)),
            limit("scaled_relaxation_abs_limit", "relaxation_time_abs/K^(1/2), K to infinity, at the transition",
                  "scaled_relaxation_abs", mode(2.57134))};
}

}  // namespace gdm
