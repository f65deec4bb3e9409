#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace gdm {

/// Which sites hang together by bonds: a forest in which each site points to one that comes before it (union–find with path
/// halving; Hoshen and Kopelman 1976). After `flatten` each site points to the first of its cluster.
class SiteClusters {
  public:
    /// All sites alone.
    void clear(std::size_t sites) {
        parent_.resize(sites);
        std::iota(parent_.begin(), parent_.end(), 0u);
    }
    void join(std::uint32_t a, std::uint32_t b) {
        a = root(a);
        b = root(b);
        if (a < b) std::swap(a, b);
        parent_[a] = b;
    }
    /// Calls `visit(site, first site of its cluster)` in ascending order: the first sites before those that follow them.
    template <class Visit>
    void flatten(Visit&& visit) {
        for (std::uint32_t site = 0; site < parent_.size(); ++site) {
            parent_[site] = parent_[parent_[site]];
            visit(site, parent_[site]);
        }
    }

  private:
    std::uint32_t root(std::uint32_t site) {
        while (parent_[site] != site) site = parent_[site] = parent_[parent_[site]];
        return site;
    }
    std::vector<std::uint32_t> parent_;
};

}  // namespace gdm
