#include <cmath>

#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/targets/bath_chain.hpp"
#include "gdm/experiments/targets/bath_quantities.hpp"
#include "gdm/physics/targets/bath_law.hpp"
#include "gdm/physics/targets/two_deltas_law.hpp"

namespace gdm {
namespace {

BathMoments moments(const Point& point) {
    return bath_moments(bath_target_words.at(point.word("target")), point["theta"], point["h"], point.integer("K"),
                        static_cast<std::size_t>(point.integer("d")));
}

/// From the exact moments at this K.
Theory exact(const std::string& quantity, const std::string& unit, double (*of)(const Point&, const BathMoments&)) {
    return closed_form(quantity + "_theory", "exact at this K, where it is known", unit,
                       [of](const Point& point) { return of(point, moments(point)); });
}

double response(const Point& point, const BathMoments& m, double mean) {
    return point["K"] / point["theta"] * (m.squared - mean * mean);
}

bool is_two_deltas(const Point& point) { return point.word("target") == "two_deltas"; }

/// Of K → ∞: two deltas, and four, which are two such models at 2 theta.
Theory mean_field(const std::string& quantity, const std::string& description, double (*of)(double theta, double h)) {
    return closed_form(quantity + "_mean_field", description, [of](const Point& point) {
        return is_two_deltas(point) ? of(point["theta"], point["h"]) : not_a_number;
    });
}

Theory relaxation(const std::string& end, double BathRelaxation::*of) {
    return closed_form("relaxation_time" + end + "_theory", "exact: two deltas, heat bath, h = 0", "sweep",
                       [of](const Point& point) {
                           if (!is_two_deltas(point) || point.word("update") != "heat_bath" || point["h"] != 0)
                               return not_a_number;
                           return two_deltas_relaxation(point["theta"], point.integer("K")).*of;
                       });
}

void density(const Point& point, std::span<double> value) {
    if (!is_two_deltas(point)) return std::fill(value.begin(), value.end(), not_a_number);
    const TwoDeltasLaw law(point["theta"], point["h"], point.integer("K"));
    BathHistogram histogram(point);
    for (std::size_t i = 0; i < law.values().size(); ++i) histogram.add(law.values()[i], law.probability(i));
    histogram.write(value);
}

}  // namespace

std::vector<Theory> bath_theory() {
    return {
        exact("magnetisation", "1",
              [](const Point& point, const BathMoments& m) { return bath_is_symmetric(point) ? not_a_number : m.first; }),
        exact("magnetisation_abs", "1", [](const Point&, const BathMoments& m) { return m.absolute; }),
        exact("magnetisation_squared", "1", [](const Point&, const BathMoments& m) { return m.squared; }),
        exact("magnetisation_fourth", "1", [](const Point&, const BathMoments& m) { return m.fourth; }),
        exact("binder", "1", [](const Point&, const BathMoments& m) { return 1 - m.fourth / (3 * m.squared * m.squared); }),
        exact("susceptibility", "1", [](const Point& point, const BathMoments& m) { return response(point, m, m.first); }),
        exact("susceptibility_abs", "1",
              [](const Point& point, const BathMoments& m) { return response(point, m, m.absolute); }),
        exact("noise_variance", "1",
              [](const Point& point, const BathMoments& m) {
                  const bool is_ordered = point["h"] == 0 && point["theta"] < bath_critical_theta(point);
                  return point["theta"] * response(point, m, is_ordered ? m.absolute : m.first);
              }),
        exact("scaled_magnetisation", "1",
              [](const Point& point, const BathMoments& m) { return std::pow(point["K"], 0.25) * m.absolute; }),
        exact("scaled_squared", "1",
              [](const Point& point, const BathMoments& m) { return std::sqrt(point["K"]) * m.squared; }),
        closed_form(
            "participation_theory", "(1 + <m^2>)/2: two deltas",
            [](const Point& point) { return is_two_deltas(point) ? (1 + moments(point).squared) / 2 : not_a_number; }),
        relaxation("", &BathRelaxation::odd),
        relaxation("_abs", &BathRelaxation::even),
        {.name = "density_theory", .description = "exact: two deltas", .axes = {"x"}, .compute = density},
        mean_field("magnetisation", "greatest root of m = tanh((m + h)/theta), K to infinity: two deltas",
                   two_deltas_mean_field),
        mean_field("susceptibility", "(1 - m^2)/(theta - 1 + m^2), K to infinity: two deltas", two_deltas_susceptibility),
        mean_field("noise_variance", "theta (1 - m^2)/(theta - 1 + m^2), K to infinity: two deltas",
                   [](double theta, double h) { return theta * two_deltas_susceptibility(theta, h); })};
}

}  // namespace gdm
