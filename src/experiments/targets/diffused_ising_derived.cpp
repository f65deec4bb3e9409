#include "gdm/experiments/targets/diffused_ising_derived.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "gdm/experiments/shared/axis_crossing.hpp"
#include "gdm/experiments/targets/diffused_ising_replica.hpp"
#include "gdm/experiments/targets/diffused_ising_theory.hpp"

namespace gdm {
namespace {

const std::vector<std::string> data = {"T"}, noisy = {"T", "theta"};

/// At each temperature and θ, or at each temperature alone: i is the place among these, T and θ (NaN) their values.
using Formula = std::function<double(const Point& point, const Combined& combined, std::size_t i, double T, double theta)>;

Derived derived(const std::string& name, const std::string& description, const std::vector<std::string>& axes,
                Formula formula, Formula systematic_part = {}, const std::string& unit = "1") {
    const bool over_theta = axes.size() > 1;
    return {
        .name = name,
        .unit = unit,
        .description = description,
        .axes = axes,
        .compute = [formula = std::move(formula), systematic_part = std::move(systematic_part), over_theta](
                       const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
            const auto temperatures = point.axis("T"), thetas = point.axis("theta");
            for (std::size_t i = 0; i < value.size(); ++i) {
                const double T = temperatures[over_theta ? i / thetas.size() : i];
                const double theta = over_theta ? thetas[i % thetas.size()] : std::nan("");
                value[i] = formula(point, combined, i, T, theta);
                if (systematic_part) systematic[i] = systematic_part(point, combined, i, T, theta);
            }
        }};
}

/// (2 upper + lower)/3, in which the leading bias cancels, and a third of their difference as what may be left of it.
Derived eigenvalue(const std::string& name, const std::string& description, const std::vector<std::string>& axes,
                   const std::string& upper, const std::string& lower) {
    return derived(
        name, description, axes,
        [=](const Point&, const Combined& c, std::size_t i, double, double) { return (2 * c[upper][i] + c[lower][i]) / 3; },
        [=](const Point&, const Combined& c, std::size_t i, double, double) {
            return std::abs(c[upper][i] - c[lower][i]) / 3 + 1e-12 * c[upper][i];
        });
}

/// What chains measure less what all states say, of the same couplings and noisy states.
Derived difference(const std::string& name, const std::vector<std::string>& axes, Formula systematic = {}) {
    return derived(
        name + "_minus_exact", name + " - " + name + "_exact", axes,
        [=](const Point& point, const Combined& c, std::size_t i, double, double) {
            return is_exact(point) ? std::nan("") : c[name][i] - c[name + "_exact"][i];
        },
        std::move(systematic));
}

/// Where every sample was ordered, what one of them with a turned spin would change; and rounding.
double unseen_turn(const Point& point, const Combined& combined, std::size_t place, double turn) {
    constexpr double rounding = 1e-12;
    if (!is_uniform(coupling_kind(point))) return rounding;
    return combined["energy"][place] < ordered_energy(point) + rounding ? turn / (2 * point["samples"]) : rounding;
}

/// Where hardly any noisy state is one of a turned spin, what these would change of means of order 1.
double unseen_in_noise(const Point& point, const Combined& combined, std::size_t i) {
    const double disorder = point["n"] - combined["eigenvalue_lower"][i / point.axis("theta").size()];
    return point["noisy_states"] * disorder < 1 ? disorder / point["n"] : 0;
}

/// A turned spin along the mode, in one of the states of all chains.
double turn_along_mode(const Point& point) { return 2 / (point["n"] * point["noisy_states"] * point["sweeps"]); }

/// θ at which half of the variance along the mode is known: by interpolation over ln θ.
void half_known(const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
    const auto theta = point.axis("theta");
    for (std::size_t place = 0; place < value.size(); ++place) {
        AxisCurve curve =
            curve_over_axis(point, "theta", combined["covariance_mode"].subspan(place * theta.size(), theta.size()));
        for (double& x : curve.x) x = std::log(x);
        for (double& y : curve.y) y = 1 - y / combined["eigenvalue_lower"][place];
        const Crossing crossing = largest_crossing(curve.x, curve.y, 0.5);
        value[place] = std::exp(crossing.position);
        systematic[place] = std::isfinite(crossing.systematic) ? value[place] * crossing.systematic : 0;
    }
}

/// I = ½ ∫_0^{1/θ} (1 − q) dβ by trapezoids in ln β, with the difference to half as many as its error; from 0 to the first
/// point by one in β.
void information(const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
    const std::size_t count = point.axis("theta").size();
    for (std::size_t place = 0; place < point.axis("T").size(); ++place) {
        // The integrand over θ, in ascending order of β.
        AxisCurve curve = curve_over_axis(point, "theta", combined["overlap"].subspan(place * count, count));
        std::reverse(curve.x.begin(), curve.x.end());
        std::reverse(curve.y.begin(), curve.y.end());
        const auto integrand = [&](std::size_t k) { return (1 - curve.y[k]) / curve.x[k] / 2; };
        const auto trapezoid = [&](std::size_t from, std::size_t to) {
            return (integrand(from) + integrand(to)) / 2 * std::log(curve.x[from] / curve.x[to]);
        };
        double sum = (1 + 1 - curve.y[0]) / curve.x[0] / 4, error = curve.y[0] / curve.x[0] / 12;
        for (std::size_t k = 0; k < count; ++k) {
            if (k > 0) sum += trapezoid(k - 1, k);
            if (k >= 2) {
                const double both = trapezoid(k - 2, k - 1) + trapezoid(k - 1, k);
                error += std::abs(both - trapezoid(k - 2, k)) / 6;
            }
            const auto theta = point.axis("theta");
            const auto at = static_cast<std::size_t>(std::find(theta.begin(), theta.end(), curve.x[k]) - theta.begin());
            value[place * count + at] = sum;
            systematic[place * count + at] = error;
        }
    }
}

}  // namespace

bool is_exact(const Point& point) { return point.word("score") == "exact"; }

double turn_of_energy(const Point& point) {
    if (!is_uniform(coupling_kind(point))) return std::numeric_limits<double>::infinity();
    if (coupling_kind(point) == CouplingKind::curie_weiss) return 2 / point["n"];
    return (point["n"] == 4 ? 16 : 8) / point["n"];
}

double turn_of_square(const Point& point) {
    return is_uniform(coupling_kind(point)) ? 4 * (1 - 1 / point["n"]) : std::numeric_limits<double>::infinity();
}

double ordered_energy(const Point& point) {
    return coupling_kind(point) == CouplingKind::square ? -2 : (1 / point["n"] - 1) / 2;
}

std::vector<Derived> diffused_ising_derived() {
    std::vector<Derived> all = {
        eigenvalue(
            "theta_c",
            "greatest eigenvalue of the covariance of the data, both of two states of opposite sign together: where the "
            "score turns unstable at x = 0",
            data, "eigenvalue_upper", "eigenvalue_lower"),
        derived(
            "theta_c_scaled", "theta_c/n^(7/8) (square), n^(1/2) (curie_weiss), n^(2/3) (sherrington_kirkpatrick)", data,
            [](const Point& point, const Combined& c, std::size_t i, double, double) {
                return (2 * c["eigenvalue_upper"][i] + c["eigenvalue_lower"][i]) / 3 /
                       std::pow(point["n"], transition_of(point).power);
            },
            [](const Point& point, const Combined& c, std::size_t i, double, double) {
                return std::abs(c["eigenvalue_upper"][i] - c["eigenvalue_lower"][i]) / 3 /
                       std::pow(point["n"], transition_of(point).power);
            }),
        eigenvalue("covariance_largest", "greatest eigenvalue of C(x), averaged over x", noisy, "covariance_upper",
                   "covariance_lower"),
        derived("susceptibility", "covariance_mode/theta: the bare response along u", noisy,
                [](const Point&, const Combined& c, std::size_t i, double, double theta) {
                    return c["covariance_mode"][i] / theta;
                }),
        derived("jacobian_mode", "-1/theta + covariance_mode/theta^2: slope of the score along u", noisy,
                [](const Point&, const Combined& c, std::size_t i, double, double theta) {
                    return (c["covariance_mode"][i] / theta - 1) / theta;
                }),
        derived("mode_share", "1 - covariance_mode/eigenvalue_lower: the share of the variance along u that x tells", noisy,
                [](const Point& point, const Combined& c, std::size_t i, double, double) {
                    return 1 - c["covariance_mode"][i] / c["eigenvalue_lower"][i / point.axis("theta").size()];
                }),
        derived(
            "variance_identity", "(mode_overlap + covariance_mode)/eigenvalue_lower - 1: the law of total variance", noisy,
            [](const Point& point, const Combined& c, std::size_t i, double, double) {
                return (c["mode_overlap"][i] + c["covariance_mode"][i]) /
                           c["eigenvalue_lower"][i / point.axis("theta").size()] -
                       1;
            },
            [](const Point& point, const Combined& c, std::size_t i, double, double) {
                return unseen_in_noise(point, c, i) +
                       (is_exact(point) ? 1e-12 : 4 / point["n"] / (2 * point["samples"]));  // a turned spin not seen
            }),
        derived(
            "overlap_gap", "overlap_planted - overlap: what chains from both sides have not forgotten", noisy,
            [](const Point&, const Combined& c, std::size_t i, double, double) {
                return c["overlap_planted"][i] - c["overlap"][i];
            },
            [](const Point& point, const Combined& c, std::size_t i, double, double) {
                return is_exact(point) ? unseen_in_noise(point, c, i) : 0;
            }),
        // What short chains keep of their starts makes the overlap too small, and that along a path, whose chain comes from
        // a state of the data as the planted one does, too large.
        derived(
            "path_overlap_difference",
            "path_overlap - overlap; what chains have not forgotten, overlap_gap, counts as systematic", noisy,
            [](const Point&, const Combined& c, std::size_t i, double, double) {
                return c["path_overlap"][i] - c["overlap"][i];
            },
            [](const Point& point, const Combined& c, std::size_t i, double, double) {
                return is_exact(point) ? 0 : std::abs(c["overlap_planted"][i] - c["overlap"][i]);
            }),
        derived(
            "path_energy_difference",
            "path_energy - energy: how well the samples are; with step = mean of first order in 1/steps", data,
            [](const Point&, const Combined& c, std::size_t i, double, double) {
                return c["path_energy"][i] - c["energy"][i];
            },
            {}, "J"),
        {.name = "theta_half",
         .description = "theta at which mode_share is 1/2; theta_c where the data are Gaussian along u, more where they "
                        "are two points",
         .axes = data,
         .compute = half_known},
        {.name = "information",
         .unit = "nat",
         .description = "what x tells of y, per spin: half the integral of 1 - overlap over 1/theta",
         .axes = noisy,
         .compute = information},
        {.name = "free_energy",
         .unit = "nat",
         .description = "information - 1/theta = -<ln Z(x/theta)/Z(0)>/n of the posterior",
         .axes = noisy,
         .compute =
             [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
                 information(point, combined, value, systematic);
                 for (std::size_t i = 0; i < value.size(); ++i)
                     value[i] -= 1 / point.axis("theta")[i % point.axis("theta").size()];
             }},
        difference("energy", data,
                   [](const Point& point, const Combined& c, std::size_t i, double, double) {
                       return unseen_turn(point, c, i, turn_of_energy(point));
                   }),
        derived(
            "theta_c_minus_exact", "theta_c - eigenvalue_exact", data,
            [](const Point& point, const Combined& c, std::size_t i, double, double) {
                return is_exact(point)
                           ? std::nan("")
                           : (2 * c["eigenvalue_upper"][i] + c["eigenvalue_lower"][i]) / 3 - c["eigenvalue_exact"][i];
            },
            [](const Point& point, const Combined& c, std::size_t i, double, double) {
                return std::abs(c["eigenvalue_upper"][i] - c["eigenvalue_lower"][i]) / 3 +
                       unseen_turn(point, c, i, turn_of_square(point));
            }),
        difference("overlap", noisy),
        difference("mode_overlap", noisy),
        difference("covariance_mode", noisy,
                   [](const Point& point, const Combined&, std::size_t, double, double) { return turn_along_mode(point); })};
    return all;
}

std::vector<Along> diffused_ising_along() {
    return {{.name = "T_c",
             .unit = "J",
             .description = "temperature at which theta_c_scaled of the two largest sizes cross: the transition of the "
                            "data, to finite sizes",
             .quantity = "theta_c_scaled",
             .axis = "T",
             .kind = along::Crossing{.size_axis = "n"}}};
}

}  // namespace gdm
