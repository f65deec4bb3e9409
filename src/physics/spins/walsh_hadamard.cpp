#include "gdm/physics/spins/walsh_hadamard.hpp"

#include <cstddef>

namespace gdm {

void walsh_hadamard(std::span<double> values) {
    for (std::size_t half = 1; half < values.size(); half *= 2) {
        for (std::size_t first = 0; first < values.size(); first += 2 * half) {
            for (std::size_t i = first; i < first + half; ++i) {
                const double a = values[i], b = values[i + half];
                values[i] = a + b;
                values[i + half] = a - b;
            }
        }
    }
}

}  // namespace gdm
