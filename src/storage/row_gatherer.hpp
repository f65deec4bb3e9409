#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "gdm/base/stop.hpp"
#include "gdm/storage/sweep_writer.hpp"
#include "gdm/sweep/header.hpp"
#include "gdm/sweep/rows.hpp"
#include "join_source.hpp"

namespace gdm {

/// Fills batches of a new file with the rows of its sources that verify: the first source that has one done gives it.
class RowGatherer {
  public:
    /// All three must outlive this.
    RowGatherer(const SweepHeader& target, std::vector<std::unique_ptr<JoinSource>>& sources, const Stop& stop)
        : target_(target), sources_(sources), stop_(stop), width_(target.layout().size()) {}

    /// Rows of the new file; they count as taken. Throws UsageError if two sources contradict each other, Stopped.
    [[nodiscard]] const RowBatch& gather(std::size_t first, std::size_t rows);
    /// Of the failed replicas that were taken so far, as many as the file's table holds.
    [[nodiscard]] const std::vector<FailureRecord>& failures() const noexcept { return failures_; }

  private:
    struct Pair {
        std::size_t source_row;
        std::size_t place;  ///< in the batch
        bool operator<(const Pair& other) const { return source_row < other.source_row; }
    };
    struct Origin {
        JoinSource* source = nullptr;
        std::size_t row = 0;
    };
    void gather(JoinSource& source, std::size_t layer);
    void take(JoinSource& source, std::span<const Pair> pairs);
    /// Whether a replica is to be taken. Throws UsageError if it contradicts one that is there already.
    bool is_new(const JoinSource& source, std::size_t place, std::span<const double> block, bool failed);
    void keep_message(std::size_t place);

    const SweepHeader& target_;
    std::vector<std::unique_ptr<JoinSource>>& sources_;
    const Stop& stop_;
    std::size_t width_;
    RowBatch batch_;
    std::vector<Origin> origin_;  ///< by place in the batch
    std::vector<Pair> pairs_;
    std::vector<FailureRecord> failures_;
};

}  // namespace gdm
