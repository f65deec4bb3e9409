#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"

namespace gdm {

/// Where a replica that may outlast a run keeps its state, and finds it again. It knows no clock and no file: when to save
/// and where is the runner's. Results must not depend on when, or whether, a replica was saved.
///
///     Chain chain = checkpoint.saved().empty() ? Chain::begin(point, random) : Chain::from(checkpoint.saved());
///     for (; chain.step < samples; chain.advance(random)) {
///         if (checkpoint.due()) checkpoint.save(chain.bytes(), chain.step / samples);
///     }
///     checkpoint.end(chain.bytes());
class Checkpoint {
  public:
    Checkpoint() = default;
    Checkpoint(const Checkpoint&) = delete;
    Checkpoint& operator=(const Checkpoint&) = delete;
    virtual ~Checkpoint() = default;

    /// The state to go on from, as it was given to save() or end(); empty: the replica begins. Valid until the next call of
    /// either.
    [[nodiscard]] virtual std::span<const std::byte> saved() const = 0;
    /// Whether it is time to save, because the last time is long enough ago or because a stop was requested. Costs some
    /// 30 ns: to be asked every few milliseconds of work.
    [[nodiscard]] virtual bool due() = 0;
    /// Keeps a state of state_size(point) bytes; `progress` in [0, 1] is the share of the replica's work that is done.
    /// Throws Stopped after it, if a stop was requested; std::logic_error if the size is another or progress is no share.
    virtual void save(std::span<const std::byte> state, double progress) = 0;
    /// The state after the last step, from which a longer replica would go on. Kept only if the job asks for it
    /// (keep_state), and needed only from experiments that say `lengthened_by`.
    virtual void end(std::span<const std::byte> /*state*/) {}
};

/// A checkpoint in memory, for tests and wherever a replica is computed in one go: due at every `every`-th question (0:
/// never); the save number `stop_at` (from 1; 0: none) ends in Stopped.
class MemoryCheckpoint : public Checkpoint {
  public:
    explicit MemoryCheckpoint(std::size_t every = 0, std::size_t stop_at = 0, std::vector<std::byte> state = {})
        : every_(every), stop_at_(stop_at), state_(std::move(state)) {}

    [[nodiscard]] std::span<const std::byte> saved() const override { return state_; }
    [[nodiscard]] bool due() override { return every_ > 0 && ++questions_ % every_ == 0; }
    void save(std::span<const std::byte> state, double progress) override {
        state_.assign(state.begin(), state.end());
        progress_ = progress;
        if (++saves_ == stop_at_) throw Stopped();
    }
    void end(std::span<const std::byte> state) override {
        state_.assign(state.begin(), state.end());
        progress_ = 1;
    }

    [[nodiscard]] const std::vector<std::byte>& state() const noexcept { return state_; }
    [[nodiscard]] double progress() const noexcept { return progress_; }
    [[nodiscard]] std::size_t saves() const noexcept { return saves_; }

  private:
    std::size_t every_, stop_at_;
    std::vector<std::byte> state_;
    double progress_ = 0;
    std::size_t questions_ = 0, saves_ = 0;
};

}  // namespace gdm
