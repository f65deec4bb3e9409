#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "gdm/base/bytes.hpp"

namespace gdm {

/// How many Wolff clusters make a step: as many as turn every spin once on average, so that a step is about as much work at
/// all temperatures. Found while the chain is thermalised, from window to window, and fixed then: a number that followed the
/// sizes of the clusters under way would bias what is measured after the large ones.
class ClusterCount {
  public:
    /// Before the first window is over. A random start has small clusters alone, and one by one they would not order a large
    /// lattice: until then all clusters are drawn anew in each step, before one is turned to be counted.
    [[nodiscard]] bool is_beginning() const noexcept { return windows_ == 0; }
    [[nodiscard]] std::uint64_t in_a_step() const noexcept { return in_a_step_; }
    void add(std::uint64_t sites) noexcept {
        ++clusters_;
        turned_ += sites;
    }
    /// Takes what was added since the last time.
    void adapt(double sites) noexcept {
        if (turned_ > 0) {
            const double mean = static_cast<double>(turned_) / static_cast<double>(clusters_);
            in_a_step_ = static_cast<std::uint64_t>(std::ceil(std::max(1., sites / mean)));
        }
        clusters_ = turned_ = 0;
        ++windows_;
    }
    void save(ByteWriter& bytes) const { bytes.put(*this); }
    void load(ByteReader& bytes) { bytes.get(*this); }

  private:
    std::uint64_t in_a_step_ = 1, clusters_ = 0, turned_ = 0, windows_ = 0;
};

}  // namespace gdm
