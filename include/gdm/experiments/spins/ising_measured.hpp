#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace gdm {

/// What cold and hot starts are to agree on: |m|, or m along a field, whose wrong side may hold a system for long.
[[nodiscard]] inline double order_of(double magnetisation, double field) {
    return field == 0 ? std::abs(magnetisation) : field < 0 ? -magnetisation : magnetisation;
}

/// Of one copy of the experiment ising after a step, for each site; `squared` and `fourth` of m may come from clusters.
struct IsingCopy {
    double energy, magnetisation, squared, fourth, structure;

    /// Adds a share to averages in the order of ising_quantities.
    void add_to(std::span<double> values, double share, bool has_waves) const {
        const std::array all{energy, energy * energy, std::abs(magnetisation), squared, fourth};
        for (std::size_t k = 0; k < all.size(); ++k) values[k] += share * all[k];
        if (has_waves) values[all.size()] += share * structure;
        const std::size_t last = all.size() + (has_waves ? 1 : 0);
        if (values.size() > last) values[last] += share * magnetisation;  // in a field
    }
};

}  // namespace gdm
