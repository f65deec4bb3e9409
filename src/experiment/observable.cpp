#include "gdm/experiment/observable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "gdm/base/chain_average.hpp"
#include "gdm/base/text.hpp"

namespace gdm {

FixedAxis chain_blocks() {
    std::vector<double> places(blocks_of_chain);
    std::iota(places.begin(), places.end(), 0.);
    return {.name = block_axis, .description = "part of the chain", .values = std::move(places)};
}

std::vector<std::string> combined_axes(const std::vector<std::string>& axes) {
    const bool has_blocks = !axes.empty() && axes.back() == block_axis;
    return {axes.begin(), axes.end() - (has_blocks ? 1 : 0)};
}

double Bounds::unseen(const Point& point, std::size_t replicas) const {
    const double range = max - min;
    if (!std::isfinite(range)) return 0;
    const double in_replica = samples > 0 ? samples : point.has("samples") ? point["samples"] : 1;
    return range / (in_replica * static_cast<double>(replicas));
}

std::function<Bounds(const Point&)> between(double min, double max, double samples) {
    return [=](const Point&) { return Bounds{min, max, samples}; };
}

namespace {
constexpr std::uint64_t exponent_bits = 0x7FF0000000000000;

/// Without a branch a number, so that a replica of 10⁵ numbers costs some microseconds.
bool all_finite(std::span<const double> numbers) {
    std::uint64_t special = 0;
    for (const double number : numbers)
        special |= (std::bit_cast<std::uint64_t>(number) & exponent_bits) == exponent_bits ? 1 : 0;
    return special == 0;
}

bool is_allowed(double number, const Observable& observable, const Point& point) {
    const auto& [when, at] = observable.may_be_missing;
    if (std::isnan(number)) return !when.empty() && (!at || at(point));
    return std::isfinite(number) || (number < 0 && observable.combine == Combine::log_mean_exp);
}

std::string place_text(const Layout::Entry& entry, std::size_t index) {
    std::vector<std::string> places;
    for (auto length = entry.shape.rbegin(); length != entry.shape.rend(); ++length) {
        places.insert(places.begin(), fmt::format("{}", index % *length));
        index /= *length;
    }
    return entry.name + (places.empty() ? "" : fmt::format("[{}]", join(places, ", ")));
}
}  // namespace

std::string not_allowed(const std::vector<Observable>& observables, const Layout& layout, const Point& point,
                        std::span<const double> block) {
    if (all_finite(block)) return {};
    for (std::size_t i = 0; i < observables.size(); ++i) {
        const Layout::Entry& entry = layout.entries()[i];
        const auto numbers = block.subspan(entry.offset, entry.size);
        const auto bad = std::find_if(numbers.begin(), numbers.end(),
                                      [&](double number) { return !is_allowed(number, observables[i], point); });
        if (bad == numbers.end()) continue;
        return fmt::format("{} is not finite ({})", place_text(entry, static_cast<std::size_t>(bad - numbers.begin())),
                           *bad);
    }
    return {};
}

}  // namespace gdm
