#include "gdm/physics/spins/lattice.hpp"

#include <stdexcept>

namespace gdm {
namespace {

/// Steps along x, y, z.
using Step = std::array<int, 3>;

std::vector<Step> forward_steps(LatticeKind kind) {
    switch (kind) {
        case LatticeKind::square:
            return {{1, 0, 0}, {0, 1, 0}};
        case LatticeKind::triangular:
            return {{1, 0, 0}, {0, 1, 0}, {1, 1, 0}};
        case LatticeKind::cubic:
            return {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    }
    throw std::invalid_argument("no such lattice");
}

}  // namespace

Lattice::Lattice(LatticeKind kind, std::size_t size) : kind_(kind), size_(size) {
    const std::size_t largest = kind == LatticeKind::cubic ? 1290 : 46340;
    if (size < 2 || size > largest) throw std::invalid_argument("a lattice has 2 sites or more a side, and less than 2^31");
    const auto steps = forward_steps(kind);
    forward_ = steps.size();
    sites_ = kind == LatticeKind::cubic ? size * size * size : size * size;
    neighbours_.reserve(sites_ * coordination());
    for (std::size_t site = 0; site < sites_; ++site) {
        const std::array<std::size_t, 3> at{site % size, site / size % size, site / (size * size)};
        for (const int sign : {1, -1}) {
            for (const Step& step : steps) {
                std::size_t other = 0;
                for (std::size_t axis = 3; axis-- > 0;) {
                    const std::size_t length = axis == 2 && kind != LatticeKind::cubic ? 1 : size;
                    const std::size_t moved = (at[axis] + length + static_cast<std::size_t>(sign * step[axis])) % length;
                    other = other * length + moved;
                }
                neighbours_.push_back(static_cast<std::uint32_t>(other));
            }
        }
    }
}

}  // namespace gdm
