#include "gdm/experiments/targets/bath_parameters.hpp"

#include <fmt/format.h>

#include <cmath>

#include "gdm/base/error.hpp"

namespace gdm {

Parameter bath_size_parameter(const std::string& default_value) {
    return {.name = "K",
            .description = "number of microstates that share the noisy state; mean field for K to infinity",
            .kind = Kind::integer,
            .default_value = default_value,
            .range = {.min = 1, .max = 1e6}};
}

void check_equal_bins(const std::string& name, std::span<const double> centres) {
    const double width = (centres.back() - centres.front()) / static_cast<double>(centres.size() - 1);
    bool equal = centres.size() > 1 && width > 0;
    for (std::size_t i = 1; equal && i < centres.size(); ++i)
        equal = std::abs(centres[i] - centres[i - 1] - width) < 1e-6 * width;
    if (equal) return;
    throw UsageError(fmt::format("{} needs two or more values, ascending and equally spaced: the centres of bins", name));
}

double bath_sweep_cost(const Point& point) {
    const double K = point["K"], d = point["d"], N = point["N"];
    const bool single = point.word("update") == "heat_bath";
    const std::string& target = point.word("target");
    if (target == "two_deltas") return 150 + (single ? 16 * K : 150);
    if (target == "hypersphere") return 200 + (single ? K * (300 + 30 * d) : 350 * K + 60 * d);
    const double points = target == "discrete" ? N : 4, length = target == "discrete" ? d : 2;
    return 200 + 2 * points * length + (single ? K * (40 + 8 * points) : points * (60 + length));
}

}  // namespace gdm
