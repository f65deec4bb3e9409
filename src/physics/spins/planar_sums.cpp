#include "gdm/physics/spins/planar_sums.hpp"

#include <algorithm>
#include <stdexcept>

namespace gdm {
namespace {

/// How often the shorter way from a to b passes the positive x axis, signed: summed around a polygon, its winding number.
std::int8_t passes(PlanarSpin a, PlanarSpin b, double sine) {
    if (a.y < 0 && b.y >= 0) return sine > 0 ? 1 : 0;
    if (a.y >= 0 && b.y < 0) return sine < 0 ? -1 : 0;
    return 0;
}

}  // namespace

PlanarSums::PlanarSums(const Lattice& lattice)
    : size_(lattice.size()), wave_(size_), right_(size_), up_(size_), next_right_(size_) {
    if (lattice.kind() != LatticeKind::square)
        throw std::invalid_argument("XY spins are measured on the square lattice alone");
    for (auto& profile : profiles_) profile.resize(size_);
}

PlanarMeasured PlanarSums::measure(std::span<const PlanarSpin> spins) {
    PlanarMeasured sums;
    for (auto& profile : profiles_) std::fill(profile.begin(), profile.end(), 0.);
    auto& [columns_x, columns_y, rows_x, rows_y] = profiles_;
    // Row by row from the last one down, so that the bonds above a plaquette are known when it is closed.
    for (std::size_t y = size_; y-- > 0;) {
        const PlanarSpin* row = spins.data() + y * size_;
        const PlanarSpin* next = spins.data() + (y + 1 == size_ ? 0 : y + 1) * size_;
        double row_x = 0, row_y = 0;
        for (std::size_t x = 0; x < size_; ++x) {
            const PlanarSpin here = row[x], right = row[x + 1 == size_ ? 0 : x + 1], up = next[x];
            const double sine_right = cross(here, right), sine_up = cross(here, up);
            sums.bonds += dot(here, right) + dot(here, up);
            sums.current[0] += sine_right;
            sums.current[1] += sine_up;
            right_[x] = passes(here, right, sine_right);
            up_[x] = passes(here, up, sine_up);
            row_x += here.x;
            row_y += here.y;
            columns_x[x] += here.x;
            columns_y[x] += here.y;
        }
        rows_x[y] = row_x;
        rows_y[y] = row_y;
        sums.magnetisation.x += row_x;
        sums.magnetisation.y += row_y;
        if (y + 1 == size_) {  // its plaquettes need the bonds of row 0
            for (std::size_t x = 0; x < size_; ++x) {
                const PlanarSpin a = next[x], b = next[x + 1 == size_ ? 0 : x + 1];
                next_right_[x] = passes(a, b, cross(a, b));
            }
        }
        for (std::size_t x = 0; x < size_; ++x) {
            const int turns = right_[x] + up_[x + 1 == size_ ? 0 : x + 1] - next_right_[x] - up_[x];
            sums.vortices += turns == 0 ? 0 : 1;
        }
        std::swap(next_right_, right_);
    }
    for (const auto& profile : profiles_) sums.structure += wave_.power(std::span<const double>(profile)) / 2;
    return sums;
}

}  // namespace gdm
