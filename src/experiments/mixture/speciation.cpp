#include "gdm/experiments/mixture/speciation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/experiments/shared/axis_crossing.hpp"
#include "gdm/experiments/shared/clone_parameters.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/shared/point_count.hpp"
#include "gdm/experiments/shared/time_axis.hpp"
#include "gdm/physics/paths/clone_agreement.hpp"
#include "gdm/physics/process/speciation.hpp"
#include "gdm/physics/weights/level_weights.hpp"

namespace gdm {

namespace {

constexpr double latest_time = 100;

/// The diffusion time of the job's t at this point.
double time_at(double t, const Point& point) {
    if (point.word("t_unit") != "t_b") return t;
    const double unit = t_b(mixture_of(point));
    return std::isfinite(unit) ? t * unit : t;
}

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = mixture_parameters("1", "1", "256, 1024, 4096, 16384");
    Parameter n = point_count_axis("inf");
    n.description += " of an empirical score; inf is the exact score of the two classes";
    n.range.or_infinity = n.alternatives[0].range.or_infinity = true;
    all.push_back(std::move(n));
    Parameter t = time_axis("linspace(0.2, 2, 19)", true);
    t.description += ", in the units of t_unit";
    t.scale = time_at;
    all.push_back(std::move(t));
    all.push_back({.name = "t_unit",
                   .description = "unit of t (not of theta and alpha_bar): t_b, the time at which p_t becomes bimodal (1 "
                                  "where there is none), or absolute",
                   .role = Role::setting,
                   .kind = Kind::word,
                   .default_value = "t_b",
                   .words = {"t_b", "absolute"}});
    for (Parameter& setting : clone_parameters("625", "exact", "10", "0.01")) all.push_back(std::move(setting));
    all.push_back(levels_setting());
    return all;
}

/// The empirical score is not simulated step by step: its reverse kernel to t = 0 is exact.
void check_finite(const Point& point) {
    const auto times = point.axis("t");
    if (point.word("integrator") != "exact" || point.word("method") != "reduced")
        throw UsageError("with finite N the integrator is exact and the method reduced; N = inf takes the others");
    if (*std::min_element(times.begin(), times.end()) <= 0)
        throw UsageError("with finite N every t must be above 0: at t = 0 a state is its training point");
    check_levels(point);
}

void check(const Point& point, const Shapes&) {
    check_clones(point);
    if (std::isfinite(point["ln_N"])) check_finite(point);
    const auto times = point.axis("t");
    const double latest = *std::max_element(times.begin(), times.end());
    if (latest > latest_time)
        throw UsageError(fmt::format("the latest t is {:.4g} t_b = {:.4g}, but t must be at most {}",
                                     latest / t_b(mixture_of(point)), latest, latest_time));
}

/// The empirical reverse process ends on training point j with probability w_j(x_t), so clones agree with probability
/// W² + (1 − W)², W the weight of one class: both ends are averaged exactly, over states of p_t^emp.
void measure_finite(const Point& point, const RandomStream& random, const Stop& stop, Values& values) {
    const auto times = point.axis("t");
    const auto states = static_cast<std::size_t>(point.integer("samples"));
    const EmpiricalWeights weights =
        weigh_random_levels(mixture_of(point), point["ln_N"], StateKind::planted, states,
                            static_cast<std::size_t>(point.integer("levels")), times, random, stop);
    for (std::size_t k = 0; k < times.size(); ++k) {
        double agreement = 0;
        for (std::size_t state = 0; state < states; ++state)
            agreement += weights.sums[state * times.size() + k].clone_agreement();
        values["clone_agreement"][k] = agreement / static_cast<double>(states);
    }
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    if (std::isfinite(point["ln_N"])) {
        measure_finite(point, random, stop, values);
        return;
    }
    const CloneResults results = run_clone_experiment(clone_experiment_of(point), point.axis("t"), random, stop);
    values.set("clone_agreement", results.agreement_by_class);
    values.set("clone_agreement_sign", results.agreement_by_sign);
}

double t_s_large_d(const GaussianMixture& mixture) {
    const double time = std::log(mixture.axis_mean());
    return time > 0 ? time : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

Experiment speciation() {
    Experiment experiment;
    experiment.name = "speciation";
    experiment.question = "When does the reverse diffusion of two Gaussian classes choose the class of a sample?";
    experiment.source =
        "Biroli, Bonnaire, de Bortoli, Mezard, Dynamical regimes of diffusion models, arXiv:2402.18491, fig. 2; "
        "Yu and Huang, Nonequilibrium physics of generative diffusion models, III.C, app. B";
    experiment.version = 3;
    experiment.parameters = parameters();
    experiment.observables = {
        {.name = "clone_agreement",
         .description = "probability that clones from t end in the same class",
         .axes = {"t"},
         .bounds = between(0, 1)},
        {.name = "clone_agreement_sign",
         .description = "probability that clones from t end on the same side",
         .axes = {"t"},
         .may_be_missing = {"finite N", [](const Point& point) { return std::isfinite(point["ln_N"]); }},
         .bounds = between(0, 1)}};
    experiment.derived = {
        crossing_of("t_s_clone", "time at which clones agree with probability (1 + q(1))/2 = 0.7752; compare t_b_theory",
                    "clone_agreement", "t", clone_agreement_at_t_b),
        crossing_of("t_s_clone_sign", "the same by side; near t_b for M^2 >> sigma2 alone", "clone_agreement_sign", "t",
                    clone_agreement_at_t_b)};
    experiment.theory = {
        closed_form_over_t("clone_agreement_theory", "(1 + q(lambda))/2 (exact score)",
                           of_mixture(clone_agreement_by_class)),
        closed_form_over_t("clone_agreement_sign_theory", "E[P^2 + (1 - P)^2], by quadrature (exact score)",
                           of_mixture(clone_agreement_by_sign)),
        closed_form("t_b_theory", "ln(M^2 - sigma2 + 1)/2: p_t becomes bimodal", of_mixture(t_b)),
        closed_form("t_s_potential_theory", "ln(M^2 + sqrt(M^4 + (sigma2 - 1)^2))/2: the potential becomes bistable",
                    of_mixture(t_s_potential)),
        closed_form("t_s_large_d", "ln(d mu^2)/2, the limit of t_b at large d", of_mixture(t_s_large_d))};
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) {
        if (!std::isfinite(point["ln_N"])) return clone_cost(point);
        return point["samples"] * static_cast<double>(point.axis("t").size()) * level_cost(point["ln_N"], point["levels"]);
    };
    return experiment;
}

}  // namespace gdm
