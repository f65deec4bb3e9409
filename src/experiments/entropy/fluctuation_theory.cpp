#include "gdm/experiments/entropy/fluctuation_theory.hpp"

#include <fmt/format.h>

#include <cmath>

#include "gdm/base/memo.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/experiments/shared/path_parameters.hpp"
#include "gdm/physics/paths/weight_law.hpp"

namespace gdm {

namespace {

constexpr double one_deviation = 0.6827;  ///< share of a normal law within one standard deviation
constexpr double unsure_variance = 0.4;   ///< relative; half of it for the standard error

EntropyRule rule_of(const std::string& rule) { return rule == "midpoint" ? EntropyRule::midpoint : EntropyRule::unbiased; }

/// Everything that the law of the paths depends on.
std::vector<double> key_of(const PathProblem& problem, EntropyRule rule, double more = 0) {
    const auto& [mixture, settings, duration, start, method, precision] = problem;
    return {mixture.mu,
            mixture.sigma2,
            mixture.d,
            duration,
            settings.dt,
            static_cast<double>(settings.direction),
            static_cast<double>(settings.integrator),
            static_cast<double>(settings.grid),
            static_cast<double>(settings.drift_time),
            static_cast<double>(start),
            static_cast<double>(rule),
            more};
}

/// Relative deviations of the averages of w = e^{−ΔS_tot} and of w².
struct Deviations {
    double mean = not_a_number, square = not_a_number;
};

Deviations deviations_of(const Point& point, double trajectories) {
    static Memo<Deviations> known;
    const PathProblem problem = path_problem_of(point);
    return known.at(key_of(problem, EntropyRule::midpoint, trajectories), [&]() -> Deviations {
        const std::optional<WeightLaw> law = exponential_law(problem, EntropyRule::midpoint, trajectories);
        if (!law || !(trajectories > 0)) return {};
        return {law->mean_deviation(trajectories, one_deviation), law->mean_deviation(trajectories, one_deviation, 2)};
    });
}

/// ⟨e^{−ΔS_tot}⟩ of the d − 1 transverse coordinates at this step, exact.
double transverse_average(const Point& point, const std::string& rule) {
    if (!rule_applies(point, rule)) return not_a_number;
    const TailProblem transverse = tail_problem(path_problem_of(point), rule_of(rule));
    return std::exp((point["d"] - 1) * (log_exp_average(transverse.chain, transverse.form, 1) - transverse.constant));
}

Theory continuum(const std::string& name, const std::string& description, double PathAverages::*part) {
    return closed_form(name + "_continuum", description + ", for dt to 0", "nat",
                       [=](const Point& point) { return path_averages_limit(path_problem_of(point)).*part; });
}

}  // namespace

PathProblem path_problem_of(const Point& point) {
    PathProblem problem{mixture_of(point), path_settings_of(point)};
    const std::string& time = point.word("drift_time");
    problem.settings.drift_time = time == "start" ? DriftTime::start : time == "end" ? DriftTime::end : DriftTime::middle;
    problem.duration = point["T"];
    problem.start = start_of(point);
    problem.method = method_of(point);
    problem.precision = precision_of(point);
    return problem;
}

bool rule_applies(const Point& point, const std::string& rule) {
    return rule == "midpoint" || has_unbiased_entropy(path_settings_of(point));
}

double tail_index_of(const Point& point, const std::string& rule) {
    static Memo<double> known;
    if (!rule_applies(point, rule)) return not_a_number;
    const PathProblem problem = path_problem_of(point);
    return known.at(key_of(problem, rule_of(rule)), [&] { return exponential_tail_index(problem, rule_of(rule)); });
}

bool variance_is_finite(const Point& point, const std::string& rule) {
    return rule_applies(point, rule) && exponential_variance_is_finite(path_problem_of(point), tail_index_of(point, rule));
}

bool spread_is_error(const Point& point, const std::string& rule, double trajectories) {
    return variance_is_finite(point, rule) && deviations_of(point, trajectories).square <= unsure_variance;
}

double typical_deviation_of(const Point& point, double trajectories) { return deviations_of(point, trajectories).mean; }

PathAverages averages_of(const Point& point, const std::string& rule) {
    static Memo<PathAverages> known;
    if (!rule_applies(point, rule)) return {not_a_number, not_a_number, not_a_number, not_a_number};
    const PathProblem problem = path_problem_of(point);
    return known.at(key_of(problem, rule_of(rule)), [&] { return path_averages(problem, rule_of(rule)); });
}

std::vector<Theory> fluctuation_theory() {
    std::vector<Theory> all = {
        closed_form("system_entropy_theory", "mean of ln p(start) - ln p(end) over the chain at this dt", "nat",
                    [](const Point& point) { return averages_of(point, "midpoint").system; }),
        continuum("system_entropy", "S(end) - S(start)", &PathAverages::system),
        continuum("environment_entropy", "mean total less mean system entropy", &PathAverages::environment),
        continuum("total_entropy", "integral of the entropy production rate", &PathAverages::total),
        closed_form("midpoint_bias_theory", "<exp(-total entropy)> - 1 of the midpoint rule at this dt", "1",
                    [](const Point& point) {
                        return rule_applies(point, "unbiased") ? averages_of(point, "midpoint").exponential - 1
                                                               : not_a_number;
                    })};
    for (const std::string rule : {"midpoint", "unbiased"}) {
        const auto name = [&](const std::string& what) { return fmt::format("{}_{}_theory", what, rule); };
        all.push_back(closed_form(name("environment_entropy"), "mean over the chain at this dt", "nat",
                                  [=](const Point& point) { return averages_of(point, rule).environment; }));
        all.push_back(closed_form(name("total_entropy"), "mean over the chain at this dt", "nat",
                                  [=](const Point& point) { return averages_of(point, rule).total; }));
        if (rule == "midpoint") {
            all.push_back(closed_form(
                name("integral_fluctuation"),
                "expectation over the chain at this dt, 1 for dt to 0; NaN where it does not exist, or is made by paths "
                "rarer than 1 in 1e9",
                "1", [=](const Point& point) { return averages_of(point, rule).exponential; }));
        } else {
            all.push_back(closed_form(name("integral_fluctuation"), "1, the integral fluctuation theorem, at any dt", "1",
                                      [=](const Point& point) { return rule_applies(point, rule) ? 1.0 : not_a_number; }));
        }
        all.push_back(closed_form("exact_tail_index_" + rule, "tail index of exp(-total entropy), of the chain at this dt",
                                  "1", [=](const Point& point) { return tail_index_of(point, rule); }));
        all.push_back(closed_form("variance_is_finite_" + rule,
                                  "1 where exp(-total entropy) has a finite variance, by theory", "1",
                                  [=](const Point& point) {
                                      if (!rule_applies(point, rule)) return not_a_number;
                                      return variance_is_finite(point, rule) ? 1.0 : 0.0;
                                  }));
        all.push_back(closed_form("transverse_average_" + rule,
                                  "factor of the d - 1 transverse coordinates in <exp(-total entropy)> at this dt", "1",
                                  [=](const Point& point) { return transverse_average(point, rule); }));
    }
    return all;
}

}  // namespace gdm
