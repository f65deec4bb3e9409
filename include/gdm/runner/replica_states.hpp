#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "gdm/base/clock.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/experiment/checkpoint.hpp"
#include "gdm/storage/state_slots.hpp"
#include "gdm/sweep/states.hpp"

namespace gdm {

/// How often a replica is saved: so that saving takes less than 1 % of the time, and no more often than once a second.
class SavePace {
  public:
    /// `given` seconds, whatever saving costs; negative: as measured.
    explicit SavePace(double given = -1) : given_(given) {}
    /// Seconds from one save of a state of so many bytes to the next: 100 times what the dearer of the last ones took.
    /// Before any was measured half a gigabyte a second is assumed.
    [[nodiscard]] double interval(std::size_t bytes) const;
    void took(double seconds, std::size_t bytes);

  private:
    double given_;
    double seconds_ = 0;
    std::size_t bytes_ = 0;
};

/// Which places of a file's /state are whose when a run begins.
struct StatePlaces {
    std::vector<SavedState> saved;  ///< replicas to be continued, ascending by row
    std::vector<std::size_t> free;  ///< for replicas that this rank begins; unused where a row's place is its number
};

/// The states of the replicas that one rank computes.
class ReplicaStates {
  public:
    ReplicaStates(StateSlots& slots, const SweepHeader& header, StatePlaces places, SavePace pace)
        : slots_(slots), header_(header), places_(std::move(places)), pace_(pace) {}

    /// Whether the file had a state of this row when the run began.
    [[nodiscard]] bool is_saved(std::size_t row) const { return find(row) != nullptr; }
    /// The place of a row, if it has one.
    [[nodiscard]] std::optional<std::size_t> place_of(std::size_t row) const;
    [[nodiscard]] bool has_free_place() const noexcept { return !places_.free.empty(); }
    [[nodiscard]] std::size_t take_place();
    /// For another replica, when the file says that the one it was of is done.
    void give_back(std::size_t place);

    /// Whether each row has a place for itself.
    [[nodiscard]] bool by_row() const noexcept { return header_.state.places == header_.rows(); }
    [[nodiscard]] StateSlots& slots() noexcept { return slots_; }
    [[nodiscard]] SavePace& pace() noexcept { return pace_; }
    [[nodiscard]] const SweepHeader& header() const noexcept { return header_; }

  private:
    [[nodiscard]] const SavedState* find(std::size_t row) const;

    StateSlots& slots_;
    const SweepHeader& header_;
    StatePlaces places_;
    SavePace pace_;
};

/// The checkpoint of one replica, in the sweep file. What goes wrong with the file is kept in trouble(), because it is no
/// failure of the replica.
class FileCheckpoint : public Checkpoint {
  public:
    /// `bytes`: of the state at this point; `on_save` is told the progress after every save.
    FileCheckpoint(ReplicaStates& states, std::size_t row, std::size_t bytes, const Stop& stop,
                   std::function<void(double progress)> on_save);

    [[nodiscard]] std::span<const std::byte> saved() const override { return state_; }
    [[nodiscard]] bool due() override;
    void save(std::span<const std::byte> state, double progress) override;
    void end(std::span<const std::byte> state) override;

    /// How far the replica was when this run took it up.
    [[nodiscard]] double begun_at() const noexcept { return begun_at_; }
    /// What it took until now, over all runs.
    [[nodiscard]] double seconds() const { return seconds_before_ + seconds_since(start_); }
    /// Whether the file holds a state of it.
    [[nodiscard]] bool is_saved() const noexcept { return is_saved_; }
    [[nodiscard]] std::exception_ptr trouble() const noexcept { return trouble_; }
    /// Whether the state is in a place that another replica may be given.
    [[nodiscard]] bool shares_place() const noexcept { return is_saved_ && !states_.by_row(); }
    /// The row is in the file: its state is needed no more.
    void release();

  private:
    [[nodiscard]] bool has_place();
    void write(std::span<const std::byte> state, double progress);

    ReplicaStates& states_;
    std::size_t row_, bytes_;
    Stop stop_;
    std::function<void(double)> on_save_;
    std::optional<std::size_t> place_;
    std::optional<std::size_t> slot_;  ///< that of the state that stays until the next is whole
    std::vector<std::byte> state_;     ///< of an earlier run, until the first save of this one
    bool is_saved_ = false;
    double begun_at_ = 0, seconds_before_ = 0;
    Clock::time_point start_ = Clock::now(), last_ = start_;
    std::optional<Clock::time_point> asked_;  ///< when due() said yes
    std::exception_ptr trouble_;
};

}  // namespace gdm
