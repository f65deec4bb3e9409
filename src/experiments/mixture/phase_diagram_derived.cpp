#include "gdm/experiments/mixture/phase_diagram_derived.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/shared/axis_crossing.hpp"
#include "gdm/experiments/shared/clone_parameters.hpp"
#include "gdm/physics/paths/clone_agreement.hpp"
#include "gdm/physics/paths/response_measurement.hpp"
#include "gdm/physics/process/speciation.hpp"

namespace gdm {

namespace {

using Mixture = GaussianMixture;

std::size_t place_of_zero(std::span<const double> times) {
    return static_cast<std::size_t>(std::find(times.begin(), times.end(), 0.0) - times.begin());
}

/// What steps of finite length leave in an extrapolated response or its zero is small against what the last order took out:
/// their ratio is of the order of the window's length in units of the response's own time scale, steps · step = 0.016 by
/// default. Plus the rounding of growth factors, in units of `scale`: 1 for a time, 1 over the unit of time for a rate.
double extrapolation_error(const Point& point, double lower, double higher, double scale) {
    const double rounding = 0.5 * std::numeric_limits<double>::epsilon() / point["response_step"];
    return 0.05 * std::abs(higher - lower) + scale * rounding;
}

/// The response over t with its systematic error, from the observables of `prefix` ("" or "outer_").
auto derive_response(const std::string& prefix) {
    return [=](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
        const ResponseMeasurement measurement{.mixture = mixture_of(point)};
        const auto times = point.axis("t");
        const auto lower = combined[prefix + "response_lower"];
        const auto higher = combined[prefix + "response_higher"];
        for (std::size_t k = 0; k < value.size(); ++k) {
            value[k] = higher[k];
            systematic[k] = extrapolation_error(point, lower[k], higher[k], 1 / measurement.time_unit(times[k]));
        }
    };
}

/// The mean zero of the replicas' responses, if it is among the measured times.
auto derive_zero(const std::string& prefix) {
    return [=](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
        const double zero = combined.scalar(prefix + "response_zero_higher");
        const auto times = point.axis("t");
        const auto [first, last] = std::minmax_element(times.begin(), times.end());
        value[0] = zero >= *first && zero <= *last ? zero : not_a_number;
        systematic[0] = extrapolation_error(point, combined.scalar(prefix + "response_zero_lower"), zero, 1);
    };
}

/// Finite N: the largest zero of the mean response of the data sets, interpolated in e^{−2t}, of which curvatures of ln p_t
/// are smooth functions; its systematic error is that of the interpolation.
void derive_mean_zero(const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
    const GaussianMixture mixture = mixture_of(point);
    const AxisCurve curve = curve_over_axis(point, "t", combined["response_higher"]);
    std::vector<double> signal, scaled;
    for (std::size_t k = curve.x.size(); k-- > 0;) {
        signal.push_back(std::exp(-2 * curve.x[k]));
        scaled.push_back(curve.y[k] * std::pow(mixture.variance(curve.x[k]), 2));
    }
    const std::vector<Crossing> zeros = all_crossings(signal, scaled, 0);
    value[0] = not_a_number;
    if (zeros.empty()) return;
    const Crossing& zero = zeros.front();  // the smallest e^{−2t} is the largest t
    value[0] = -0.5 * std::log(zero.position);
    systematic[0] = 0.5 * zero.systematic / zero.position;
}

void derive_phase(const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
    if (std::isfinite(point["N"])) {
        value[0] = combined.scalar("broken") > 0.5 ? 1 : 0;
        return;
    }
    const std::size_t zero = place_of_zero(point.axis("t"));
    if (zero >= point.axis("t").size()) {
        value[0] = not_a_number;  // the phase is that at t = 0
        return;
    }
    constexpr double rounding = 1e-10;  // σ² = 2 is the edge of the unstable phase, and does not belong to it
    const double inner = combined["response_higher"][zero];
    const double outer = combined["outer_response_higher"][zero];
    value[0] = outer > rounding ? 2 : (inner > 0 ? 1 : 0);
}

void derive_binder(const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
    const auto second = combined["axis_2"];
    const auto fourth = combined["axis_4"];
    for (std::size_t k = 0; k < value.size(); ++k) value[k] = 1 - fourth[k] / (3 * second[k] * second[k]);
}

void derive_ks_distance(const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
    const auto histogram = combined["quality_histogram"];
    const double total = std::accumulate(histogram.begin(), histogram.end(), 0.0);
    double below = 0;
    double distance = 0;
    for (std::size_t bin = 0; bin < histogram.size(); ++bin) {
        below += histogram[bin] / total;
        distance =
            std::max(distance, std::abs(below - static_cast<double>(bin + 1) / static_cast<double>(histogram.size())));
    }
    value[0] = std::isfinite(total) ? distance : not_a_number;
}

void derive_ks_expected(const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
    // E max |B| of a Brownian bridge B at the 31 inner edges of 32 equal bins (Monte Carlo, 2e7 bridges: ± 6e-5).
    constexpr double bridge_maximum = 0.7657;
    const auto histogram = combined["quality_histogram"];
    value[0] = bridge_maximum / std::sqrt(std::accumulate(histogram.begin(), histogram.end(), 0.0));
}

/// A closed form over t from a function of (mixture, time).
template <class Function>
auto over_times(Function function, bool exact_score_only) {
    return [=](const Point& point, std::span<double> value) {
        const auto times = point.axis("t");
        const bool absent = exact_score_only && std::isfinite(point["N"]);
        for (std::size_t k = 0; k < times.size(); ++k)
            value[k] = absent ? not_a_number : function(mixture_of(point), times[k]);
    };
}

template <class Function>
auto once(Function function) {
    return [=](const Point& point, std::span<double> value) { value[0] = function(mixture_of(point)); };
}

}  // namespace

std::vector<Derived> phase_diagram_derived() {
    return {{.name = "response",
             .description = "linear response of the reverse drift at the symmetric state",
             .axes = {"t"},
             .compute = derive_response("")},
            {.name = "outer_response",
             .description = "the same far outside the classes",
             .axes = {"t"},
             .compute = derive_response("outer_")},
            {.name = "t_s",
             .description = "largest time with zero response: symmetry breaking",
             .compute =
                 [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
                     const auto zero = derive_zero("");
                     std::isfinite(point["N"]) ? derive_mean_zero(point, combined, value, systematic)
                                               : zero(point, combined, value, systematic);
                 }},
            {.name = "t_usb",
             .description = "largest time with zero outer response: unstable breaking",
             .compute = derive_zero("outer_")},
            {.name = "phase",
             .description = "0 unbroken, 1 stable breaking, 2 unstable breaking; finite N: 1 if most data sets break",
             .compute = derive_phase},
            {.name = "binder", .description = "1 - <a^4>/(3 <a^2>^2)", .axes = {"t"}, .compute = derive_binder},
            crossing_of("t_clone", "time at which clones agree with probability (1 + q(1))/2 = 0.7752", "clone_agreement",
                        "t", clone_agreement_at_t_b),
            {.name = "t_s_dataset_mean",
             .description = "mean of t_s over the data sets that break the symmetry (finite N)",
             .compute = [](const Point&, const Combined& combined, std::span<double> value,
                           std::span<double>) { value[0] = combined.scalar("t_s_if_broken") / combined.scalar("broken"); }},
            {.name = "ks_distance",
             .description = "largest distance of the distribution at t = 0 to p_0, at 31 quantiles",
             .compute = derive_ks_distance},
            {.name = "ks_distance_expected",
             .description = "what a perfect sample of this size shows",
             .compute = derive_ks_expected}};
}

std::vector<Theory> phase_diagram_theory() {
    const auto response = [](const Mixture& m, double t) { return symmetric_response(m, t); };
    const auto outer = [](const Mixture& m, double t) { return outer_response(m, t); };
    const auto binder = [](const Mixture& m, double t) { return 1 - m.axis_4(t) / (3 * m.axis_2(t) * m.axis_2(t)); };
    return {{.name = "response_theory",
             .description = "1 - 2/Gamma + 2 M_t^2/Gamma^2 (exact score)",
             .axes = {"t"},
             .compute = over_times(response, false)},
            {.name = "outer_response_theory",
             .description = "1 - 2/Gamma (exact score)",
             .axes = {"t"},
             .compute = over_times(outer, true)},
            {.name = "t_s_theory",
             .description = "ln(M^2 + sqrt(M^4 + (sigma2 - 1)^2))/2, of the potential (exact score)",
             .compute = once([](const Mixture& m) { return t_s_potential(m); })},
            {.name = "t_usb_theory", .description = "ln(sigma2 - 1)/2 (exact score)", .compute = once([](const Mixture& m) {
                                                                                          return t_usb(m);
                                                                                      })},
            {.name = "t_b_theory",
             .description = "ln(M^2 - sigma2 + 1)/2: p_t becomes bimodal; compare t_clone",
             .compute = once([](const Mixture& m) { return t_b(m); })},
            {.name = "phase_theory",
             .description = "of the exact score: 0 unbroken, 1 stable breaking, 2 unstable breaking",
             .compute = once([](const Mixture& m) { return static_cast<double>(breaking_phase(m)); })},
            {.name = "axis_abs_theory",
             .description = "<|a|> under p_t",
             .axes = {"t"},
             .compute = over_times([](const Mixture& m, double t) { return m.axis_abs(t); }, true)},
            {.name = "axis_2_theory",
             .description = "M_t^2 + Gamma",
             .axes = {"t"},
             .compute = over_times([](const Mixture& m, double t) { return m.axis_2(t); }, true)},
            {.name = "binder_theory", .description = "of p_t", .axes = {"t"}, .compute = over_times(binder, true)},
            {.name = "clone_agreement_theory",
             .description = "(1 + q(lambda))/2",
             .axes = {"t"},
             .compute = over_times([](const Mixture& m, double t) { return clone_agreement_by_class(m, t); }, true)},
            {.name = "clone_agreement_sign_theory",
             .description = "E[P^2 + (1 - P)^2], by quadrature",
             .axes = {"t"},
             .compute = over_times([](const Mixture& m, double t) { return clone_agreement_by_sign(m, t); }, true)},
            {.name = "transverse_2_theory",
             .description = "sigma2 (d > 1)",
             .compute = [](const Point& point, std::span<double> value) {
                 value[0] = point["d"] > 1 && !std::isfinite(point["N"]) ? point["sigma2"] : not_a_number;
             }}};
}

}  // namespace gdm
