#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/experiment/checkpoint.hpp"
#include "gdm/experiment/point.hpp"

/// What replicas that train a machine have in common.
namespace gdm {

/// What is looked at in a machine at each value of the axis `update`: `width` numbers, NaN where nothing is written.
class TrainingRecord {
  public:
    TrainingRecord(const Point& point, std::size_t width)
        : updates_(point.axis("update")), width_(width), numbers_(updates_.size() * width, not_a_number) {}

    [[nodiscard]] std::span<const double> updates() const { return updates_; }
    [[nodiscard]] std::span<double> numbers() { return numbers_; }
    [[nodiscard]] std::span<const double> numbers() const { return numbers_; }
    [[nodiscard]] std::span<double> at(std::size_t u) { return numbers().subspan(u * width_, width_); }
    [[nodiscard]] std::span<const double> at(std::size_t u) const { return numbers().subspan(u * width_, width_); }

  private:
    std::span<const double> updates_;
    std::size_t width_;
    std::vector<double> numbers_;  ///< (update, width)
};

/// Takes the training of a machine to the last of the updates, from its saved state if there is one, and calls
/// `measure(numbers)` at each of them.
template <class Training, class Measure>
void run_training(Training& training, TrainingRecord& record, Measure&& measure, Checkpoint& checkpoint) {
    const auto bytes = [&] {
        ByteWriter writer;
        training.save(writer);
        writer.put(std::span<const double>(record.numbers()));
        return writer.take();
    };
    const auto look = [&] {
        for (std::size_t u = 0; u < record.updates().size(); ++u)
            if (record.updates()[u] == static_cast<double>(training.updates())) measure(record.at(u));
    };
    if (!checkpoint.saved().empty()) {
        ByteReader reader(checkpoint.saved());
        training.load(reader);
        reader.get(record.numbers());
    }
    const double last = record.updates().back();
    if (training.updates() == 0) look();
    while (static_cast<double>(training.updates()) < last) {
        if (checkpoint.due()) checkpoint.save(bytes(), static_cast<double>(training.updates()) / last);
        training.update();
        look();
    }
    checkpoint.end(bytes());
}

/// Chains, or ladders, that go on from update to update: as many as rows in an update where the settings say 0.
template <class Settings>
[[nodiscard]] std::size_t persistent_chains(const Settings& settings, std::size_t rows) {
    return settings.chains == 0 ? settings.rows_of_update(rows) : settings.chains;
}

}  // namespace gdm
