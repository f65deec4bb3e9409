#include "gdm/physics/spins/site_groups.hpp"

#include <algorithm>
#include <bit>

namespace gdm {
namespace {

std::vector<std::uint32_t> greedy_colours(const Lattice& lattice) {
    std::vector<std::uint32_t> colour(lattice.sites());
    for (std::size_t site = 0; site < lattice.sites(); ++site) {
        std::uint32_t taken = 0;
        for (const std::uint32_t other : lattice.neighbours(site))
            if (other < site) taken |= 1u << colour[other];
        colour[site] = static_cast<std::uint32_t>(std::countr_one(taken));
    }
    return colour;
}

}  // namespace

SiteGroups::SiteGroups(const Lattice& lattice) : coordination_(lattice.coordination()), position_(lattice.sites()) {
    const std::vector<std::uint32_t> colour = greedy_colours(lattice);
    colours_ = *std::max_element(colour.begin(), colour.end()) + 1;
    for (std::size_t c = 0; c < colours_; ++c) {
        for (std::size_t site = 0; site < lattice.sites(); ++site) {
            if (colour[site] != c) continue;
            position_[site] = static_cast<std::uint32_t>(site_.size());
            site_.push_back(static_cast<std::uint32_t>(site));
        }
        site_.resize((site_.size() + group - 1) / group * group, idle);
    }
    neighbours_.reserve(site_.size() * coordination_);
    for (std::size_t position = 0; position < site_.size(); ++position) {
        for (std::size_t direction = 0; direction < coordination_; ++direction) {
            const bool is_idle = site_[position] == idle;
            neighbours_.push_back(is_idle ? static_cast<std::uint32_t>(position)
                                          : position_[lattice.neighbours(site_[position])[direction]]);
        }
    }
}

LaneLayout::LaneLayout(const SiteGroups& groups, std::size_t needed)
    : columns(needed < SiteGroups::group ? std::bit_ceil(std::max<std::size_t>(needed, 1))
                                         : (needed + SiteGroups::group - 1) / SiteGroups::group * SiteGroups::group) {
    if (columns >= SiteGroups::group) return;
    const std::size_t z = groups.coordination();
    gathered.resize(groups.positions() * columns * z);
    active.resize(groups.positions() * columns);
    for (std::size_t position = 0; position < groups.positions(); ++position) {
        for (std::size_t column = 0; column < columns; ++column) {
            const std::size_t here = word(position, column);
            active[here] = groups.site(position) == SiteGroups::idle ? 0 : ~std::uint64_t{0};
            for (std::size_t k = 0; k < z; ++k)
                gathered[bond_place(here, k, z)] =
                    static_cast<std::uint32_t>(word(groups.neighbours()[position * z + k], column));
        }
    }
    contiguous.assign(gathered.size() / SiteGroups::group, 1);
    for (std::size_t i = 0; i < gathered.size(); ++i)
        if (gathered[i] != gathered[i / SiteGroups::group * SiteGroups::group] + i % SiteGroups::group)
            contiguous[i / SiteGroups::group] = 0;
}

}  // namespace gdm
