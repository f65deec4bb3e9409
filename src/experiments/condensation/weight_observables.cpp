#include "gdm/experiments/condensation/weight_observables.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gdm/base/control_variates.hpp"
#include "gdm/base/not_a_number.hpp"

namespace gdm {

namespace {

const Missing at_population{"state = population", [](const Point& point) { return point.word("state") == "population"; }};
const Missing without_classes{"points of a dataset, which have no classes", has_dataset};

std::vector<double> controls_of(const EmpiricalWeights& weights, const WeightOrigin& origin) {
    std::vector<double> controls;
    for (const StateNorms& norms : weights.states) {
        controls.push_back(norms.noise_square - origin.d);
        controls.push_back(norms.overlap);
        if (origin.gaussian) controls.push_back(norms.point_square - origin.d);
    }
    return controls;
}

/// P(the nearest point is another one than at the next smaller time); at the smallest, than the state's own point.
void record_switches(const EmpiricalWeights& weights, const WeightOrigin& origin, std::span<const double> times,
                     std::span<double> switches) {
    if (!origin.nearest_known) return;
    std::vector<std::size_t> order(times.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return times[a] < times[b]; });
    const std::size_t states = weights.states.size();
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i == 0 && origin.kind == StateKind::population) continue;
        double count = 0;
        for (std::size_t state = 0; state < states; ++state) {
            const auto* sums = weights.sums.data() + state * times.size();
            count += i == 0 ? (sums[order[0]].lowest < 0 ? 1 : 0) : (sums[order[i]].nearest != sums[order[i - 1]].nearest);
        }
        switches[order[i]] = count / static_cast<double>(states);
    }
}

/// Bounds [0, max] of a mean over states and the points drawn for them (method dataset), of which at most N are independent.
std::function<Bounds(const Point&)> where_weighed(double max) {
    return [=](const Point& point) {
        if (point.word("method") != "dataset") return Bounds{};
        return Bounds{0, max, std::min(point["samples"], std::exp(point["ln_N"]))};
    };
}

}  // namespace

bool has_dataset(const Point& point) { return std::isnan(point["mu"]); }

FixedAxis participation_axis() {
    FixedAxis axis{.name = "participation_bin", .description = "middle of a bin of Y", .values = {}};
    for (std::size_t bin = 0; bin < participation_bins; ++bin)
        axis.values.push_back((static_cast<double>(bin) + 0.5) / static_cast<double>(participation_bins));
    return axis;
}

std::vector<Observable> weight_observables() {
    return {{.name = "participation_ratio",
             .description = "Y = sum of squared weights",
             .axes = {"t"},
             .bounds = where_weighed(1)},
            {.name = "participation_ratio_squared", .description = "mean of Y^2", .axes = {"t"}, .bounds = where_weighed(1)},
            {.name = "participation_histogram",
             .description = "states by their Y",
             .axes = {"t", "participation_bin"},
             .combine = Combine::sum},
            {.name = "weight_entropy",
             .unit = "nat",
             .description = "S_w = -sum w ln w",
             .axes = {"t"},
             .bounds = [](const Point& point) { return where_weighed(point["ln_N"])(point); }},
            {.name = "source_information",
             .unit = "nat",
             .description = "-ln w_a, a the source (planted)",
             .axes = {"t"},
             .may_be_missing = at_population},
            {.name = "source_weight",
             .description = "w_a (planted)",
             .axes = {"t"},
             .may_be_missing = at_population,
             .bounds = where_weighed(1)},
            {.name = "source_weight_loss",
             .description = "1 - w_a, where w_a is 1 to many digits; its mean is that of 1 - Y (planted)",
             .axes = {"t"},
             .may_be_missing = at_population,
             .bounds = where_weighed(1)},
            {.name = "source_is_nearest",
             .description = "share of states nearest to their source (planted)",
             .axes = {"t"},
             .may_be_missing = at_population,
             .bounds = where_weighed(1)},
            {.name = "nearest_switch",
             .description = "share of states whose nearest point differs from that at the next smaller t (method dataset)",
             .axes = {"t"},
             .may_be_missing = {"method levels; the smallest t of state = population"},
             .bounds = where_weighed(1)},
            {.name = "participation_identity",
             .description = "<Y> - <w_a>, exactly 0 (planted)",
             .axes = {"t"},
             .may_be_missing = at_population,
             .bounds = between(-1, 1)},
            {.name = "entropy_identity",
             .unit = "nat",
             .description = "<S_w> + <ln w_a>, exactly 0 (planted)",
             .axes = {"t"},
             .may_be_missing = at_population,
             .bounds =
                 [](const Point& point) {
                     return Bounds{-point["ln_N"], point["ln_N"]};
                 }},
            {.name = "class_weight",
             .description = "weight of the points in the state's class",
             .axes = {"t"},
             .may_be_missing = without_classes,
             .bounds = between(0, 1)},
            {.name = "clone_agreement",
             .description = "probability that clones of the empirical reverse process from t end in the same class",
             .axes = {"t"},
             .may_be_missing = without_classes,
             .bounds = between(0, 1)},
            {.name = "excess_entropy",
             .unit = "nat",
             .description = "f = alpha + <ln p_emp>/d + 1/2 + ln(2 pi Delta)/2, with control variates",
             .axes = {"t"}},
            {.name = "excess_entropy_plain", .unit = "nat", .description = "the same by its definition", .axes = {"t"}}};
}

void record_weights(const EmpiricalWeights& weights, const WeightOrigin& origin, std::span<const double> times,
                    Values& values) {
    const bool planted = origin.kind == StateKind::planted;
    const std::size_t states = weights.states.size();
    const auto n = static_cast<double>(states);
    const auto controls = controls_of(weights, origin);
    const std::size_t count = origin.gaussian ? 3 : 2;
    std::vector<double> entropy(states);
    for (std::size_t k = 0; k < times.size(); ++k) {
        double y = 0, y2 = 0, s = 0, log_z = 0, source = 0, loss = 0, nearest = 0, own = 0, agreement = 0, plain = 0;
        auto histogram = values["participation_histogram"].subspan(k * participation_bins, participation_bins);
        std::fill(histogram.begin(), histogram.end(), 0.0);
        for (std::size_t state = 0; state < states; ++state) {
            const WeightSums& sums = weights.sums[state * times.size() + k];
            const double ratio = std::min(1.0, sums.participation_ratio());
            y += ratio;
            y2 += ratio * ratio;
            const auto bin = static_cast<std::size_t>(ratio * static_cast<double>(participation_bins));
            histogram[std::min(bin, participation_bins - 1)] += 1;
            s += sums.weight_entropy();
            log_z += sums.log_z;
            source += std::exp(-sums.log_z);
            loss += -std::expm1(-sums.log_z);
            nearest += sums.lowest > 0 ? 1 : 0;
            own += sums.own_class;
            agreement += sums.clone_agreement();
            // d f = ln Z + d/2 with E_0 = ‖z‖²/2 taken out of ln Z; alpha and the normalisers cancel.
            const double definition = sums.log_z + 0.5 * (origin.d - weights.states[state].noise_square);
            plain += definition;
            entropy[state] = planted ? sums.weight_entropy() : definition;
        }
        values["participation_ratio"][k] = y / n;
        values["participation_ratio_squared"][k] = y2 / n;
        values["weight_entropy"][k] = s / n;
        values["source_information"][k] = planted ? log_z / n : not_a_number;
        values["source_weight"][k] = planted ? source / n : not_a_number;
        values["source_weight_loss"][k] = planted ? loss / n : not_a_number;
        values["source_is_nearest"][k] = planted ? nearest / n : not_a_number;
        values["participation_identity"][k] = planted ? (y - source) / n : not_a_number;
        values["entropy_identity"][k] = planted ? (s - log_z) / n : not_a_number;
        values["class_weight"][k] = origin.gaussian ? own / n : not_a_number;
        values["clone_agreement"][k] = origin.gaussian ? agreement / n : not_a_number;
        values["excess_entropy"][k] = controlled_mean(entropy, controls, count) / origin.d;
        values["excess_entropy_plain"][k] = plain / n / origin.d;
    }
    record_switches(weights, origin, times, values["nearest_switch"]);
}

void record_averages(std::span<const WeightAverages> averages, StateKind kind, double d, Values& values) {
    for (std::size_t k = 0; k < averages.size(); ++k) {
        const WeightAverages& of = averages[k];
        values["participation_ratio"][k] = of.participation_ratio;
        values["participation_ratio_squared"][k] = of.participation_ratio_squared;
        if (kind != StateKind::planted) continue;
        values["source_weight"][k] = of.participation_ratio;
        values["source_weight_loss"][k] = of.source_loss;
        values["source_is_nearest"][k] = 1 - of.not_nearest;
        if (!of.rare_loss) continue;  // elsewhere all states, with control variates, tell more
        values["weight_entropy"][k] = values["source_information"][k] = of.entropy;
        values["excess_entropy"][k] = of.entropy / d;
    }
}

}  // namespace gdm
