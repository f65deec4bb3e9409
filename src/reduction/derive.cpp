#include "gdm/reduction/derive.hpp"

#include <cmath>
#include <limits>

#include "gdm/base/statistics.hpp"

namespace gdm {

std::vector<DerivedEstimate> derive(const std::vector<Derived>& quantities, const std::vector<std::size_t>& widths,
                                    const Point& point, const Combiner& combiner, std::span<const double> rows,
                                    std::span<const double> combined) {
    constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
    const auto compute = [&](std::size_t i, std::span<const double> block) {
        DerivedEstimate estimate;
        estimate.value.assign(widths[i], not_a_number);
        estimate.systematic.assign(widths[i], 0);
        quantities[i].compute(point, Combined(combiner.layout(), block), estimate.value, estimate.systematic);
        return estimate;
    };

    std::vector<DerivedEstimate> estimates;
    std::vector<std::vector<std::vector<double>>> without(quantities.size());  // quantity, place, replica
    for (std::size_t i = 0; i < quantities.size(); ++i) {
        estimates.push_back(compute(i, combined));
        without[i].resize(widths[i]);
    }
    const bool several = rows.size() > combined.size();
    if (several) {
        combiner.leave_one_out(rows, [&](std::span<const double> others) {
            for (std::size_t i = 0; i < quantities.size(); ++i) {
                const auto value = compute(i, others).value;
                for (std::size_t j = 0; j < widths[i]; ++j) without[i][j].push_back(value[j]);
            }
        });
    }
    for (std::size_t i = 0; i < quantities.size(); ++i) {
        for (std::size_t j = 0; j < widths[i]; ++j) {
            double& systematic = estimates[i].systematic[j];
            if (std::isnan(estimates[i].value[j])) systematic = not_a_number;
            estimates[i].error.push_back(std::hypot(jackknife_error(without[i][j]), systematic));
        }
    }
    return estimates;
}

}  // namespace gdm
