#include "gdm/experiments/mixture/potential_derived.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/shared/axis_crossing.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/physics/potentials/axis_potential.hpp"
#include "gdm/physics/process/speciation.hpp"

namespace gdm {

namespace {

/// A stationary point of the measured potential.
struct Extremum {
    double x, systematic;
    double potential, potential_systematic;
    bool minimum;
};

/// U at x from its values and slopes at points i < j (cubic Hermite).
double between(const AxisCurve& potential, const AxisCurve& slope, std::size_t i, std::size_t j, double x) {
    const double h = potential.x[j] - potential.x[i], u = (x - potential.x[i]) / h, v = 1 - u;
    return v * v * ((1 + 2 * u) * potential.y[i] + u * h * slope.y[i]) +
           u * u * ((1 + 2 * v) * potential.y[j] - v * h * slope.y[j]);
}

/// Stationary points of the mean U at time k; the error of U there is the difference to an interpolation over a wider
/// interval.
std::vector<Extremum> extrema(const Point& point, const Combined& combined, std::size_t k) {
    const std::size_t width = point.axis("x").size();
    const AxisCurve potential = curve_over_axis(point, "x", combined["U"].subspan(k * width, width));
    const AxisCurve slope = curve_over_axis(point, "x", combined["slope"].subspan(k * width, width));
    std::vector<Extremum> found;
    for (const Crossing& zero : all_crossings(slope.x, slope.y, 0)) {
        const auto after = std::upper_bound(slope.x.begin(), slope.x.end() - 1, zero.position);
        const auto j = static_cast<std::size_t>(std::max<std::ptrdiff_t>(after - slope.x.begin(), 1));
        const double fine = between(potential, slope, j - 1, j, zero.position);
        const double coarse = between(potential, slope, j > 1 ? j - 2 : j - 1, std::min(j + 1, width - 1), zero.position);
        found.push_back({zero.position, zero.systematic, fine, std::abs(fine - coarse), zero.slope > 0});
    }
    return found;
}

struct Barrier {
    double height, systematic;
};

/// From the lowest minimum up to the highest maximum between two minima; 0 with one minimum, NaN with none.
Barrier barrier(const std::vector<Extremum>& found) {
    const Extremum *lowest = nullptr, *top = nullptr, *highest = nullptr;
    int minima = 0;
    for (const Extremum& one : found) {
        if (one.minimum) {
            highest = top;  // maxima so far now stand between two minima
            if (lowest == nullptr || one.potential < lowest->potential) lowest = &one;
            ++minima;
        } else if (minima > 0 && (top == nullptr || one.potential > top->potential)) {
            top = &one;
        }
    }
    if (minima == 0) return {not_a_number, 0};
    if (highest == nullptr) return {0, 0};
    return {highest->potential - lowest->potential, highest->potential_systematic + lowest->potential_systematic};
}

Theory over_places(const std::string& name, const std::string& description,
                   double (*compute)(const Point&, double, double)) {
    return {.name = name,
            .description = description,
            .axes = {"t", "x"},
            .compute = [=](const Point& point, std::span<double> value) {
                const auto times = point.axis("t"), places = point.axis("x");
                for (std::size_t k = 0; k < times.size(); ++k)
                    for (std::size_t j = 0; j < places.size(); ++j)
                        value[k * places.size() + j] = compute(point, times[k], places[j]);
            }};
}

AxisLogDensity density(const Point& point, double t, double x) { return exact_axis_log_density(mixture_of(point), t, x); }
AxisPotential exact(const Point& point, double t, double x) { return axis_potential(density(point, t, x), x); }

bool in_view(const Point& point, double x) {
    const auto places = point.axis("x");
    const auto [first, last] = std::minmax_element(places.begin(), places.end());
    return x >= *first && x <= *last;
}

/// The minima of the exact potential that lie between the first and last x of the job, ascending.
void exact_minima(const Point& point, std::span<double> value) {
    const auto times = point.axis("t");
    std::fill(value.begin(), value.end(), not_a_number);
    for (std::size_t k = 0; k < times.size(); ++k) {
        const double x = potential_minimum(mixture_of(point), times[k]);
        std::size_t used = k * potential_slots;
        if (x > 0 && in_view(point, -x)) value[used++] = -x;
        if (in_view(point, x)) value[used] = x;
    }
}

double exact_barrier(const Point& point, double t) {
    const double x = potential_minimum(mixture_of(point), t);
    return in_view(point, x) && in_view(point, -x) ? potential_barrier(mixture_of(point), t) : not_a_number;
}

}  // namespace

double outer_coordinate(const Point& point, double t) {
    const GaussianMixture mixture = mixture_of(point);
    return point["outer_distance"] * (mixture.axis_mean(t) + std::sqrt(mixture.variance(t)));
}

std::vector<Derived> potential_derived() {
    return {crossing_of("t_s", "largest t at which the curvature at x = 0 vanishes", "centre_curvature", "t", 0),
            crossing_of("t_usb", "largest t at which the curvature far outside vanishes, below which U falls there",
                        "outer_curvature", "t", 0),
            {.name = "minimum",
             .description = "x of the minima of the mean potential",
             .axes = {"t", "minimum_number"},
             .error = ErrorMethod::bootstrap,
             .compute =
                 [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
                     std::fill(value.begin(), value.end(), not_a_number);
                     for (std::size_t k = 0; k < point.axis("t").size(); ++k) {
                         std::size_t used = 0;
                         for (const Extremum& one : extrema(point, combined, k)) {
                             if (!one.minimum || used == potential_slots) continue;
                             value[k * potential_slots + used] = one.x;
                             systematic[k * potential_slots + used++] = one.systematic;
                         }
                     }
                 }},
            {.name = "minima",
             .description = "number of minima between the first and last x",
             .axes = {"t"},
             .error = ErrorMethod::bootstrap,
             .compute =
                 [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
                     for (std::size_t k = 0; k < value.size(); ++k) {
                         const auto found = extrema(point, combined, k);
                         value[k] = static_cast<double>(
                             std::count_if(found.begin(), found.end(), [](const Extremum& one) { return one.minimum; }));
                     }
                 }},
            {.name = "barrier",
             .description = "height of the barrier between the minima; 0 with one minimum",
             .axes = {"t"},
             .error = ErrorMethod::bootstrap,
             .compute =
                 [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
                     for (std::size_t k = 0; k < value.size(); ++k) {
                         const Barrier found = barrier(extrema(point, combined, k));
                         value[k] = found.height;
                         systematic[k] = found.systematic;
                     }
                 }},
            {.name = "inverted",
             .description = "1 if U falls far outside",
             .axes = {"t"},
             .error = ErrorMethod::bootstrap,
             .compute = [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
                 for (std::size_t k = 0; k < value.size(); ++k) value[k] = combined["outer_curvature"][k] < 0 ? 1 : 0;
             }}};
}

std::vector<Theory> potential_theory() {
    return {over_places("U_theory", "U of the exact density",
                        [](const Point& point, double t, double x) { return exact(point, t, x).value; }),
            over_places("slope_theory", "dU/dx of the exact density",
                        [](const Point& point, double t, double x) { return exact(point, t, x).slope; }),
            over_places("curvature_theory", "d^2U/dx^2 of the exact density",
                        [](const Point& point, double t, double x) { return exact(point, t, x).curvature; }),
            over_places("F_theory", "free energy of the exact density",
                        [](const Point& point, double t, double x) {
                            return inference_free_energy(density(point, t, x).value, point["d"], t);
                        }),
            closed_form_over_t("centre_curvature_theory", "-1 + 2/Gamma - 2 M_t^2/Gamma^2",
                               [](const Point& point, double t) { return -symmetric_response(mixture_of(point), t); }),
            closed_form_over_t("outer_curvature_theory", "-1 + 2/Gamma",
                               [](const Point& point, double t) { return -outer_response(mixture_of(point), t); }),
            closed_form("t_s_theory", "ln(M^2 + sqrt(M^4 + (sigma2 - 1)^2))/2", of_mixture(t_s_potential)),
            closed_form("t_usb_theory", "ln(sigma2 - 1)/2", of_mixture(t_usb)),
            {.name = "minimum_theory",
             .description = "roots of (2 - Gamma) x = 2 M_t tanh(M_t x/Gamma) that are minima",
             .axes = {"t", "minimum_number"},
             .compute = exact_minima},
            closed_form_over_t("barrier_theory",
                               "U(0) - U at the minima of the exact density, where they are between the first and last x",
                               exact_barrier),
            closed_form("phase_theory", "0 unbroken, 1 stable breaking, 2 unstable breaking", [](const Point& point) {
                return static_cast<double>(static_cast<int>(breaking_phase(mixture_of(point))));
            })};
}

}  // namespace gdm
