#include "gdm/physics/machines/unit_moments.hpp"

namespace gdm {

UnitMoments zero_moments(const BoltzmannMachine& machine) {
    return {std::vector<double>(machine.couplings.size(), 0), std::vector<double>(machine.units(), 0)};
}

UnitMoments spin_moments(UnitMoments moments, bool of_difference) {
    const std::size_t n = moments.means.size();
    const double constant = of_difference ? 0 : 1;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            double& pair = moments.pairs[i * n + j];
            pair = 4 * pair - 2 * moments.means[i] - 2 * moments.means[j] + constant;
        }
    for (double& mean : moments.means) mean = 2 * mean - constant;
    return moments;
}

UnitMoments difference(UnitMoments from, const UnitMoments& what) {
    for (std::size_t k = 0; k < from.pairs.size(); ++k) from.pairs[k] -= what.pairs[k];
    for (std::size_t i = 0; i < from.means.size(); ++i) from.means[i] -= what.means[i];
    return from;
}

double inner_product(const BoltzmannMachine& machine, const UnitMoments& a, const UnitMoments& b) {
    const std::size_t n = machine.units();
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        sum += a.means[i] * b.means[i];
        for (std::size_t j = 0; j < i; ++j)
            if (machine.couples(i, j)) sum += a.pairs[i * n + j] * b.pairs[i * n + j];
    }
    return sum;
}

}  // namespace gdm
