#pragma once

#include <atomic>

#include "gdm/base/error.hpp"

namespace gdm {

/// A request to stop that long computations poll. It may have two sources: this process (a signal, a time limit) and
/// the node (any rank of it); either pointer may be null.
class Stop {
  public:
    Stop() = default;
    explicit Stop(const std::atomic<bool>* here, const std::atomic<bool>* node = nullptr) : here_(here), node_(node) {}

    [[nodiscard]] bool requested() const noexcept {
        return (here_ != nullptr && here_->load(std::memory_order_relaxed)) ||
               (node_ != nullptr && node_->load(std::memory_order_relaxed));
    }
    /// Throws Stopped if a stop was requested. Experiments call it every few milliseconds of work.
    void check() const {
        if (requested()) throw Stopped();
    }

  private:
    const std::atomic<bool>* here_ = nullptr;
    const std::atomic<bool>* node_ = nullptr;
};

}  // namespace gdm
