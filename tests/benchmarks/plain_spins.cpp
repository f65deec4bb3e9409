#include "plain_spins.hpp"

#include <cmath>
#include <numbers>

namespace gdm {

void plain_ising(std::vector<std::int8_t>& spins, unsigned size, double beta, Xoshiro& random) {
    const double table[5] = {1, 1, 1, std::exp(-4 * beta), std::exp(-8 * beta)};
    for (unsigned y = 0; y < size; ++y) {
        for (unsigned x = 0; x < size; ++x) {
            std::int8_t& spin = spins[y * size + x];
            const int sum = spins[y * size + (x + 1) % size] + spins[y * size + (x + size - 1) % size] +
                            spins[(y + 1) % size * size + x] + spins[(y + size - 1) % size * size + x];
            const int cost = spin * sum;  // ΔE/2
            if (cost <= 0 || random.uniform() < table[2 + cost / 2]) spin = static_cast<std::int8_t>(-spin);
        }
    }
}

void shared_ising(std::vector<std::uint64_t>& spins, unsigned size, double beta, Xoshiro& random) {
    const double four = std::exp(-4 * beta), eight = std::exp(-8 * beta);
    for (unsigned y = 0; y < size; ++y) {
        for (unsigned x = 0; x < size; ++x) {
            std::uint64_t& spin = spins[y * size + x];
            const std::uint64_t a = spin ^ spins[y * size + (x + 1) % size],
                                b = spin ^ spins[y * size + (x + size - 1) % size],
                                c = spin ^ spins[(y + 1) % size * size + x],
                                d = spin ^ spins[(y + size - 1) % size * size + x];
            const std::uint64_t one = a | b | c | d, two = (a & b) | (c & d) | ((a | b) & (c | d));
            const double u = random.uniform();
            // What is turned: no unsatisfied bond is needed, or one, or two.
            const std::uint64_t choice[3] = {two, one, ~std::uint64_t{0}};
            spin ^= choice[(u < four) + (u < eight)];
        }
    }
}

void plain_xy_angles(std::vector<double>& angles, unsigned size, double beta, Xoshiro& random) {
    for (unsigned y = 0; y < size; ++y) {
        for (unsigned x = 0; x < size; ++x) {
            double& angle = angles[y * size + x];
            const double proposed = 2 * std::numbers::pi * random.uniform();
            double gain = 0;
            for (const double other : {angles[y * size + (x + 1) % size], angles[y * size + (x + size - 1) % size],
                                       angles[(y + 1) % size * size + x], angles[(y + size - 1) % size * size + x]})
                gain += std::cos(proposed - other) - std::cos(angle - other);
            if (gain >= 0 || random.uniform() < std::exp(beta * gain)) angle = proposed;
        }
    }
}

void plain_xy_vectors(std::vector<double>& sx, std::vector<double>& sy, unsigned size, double beta, Xoshiro& random) {
    for (unsigned y = 0; y < size; ++y) {
        for (unsigned x = 0; x < size; ++x) {
            const unsigned here = y * size + x, right = y * size + (x + 1) % size, left = y * size + (x + size - 1) % size,
                           up = (y + 1) % size * size + x, down = (y + size - 1) % size * size + x;
            const double angle = 2 * std::numbers::pi * random.uniform();
            const double px = std::cos(angle), py = std::sin(angle);
            const double gain = (px - sx[here]) * (sx[right] + sx[left] + sx[up] + sx[down]) +
                                (py - sy[here]) * (sy[right] + sy[left] + sy[up] + sy[down]);
            if (gain >= 0 || random.uniform() < std::exp(beta * gain)) sx[here] = px, sy[here] = py;
        }
    }
}

}  // namespace gdm
