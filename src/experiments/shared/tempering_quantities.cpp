#include "gdm/experiments/shared/tempering_quantities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "gdm/base/error.hpp"
#include "gdm/physics/chains/ladder.hpp"

namespace gdm {
namespace {

/// The acceptances of pairs, without the last value, which is missing.
std::span<const double> pairs_of(const Combined& combined) {
    const auto all = combined["swap_acceptance"];
    return all.first(all.size() - 1);
}

/// Adds one ladder's share of the block means, or of the mean, at a place.
void add(std::span<double> numbers, std::size_t place, const ChainAverage& average, std::size_t ladders, bool over_blocks) {
    const auto means = over_blocks ? average.block_means() : std::vector<double>{average.binned().mean};
    for (std::size_t i = 0; i < means.size(); ++i)
        numbers[place * means.size() + i] += means[i] / static_cast<double>(ladders);
}

}  // namespace

std::vector<Observable> tempering_observables(const std::string& axis, bool over_blocks) {
    std::vector<Observable> all = {
        {.name = "swap_acceptance",
         .description = fmt::format("probability of an exchange with the next {}, when it is tried", axis),
         .axes = {axis, block_axis},
         .may_be_missing = {fmt::format("at the last {}, without exchanges", axis)}},
        {.name = "from_cold",
         .description = "share of steps with a walker that was last at the cold end",
         .axes = {axis, block_axis},
         .may_be_missing = {"without exchanges"}},
        {.name = "labelled",
         .description = "share of steps with a walker that was at an end",
         .axes = {axis, block_axis},
         .may_be_missing = {"without exchanges"}},
        {.name = "round_trips",
         .unit = "1/step",
         .description = "hot to cold and back, of all walkers of a ladder together",
         .axes = {block_axis},
         .may_be_missing = {"without exchanges"}}};
    for (Observable& one : all)
        if (!over_blocks) one.axes.pop_back();
    return all;
}

std::vector<Derived> tempering_derived(const std::string& axis) {
    Derived flow{.name = "flow",
                 .description = "share of walkers that come from the cold end",
                 .axes = {axis},
                 .compute = [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
                     const auto from_cold = combined["from_cold"], labelled = combined["labelled"];
                     for (std::size_t i = 0; i < value.size(); ++i) value[i] = from_cold[i] / labelled[i];
                 }};
    Derived ideal_flow{
        .name = "flow_ideal",
        .description = "flow of walkers whose configurations forget how they came between two exchanges",
        .axes = {axis},
        .compute = [axis](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
            const auto temperatures = point.axis(axis);
            std::vector<double> pairs(pairs_of(combined).begin(), pairs_of(combined).end());
            const bool cold_first = temperatures.front() < temperatures.back();
            if (!cold_first) std::reverse(pairs.begin(), pairs.end());
            auto expected = gdm::ideal_flow(pairs);
            if (!cold_first) std::reverse(expected.begin(), expected.end());
            std::copy(expected.begin(), expected.end(), value.begin());
        }};
    Derived proposed{
        .name = "proposed_" + axis,
        .description = fmt::format("{} at which all neighbours would reject exchanges alike", axis),
        .axes = {axis},
        .error = ErrorMethod::bootstrap,
        .compute = [axis](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
            const auto beta = equal_rejection_ladder(ladder_of(point, axis), pairs_of(combined), value.size());
            for (std::size_t i = 0; i < value.size(); ++i) value[i] = 1 / beta[i];
        }};
    Derived barrier{.name = "communication_barrier",
                    .description = "sum of the rejections between neighbours, which hardly depends on their number",
                    .compute = [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
                        value[0] = communication_barrier(pairs_of(combined));
                    }};
    Derived ideal{.name = "round_trips_ideal",
                  .unit = "1/step",
                  .description = "round trips if configurations forgot how they came between two exchanges",
                  .compute = [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
                      value[0] = round_trip_rate(pairs_of(combined));
                  }};
    return {std::move(flow), std::move(ideal_flow), std::move(proposed), std::move(barrier), std::move(ideal)};
}

std::vector<double> ladder_of(const Point& point, const std::string& axis) {
    std::vector<double> beta;
    for (const double temperature : point.axis(axis)) beta.push_back(1 / temperature);
    return beta;
}

void check_ladder(const Point& point, const std::string& axis) {
    const auto values = point.axis(axis);
    const bool rises = std::adjacent_find(values.begin(), values.end(), std::greater_equal<>()) == values.end();
    const bool falls = std::adjacent_find(values.begin(), values.end(), std::less_equal<>()) == values.end();
    if (values.size() >= 2 && (rises || falls) && *std::min_element(values.begin(), values.end()) > 0) return;
    throw UsageError(
        fmt::format("{} is the ladder of a parallel tempering: give two positive values or more that rise from one "
                    "to the next, or fall",
                    axis));
}

void set_tempering(const Values& values, std::span<const TemperingAverages> ladders) {
    const auto acceptance = values["swap_acceptance"], from_cold = values["from_cold"], labelled = values["labelled"],
               round_trips = values["round_trips"];
    const std::size_t pairs = ladders.front().acceptance().size();
    const bool over_blocks = round_trips.size() > 1;
    std::fill_n(acceptance.begin(), pairs * round_trips.size(), 0.);
    for (const auto& numbers : {from_cold, labelled, round_trips}) std::fill(numbers.begin(), numbers.end(), 0.);
    for (const TemperingAverages& one : ladders) {
        for (std::size_t i = 0; i < pairs; ++i) add(acceptance, i, one.acceptance()[i], ladders.size(), over_blocks);
        for (std::size_t i = 0; i <= pairs; ++i) {
            add(from_cold, i, one.from_cold()[i], ladders.size(), over_blocks);
            add(labelled, i, one.labelled()[i], ladders.size(), over_blocks);
        }
        add(round_trips, 0, one.round_trips(), ladders.size(), over_blocks);
    }
}

}  // namespace gdm
