#include "gdm/physics/targets/power_law.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <vector>

namespace gdm {

PowerLaw fit_power_law(std::span<const double> x, std::span<const double> y, double omega, double window,
                       double fixed_exponent) {
    constexpr std::size_t fewest = 6;
    const double none = std::numeric_limits<double>::quiet_NaN();
    const bool free = std::isnan(fixed_exponent);
    std::vector<std::size_t> chosen;
    for (std::size_t k = 0; k < x.size(); ++k)
        if (x[k] > 0 && x[k] <= window * (1 + 1e-9) && y[k] > 0) chosen.push_back(k);
    if (chosen.size() < fewest) return {none, none, none, none};
    struct Line {
        double logarithm, exponent, rest;
    };
    const auto fit = [&](int order) {
        const auto rows = static_cast<Eigen::Index>(chosen.size());
        const Eigen::Index first = free ? 2 : 1;
        Eigen::MatrixXd terms(rows, first + order);
        Eigen::VectorXd values(rows);
        for (Eigen::Index row = 0; row < rows; ++row) {
            const std::size_t k = chosen[static_cast<std::size_t>(row)];
            values[row] = std::log(y[k]) - (free ? 0 : fixed_exponent * std::log(x[k]));
            terms(row, 0) = 1;
            if (free) terms(row, 1) = std::log(x[k]);
            for (int power = 1; power <= order; ++power) terms(row, first + power - 1) = std::pow(x[k], power * omega);
        }
        const Eigen::VectorXd solution = terms.colPivHouseholderQr().solve(values);
        const double squares = (terms * solution - values).squaredNorm();
        return Line{solution[0], free ? solution[1] : fixed_exponent, std::sqrt(squares / static_cast<double>(rows))};
    };
    const Line best = fit(2), shorter = fit(1);
    const double amplitude = std::exp(best.logarithm);
    return {.exponent = best.exponent,
            .amplitude = amplitude,
            .exponent_error = free ? std::abs(best.exponent - shorter.exponent) + best.rest : 0,
            .amplitude_error = amplitude * (std::abs(std::expm1(shorter.logarithm - best.logarithm)) + best.rest)};
}

}  // namespace gdm
