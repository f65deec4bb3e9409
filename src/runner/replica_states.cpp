#include "gdm/runner/replica_states.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "gdm/base/error.hpp"

namespace gdm {
namespace {

constexpr double least_interval = 1;      // s
constexpr double share_of_saving = 0.01;  // of the time
constexpr double assumed_bytes_per_second = 5e8;

}  // namespace

double SavePace::interval(std::size_t bytes) const {
    if (given_ >= 0) return given_;
    const double more = static_cast<double>(bytes) / static_cast<double>(std::max<std::size_t>(1, bytes_));
    const double cost = bytes_ == 0 ? static_cast<double>(bytes) / assumed_bytes_per_second : seconds_ * std::max(1., more);
    return std::max(least_interval, cost / share_of_saving);
}

void SavePace::took(double seconds, std::size_t bytes) {
    // One that took exceptionally long is forgotten by and by.
    seconds_ = bytes_ == bytes ? std::max(seconds, seconds_ / 2) : seconds;
    bytes_ = bytes;
}

const SavedState* ReplicaStates::find(std::size_t row) const {
    const auto found = std::lower_bound(places_.saved.begin(), places_.saved.end(), row,
                                        [](const SavedState& one, std::size_t wanted) { return one.row < wanted; });
    return found != places_.saved.end() && found->row == row ? &*found : nullptr;
}

std::optional<std::size_t> ReplicaStates::place_of(std::size_t row) const {
    if (by_row()) return row;
    const SavedState* found = find(row);
    return found != nullptr ? std::optional(static_cast<std::size_t>(found->place)) : std::nullopt;
}

std::size_t ReplicaStates::take_place() {
    const std::size_t place = places_.free.back();
    places_.free.pop_back();
    return place;
}

void ReplicaStates::give_back(std::size_t place) {
    if (!by_row()) places_.free.push_back(place);
}

FileCheckpoint::FileCheckpoint(ReplicaStates& states, std::size_t row, std::size_t bytes, const Stop& stop,
                               std::function<void(double progress)> on_save)
    : states_(states), row_(row), bytes_(bytes), stop_(stop), on_save_(std::move(on_save)), place_(states.place_of(row)) {
    if (!states.is_saved(row)) return;
    const std::size_t replicas = states.header().replicas;
    auto found = states.slots().find(*place_, row / replicas, row % replicas);
    // Another size is that of another version of the experiment, which forgot to say so.
    if (!found || found->bytes.size() != bytes_) return;
    state_ = std::move(found->bytes);
    slot_ = found->slot;
    is_saved_ = true;
    begun_at_ = found->record.progress;
    seconds_before_ = found->record.seconds;
}

bool FileCheckpoint::has_place() {
    return bytes_ > 0 && bytes_ <= states_.header().state.width && (place_ || states_.has_free_place());
}

bool FileCheckpoint::due() {
    const auto now = Clock::now();
    if (!stop_.requested() && !(has_place() && seconds_between(last_, now) >= states_.pace().interval(bytes_))) return false;
    asked_ = now;
    return true;
}

void FileCheckpoint::write(std::span<const std::byte> state, double progress) {
    if (state.size() != bytes_) {
        throw std::logic_error(fmt::format("saves a state of {} bytes where it declares {}", state.size(), bytes_));
    }
    if (!(progress >= 0 && progress <= 1)) throw std::logic_error(fmt::format("is {} of the way", progress));
    if (!has_place()) return;
    const auto start = asked_.value_or(Clock::now());
    try {
        if (!place_) place_ = states_.take_place();
        const std::size_t slot = slot_ ? 1 - *slot_ : states_.slots().older_slot(*place_);
        const std::size_t replicas = states_.header().replicas;
        states_.slots().write(
            *place_, slot,
            {.point = row_ / replicas, .replica = row_ % replicas, .progress = progress, .seconds = seconds()}, state);
        slot_ = slot;
        is_saved_ = true;
        state_ = {};
        on_save_(progress);
    } catch (const Error&) {
        trouble_ = std::current_exception();
        throw;
    }
    last_ = Clock::now();
    states_.pace().took(seconds_between(start, last_), bytes_);
    asked_.reset();
}

void FileCheckpoint::save(std::span<const std::byte> state, double progress) {
    write(state, progress);
    stop_.check();
}

void FileCheckpoint::end(std::span<const std::byte> state) {
    if (states_.header().state.kept) write(state, 1);
}

void FileCheckpoint::release() {
    if (place_) states_.give_back(*place_);
}

}  // namespace gdm
