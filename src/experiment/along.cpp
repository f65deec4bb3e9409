#include "gdm/experiment/along.hpp"

namespace gdm::along {
namespace {

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;  // for compilers that do not deduce it of aggregates

}  // namespace

const char* name_of(const Kind& kind) {
    static constexpr const char* names[] = {"limit", "integral", "root", "crossing", "extremum", "collapse"};
    return names[kind.index()];
}

const std::string& size_axis_of(const Kind& kind) {
    static const std::string none;
    if (const auto* crossing = std::get_if<Crossing>(&kind)) return crossing->size_axis;
    if (const auto* collapse = std::get_if<Collapse>(&kind)) return collapse->size_axis;
    return none;
}

std::vector<Part> parts_of(const Kind& kind) {
    return std::visit(
        Overloaded{[](const Limit& one) {
                       return one.exponent.given()
                                  ? std::vector<Part>{}
                                  : std::vector<Part>{{"_exponent", "exponent of the approach to the limit"}};
                   },
                   [](const Extremum&) {
                       return std::vector<Part>{{"_value", "height of the extremum"}};
                   },
                   [](const Collapse& one) {
                       std::vector<Part> parts;
                       if (!one.critical.given()) parts.push_back({"_critical", "critical point of the collapse"});
                       if (!one.scaling.given()) {
                           parts.push_back({"_scaling", "exponent of the height in the size"});
                           parts.push_back({"_exponent", "its exponent in x - x_c, that in the size times nu"});
                       }
                       return parts;
                   },
                   [](const auto&) { return std::vector<Part>{}; }},
        kind);
}

std::string contradiction(const Kind& kind) {
    const auto few = [](std::size_t points, int order) -> std::string {
        return order < 1 || points < static_cast<std::size_t>(order) + 1 ? "fits fewer points than order + 1" : "";
    };
    return std::visit(
        Overloaded{[](const Limit& one) -> std::string {
                       if (!one.abscissa) return "has no abscissa";
                       if (one.order < 0) return "has a negative order";
                       if (!one.exponent.given() && one.order != 1) return "has a free exponent and an order that is not 1";
                       return one.exponent.from > 0 && one.exponent.to >= one.exponent.from ? ""
                                                                                            : "has no range of exponents";
                   },
                   [](const Integral& one) -> std::string { return one.from < one.to ? "" : "ends before it begins"; },
                   [&](const Root& one) { return few(one.points, one.order); },
                   [&](const Crossing& one) -> std::string {
                       return one.drift < 0 ? "has a negative exponent of its drift" : few(one.points, one.order);
                   },
                   [&](const Extremum& one) { return few(one.points, 2); },
                   [](const Collapse& one) -> std::string {
                       if (!(one.nu.from > 0)) return "has no range of nu";
                       for (const Range& range : {one.nu, one.critical, one.scaling})
                           if (!(range.from <= range.to)) return "has a range that ends before it begins";
                       if (one.order < 1) return "has a polynomial of order below 1";
                       return one.width > 0 ? "" : "has no width";
                   }},
        kind);
}

bool is_fit(const Kind& kind) { return !std::holds_alternative<Integral>(kind); }

}  // namespace gdm::along
