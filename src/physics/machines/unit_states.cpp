#include "gdm/physics/machines/unit_states.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace gdm {

void require_countable(std::size_t most, std::size_t units) {
    if (units > most)
        throw std::invalid_argument("the states of more than " + std::to_string(most) + " units are not counted");
}

std::vector<double> state_log_weights(const BoltzmannMachine& machine, std::size_t first, std::size_t last,
                                      const std::vector<double>& biases) {
    const std::size_t n = machine.units(), count = last - first;
    std::vector<double> weight(std::size_t{1} << count, 0), field(weight.size() / 2 + 1);
    for (std::size_t k = 0; k < count; ++k) {
        const double* row = machine.couplings.data() + (first + k) * n + first;
        field[0] = biases[first + k];
        for (std::size_t j = 0; j < k; ++j) {
            const std::size_t half = std::size_t{1} << j;
            for (std::size_t s = 0; s < half; ++s) field[half + s] = field[s] + row[j];
        }
        const std::size_t half = std::size_t{1} << k;
        for (std::size_t s = 0; s < half; ++s) weight[half + s] = weight[s] + field[s];
    }
    return weight;
}

double normalise_weights(std::vector<double>& weights) {
    const double greatest = *std::max_element(weights.begin(), weights.end());
    double sum = 0;
    for (double& x : weights) sum += x = std::exp(x - greatest);
    for (double& x : weights) x /= sum;
    return greatest + std::log(sum);
}

void sum_supersets(std::vector<double>& law) {
    for (std::size_t half = 1; half < law.size(); half *= 2)
        for (std::size_t block = 0; block < law.size(); block += 2 * half)
            for (std::size_t s = block; s < block + half; ++s) law[s] += law[s + half];
}

UnitMoments moments_of_law(const BoltzmannMachine& machine, std::vector<double> law) {
    sum_supersets(law);
    UnitMoments moments = zero_moments(machine);
    const std::size_t n = machine.units();
    for (std::size_t i = 0; i < n; ++i) {
        moments.means[i] = law[std::size_t{1} << i];
        for (std::size_t j = 0; j < n; ++j) moments.pairs[i * n + j] = law[std::size_t{1} << i | std::size_t{1} << j];
    }
    return moments;
}

}  // namespace gdm
