#include "gdm/physics/spins/acceptance.hpp"

#include <algorithm>
#include <cmath>

namespace gdm {

double update_probability(LocalUpdate update, double beta, double field, std::size_t z, std::size_t pulling, int spin) {
    const double f = 2 * static_cast<double>(pulling) - static_cast<double>(z);
    if (update == LocalUpdate::heat_bath) return 1 / (1 + std::exp(-2 * beta * (f + field)));
    // (β = 0 and an infinite exponent do not meet: β and h are finite.)
    return std::min(1., std::exp(-2 * beta * (field * spin - f)));
}

std::uint64_t probability_threshold(double p) {
    if (!(p < 1)) return ~std::uint64_t{0};
    return static_cast<std::uint64_t>(std::ldexp(p, 64));
}

void transpose_bits(std::array<std::uint64_t, 64>& words) {
    // Blocks of half the size off the diagonal change places (Warren, Hacker's Delight, 7-3).
    std::uint64_t mask = 0x00000000ffffffffu;
    for (std::size_t block = 32; block != 0; block >>= 1, mask ^= mask << block) {
        for (std::size_t k = 0; k < 64; k = (k + block + 1) & ~block) {
            const std::uint64_t moved = ((words[k] >> block) ^ words[k + block]) & mask;
            words[k] ^= moved << block;
            words[k + block] ^= moved;
        }
    }
}

AcceptanceTable::AcceptanceTable(LocalUpdate how, std::size_t coordination, std::span<const double> beta,
                                 std::span<const double> field, std::size_t filled, std::size_t of_a_row)
    : update(how), z(coordination), columns(of_a_row) {
    const auto of_lane = [](std::span<const double> values, std::size_t lane) {
        return values[std::min(lane, values.size() - 1)];
    };
    const bool has_field = std::any_of(field.begin(), field.end(), [](double h) { return h != 0; });
    const auto is_certain = [&](const Case& one) {
        for (std::size_t lane = 0; lane < std::max(beta.size(), field.size()); ++lane) {
            const double p = update_probability(update, of_lane(beta, lane), of_lane(field, lane), z, one.pulling, one.spin);
            if (p < 1) return false;
        }
        return true;
    };
    if (update == LocalUpdate::heat_bath) {
        for (std::uint32_t pulling = 0; pulling <= z; ++pulling) cases.push_back({pulling, any_spin});
    } else if (!has_field) {
        without_field = true;
        for (std::uint32_t pulling = 0; pulling < z / 2; ++pulling) cases.push_back({pulling, any_spin});
    } else {
        for (const int spin : {-1, 1})
            for (std::uint32_t pulling = 0; pulling <= z; ++pulling)
                (is_certain({pulling, spin}) ? certain : cases).push_back({pulling, spin});
    }
    rows.resize(cases.size() * bits * columns);
    for (std::size_t c = 0; c < cases.size(); ++c) {
        for (std::size_t column = 0; column < columns; ++column) {
            // Word i: the threshold of lane i; transposed, word j: bit j of all lanes.
            std::array<std::uint64_t, 64> words_of_column{};
            double last_beta = -1, last_field = 0;
            std::uint64_t threshold = 0;
            for (std::size_t lane = 0; lane < 64; ++lane) {
                const double b = of_lane(beta, 64 * (column % filled) + lane),
                             h = of_lane(field, 64 * (column % filled) + lane);
                if (b != last_beta || h != last_field)
                    threshold = probability_threshold(update_probability(update, b, h, z, cases[c].pulling, cases[c].spin));
                last_beta = b, last_field = h;
                words_of_column[lane] = threshold;
            }
            transpose_bits(words_of_column);
            for (std::size_t bit = 0; bit < bits; ++bit)
                rows[(c * bits + bit) * columns + column] = words_of_column[63 - bit];
        }
    }
}

}  // namespace gdm
