#include "gdm/experiments/mixture/franz_parisi_derived.hpp"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <string>

#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/shared/axis_crossing.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/physics/potentials/franz_parisi_theory.hpp"

namespace gdm {

namespace {

/// What is looked for along q: zeros of V″, or zeros of V′ where V turns upwards.
enum class Feature { inflection, minimum };

struct Place {
    double q;
    double systematic;
};

/// A function of q and its derivative, at ascending q.
struct Curve {
    std::vector<double> q, value, slope;
};

/// How far the zero of the slope at `q` may be off because the grid misses structure between its points: in the interval
/// around it and the two beside it the slope ought to integrate to the change of the value, and a kink narrower than the
/// grid does not.
double unresolved(const Curve& curve, double q, double slope_of_slope) {
    const auto next = static_cast<std::size_t>(std::upper_bound(curve.q.begin(), curve.q.end(), q) - curve.q.begin());
    if (next == 0 || next == curve.q.size()) return 0;
    double mismatch = 0;
    for (std::size_t i = std::max<std::size_t>(next, 2) - 1; i <= std::min(next + 1, curve.q.size() - 1); ++i) {
        const double change = (curve.value[i] - curve.value[i - 1]) / (curve.q[i] - curve.q[i - 1]);
        mismatch = std::max(mismatch, std::abs(0.5 * (curve.slope[i] + curve.slope[i - 1]) - change));
    }
    return std::min(curve.q[next] - curve.q[next - 1], std::abs(mismatch / slope_of_slope));
}

/// Zeros of the slope of `curve`, from those of q^power times the slope over ln q, which varies slowly; ascending.
std::vector<Place> places(const Curve& curve, double power, bool upwards_alone) {
    std::vector<double> x, y;
    for (std::size_t i = 0; i < curve.q.size(); ++i) {
        if (!std::isfinite(curve.slope[i])) continue;  // 1/q² beyond double precision
        x.push_back(std::log(curve.q[i]));
        y.push_back(curve.slope[i] * std::pow(curve.q[i], power));
    }
    std::vector<Place> found;
    for (const Crossing& crossing : all_crossings(x, y, 0)) {
        if (upwards_alone && !(crossing.slope > 0)) continue;
        const double q = std::exp(crossing.position);
        const double missed = unresolved(curve, q, crossing.slope * std::pow(q, -power - 1));
        found.push_back({q, std::hypot(q * crossing.systematic, missed)});
    }
    return found;
}

std::vector<Place> measured_places(const Point& point, const Combined& combined, std::size_t k, Feature feature) {
    const std::size_t width = point.axis("q").size();
    const auto row = [&](const char* name) { return curve_over_axis(point, "q", combined[name].subspan(k * width, width)); };
    const AxisCurve slope = row("slope");
    if (feature == Feature::minimum) return places({slope.x, row("V").y, slope.y}, 1, true);
    return places({slope.x, slope.y, row("curvature").y}, 2, false);
}

/// The same by quadrature: the sign on the job's q, then refined.
std::vector<Place> exact_places(const Point& point, double t, Feature feature) {
    const FranzParisiQuadrature potential(mixture_of(point), t);
    const auto value = [&](double q) {
        const PotentialValue at = potential(q);
        return feature == Feature::inflection ? at.curvature : at.slope;
    };
    std::vector<double> distances(point.axis("q").begin(), point.axis("q").end());
    std::sort(distances.begin(), distances.end());
    std::vector<Place> found;
    double before = value(distances.front());
    for (std::size_t i = 1; i < distances.size(); ++i) {
        const double here = value(distances[i]);
        const bool wanted = feature == Feature::minimum ? before <= 0 && here > 0 : (before > 0) != (here > 0);
        if (wanted && std::isfinite(before) && std::isfinite(here)) {
            std::uintmax_t iterations = 60;
            const auto close = [](double a, double b) { return std::abs(a - b) < 1e-10 * b; };
            const auto bracket =
                boost::math::tools::toms748_solve(value, distances[i - 1], distances[i], before, here, close, iterations);
            found.push_back({0.5 * (bracket.first + bracket.second), 0});
        }
        before = here;
    }
    return found;
}

/// Positions in the first slots, NaN in the rest.
void fill(const std::vector<Place>& found, std::span<double> value, std::span<double> systematic) {
    for (std::size_t i = 0; i < value.size(); ++i) {
        value[i] = i < found.size() ? found[i].q : not_a_number;
        if (!systematic.empty()) systematic[i] = i < found.size() ? found[i].systematic : 0;
    }
}

Derived positions(const std::string& name, const std::string& description, const std::string& axis, std::size_t slots,
                  Feature feature) {
    return {
        .name = name,
        .description = description,
        .axes = {"t", axis},
        .error = ErrorMethod::bootstrap,
        .compute = [=](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
            for (std::size_t k = 0; k < point.axis("t").size(); ++k)
                fill(measured_places(point, combined, k, feature), value.subspan(k * slots, slots),
                     systematic.subspan(k * slots, slots));
        }};
}

Derived number(const std::string& name, const std::string& description, Feature feature) {
    return {.name = name,
            .description = description,
            .axes = {"t"},
            .error = ErrorMethod::bootstrap,
            .compute = [=](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
                for (std::size_t k = 0; k < value.size(); ++k)
                    value[k] = static_cast<double>(measured_places(point, combined, k, feature).size());
            }};
}

/// One of V and its derivatives over (t, q).
Theory curve(const std::string& name, const std::string& description, double PotentialValue::*part) {
    return {.name = name,
            .description = description,
            .axes = {"t", "q"},
            .compute = [=](const Point& point, std::span<double> value) {
                const auto times = point.axis("t"), distances = point.axis("q");
                for (std::size_t k = 0; k < times.size(); ++k) {
                    const FranzParisiQuadrature potential(mixture_of(point), times[k]);
                    for (std::size_t j = 0; j < distances.size(); ++j)
                        value[k * distances.size() + j] = potential(distances[j]).*part;
                    for (double& one : value.subspan(k * distances.size(), distances.size()))
                        if (!std::isfinite(one)) one = not_a_number;
                }
            }};
}

Theory exact_positions(const std::string& name, const std::string& description, const std::string& axis, std::size_t slots,
                       Feature feature) {
    return {.name = name,
            .description = description,
            .axes = {"t", axis},
            .compute = [=](const Point& point, std::span<double> value) {
                const auto times = point.axis("t");
                for (std::size_t k = 0; k < times.size(); ++k)
                    fill(exact_places(point, times[k], feature), value.subspan(k * slots, slots), {});
            }};
}

}  // namespace

std::vector<Derived> franz_parisi_derived() {
    return {positions("inflection", "q at which V'' = 0", "inflection_number", max_inflections, Feature::inflection),
            positions("minimum", "q at which V' = 0 and V'' > 0", "minimum_number", max_minima, Feature::minimum),
            number("inflections", "number of inflection points between the first and last q", Feature::inflection),
            number("minima", "number of minima between the first and last q", Feature::minimum)};
}

std::vector<Theory> franz_parisi_theory() {
    return {curve("V_theory", "V by quadrature", &PotentialValue::value),
            curve("slope_theory", "dV/dq by quadrature", &PotentialValue::slope),
            curve("curvature_theory", "d^2V/dq^2 by quadrature", &PotentialValue::curvature),
            exact_positions("inflection_theory", "q at which V'' = 0, by quadrature", "inflection_number", max_inflections,
                            Feature::inflection),
            exact_positions("minimum_theory", "q at which V' = 0 and V'' > 0, by quadrature", "minimum_number", max_minima,
                            Feature::minimum),
            {.name = "V_large_d",
             .description = "leading order of V at large d",
             .axes = {"t", "q"},
             .compute = [](const Point& point, std::span<double> value) {
                 const auto times = point.axis("t"), distances = point.axis("q");
                 for (std::size_t k = 0; k < times.size(); ++k) {
                     for (std::size_t j = 0; j < distances.size(); ++j)
                         value[k * distances.size() + j] = franz_parisi_large_d(mixture_of(point), times[k], distances[j]);
                 }
             }}};
}

}  // namespace gdm
