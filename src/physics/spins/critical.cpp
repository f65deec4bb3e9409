#include "gdm/physics/spins/critical.hpp"

#include <cmath>
#include <stdexcept>

#include "gdm/physics/spins/onsager.hpp"

namespace gdm {

double ising_critical_temperature(LatticeKind kind) {
    switch (kind) {
        case LatticeKind::square:
            return onsager_critical_temperature();
        case LatticeKind::triangular:
            return 4 / std::log(3.);
        case LatticeKind::cubic:
            return 1 / 0.221654626;
    }
    throw std::invalid_argument("no such lattice");
}

}  // namespace gdm
