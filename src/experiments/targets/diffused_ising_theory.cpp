#include "gdm/experiments/targets/diffused_ising_theory.hpp"

#include <algorithm>
#include <string>

#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/targets/diffused_ising_derived.hpp"
#include "gdm/experiments/targets/diffused_ising_replica.hpp"
#include "gdm/physics/spins/curie_weiss.hpp"
#include "gdm/physics/spins/kaufman.hpp"

namespace gdm {
namespace {

const std::vector<std::string> data = {"T"}, noisy = {"T", "theta"};

Theory over_data(const std::string& name, const std::string& description, double (*formula)(const Point&, double T),
                 const std::string& unit = "1") {
    return {.name = name,
            .unit = unit,
            .description = description,
            .axes = data,
            .compute = [formula](const Point& point, std::span<double> value) {
                for (std::size_t i = 0; i < value.size(); ++i) value[i] = formula(point, point.axis("T")[i]);
            }};
}

Theory zero(const std::string& name, const std::string& description, const std::vector<std::string>& axes,
            bool (*holds)(const Point&)) {
    return {.name = name,
            .description = description,
            .axes = axes,
            .compute = [holds](const Point& point, std::span<double> value) {
                for (double& one : value) one = holds(point) ? 0 : std::nan("");
            }};
}

bool is_compared(const Point& point) { return !is_exact(point) && point["n"] <= most_compared_spins; }

CurieWeiss complete(const Point& point, double T) { return curie_weiss(point.integer("n"), T); }

}  // namespace

Transition transition_of(const Point& point) {
    switch (coupling_kind(point)) {
        case CouplingKind::curie_weiss:
            return {0.5, 1};
        case CouplingKind::sherrington_kirkpatrick:
            return {2. / 3, 1};
        case CouplingKind::square:
            return {0.875, 2 / std::log1p(std::sqrt(2.))};
        default:
            return {};
    }
}

std::vector<Theory> diffused_ising_theory() {
    return {over_data(
                "energy_theory", "curie_weiss: exact at n; square: Kaufman",
                [](const Point& point, double T) {
                    if (coupling_kind(point) == CouplingKind::curie_weiss) return complete(point, T).thermodynamics.energy;
                    if (coupling_kind(point) != CouplingKind::square) return std::nan("");
                    const auto side = static_cast<std::size_t>(std::lround(std::sqrt(point["n"])));
                    return kaufman(side, side, T).energy;
                },
                "J"),
            over_data("theta_c_theory", "curie_weiss: n <m^2>, exact at n",
                      [](const Point& point, double T) {
                          if (coupling_kind(point) != CouplingKind::curie_weiss) return std::nan("");
                          return point["n"] * complete(point, T).magnetisation_squared;
                      }),
            over_data("eigenvalue_pure_theory", "curie_weiss: n (<m^2> - <|m|>^2), exact at n",
                      [](const Point& point, double T) {
                          if (coupling_kind(point) != CouplingKind::curie_weiss) return std::nan("");
                          const CurieWeiss law = complete(point, T);
                          return point["n"] * (law.magnetisation_squared - std::pow(law.abs_magnetisation, 2));
                      }),
            over_data("theta_c_limit",
                      "n to infinity above the transition: T/(T - 1) (curie_weiss), (T/(T - 1))^2 (sherrington_kirkpatrick)",
                      [](const Point& point, double T) {
                          if (!(T > 1) || coupling_kind(point) == CouplingKind::square) return std::nan("");
                          if (coupling_kind(point) == CouplingKind::curie_weiss) return T / (T - 1);
                          if (coupling_kind(point) != CouplingKind::sherrington_kirkpatrick) return std::nan("");
                          return std::pow(T / (T - 1), 2);
                      }),
            closed_form("T_c_infinite", "transition of the data for n to infinity", "J",
                        [](const Point& point) { return transition_of(point).temperature; }),
            zero("variance_identity_theory", "in equilibrium", noisy, [](const Point&) { return true; }),
            zero("overlap_gap_theory", "where the score is exact", noisy, is_exact),
            zero("energy_minus_exact_theory", "for 16 spins or less", data, is_compared),
            zero("theta_c_minus_exact_theory", "for 16 spins or less", data, is_compared),
            zero("overlap_minus_exact_theory", "for 16 spins or less", noisy, is_compared),
            zero("mode_overlap_minus_exact_theory", "for 16 spins or less", noisy, is_compared),
            zero("covariance_mode_minus_exact_theory", "for 16 spins or less", noisy, is_compared)};
}

}  // namespace gdm
