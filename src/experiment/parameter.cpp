#include "gdm/experiment/parameter.hpp"

#include <fmt/format.h>

#include <cmath>

#include "gdm/base/text.hpp"

namespace gdm {

bool Range::contains(double value) const {
    if (!std::isfinite(value)) return or_infinity && value > 0;
    return (open_min ? value > min : value >= min) && (open_max ? value < max : value <= max);
}

std::string Range::text() const {
    const bool bounded_below = min > -std::numeric_limits<double>::infinity();
    const bool bounded_above = max < std::numeric_limits<double>::infinity() || open_max;
    const std::string below = fmt::format("{} {}", open_min ? ">" : "≥", min);
    const std::string above = fmt::format("{} {}", open_max ? "<" : "≤", max);
    const std::string end = or_infinity ? ", or inf" : "";
    if (bounded_below && bounded_above) return below + " and " + above + end;
    if (bounded_below) return below + end;
    return (bounded_above ? above : "any number") + end;
}

std::string OnlyWith::text() const { return fmt::format("{} = {}", parameter, fmt::join(words, " or ")); }

double round_to_12_digits(double value) {
    if (!std::isfinite(value) || value == 0) return value == 0 ? 0.0 : value;
    return *parse_number(fmt::format("{:.11e}", value));
}

}  // namespace gdm
