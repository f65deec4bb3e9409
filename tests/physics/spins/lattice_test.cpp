#include "gdm/physics/spins/lattice.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "gdm/physics/spins/neighbour_finder.hpp"

namespace gdm {
namespace {

TEST(Lattice, NeighboursForwardsAndBackwardsAreInverse) {
    for (const LatticeKind kind : {LatticeKind::square, LatticeKind::triangular, LatticeKind::cubic}) {
        for (const std::size_t size : {2, 3, 4, 7}) {
            const Lattice lattice(kind, size);
            ASSERT_EQ(lattice.coordination(), kind == LatticeKind::square ? 4u : 6u);
            for (std::size_t site = 0; site < lattice.sites(); ++site) {
                for (std::size_t direction = 0; direction < lattice.forward(); ++direction) {
                    const auto there = lattice.neighbours(site)[direction];
                    EXPECT_EQ(lattice.neighbours(there)[direction + lattice.forward()], site);
                }
                const auto all = lattice.neighbours(site);
                const std::set<std::uint32_t> different(all.begin(), all.end());
                if (size > 2) {
                    EXPECT_EQ(different.size(), lattice.coordination());
                }
                EXPECT_FALSE(different.contains(static_cast<std::uint32_t>(site)));
            }
        }
    }
}

template <LatticeKind kind>
void expect_found() {
    for (const std::size_t size : {2, 3, 4, 5, 21}) {
        const Lattice lattice(kind, size);
        const NeighbourFinder<kind> find(lattice);
        for (std::uint32_t site = 0; site < lattice.sites(); ++site) {
            const auto found = find(site);
            ASSERT_TRUE(std::ranges::equal(found, lattice.neighbours(site))) << size << ' ' << site;
        }
    }
}

TEST(NeighbourFinder, FindsThoseOfTheTable) {
    expect_found<LatticeKind::square>();
    expect_found<LatticeKind::triangular>();
    expect_found<LatticeKind::cubic>();
}

TEST(Lattice, SitesAreNumberedAlongXFirst) {
    EXPECT_EQ(Lattice(LatticeKind::square, 4).neighbours(3)[0], 0u);
    EXPECT_EQ(Lattice(LatticeKind::square, 4).neighbours(3)[1], 7u);
    EXPECT_EQ(Lattice(LatticeKind::triangular, 4).neighbours(3)[2], 4u);
    EXPECT_EQ(Lattice(LatticeKind::cubic, 4).neighbours(3)[2], 19u);
    EXPECT_EQ(Lattice(LatticeKind::cubic, 4).neighbours(3)[5], 51u);
}

TEST(Lattice, RefusesNoLattice) {
    EXPECT_THROW(Lattice(LatticeKind::square, 1), std::invalid_argument);
    EXPECT_THROW(Lattice(LatticeKind::cubic, 1291), std::invalid_argument);
}

}  // namespace
}  // namespace gdm
